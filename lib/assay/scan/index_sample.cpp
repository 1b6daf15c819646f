// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/index_sample.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace assay {
namespace {

/// Of fewer rows it does not matter what is read.
constexpr std::int64_t least_rows = 2'000;
constexpr int most_sampled = 128;
/// Of long rows fewer are looked up.
constexpr std::int64_t most_sampled_bytes = std::int64_t{4} << 20;
/// A session that reads an index takes clearly less than one that reads so many times its bytes of
/// a table. The keys cost both as much, so that of short rows neither is worth a choice.
constexpr std::int64_t worthwhile_ratio = 6;
/// The headers of a row or an entry, and the rowid.
constexpr std::int64_t frame_bytes = 8;

struct AverageBytes {
    std::int64_t row = 0;
    std::int64_t entry = 0;
};

/// What a scan reads of a row, on average, and an entry.
AverageBytes average_bytes(const IndexSample& sample) noexcept {
    AverageBytes sums;
    for (const SampledRow& row : sample.sampled) {
        sums.row += local_bytes(row.row_bytes, sample.page_bytes);
        sums.entry += row.entry_bytes;
    }
    const auto count = std::max<std::int64_t>(1, static_cast<std::int64_t>(sample.sampled.size()));
    return {sums.row / count, sums.entry / count};
}

/// The bytes of a value: length() of a text counts characters.
std::string bytes_of(std::string_view row, const std::string& column) {
    return fmt::format("(CASE typeof({0}.{1}) WHEN 'text' THEN length(CAST({0}.{1} AS BLOB)) WHEN "
                       "'blob' THEN length({0}.{1}) WHEN 'null' THEN 1 ELSE 8 END)",
                       row, quote_identifier(column));
}

/// Halved again and again, because SQLite takes no expression that is deep.
std::string sum_of(std::span<const std::string> terms) {
    if (terms.size() == 1) {
        return terms.front();
    }
    const std::size_t half = terms.size() / 2;
    return fmt::format("({} + {})", sum_of(terms.first(half)), sum_of(terms.subspan(half)));
}

std::string bytes_of_row(const TableSchema& table) {
    std::vector<std::string> terms{std::to_string(frame_bytes)};
    for (const ColumnSpec& column : table.columns) {
        if (column.generated != Generated::virtual_column) {
            terms.push_back(bytes_of("r", column.name));
        }
    }
    return sum_of(terms);
}

std::string bytes_of_entry(const Index& index) {
    std::vector<std::string> terms{std::to_string(frame_bytes)};
    for (const std::string& column : index.columns) {
        terms.push_back(bytes_of("r", column));
    }
    return sum_of(terms);
}

/// The entry of the index for a row: one step down its tree, because the rowid is its last column.
std::string is_entry(const Index& index, const std::string& rowid) {
    std::string condition = fmt::format("e.{0} = r.{0}", rowid);
    for (const std::string& column : index.columns) {
        condition += fmt::format(" AND e.{0} COLLATE BINARY IS r.{0}", quote_identifier(column));
    }
    return condition;
}

Query facts_query(const TableSchema& table, const Index& index) {
    return {fmt::format("SELECT (SELECT page_size FROM pragma_page_size), (SELECT count(*) FROM "
                        "(SELECT 1 FROM {} INDEXED BY {} LIMIT {}))",
                        quote_table(table.ref), quote_identifier(index.name), least_rows),
            {ColumnType::integer, ColumnType::integer}};
}

class SampleSink final : public BatchSink {
public:
    explicit SampleSink(std::vector<SampledRow>& rows) : m_rows(rows) {}
    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_rows.push_back({batch.columns[0].integer(row), batch.columns[1].integer(row),
                              batch.columns[2].integer(row) != 0});
        }
    }

private:
    std::vector<SampledRow>& m_rows;
};

} // namespace

std::int64_t local_bytes(std::int64_t row_bytes, std::int64_t page_bytes) noexcept {
    // "Database File Format" 1.6
    const std::int64_t most = page_bytes - 35;
    if (row_bytes <= most) {
        return row_bytes;
    }
    const std::int64_t least = (page_bytes - 12) * 32 / 255 - 23;
    const std::int64_t fitting = least + (row_bytes - least) % (page_bytes - 4);
    return fitting <= most ? fitting : least;
}

