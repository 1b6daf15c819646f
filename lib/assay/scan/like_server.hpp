// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"
#include "assay/scan/hash_kind.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// What the seed is turned over with before a column is hashed: zeros and infinities of some kinds
/// leave the seed as it is, and without it could change places with their neighbours unseen. Of
/// others 0.
/// @param place of the column among all
std::int64_t turn_of_seed(HashKind kind, std::size_t place) noexcept;

/// Can the client hash values of a kind as a server does, so that no cell of another store has the
/// hash of a value that it compares as different from? Few that compare as equal have another one,
/// and are looked at as if they differed: texts that are equal but for trailing blanks, integers
/// from 2^53 on beside a double, numbers that are none or infinite.
bool hashes_like_server(HashKind kind, Comparison comparison) noexcept;

/// Hash the rows of a batch as a server does with lookup3, see row_hash_sql(). A cell that no value
/// of the kind equals, a text in a column of numbers, has a hash of its own.
/// @param kinds of the first columns of the batch: with fewer than all, the hash of a key
/// @param comparisons how these are compared, as hashes_like_server() allows it
/// @param hashes receives one hash for each row
/// @param scratch memory to reuse between calls
void hash_like_server(std::span<const HashKind> kinds, std::span<const Comparison> comparisons,
                      const RowBatch& batch, std::vector<std::uint64_t>& hashes,
                      std::string& scratch);

/// Another 64 bits of it, as second_half_sql() gives them.
std::uint64_t second_half(std::uint64_t row_hash) noexcept;

} // namespace assay
