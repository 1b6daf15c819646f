// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/hash_plan.hpp"

#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/segment_diff.hpp"
#include "assay/scan/server_hash_choice.hpp"
#include "assay/store/plan_number.hpp"
#include "assay/store/sql.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace assay {
namespace {

/// Nanoseconds of processor time that one cell takes, and its bytes in a binary COPY, where the
/// length of each has 4.
struct CellCost {
    double in_server = 0; ///< to hash it there
    double as_text = 0;   ///< the same with MD5
    double in_client = 0; ///< for the server to send it, and for the client to read and hash it
    double bytes = 0;
};

// Measured in November 2026 with Postgres 15 on a socket: 150,000 rows of 31 columns of each type,
// hashed by the server, and sent by a binary COPY and hashed by the client; 100,000 rows of 30
// columns for MD5. Processor time divided by cells.
CellCost cell_cost(ColumnType type) noexcept {
    switch (type) {
    case ColumnType::boolean: return {20, 100, 36, 5};
    case ColumnType::integer: return {36, 130, 43, 12};
    case ColumnType::real: return {20, 190, 46, 12};
    case ColumnType::decimal: return {58, 630, 85, 16};
    case ColumnType::uuid: return {27, 300, 65, 20};
    case ColumnType::date: return {50, 180, 45, 8};
    case ColumnType::time: return {39, 185, 145, 12};
    case ColumnType::timestamp:
    case ColumnType::timestamptz: return {80, 225, 48, 12};
    case ColumnType::text:
    case ColumnType::interval:
    case ColumnType::bytes:
    case ColumnType::json:
    case ColumnType::other: break;
    }
    return {23, 70, 46, 4};
}

// Measured with them.
constexpr double row_in_server = 150; ///< to read it, and to add it to the sums of its segment
constexpr double row_as_text = 1'100;
constexpr double row_in_client = 130;
constexpr double row_bytes = 2;
constexpr double text_byte_in_server = 0.25;
constexpr double text_byte_as_text = 3;
constexpr double text_byte_in_client = 0.8;
/// What the client takes more to hash SQLite's rows as a server does. Measured with an orders-like
/// table of 12 columns.
constexpr double like_server_factor = 2.5;
constexpr double sum_bytes = 57; ///< a place, a number of rows and two sums as texts
constexpr double ns_per_second = 1e9;
/// Of a network of 1 Gbit/s, without what frames and acknowledgements take.
constexpr double network_bytes_per_second = 117e6;

/// Of a column in SQLite.
constexpr double usual_text_bytes = 16;

bool has_texts(ColumnType type) noexcept {
    return type == ColumnType::text || type == ColumnType::json || type == ColumnType::bytes ||
           type == ColumnType::interval || type == ColumnType::other;
}

double network_seconds(Route route, double bytes) noexcept {
    return route == Route::network ? bytes / network_bytes_per_second : 0;
}

double row_width(const HashedSide& side) noexcept {
    double bytes = row_bytes + side.text_bytes;
    for (const ColumnType type : side.columns) {
        bytes += cell_cost(type).bytes;
    }
    return bytes;
}

HashCost cost(Route route, double bytes, double nanoseconds) noexcept {
    return {std::llround(bytes), nanoseconds / ns_per_second + network_seconds(route, bytes)};
}

/// Of an average row.
double text_bytes(const DiffSide& side, const std::vector<std::size_t>& ordinals) {
    const StoreKind kind = side.session.source().kind;
    ScanRequest texts;
    texts.table = &side.table;
    std::copy_if(ordinals.begin(), ordinals.end(), std::back_inserter(texts.columns),
                 [&](std::size_t ordinal) { return has_texts(side.table.columns[ordinal].type); });
    if (texts.columns.empty()) {
        return 0;
    }
    std::optional<double> width;
    if (kind == StoreKind::postgresql) {
        // The server knows it from its statistics: those hold values too, and are not asked for.
        const auto plan = side.session.query_row(
            {"EXPLAIN (FORMAT JSON) " + scan_sql(kind, texts), {ColumnType::json}});
        width = plan_number(plan.at(0).bytes, "Plan Width");
    }
    return width.value_or(usual_text_bytes * static_cast<double>(texts.columns.size()));
}

std::vector<std::size_t> ordinals_of(const RowLayout& layout) {
    std::vector<std::size_t> ordinals;
    for (const auto* columns : {&layout.key, &layout.other}) {
        std::transform(columns->begin(), columns->end(), std::back_inserter(ordinals),
                       [](const ReadColumn& column) { return column.ordinal; });
    }
    return ordinals;
}

HashedSide hashed_side(const DiffSide& side, const RowLayout& layout) {
    const auto ordinals = ordinals_of(layout);
    HashedSide hashed;
    hashed.route = side.session.source().route;
    for (const std::size_t ordinal : ordinals) {
        hashed.columns.push_back(side.table.columns[ordinal].type);
    }
    hashed.text_bytes = text_bytes(side, ordinals);
    const TableStats& stats = side.table.stats;
    hashed.rows = stats.row_estimate.value_or(
        std::llround(static_cast<double>(stats.table_bytes.value_or(0)) / row_width(hashed)));
    return hashed;
}

/// As if the keys had no gaps.
SentSums sums_of_segments(std::int64_t rows) {
    return {std::min<std::int64_t>(most_segments, rows / std::int64_t{keys_per_segment}), false};
}

} // namespace

