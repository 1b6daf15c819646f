// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_index.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/scan/index_sample.hpp"
#include "assay/scan/selection.hpp"
#include "assay/scan/sqlite_times.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {
namespace {

using Names = std::vector<std::string>;

/// A session that counts in an index takes as long as one that scans so many times its bytes.
constexpr std::int64_t worthwhile_ratio = 8;

/// The columns of the key as the index orders them; empty if it does not lead with the key.
Names leading_columns(const Index& index, Names key) {
    if (index.columns.size() < key.size()) {
        return {};
    }
    Names leading(index.columns.begin(),
                  index.columns.begin() + static_cast<std::ptrdiff_t>(key.size()));
    Names sorted = leading;
    std::sort(sorted.begin(), sorted.end());
    std::sort(key.begin(), key.end());
    return sorted == key ? leading : Names{};
}

/// The smallest index of all rows that leads with the key.
const Index* leading_index(const TableSchema& table, const Names& key) {
    const auto bytes_of = [](const Index& index) {
        return index.bytes.value_or(std::numeric_limits<std::int64_t>::max());
    };
    const auto is_smaller = [&](const Index& a, const Index& b) {
        return std::pair(bytes_of(a), a.columns.size()) < std::pair(bytes_of(b), b.columns.size());
    };
    const Index* best = nullptr;
    for (const Index& index : table.indexes) {
        const bool is_usable = index.valid && !index.partial && index.method == "btree" &&
                               !leading_columns(index, key).empty();
        if (is_usable && (best == nullptr || is_smaller(index, *best))) {
            best = &index;
        }
    }
    return best;
}

/// Are values of this type equal to the server if and only if their canonical bytes are?
bool is_equal_by_bytes(const ColumnSpec& column) {
    switch (column.type) {
    case ColumnType::boolean:
    case ColumnType::integer:
    case ColumnType::date:
    case ColumnType::time:
    case ColumnType::timestamp:
    case ColumnType::timestamptz:
    case ColumnType::uuid:
    case ColumnType::bytes: return true;
    case ColumnType::text: // no bpchar, whose blanks do not count
        return column.declared_type == "text" ||
               column.declared_type.starts_with("character varying");
    case ColumnType::real:
    case ColumnType::decimal:
    case ColumnType::interval:
    case ColumnType::json:
    case ColumnType::other: break;
    }
    return false;
}

/// Does one index hold all rows of the table?
bool holds_all_rows(const TableSchema& table) {
    return !table.has_children &&
           (table.kind == TableKind::table || table.kind == TableKind::partition ||
            table.kind == TableKind::materialized_view);
}

/// What can be said without asking the server.
std::string reason_in_catalog(StoreKind kind, const TableSchema& table,
                              const DuplicateRequest& request) {
    if (request.keys.size() != 1) {
        return "the scan of the table counts other keys as well";
    }
    if (!request.where.empty()) {
        return "only some of the rows count";
    }
    if (!holds_all_rows(table)) {
        return "it does not hold the rows of the children";
    }
    if (kind == StoreKind::sqlite) {
        return {}; // its keys are compared as those of the table
    }
    for (const std::size_t column : request.keys.front().columns) {
        if (!is_equal_by_bytes(table.columns[column])) {
            return fmt::format("to the server values of {} can be equal that are written in "
                               "different ways",
                               display_identifier(table.columns[column].name));
        }
    }
    return {};
}

/// Pages of the index, of the table, and of these such that need no look into the table, all as of
/// the last VACUUM; and whether a column of the index takes different texts for equal.
Query facts_query(const TableSchema& table, const Index& index) {
    return {fmt::format(R"sql(
SELECT i.relpages::pg_catalog.int8, t.relpages::pg_catalog.int8, t.relallvisible::pg_catalog.int8,
       EXISTS (SELECT FROM pg_catalog.pg_attribute AS a
                 JOIN pg_catalog.pg_collation AS c ON c.oid OPERATOR(pg_catalog.=) a.attcollation
                WHERE a.attrelid OPERATOR(pg_catalog.=) t.oid
                  AND a.attnum OPERATOR(pg_catalog.=) ANY (x.indkey)
                  AND pg_catalog.to_jsonb(c) OPERATOR(pg_catalog.->>) 'collisdeterministic'
                      OPERATOR(pg_catalog.=) 'false')
  FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid OPERATOR(pg_catalog.=) x.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid OPERATOR(pg_catalog.=) x.indrelid
 WHERE t.oid OPERATOR(pg_catalog.=) {}::pg_catalog.oid
   AND i.relname OPERATOR(pg_catalog.=) $1::pg_catalog.name)sql",
                        table.store_id),
            {ColumnType::integer, ColumnType::integer, ColumnType::integer, ColumnType::boolean},
            {text_parameter(index.name)}};
}

