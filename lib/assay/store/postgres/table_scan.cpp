// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/table_scan.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/postgres/catalog_queries.hpp"
#include "assay/store/postgres/catalog_rows.hpp"
#include "assay/store/postgres/copy_decoder.hpp"
#include "assay/store/postgres/cost_gate.hpp"
#include "assay/store/postgres/heaps.hpp"
#include "assay/store/postgres/lock_watch.hpp"
#include "assay/store/postgres/table_guard.hpp"
#include "assay/store/postgres/transaction.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace assay::postgres {
namespace {

using Clock = std::chrono::steady_clock;

std::string display_table(const TableRef& table) {
    return display_identifier(table.schema) + "." + display_identifier(table.name);
}

/// A statement takes so many pages of each heap at the least: to plan it takes longer the more
/// heaps there are.
std::int64_t least_pages(const TableSchema& table) noexcept {
    constexpr std::int64_t of_each = 8;
    return of_each * static_cast<std::int64_t>(table.heaps.size());
}

/// How many pages to ask for at a time: as many as take about half a second.
class ChunkSize {
public:
    ChunkSize(std::int64_t block_bytes, std::int64_t least_pages)
        : m_smallest(std::max(least_pages, bytes_to_pages(std::int64_t{1} << 20U, block_bytes))),
          m_largest(std::max(least_pages, bytes_to_pages(std::int64_t{1} << 30U, block_bytes))),
          m_pages(std::max(least_pages, bytes_to_pages(std::int64_t{16} << 20U, block_bytes))) {}

    std::int64_t pages() const noexcept { return m_pages; }
    /// The last chunk took that long. The size at most doubles or halves at a time.
    void adapt(Clock::duration elapsed) noexcept {
        constexpr std::chrono::milliseconds slow{700};
        constexpr std::chrono::milliseconds fast{350};
        if (elapsed > slow) {
            m_pages = std::max(m_smallest, m_pages / 2);
        } else if (elapsed < fast) {
            m_pages = std::min(m_largest, m_pages * 2);
        }
    }

private:
    static std::int64_t bytes_to_pages(std::int64_t bytes, std::int64_t block_bytes) {
        return std::max<std::int64_t>(1, bytes / std::max<std::int64_t>(1, block_bytes));
    }

    std::int64_t m_smallest;
    std::int64_t m_largest;
    std::int64_t m_pages;
};

/// More than the pages that any table can have.
constexpr std::int64_t open_end = std::int64_t{1} << 32U;

/// Servers before version 14 read the whole table for each range of ctid, and only heaps have
/// pages.
bool has_page_ranges(const Connection& connection, const TableSchema& table) {
    constexpr int version_14 = 140'000;
    return connection.server_version() >= version_14 && !table.heaps.empty();
}

/// That takes a privilege on the whole table; those on each of its columns are not enough.
bool may_read_ctid(Connection& connection, const TableSchema& table) {
    const Result found = connection.execute(fmt::format(
        "SELECT pg_catalog.has_table_privilege({}::pg_catalog.oid, 'SELECT')", table.store_id));
    return found.rows() == 1 && found.flag(0, 0);
}

/// Each session that reads a parent locks all children and their indexes, in a list of locks that
/// all sessions of the server share: when it is full, others fail.
bool has_room_for_locks(Connection& connection, const TableSchema& table) {
    constexpr std::int64_t sessions = 16;
    const Result room = connection.execute(
        "SELECT pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int8"
        " OPERATOR(pg_catalog.*) pg_catalog.current_setting('max_connections')::pg_catalog.int8");
    const std::size_t locks = table.heaps.size() * (1 + table.indexes.size());
    return static_cast<std::int64_t>(locks) <= room.integer(0, 0).value_or(0) / sessions;
}

/// The server draws the same block numbers from all children. So many are drawn that they tell
/// enough; where that is the better part of the table it is read whole.
SampleDesign design_with_children(Connection& connection, const TableSchema& table,
                                  double fraction) {
    constexpr double wanted = 2 * least_clusters;
    constexpr double better_part = 0.5;
    const double blocks = effective_blocks(table.heaps);
    if (blocks * better_part < wanted || !may_read_ctid(connection, table)) {
        return {};
    }
    SampleDesign design{SampleUnit::clusters, std::max(fraction, wanted / blocks)};
    design.scattered = true;
    return design;
}

/// One scan of one table.
class TableScan {
public:
    TableScan(Connection& connection, const ServerFacts& server, const ScanRequest& request,
              StatementWatch& statements, BatchSink& sink, Observer& observer, ScanCost& cost)
        : m_connection(connection), m_server(server), m_request(request), m_table(*request.table),
          m_sink(sink), m_observer(observer), m_cost(cost),
          m_chunk(server.block_bytes, least_pages(m_table)), m_guard(connection, m_table),
          m_watch(connection, m_table), m_statements(statements) {}

