// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/hash_kind.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What a server makes a hash of 64 bits with.
enum class HashFunction : std::uint8_t {
    lookup3, ///< the functions behind hash joins, see lookup3()
    md5      ///< three times as slow, and the same on all servers
};

/// How the servers of a comparison hash a row.
struct ServerHash {
    HashFunction function = HashFunction::lookup3;
    std::vector<HashKind> kinds; ///< of the columns of the comparison, those of the key first
    friend bool operator==(const ServerHash&, const ServerHash&) = default;
};

/// An expression over the row of a table: of 64 bits, or 32 hex digits of an MD5. See
/// first_sum_sql(). Of lookup3, which columns are NULL is the seed; each column is hashed with the
/// hash of those before as its seed. The blind spots of the functions are filled in: they fold the
/// halves of a bigint, and leave the sign of a numeric out. Of MD5, the texts of the values with
/// their lengths before them are hashed as UTF-8.
/// @param columns as many names as there are kinds
std::string row_hash_sql(const ServerHash& hash, const std::vector<std::string>& columns);

/// The first 64 bits of a row hash, as a bigint.
std::string first_half_sql(HashFunction function, std::string_view row_hash);
/// Another 64 bits; of lookup3 they follow from the first.
std::string second_half_sql(HashFunction function, std::string_view row_hash);

} // namespace assay