std::string words_of_sample(const IndexSample& sample) {
    const AverageBytes bytes = average_bytes(sample);
    return fmt::format("a row of the table takes about {}, an entry of the index {}",
                       count_of(bytes.row, "byte"), group_digits(bytes.entry));
}

std::string reason_to_read_table(const IndexSample& sample, unsigned jobs) {
    if (sample.rows < least_rows) {
        return fmt::format("it has fewer than {} entries", group_digits(least_rows));
    }
    if (std::any_of(sample.sampled.begin(), sample.sampled.end(),
                    [](const SampledRow& row) { return !row.is_indexed; })) {
        return "it is damaged and misses rows of the table: REINDEX mends it";
    }
    const AverageBytes bytes = average_bytes(sample);
    if (bytes.row < bytes.entry * worthwhile_ratio * std::max(jobs, 1U)) {
        return fmt::format("{}: a scan of the table by {} takes less time", words_of_sample(sample),
                           count_of(jobs, "session"));
    }
    return {};
}

Query sample_query(const TableSchema& table, const Index& index, const std::string& rowid) {
    // Down from the last row, which a damaged index is the first to miss.
    return {fmt::format(
                "WITH RECURSIVE ends(first, last) AS (SELECT (SELECT min({0}) FROM {1}), (SELECT "
                "max({0}) FROM {1})), sample(step, row_bytes, entry_bytes, is_indexed, bytes) AS "
                "(SELECT 0, 0, 0, 0, 0 UNION ALL SELECT s.step + 1, {2}, {3}, EXISTS (SELECT 1 "
                "FROM {1} AS e INDEXED BY {4} WHERE {5}), s.bytes + s.row_bytes FROM sample AS s "
                "CROSS JOIN ends CROSS JOIN {1} AS r WHERE s.step < {6} AND s.bytes + s.row_bytes "
                "< {7} AND r.{0} = (SELECT max(p.{0}) FROM {1} AS p WHERE p.{0} <= ends.last - "
                "(ends.last - ends.first) / {6} * s.step)) SELECT row_bytes, entry_bytes, "
                "is_indexed FROM sample "
                "WHERE step > 0",
                rowid, quote_table(table.ref), bytes_of_row(table), bytes_of_entry(index),
                quote_identifier(index.name), is_entry(index, rowid), most_sampled,
                most_sampled_bytes),
            {ColumnType::integer, ColumnType::integer, ColumnType::integer}};
}

IndexSample read_index_sample(Session& session, const TableSchema& table, const Index& index,
                              const std::string& rowid) {
    const auto facts = session.query_row_of({&table}, facts_query(table, index));
    IndexSample sample{facts[0].integer, facts[1].integer, {}};
    if (sample.rows >= least_rows) {
        SampleSink sink(sample.sampled);
        session.query_rows(table, sample_query(table, index, rowid), sink);
    }
    return sample;
}

bool has_entries(Session& session, const PlacedTable& table, const Index& index,
                 std::span<const RowPlace> places) {
    constexpr std::size_t rows_of_a_statement = 500;
    const TableSchema& schema = table.schema();
    const std::string name = quote_table(schema.ref);
    const std::string entry = is_entry(index, quote_identifier(rowid_column(schema)));
    while (!places.empty()) {
        const auto some = places.first(std::min(places.size(), rows_of_a_statement));
        const auto found = session.query_row_of(
            {&schema},
            {fmt::format("SELECT count(*) FROM {0} AS r WHERE {1} AND EXISTS (SELECT 1 "
                         "FROM {0} AS e INDEXED BY {2} WHERE {3})",
                         name, table.condition(some), quote_identifier(index.name), entry),
             {ColumnType::integer}});
        if (found.front().integer != static_cast<std::int64_t>(some.size())) {
            return false;
        }
        places = places.subspan(some.size());
    }
    return true;
}

} // namespace assay
