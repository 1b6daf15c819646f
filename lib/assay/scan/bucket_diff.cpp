// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/bucket_diff.hpp"

#include "assay/scan/both_sides.hpp"
#include "assay/scan/key_buckets.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t bucket_count = 65'536;
/// With fewer of them, 40 bytes a row are not many, and a scan less is faster.
constexpr std::int64_t fewest_rows = 100'000;

struct Compared {
    std::int64_t equal_rows = 0;   ///< of each side
    std::int64_t unequal_rows = 0; ///< of both
    KeyBuckets unequal{bucket_count};
};

Compared compare(const BucketedRows& a, const BucketedRows& b) {
    Compared compared;
    for (std::size_t i = 0; i < bucket_count; ++i) {
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

bool is_small(const TableSchema& table) noexcept {
    return table.stats.row_estimate && *table.stats.row_estimate < fewest_rows;
}

} // namespace

bool has_buckets(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request) {
    return !request.key.empty() && !(is_small(a) && is_small(b)) &&
           keeps_keys_apart(a, layout_of(Side::a, request).key) &&
           keeps_keys_apart(b, layout_of(Side::b, request).key);
}

std::optional<RowDiff> diff_by_buckets(const DiffSide& a, const DiffSide& b,
                                       const RowDiffRequest& request) {
    const RowLayout layout_a = layout_of(Side::a, request);
    const RowLayout layout_b = layout_of(Side::b, request);
    BucketedRows rows_a;
    BucketedRows rows_b;
    on_both_sides([&] { rows_a = read_buckets(a.session, a.table, layout_a, bucket_count); },
                  [&] { rows_b = read_buckets(b.session, b.table, layout_b, bucket_count); });
    const Compared compared = compare(rows_a, rows_b);
    if (compared.unequal_rows > compared.equal_rows) {
        return std::nullopt;
    }
    RowDiff diff;
    diff.changed_cells.assign(request.other.size(), 0);
    if (compared.unequal_rows > 0) {
        RowDiffRequest narrow = request;
        narrow.only = &compared.unequal;
        diff = diff_rows(a, b, narrow);
    }
    diff.unchanged += compared.equal_rows;
    diff.rows_a += compared.equal_rows;
    diff.rows_b += compared.equal_rows;
    return diff;
}

} // namespace assay
