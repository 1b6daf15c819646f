// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/bucket_diff.hpp"

#include "assay/scan/both_sides.hpp"
#include "assay/scan/hash_plan.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/scan/server_segments.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t bucket_count = 65'536;
/// With fewer of them, 40 bytes a row are not many, and a scan less is faster.
constexpr std::int64_t fewest_rows = 100'000;

struct Compared {
    std::int64_t equal_rows = 0;   ///< of each side
    std::int64_t unequal_rows = 0; ///< of both
    KeyBuckets unequal;
};

Compared compare(const BucketedRows& a, const BucketedRows& b) {
    Compared compared{0, 0, KeyBuckets(a.buckets.size())};
    for (std::size_t i = 0; i < a.buckets.size(); ++i) {
        const SegmentSums& in_a = a.buckets[i];
        const SegmentSums& in_b = b.buckets[i];
        // Rows with odd keys are counted as duplicates, and must be seen for that.
        if (in_a == in_b && !a.odd[i] && !b.odd[i]) {
            compared.equal_rows += in_a.rows;
        } else {
            compared.unequal_rows += in_a.rows + in_b.rows;
            compared.unequal.add(i);
        }
    }
    return compared;
}

std::string both(const std::string& where, const std::string& condition) {
    return where.empty() ? condition : fmt::format("({}\n) AND {}", where, condition);
}

/// The rows of the buckets alone, as far as the servers can tell which ones these are.
RowDiffRequest narrowed(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                        const KeyBuckets& buckets, const std::optional<ServerHash>& hash) {
    RowDiffRequest narrow = request;
    narrow.like_server = hash ? hash->kinds : std::vector<HashKind>();
    const auto narrow_side = [&](const DiffSide& side, const RowLayout& layout, std::string& where,
                                 std::string& young, const KeyBuckets*& only) {
        if (!hash || side.session.source().kind != StoreKind::postgresql) {
            only = &buckets;
            return;
        }
        const std::string condition = in_buckets_sql(side.table, layout, buckets, *hash);
        where = both(where, condition);
        young = young.empty() ? "" : both(young, condition);
    };
    narrow_side(a, layout_of(Side::a, request), narrow.where_a, narrow.young_a, narrow.only_a);
    narrow_side(b, layout_of(Side::b, request), narrow.where_b, narrow.young_b, narrow.only_b);
    return narrow;
}

bool is_small(const TableSchema& table) noexcept {
    return table.stats.row_estimate && *table.stats.row_estimate < fewest_rows;
}

} // namespace

std::string reason_without_buckets(const TableSchema& a, const TableSchema& b,
                                   const RowDiffRequest& request) {
    if (request.key.empty()) {
        return "whole rows are compared";
    }
    if (is_small(a) && is_small(b)) {
        return "both tables are small";
    }
    std::string reason = reason_keys_are_not_apart(a, layout_of(Side::a, request).key);
    return reason.empty() ? reason_keys_are_not_apart(b, layout_of(Side::b, request).key) : reason;
}

bool has_buckets(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request) {
    return reason_without_buckets(a, b, request).empty();
}

std::optional<ServerHash> bucket_hash(const DiffSide& a, const DiffSide& b,
                                      const RowDiffRequest& request) {
    return has_buckets(a.table, b.table, request) ? plan_hash(a, b, request).hash : std::nullopt;
}

std::optional<RowDiff> diff_by_buckets(const DiffSide& a, const DiffSide& b,
                                       const RowDiffRequest& request,
                                       const std::optional<ServerHash>& hash) {
    const auto read = [&](const DiffSide& side, RowLayout layout) {
        if (hash && side.session.source().kind == StoreKind::postgresql) {
            return sum_buckets_in_server(side.session, side.table, layout, buckets_of_servers,
                                         *hash);
        }
        layout.like_server = hash ? hash->kinds : std::vector<HashKind>();
        return read_buckets(side.session, side.table, layout,
                            hash ? buckets_of_servers : bucket_count);
    };
    BucketedRows rows_a;
    BucketedRows rows_b;
    on_both_sides([&] { rows_a = read(a, layout_of(Side::a, request)); },
                  [&] { rows_b = read(b, layout_of(Side::b, request)); });
    const Compared compared = compare(rows_a, rows_b);
    if (compared.unequal_rows > compared.equal_rows) {
        return std::nullopt;
    }
    RowDiff diff;
    diff.changed_cells.assign(request.other.size(), 0);
    if (compared.unequal_rows > 0) {
        diff = diff_rows(a, b, narrowed(a, b, request, compared.unequal, hash));
    }
    diff.unchanged += compared.equal_rows;
    diff.rows_a += compared.equal_rows;
    diff.rows_b += compared.equal_rows;
    return diff;
}

} // namespace assay