    void run() {
        m_guard.enter();
        CopyDecoder decoder(describe_columns(), m_request.batch_rows, m_sink);
        if (!m_request.parts.empty()) {
            read_parts(decoder);
        } else if (m_request.sample.fraction < 1.0) {
            read_sample(decoder);
        } else if (m_request.access == RowAccess::scan && is_read_in_chunks()) {
            require_affordable();
            read_chunks(decoder, 0, open_end);
        } else {
            copy_whole(scan_sql(StoreKind::postgresql, m_request), decoder);
        }
        decoder.flush();
        m_guard.leave();
    }

    /// Work that no rest followed yet.
    std::chrono::microseconds worked() const noexcept { return m_worked; }

private:
    bool is_read_in_chunks() {
        if (!has_page_ranges(m_connection, m_table) || !m_guard.has_ctid()) {
            return false;
        }
        m_heaps = Heaps(m_table.has_children ? heaps_of_all()
                                             : std::vector{m_guard.heap_bytes() / block_bytes()});
        return m_heaps.longest() > 0;
    }

    std::int64_t block_bytes() const noexcept {
        return std::max<std::int64_t>(1, m_server.block_bytes);
    }

    /// @return none if something else was put among them meanwhile, such as a foreign table.
    std::vector<std::int64_t> heaps_of_all() {
        const Result found = m_connection.execute(heaps_query(m_table.store_id));
        std::vector<std::int64_t> pages;
        for (int row = 0; row < found.rows(); ++row) {
            if (letter_at(found, row, heap_kind) != 'r') {
                return {};
            }
            const auto bytes = found.integer(row, heap_bytes);
            pages.push_back(bytes ? *bytes / block_bytes()
                                  : found.integer(row, heap_pages).value_or(0));
        }
        return pages;
    }

    /// What the server calls the columns of the request: their types, and which they are.
    using Shape = std::vector<std::pair<Oid, int>>;

    Shape read_shape() {
        const Result empty =
            m_connection.execute(scan_sql(StoreKind::postgresql, m_request) + " LIMIT 0");
        Shape shape;
        for (int column = 0; column < empty.columns(); ++column) {
            shape.emplace_back(empty.type(column), empty.table_column(column));
        }
        return shape;
    }

    /// A run that waits behind nobody must not make others wait behind it: someone who wants to
    /// alter the table keeps everybody else from it as long as we read.
    void give_way() {
        constexpr int most_times = 3;
        if (!m_watch.is_awaited()) {
            return;
        }
        if (++m_times_given_way > most_times) {
            throw Error(ErrorKind::locked, "others kept waiting for a lock on it",
                        "run again when nobody alters it");
        }
        m_observer.note(display_table(m_table.ref) + ": gave way to a session that waits for it");
        m_guard.give_way();
        require_shape();
    }

    void require_shape() {
        if (read_shape() != m_shape) {
            m_guard.fail_changed("got other columns");
        }
    }

    /// Learn from an empty result what the server calls the columns, and how to decode them.
    std::vector<CopyColumn> describe_columns() {
        m_shape = read_shape();
        std::vector<CopyColumn> columns;
        for (std::size_t i = 0; i < m_request.columns.size(); ++i) {
            const ColumnSpec& spec = m_table.columns.at(m_request.columns[i]);
            const auto decode = value_decoder(m_shape.at(i).first, spec.type);
            if (decode == nullptr) {
                m_guard.fail_changed("got another type in column " + display_identifier(spec.name));
            }
            columns.push_back({spec.type, decode});
        }
        return columns;
    }

