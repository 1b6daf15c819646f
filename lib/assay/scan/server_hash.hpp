// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// How a Postgres server hashes a value of a column, so that equal values have equal hashes and
/// others have not.
enum class HashKind : std::uint8_t {
    integer,       ///< bigint, and smaller ones beside it
    small_integer, ///< smallint and integer
    decimal,       ///< numeric
    real,          ///< real
    wide_real,     ///< double precision
    boolean,
    text, ///< text and character varying, by their bytes
    uuid,
    moment,      ///< timestamp, with or without time zone
    time_of_day, ///< time
    date
};

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

/// A hash that each side can make where its rows are, or why there is none.
struct ServerHashChoice {
    std::optional<ServerHash> hash;
    std::string obstacle; ///< empty if there is a hash
};

/// How the rows of two tables are hashed by their own servers. The functions of lookup3 are
/// promised to be stable within a major version only and differ by the byte order of the machine:
/// the servers are asked for the hashes of some known values, and for the encoding of their texts,
/// and where these differ, they take MD5. The client has to do it where a side is no Postgres, two
/// columns are not of one type, or there are too many of them.
ServerHashChoice choose_server_hash(const DiffSide& a, const DiffSide& b,
                                    const RowDiffRequest& request);

/// Do both servers hash known values alike, those of the function among them whose hashes are
/// published?
bool hash_alike(Session& a, Session& b, HashFunction function);

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
