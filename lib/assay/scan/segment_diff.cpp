// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/segment_diff.hpp"

#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/hash_plan.hpp"
#include "assay/scan/key_segments.hpp"
#include "assay/scan/profiler.hpp"
#include "assay/scan/slice_diff.hpp"
#include "assay/scan/unequal_ranges.hpp"

#include <algorithm>
#include <optional>

namespace assay {
namespace {

/// With fewer of them than that, 40 bytes a row are not many.
constexpr std::uint64_t fewest_keys = 4'096;
/// How to cut the keys of both sides; nullopt where it is not worth it.
std::optional<KeySegments> cut(const DiffSide& a, const DiffSide& b,
                               const RowDiffRequest& request) {
    const auto keys_a = key_range(a.session, a.table, request.key.front().a);
    const auto keys_b = key_range(b.session, b.table, request.key.front().b);
    if (!keys_a || !keys_b) {
        return std::nullopt;
    }
    const KeyRange keys{std::min(keys_a->first, keys_b->first),
                        std::max(keys_a->last, keys_b->last)};
    const std::uint64_t span =
        static_cast<std::uint64_t>(keys.last) - static_cast<std::uint64_t>(keys.first);
    if (span < fewest_keys) {
        return std::nullopt;
    }
    return KeySegments(keys, static_cast<std::size_t>(
                                 std::min<std::uint64_t>(most_segments, span / keys_per_segment)));
}

/// @return nullopt if the rows have to be compared one by one
std::optional<RowDiff> diff_by_segments(const DiffSide& a, const DiffSide& b,
                                        const RowDiffRequest& request) {
    const auto segments = cut(a, b, request);
    if (!segments) {
        return std::nullopt;
    }
    const auto compared = compare_sums(a, b, request, *segments, sum_hash(a, b, request));
    // Many ranges are read faster in one go.
    if (!compared || rows_of(compared->unequal) > compared->equal_rows) {
        return std::nullopt;
    }
    return read_unequal(a, b, request, *compared);
}

} // namespace

bool has_segments(const TableSchema& a, const TableSchema& b, const RowDiffRequest& request) {
    if (request.key.size() != 1) {
        return false;
    }
    const auto is_unique_integer = [](const TableSchema& table, std::size_t ordinal) {
        return table.columns[ordinal].type == ColumnType::integer &&
               is_declared_unique(table, ordinal);
    };
    return is_unique_integer(a, request.key.front().a) &&
           is_unique_integer(b, request.key.front().b);
}

std::optional<ServerHash> sum_hash(const DiffSide& a, const DiffSide& b,
                                   const RowDiffRequest& request) {
    return has_segments(a.table, b.table, request) ? plan_hash(a, b, request).hash : std::nullopt;
}

RowDiff diff_tables(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    if (ends_at_first_slice(a, b, request)) {
        SliceProgress progress;
        return diff_by_slices(a, b, request, progress);
    }
    if (has_segments(a.table, b.table, request)) {
        if (auto diff = diff_by_segments(a, b, request)) {
            return std::move(*diff);
        }
    } else if (has_buckets(a.table, b.table, request)) {
        if (auto diff = diff_by_buckets(a, b, request, bucket_hash(a, b, request))) {
            return std::move(*diff);
        }
    }
    return diff_rows(a, b, request);
}

} // namespace assay
