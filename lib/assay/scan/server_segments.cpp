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

std::vector<std::string> quoted(const TableSchema& table, const std::vector<ReadColumn>& columns) {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const ReadColumn& column : columns) {
        names.push_back(quote_identifier(table.columns[column.ordinal].name));
    }
    return names;
}

/// Up to where the rows that it reads can be limited further.
/// @param place an expression: the sums that a row belongs to
std::string open_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash,
                     std::string_view place) {
    std::vector<std::string> columns = quoted(table, layout.key);
    for (std::string& name : quoted(table, layout.other)) {
        columns.push_back(std::move(name));
    }
    return fmt::format(
        "SELECT s, pg_catalog.count(*), pg_catalog.sum({})::pg_catalog.text, "
        "pg_catalog.sum({})::pg_catalog.text FROM (SELECT {} AS s, {} AS h FROM {}{}",
        first_half_sql(hash.function, "h"), second_half_sql(hash.function, "h"), place,
        row_hash_sql(hash, columns), quote_table(table.ref), condition_sql("WHERE", layout.where));
}

std::string segment_sql(const TableSchema& table, const RowLayout& layout, std::string_view first,
                        std::string_view shift) {
    return fmt::format("({}::pg_catalog.int8 OPERATOR(pg_catalog.-) ({})::pg_catalog.int8) "
                       "OPERATOR(pg_catalog.>>) {}",
                       quoted(table, layout.key).front(), first, shift);
}

/// By the second half: the hash of a numeric has few different ends.
std::string bucket_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash,
                       std::size_t count) {
    const std::vector<std::string> key = quoted(table, layout.key);
    const ServerHash of_key{
        hash.function,
        {hash.kinds.begin(), hash.kinds.begin() + static_cast<std::ptrdiff_t>(key.size())}};
    return fmt::format("({} OPERATOR(pg_catalog.&) {})",
                       second_half_sql(hash.function, row_hash_sql(of_key, key)), count - 1);
}

/// Rows with a NULL in the key have sums of their own, behind all others.
std::string bucket_or_odd_sql(const TableSchema& table, const RowLayout& layout,
                              const ServerHash& hash, std::size_t count) {
    std::string any_null;
    for (const std::string& name : quoted(table, layout.key)) {
        any_null += fmt::format("{}{} IS NULL", any_null.empty() ? "" : " OR ", name);
    }
    return fmt::format("{} OPERATOR(pg_catalog.+) CASE WHEN {} THEN {} ELSE 0 END",
                       bucket_sql(table, layout, hash, count), any_null, count);
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

/// @param open the statement, see open_sql()
SegmentedRows read_sums(Session& session, const TableSchema& table, const RowLayout& layout,
                        const std::string& open, std::size_t places) {
    const std::string_view word = layout.where.empty() ? "WHERE" : "AND";
    const auto parts = layout.access == RowAccess::scan ? session.split(scan_of(table, layout))
                                                        : std::vector<ScanPart>();
    SumSink sink(places);
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

void add(SegmentSums& sums, const SegmentSums& more) noexcept {
    sums.rows += more.rows;
    sums.first += more.first;
    sums.second += more.second;
}

/// As many bits, from the lowest one of the first byte on.
std::string hex_bits(const KeyBuckets& buckets) {
    std::string hex;
    for (std::size_t start = 0; start < buckets.count(); start += 8) {
        unsigned byte = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            byte |= buckets.contains(start + i) ? 1U << i : 0U;
        }
        hex += fmt::format("{:02x}", byte);
    }
    return hex;
}

} // namespace

SegmentedRows sum_in_server(Session& session, const TableSchema& table, const RowLayout& layout,
                            const KeySegments& segments, const ServerHash& hash) {
    const std::string place = segment_sql(table, layout, std::to_string(segments.keys().first),
                                          std::to_string(segments.shift()));
    return read_sums(session, table, layout, open_sql(table, layout, hash, place),
                     segments.count());
}

std::string sum_sql(const TableSchema& table, const RowLayout& layout, const ServerHash& hash) {
    return fmt::format(
        "{}{}", open_sql(table, layout, hash, segment_sql(table, layout, ":first", ":shift")),
        end_sql);
}

BucketedRows sum_buckets_in_server(Session& session, const TableSchema& table,
                                   const RowLayout& layout, std::size_t count,
                                   const ServerHash& hash) {
    const std::string place = bucket_or_odd_sql(table, layout, hash, count);
    const SegmentedRows all =
        read_sums(session, table, layout, open_sql(table, layout, hash, place), 2 * count);
    BucketedRows rows;
    rows.odd.resize(count);
    rows.buckets.assign(all.segments.begin(),
                        all.segments.begin() + static_cast<std::ptrdiff_t>(count));
    for (std::size_t i = 0; i < count; ++i) {
        add(rows.buckets[i], all.segments[count + i]);
        rows.odd[i] = all.segments[count + i].rows > 0;
    }
    return rows;
}

std::string bucket_sum_sql(const TableSchema& table, const RowLayout& layout, std::size_t count,
                           const ServerHash& hash) {
    const std::string place = bucket_or_odd_sql(table, layout, hash, count);
    return fmt::format("{}{}", open_sql(table, layout, hash, place), end_sql);
}

std::string in_buckets_sql(const TableSchema& table, const RowLayout& layout,
                           const KeyBuckets& buckets, const ServerHash& hash) {
    return fmt::format("pg_catalog.get_bit(pg_catalog.decode('{}', 'hex'), {}::pg_catalog.int4) "
                       "OPERATOR(pg_catalog.=) 1",
                       hex_bits(buckets), bucket_sql(table, layout, hash, buckets.count()));
}

} // namespace assay
