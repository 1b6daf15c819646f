// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/spill_sorter.hpp"
#include "assay/match/parallel_for.hpp"
#include "assay/match/records.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>

namespace assay {

/// A record under one of its keys. Records with one key make a block.
struct BlockKey {
    std::uint64_t key = 0;
    std::uint32_t record = 0;
    friend auto operator<=>(const BlockKey&, const BlockKey&) = default;
    friend bool operator==(const BlockKey&, const BlockKey&) = default;
};
using BlockKeys = SpillSorter<BlockKey>;

/// Add every value of three characters or more, field by field.
void add_value_keys(const Records& records, BlockKeys& keys);
/// Add every two values of a record, among the fields that tell most.
void add_value_pair_keys(const Records& records, BlockKeys& keys);
/// Add every word of a record, whatever field it stands in.
void add_word_keys(const Records& records, BlockKeys& keys);
/// How a MinHash signature is cut into keys: two records share one of `count` with probability
/// 1 - (1 - s^rows)^count, where s is the Jaccard similarity of their 3-grams.
struct Bands {
    std::size_t count = 24;
    std::size_t rows = 3;
};
/// Add the bands of a MinHash signature over the 3-grams of a record.
void add_similarity_keys(const Records& records, const Effort& effort, BlockKeys& keys,
                         Bands bands = {});

} // namespace assay
