// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/server_segments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {
namespace {

using Clock = std::chrono::steady_clock;

/// The last 64 bits of an integer of any length.
std::uint64_t last_bits(std::string_view digits) noexcept {
    const bool negative = digits.starts_with('-');
    std::uint64_t number = 0;
    for (const char digit : digits.substr(negative ? 1 : 0)) {
        number = number * 10 + static_cast<std::uint64_t>(digit - '0');
    }
    return negative ? 0 - number : number;
}

class SumSink final : public BatchSink {
public:
    explicit SumSink(std::size_t segments) { rows.segments.resize(segments); }

    void consume(const RowBatch& batch) override {
        const auto& columns = batch.columns;
        for (std::size_t i = 0; i < batch.row_count; ++i) {
            const std::int64_t count = columns[1].integer(i);
            if (columns[0].kind(i) != CellKind::integer) {
                rows.odd_rows += count; // without a key
                continue;
            }
            SegmentSums& sums = rows.segments.at(static_cast<std::size_t>(columns[0].integer(i)));
            sums.rows += count;
            sums.first += last_bits(columns[2].bytes(i));
            sums.second += last_bits(columns[3].bytes(i));
        }
    }

    SegmentedRows rows;
};

/// Up to where the rows that it reads can be limited further.
std::string open_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash,
                     std::string_view first, std::string_view shift) {
    std::vector<std::string> columns;
    for (const auto* some : {&layout.key, &layout.other}) {
        for (const ReadColumn& column : *some) {
            columns.push_back(quote_identifier(table.columns[column.ordinal].name));
        }
    }
    return fmt::format("SELECT s, pg_catalog.count(*), pg_catalog.sum(h)::pg_catalog.text, "
                       "pg_catalog.sum(pg_catalog.hashint8extended(h, 1))::pg_catalog.text FROM "
                       "(SELECT ({}::pg_catalog.int8 OPERATOR(pg_catalog.-) "
                       "({})::pg_catalog.int8) OPERATOR(pg_catalog.>>) {} AS s, {} AS h FROM {}{}",
                       columns.front(), first, shift, row_hash_sql(hash, columns),
                       quote_table(table.ref), condition_sql("WHERE", layout.where));
}

/// OFFSET keeps the hash from being put in the place of each h.
constexpr std::string_view end_sql = " OFFSET 0) AS q GROUP BY 1";

enum class Upto : std::uint8_t { last_page, end };

/// The pages of some parts, one after the other. The end is open: the table may have grown.
std::string pages_sql(std::string_view word, std::span<const ScanPart> parts, Upto upto) {
    std::string sql =
        fmt::format(" {} ctid OPERATOR(pg_catalog.>=) '({},0)'", word, parts.front().first);
    if (upto == Upto::last_page) {
        sql += fmt::format(" AND ctid OPERATOR(pg_catalog.<) '({},0)'", parts.back().last + 1);
    }
    return sql;
}

Query sums(std::string sql) {
    return {std::move(sql),
            {ColumnType::integer, ColumnType::integer, ColumnType::text, ColumnType::text}};
}

/// How many parts to read at a time: as many as take about a second.
std::size_t adapted(std::size_t parts, Clock::duration elapsed) noexcept {
    constexpr std::chrono::milliseconds slow{1'400};
    constexpr std::chrono::milliseconds fast{700};
    return elapsed > slow ? std::max<std::size_t>(1, parts / 2)
                          : (elapsed < fast ? parts * 2 : parts);
}

} // namespace

SegmentedRows sum_in_server(Session& session, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments, const ServerHash& hash) {
    const std::string open = open_sql(table, layout, hash, std::to_string(segments.keys().first),
                                      std::to_string(segments.shift()));
    const std::string_view word = layout.where.empty() ? "WHERE" : "AND";
    const std::vector<ScanPart> parts = session.split(scan_of(table, layout));
    SumSink sink(segments.count());
    if (parts.empty()) {
        session.query_rows(table, sums(fmt::format("{}{}", open, end_sql)), sink);
    }
    std::span<const ScanPart> left = parts;
    for (std::size_t at_a_time = 4; !left.empty();) {
        const auto some = left.first(std::min(at_a_time, left.size()));
        left = left.subspan(some.size());
        const std::string pages = pages_sql(word, some, left.empty() ? Upto::end : Upto::last_page);
        const auto start = Clock::now();
        session.query_rows(table, sums(fmt::format("{}{}{}", open, pages, end_sql)), sink);
        at_a_time = adapted(at_a_time, Clock::now() - start);
    }
    return std::move(sink.rows);
}

std::string sum_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash) {
    return fmt::format("{}{}", open_sql(table, layout, hash, ":first", ":shift"), end_sql);
}

} // namespace assay