    void read_sample(CopyDecoder& decoder) {
        const SampleDesign design = design_sample(m_connection, m_table, m_request.sample);
        if (design.unit == SampleUnit::whole) {
            m_observer.note(
                m_table.has_children
                    ? fmt::format("{} is read whole: a sample of its pages would tell too little "
                                  "of it",
                                  display_table(m_table.ref))
                    : fmt::format("{} is read whole: the server cannot sample a {}",
                                  display_table(m_table.ref), to_string(m_table.kind)));
            copy_whole(scan_sql(StoreKind::postgresql, m_request), decoder);
            return;
        }
        copy_whole(scan_sql(StoreKind::postgresql, m_request,
                            sampling_sql(StoreKind::postgresql, m_table.ref, design)),
                   decoder);
    }

    void read_parts(CopyDecoder& decoder) {
        if (!is_read_in_chunks()) {
            m_guard.fail_changed("lost a privilege or its pages");
        }
        require_affordable();
        for (const ScanPart& part : m_request.parts) {
            decoder.flush();
            m_sink.begin_part(part.index);
            read_chunks(decoder, part.first, part.last);
        }
    }

    /// Of all parts together, as no chunk is costly.
    void require_affordable() {
        postgres::require_affordable(m_connection, scan_sql(StoreKind::postgresql, m_request));
    }

    /// Read the pages from `first` to `last`, of each heap. What ends at open_end has no upper
    /// bound, so that no row is lost if one of them has more pages by now.
    void read_chunks(CopyDecoder& decoder, std::int64_t first, std::int64_t last) {
        const std::string select = scan_sql(StoreKind::postgresql, m_request);
        const std::int64_t stop = std::min(last, std::max(first, m_heaps.longest() - 1)) + 1;
        std::int64_t begin = first;
        while (begin < stop) {
            const std::int64_t end = std::min(m_heaps.block_after(begin, m_chunk.pages()), stop);
            // Also from the first page on: no index holds a ctid, so none is read instead.
            std::string sql = fmt::format("{} {} ctid OPERATOR(pg_catalog.>=) '({},0)'", select,
                                          m_request.where.empty() ? "WHERE" : "AND", begin);
            if (end < stop || last != open_end) {
                sql += fmt::format(" AND ctid OPERATOR(pg_catalog.<) '({},0)'", end);
            }
            if (std::exchange(m_has_begun, true)) {
                rest();
                give_way();
            }
            hold_still();
            const auto start = Clock::now();
            copy(sql, decoder);
            const auto elapsed = Clock::now() - start;
            m_chunk.adapt(elapsed);
            m_worked += std::chrono::duration_cast<std::chrono::microseconds>(elapsed);
            begin = end;
        }
    }

