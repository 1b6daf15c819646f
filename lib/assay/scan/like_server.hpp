// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/comparable.hpp"
#include "assay/scan/hash_kind.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace assay {

/// Can the client hash values of a kind as a server does, so that cells of another store that
/// compare as equal to one have its hash, and no others? Texts that are equal but for trailing
/// blanks have hashes of their own in any case: they are looked at as if they differed.
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