std::string reason_in_facts(Session& session, const TableSchema& table, const Index& index,
                            unsigned jobs) {
    const auto facts = session.query_row(facts_query(table, index));
    const std::int64_t index_pages = facts[0].integer;
    const std::int64_t table_pages = std::max(facts[1].integer, table.pages);
    const std::int64_t visible_pages = facts[2].integer;
    if (facts[3].integer != 0) {
        return "its collation takes different texts for equal";
    }
    if (table_pages <= index_pages * worthwhile_ratio * std::max(jobs, 1U)) {
        return fmt::format("a scan of the table by {} takes less time", count_of(jobs, "session"));
    }
    if (visible_pages * 100 < table_pages * 99) {
        return "too many pages of the table were changed since the last VACUUM";
    }
    return {};
}

/// A name in the plan, which is JSON; one that needs more than this is not found there.
std::string name_in_plan(std::string_view name) {
    std::string text = R"("Index Name": ")";
    for (const char letter : name) {
        text.append(letter == '"' || letter == '\\' ? "\\" : "").push_back(letter);
    }
    return text + '"';
}

/// What the server would do, which it alone decides.
std::string reason_in_plan(Session& session, const Query& query, const Index& index) {
    const auto plan =
        session.query_row({"EXPLAIN (FORMAT JSON, COSTS OFF) " + query.sql, {ColumnType::json}});
    const std::string_view text = plan.front().bytes;
    // Inside a name the quote after the word would have a backslash before it.
    const auto has = [&](std::string_view words) {
        return text.find(words) != std::string_view::npos;
    };
    const bool reads_index = has(R"("Node Type": "Index Only Scan")") &&
                             has(name_in_plan(index.name)) && has(R"("Strategy": "Sorted")") &&
                             !has(R"("Node Type": "Sort")") &&
                             !has(R"("Node Type": "Incremental Sort")");
    return reads_index ? "" : "the server would not read it in its order and without the table";
}

std::string reason_of_server(Session& session, const TableSchema& table,
                             const DuplicateRequest& request, const Index& index, unsigned jobs) {
    try {
        const std::string reason = reason_in_facts(session, table, index, jobs);
        return reason.empty()
                   ? reason_in_plan(session, index_count_query(table, request, index), index)
                   : reason;
    } catch (const Error& error) {
        // Whoever reads the table will say why it cannot be read.
        if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::connection) {
            throw;
        }
        return "the server does not tell what it would do";
    }
}

/// Does it order texts by their bytes, and hold columns only?
bool is_of_bytes(const Index& index) {
    std::string left = to_lower_ascii(index.definition);
    for (const std::string_view order : {"binary asc", "binary desc", ", "}) {
        for (auto at = left.find(order); at != std::string::npos; at = left.find(order)) {
            left.erase(at, order.size());
        }
    }
    return left.empty();
}

/// Would SQLite read the keys, and where their rows stand, without the table?
bool is_covering(Session& session, const TableSchema& table, DuplicateRequest request,
                 const Index& index) {
    request.index = index.name;
    const auto plan = session.query_row_of(
        {&table},
        {"EXPLAIN QUERY PLAN " + scan_sql(StoreKind::sqlite, key_scan(table, request)),
         {ColumnType::integer, ColumnType::integer, ColumnType::integer, ColumnType::text}});
    return plan.back().bytes.ends_with("USING COVERING INDEX " + index.name);
}

void choose_in_sqlite(Session& session, const TableSchema& table, const DuplicateRequest& request,
                      unsigned jobs, IndexChoice& choice) {
    const std::string rowid = rowid_column(table);
    if (rowid.empty()) {
        choice.reason = "the rows of the table have no rowid to look some of them up by";
    } else if (!is_of_bytes(*choice.index)) {
        choice.reason = "it compares otherwise than by bytes, or holds an expression";
    } else if (!is_covering(session, table, request, *choice.index)) {
        choice.reason = "SQLite would look into the table for each row";
    } else {
        const IndexSample sample =
            read_index_sample(session, table, *choice.index, quote_identifier(rowid));
        choice.sizes = words_of_sample(sample);
        choice.reason = reason_to_read_table(sample, jobs);
    }
}

void choose_in_sqlite_or_not(Session& session, const TableSchema& table,
                             const DuplicateRequest& request, unsigned jobs, IndexChoice& choice) {
    try {
        choose_in_sqlite(session, table, request, jobs, choice);
    } catch (const Error& error) {
        // Whoever reads the table will say why it cannot be read.
        if (error.kind() == ErrorKind::cancelled) {
            throw;
        }
        choice.reason = "some of its entries could not be read";
    }
}

Names quoted(const Names& names) {
    Names all;
    std::transform(names.begin(), names.end(), std::back_inserter(all),
                   [](const std::string& name) { return quote_identifier(name); });
    return all;
}