    /// Whoever waits for the table does not wait for the end of a rest.
    void rest() {
        constexpr std::chrono::microseconds moment{500'000};
        auto due = m_connection.rest_due_after(std::exchange(m_worked, {}));
        while (due.count() > 0) {
            const auto time = std::min(due, moment);
            m_connection.pause(time);
            due -= time;
            if (due.count() > 0) {
                give_way();
            }
        }
    }

    /// In one statement, between whose parts nobody can be let go ahead.
    void copy_whole(const std::string& select, CopyDecoder& decoder) {
        postgres::require_affordable(m_connection, select);
        hold_still();
        m_statements.run([&] { copy(select, decoder); });
    }

    /// As long as a pause file exists.
    void hold_still() {
        if (m_connection.hold_still() == Pause::over) {
            m_guard.enter_again();
            require_shape();
        }
    }

    void copy(const std::string& select, CopyDecoder& decoder) {
        decoder.begin();
        m_connection.copy_out("COPY (" + select + ") TO STDOUT (FORMAT binary)",
                              [&](std::span<const std::string_view> pieces) {
                                  for (const std::string_view piece : pieces) {
                                      m_cost.bytes += static_cast<std::int64_t>(piece.size());
                                  }
                                  decoder.feed(pieces);
                                  m_cost.rows = decoder.rows();
                              });
        decoder.finish();
    }

    Connection& m_connection;
    const ServerFacts& m_server;
    const ScanRequest& m_request;
    const TableSchema& m_table;
    BatchSink& m_sink;
    Observer& m_observer;
    ScanCost& m_cost;
    ChunkSize m_chunk;
    Heaps m_heaps{{}};
    TableGuard m_guard;
    LockWatch m_watch;
    StatementWatch& m_statements;
    Shape m_shape;
    int m_times_given_way = 0;
    bool m_has_begun = false; ///< to read rows
    std::chrono::microseconds m_worked{0};
};

} // namespace

double effective_blocks(std::vector<std::int64_t> pages) {
    std::sort(pages.begin(), pages.end(), std::greater<>());
    double sum = 0;
    double squares = 0; // of the pages that have one block number: the i-th heap meets those before
    for (std::size_t i = 0; i < pages.size(); ++i) {
        const auto own = static_cast<double>(pages[i]);
        sum += own;
        squares += own * (2 * static_cast<double>(i) + 1);
    }
    return squares > 0 ? sum * sum / squares : 0;
}

Query block_count_query(const ScanRequest& request, const SampleDesign& design) {
    const TableRef& table = request.table->ref;
    return {fmt::format("SELECT pg_catalog.count(*), pg_catalog.sum(n)::pg_catalog.float8,"
                        " pg_catalog.sum(n::pg_catalog.float8 OPERATOR(pg_catalog.*)"
                        " n::pg_catalog.float8) FROM (SELECT pg_catalog.count(*) AS n FROM {}{}{}"
                        " GROUP BY pg_catalog.split_part(ctid::pg_catalog.text, ',', 1)) AS blocks",
                        quote_table(table), sampling_sql(StoreKind::postgresql, table, design),
                        condition_sql("WHERE", request.where)),
            {ColumnType::integer, ColumnType::real, ColumnType::real}};
}

SampleDesign design_sample(Connection& connection, const TableSchema& table, Sample sample) {
    const bool is_readable_in_part =
        table.kind != TableKind::view && table.kind != TableKind::foreign;
    if (sample.fraction >= 1 || !is_readable_in_part) {
        return {};
    }
    if (table.has_children) {
        return design_with_children(connection, table, sample.fraction);
    }
    // Whole pages are a poor sample of a small table.
    constexpr std::int64_t few_pages = 1'000;
    if (table.pages < few_pages || !may_read_ctid(connection, table)) {
        return {SampleUnit::rows, sample.fraction, 0};
    }
    const auto pages = static_cast<double>(table.pages);
    return {SampleUnit::clusters, sample.fraction,
            static_cast<std::int64_t>(std::round(pages * sample.fraction))};
}

std::vector<ScanPart> split_table(Connection& connection, const ServerFacts& server,
                                  const TableSchema& table) {
    if (!has_page_ranges(connection, table) || !table.populated) {
        return {};
    }
    // Enough that a part is worth a statement, few enough to keep accounts of.
    constexpr std::int64_t part_bytes = std::int64_t{16} << 20U;
    constexpr std::int64_t most_parts = 4096;
    const std::int64_t block = std::max<std::int64_t>(1, server.block_bytes);
    const std::int64_t least = std::max({std::int64_t{1}, part_bytes / block, least_pages(table)});
    const Heaps heaps(table.heaps);
    const std::int64_t pages = heaps.pages();
    if (pages < 2 * least || !may_read_ctid(connection, table)) {
        return {};
    }
    if (table.has_children && !has_room_for_locks(connection, table)) {
        return {};
    }
    // Two or four workers get the same share, so that none waits for a last part of another.
    constexpr std::int64_t shares = 4;
    const std::int64_t wanted = std::min(pages / least, most_parts);
    const std::int64_t count = (wanted + shares - 1) / shares * shares;
    const std::int64_t width = (pages + count - 1) / count;
    std::vector<ScanPart> parts;
    for (std::int64_t begin = 0; begin < heaps.longest();) {
        const auto behind = static_cast<std::int64_t>(parts.size() + 1) * width;
        const std::int64_t end = heaps.block_after(begin, behind - heaps.pages_before(begin));
        parts.push_back({parts.size(), begin, end - 1});
        begin = end;
    }
    // The table may have grown since the catalog was read.
    parts.back().last = open_end;
    return parts;
}

void scan_table(Connection& connection, const ServerFacts& server, const ScanRequest& request,
                StatementWatch& watch, BatchSink& sink, Observer& observer, ScanCost& cost) {
    std::chrono::microseconds worked{0};
    {
        const UnitOfWork unit(connection);
        TableScan scan(connection, server, request, watch, sink, observer, cost);
        scan.run();
        worked = scan.worked();
    }
    connection.rest_after(worked); // without any lock
}

} // namespace assay::postgres
