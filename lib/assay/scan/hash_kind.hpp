// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>

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

} // namespace assay