/// Do the first entries of the index show a group? Then the table is read to show it, and the rest
/// of the index would be read in vain.
bool begins_with_group(Session& session, const TableSchema& table, const DuplicateRequest& request,
                       const Index& index) {
    constexpr int some = 10'000;
    const DuplicateKey& key = request.keys.front();
    const Names columns = quoted(leading_columns(index, names_of(table, key.columns)));
    const std::string list = fmt::format("{}", fmt::join(columns, ", "));
    const std::string where =
        key.nulls == NullPolicy::equal
            ? ""
            : fmt::format(" WHERE {} IS NOT NULL", fmt::join(columns, " IS NOT NULL AND "));
    const auto found = session.query_row(
        {fmt::format("SELECT EXISTS (SELECT FROM (SELECT {0} FROM {1}{2} ORDER BY {0} LIMIT {3}) "
                     "AS first GROUP BY {0} HAVING pg_catalog.count(*) OPERATOR(pg_catalog.>) 1)",
                     list, quote_table(table.ref), where, some),
         {ColumnType::boolean}});
    return found.front().integer != 0;
}

/// Takes the rows of index_count_query().
class GroupCountSink final : public BatchSink {
public:
    explicit GroupCountSink(NullPolicy nulls) : m_nulls(nulls) {}

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const std::int64_t rows = batch.columns[0].integer(row);
            const std::int64_t groups = batch.columns[2].integer(row);
            if (batch.columns[1].integer(row) != 0) {
                add_null_keys(rows, groups);
            } else {
                m_counts.rows += rows * groups;
                add(rows, groups);
            }
        }
    }
    const DuplicateCounts& counts() const noexcept { return m_counts; }

private:
    void add_null_keys(std::int64_t rows, std::int64_t groups) {
        m_counts.null_key_rows += rows * groups;
        if (m_nulls == NullPolicy::skip) {
            return;
        }
        m_counts.rows += rows * groups;
        if (m_nulls == NullPolicy::equal) {
            add(rows, groups);
        } else {
            m_counts.largest_group = std::max<std::int64_t>(m_counts.largest_group, 1);
        }
    }
    void add(std::int64_t rows, std::int64_t groups) {
        m_counts.distinct_keys += groups;
        m_counts.surplus_rows += (rows - 1) * groups;
        m_counts.largest_group = std::max(m_counts.largest_group, rows);
        if (rows > 1) {
            m_counts.duplicated_keys += groups;
            m_counts.sizes.add(rows, groups);
        }
    }

    NullPolicy m_nulls;
    DuplicateCounts m_counts;
};

} // namespace

IndexChoice choose_duplicate_index(Session& session, const TableSchema& table,
                                   const DuplicateRequest& request, unsigned jobs) {
    IndexChoice choice;
    for (const auto& key : request.keys) {
        choice.index = choice.index != nullptr ? choice.index
                                               : leading_index(table, names_of(table, key.columns));
    }
    if (choice.index == nullptr) {
        return choice;
    }
    choice.reason = reason_in_catalog(session.source().kind, table, request);
    if (choice.reason.empty() && session.source().kind == StoreKind::sqlite) {
        choose_in_sqlite_or_not(session, table, request, jobs, choice);
    } else if (choice.reason.empty()) {
        choice.reason = reason_of_server(session, table, request, *choice.index, jobs);
    }
    return choice;
}

Query index_count_query(const TableSchema& table, const DuplicateRequest& request,
                        const Index& index) {
    // Older servers only use the order of an index where GROUP BY names the columns in it.
    const Names columns =
        quoted(leading_columns(index, names_of(table, request.keys.front().columns)));
    return {fmt::format("SELECT g.n, g.has_null, pg_catalog.count(*) FROM (SELECT "
                        "pg_catalog.count(*) AS n, {} IS NULL AS has_null FROM {} GROUP BY {}) "
                        "AS g GROUP BY g.n, g.has_null",
                        fmt::join(columns, " IS NULL OR "), quote_table(table.ref),
                        fmt::join(columns, ", ")),
            {ColumnType::integer, ColumnType::boolean, ColumnType::integer}};
}

std::optional<DuplicateCounts> count_in_index(Session& session, const TableSchema& table,
                                              const DuplicateRequest& request, const Index& index) {
    GroupCountSink sink(request.keys.front().nulls);
    try {
        if (request.limit > 0 && begins_with_group(session, table, request, index)) {
            return std::nullopt;
        }
        session.query_rows(table, index_count_query(table, request, index), sink);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::timeout) {
            throw;
        }
        return std::nullopt; // a scan comes to an end however long it takes
    }
    const bool is_shown = request.limit > 0 && sink.counts().surplus_rows > 0;
    return is_shown ? std::nullopt : std::optional(sink.counts());
}

} // namespace assay
