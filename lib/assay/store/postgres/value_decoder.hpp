// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/type_map.hpp"
#include "assay/table/row_batch.hpp"

#include <array>
#include <cstring>
#include <string>
#include <string_view>

namespace assay::postgres {

/// Appends one value, given as the bytes of the server's binary form, to a column. Never trusts
/// the length or the content.
/// @param scratch memory to reuse between calls.
/// @throws Error of kind query if the bytes are no such value.
using ValueDecoder = void (*)(std::string_view bytes, std::string& scratch, Column& column);

/// The decoder of a result column of that type into a column of a batch.
/// @return nullptr if the server's type does not hold what the column promises.
ValueDecoder value_decoder(Oid type, ColumnType column) noexcept;

/// Append the decimal text of a binary numeric, every digit and the display scale kept: "1.10",
/// "NaN", "-Infinity". Format: numeric_send() in the server's utils/adt/numeric.c.
/// @throws Error of kind query if the bytes are no numeric.
void append_numeric_text(std::string_view bytes, std::string& out);

/// A big-endian integer at the start of `bytes`, which must be long enough.
template <typename Unsigned>
Unsigned read_big_endian(std::string_view bytes) noexcept {
    std::array<unsigned char, sizeof(Unsigned)> digits{};
    std::memcpy(digits.data(), bytes.data(), sizeof digits);
    Unsigned value = 0;
    for (const unsigned char digit : digits) {
        value = static_cast<Unsigned>((value << 8U) | digit);
    }
    return value;
}

} // namespace assay::postgres
