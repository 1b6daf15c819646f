// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"

#include <cstdint>
#include <optional>
#include <string>
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

/// The columns of a comparison, those of the key first, as a server hashes them.
using ServerHash = std::vector<HashKind>;

/// How the rows of two tables are hashed by their own servers; nullopt where the client has to do
/// it: a side is no Postgres, two columns are not of one type, or there are too many of them.
std::optional<ServerHash> server_hash(const DiffSide& a, const DiffSide& b,
                                      const RowDiffRequest& request);

/// Do both servers give the same hashes? They are promised to be stable within a major version only
/// and differ by the byte order of the machine: both are asked for those of some known values, and
/// for the encoding of their texts.
bool hash_alike(Session& a, Session& b);

/// Why server_hash() cannot be, or would not be the same on both sides; empty if nothing is in the
/// way.
std::string obstacle_to_server_hash(const DiffSide& a, const DiffSide& b,
                                    const RowDiffRequest& request);

/// An expression of 64 bits over the row of a table. Which columns are NULL is its seed; each
/// column is hashed with the hash of those before as its seed, by the functions behind hash joins
/// (lookup3 of Jenkins). Their blind spots are filled in: they fold the halves of a bigint, and
/// leave the sign of a numeric out.
/// @param columns as many names as there are kinds
std::string row_hash_sql(const ServerHash& kinds, const std::vector<std::string>& columns);

} // namespace assay