HashCost client_hash_cost(const HashedSide& side) {
    const auto rows = static_cast<double>(side.rows);
    double nanoseconds = row_in_client + text_byte_in_client * side.text_bytes;
    for (const ColumnType type : side.columns) {
        nanoseconds += cell_cost(type).in_client;
    }
    const double bytes = side.route == Route::file ? 0 : rows * row_width(side);
    return cost(side.route, bytes, rows * nanoseconds);
}

HashCost like_server_hash_cost(const HashedSide& side) {
    HashCost cost = client_hash_cost(side);
    cost.seconds *= like_server_factor;
    return cost;
}

HashCost server_hash_cost(const HashedSide& side, const SentSums& sums, HashFunction function) {
    const auto rows = static_cast<double>(side.rows);
    const bool as_text = function == HashFunction::md5;
    double nanoseconds = as_text ? row_as_text + text_byte_as_text * side.text_bytes
                                 : row_in_server + text_byte_in_server * side.text_bytes;
    for (const ColumnType type : side.columns) {
        nanoseconds += as_text ? cell_cost(type).as_text : cell_cost(type).in_server;
    }
    nanoseconds *= rows;
    // A statement takes about a second.
    const double statements =
        sums.in_each_statement ? std::max(1.0, std::ceil(nanoseconds / ns_per_second)) : 1;
    const double sent = std::min(rows, static_cast<double>(sums.places) * statements);
    return cost(side.route, sent * sum_bytes, nanoseconds);
}

bool servers_shall_hash(const HashCosts& a, const HashCosts& b) noexcept {
    constexpr double sure = 0.8;
    return a.server && b.server &&
           (a.server->seconds + b.server->seconds) * sure <= a.client.seconds + b.client.seconds;
}

HashPlan plan_hash(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    HashedSide side_a = hashed_side(a, layout_of(Side::a, request));
    HashedSide side_b = hashed_side(b, layout_of(Side::b, request));
    // SQLite may tell nothing: then as many as on the other side.
    side_a.rows = side_a.rows == 0 ? side_b.rows : side_a.rows;
    side_b.rows = side_b.rows == 0 ? side_a.rows : side_b.rows;
    HashPlan plan;
    plan.a.client = client_hash_cost(side_a);
    plan.b.client = client_hash_cost(side_b);
    const bool by_segments = has_segments(a.table, b.table, request);
    const std::string one_by_one =
        by_segments ? "" : reason_without_buckets(a.table, b.table, request);
    if (!one_by_one.empty()) {
        plan.obstacle = one_by_one + ", so rows are sent one by one";
        return plan;
    }
    ServerHashChoice choice = choose_server_hash(a, b, request);
    if (!choice.hash) {
        plan.obstacle = std::move(choice.obstacle);
        return plan;
    }
    const SentSums sums = by_segments ? sums_of_segments(std::max(side_a.rows, side_b.rows))
                                      : SentSums{buckets_of_servers, true};
    const auto by_server = [&](const HashedSide& side) {
        return side.route == Route::file ? like_server_hash_cost(side)
                                         : server_hash_cost(side, sums, choice.hash->function);
    };
    plan.a.server = by_server(side_a);
    plan.b.server = by_server(side_b);
    if (servers_shall_hash(plan.a, plan.b)) {
        plan.hash = std::move(choice.hash);
    }
    return plan;
}

} // namespace assay
