// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/postgres/type_map.hpp"
#include "assay/table/row_batch.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace assay::postgres {

/// A value in the server's binary form. Lives as long as the bytes it points to.
struct Field {
    const char* data = nullptr;
    std::int32_t length = null_length;

    static constexpr std::int32_t null_length = -1;

    Field() = default; ///< NULL
    Field(const char* bytes, std::int32_t size) noexcept : data(bytes), length(size) {}
    explicit Field(std::string_view bytes) noexcept
        : data(bytes.data()), length(static_cast<std::int32_t>(bytes.size())) {}

    bool is_null() const noexcept { return length < 0; }
    std::string_view bytes() const noexcept { return {data, static_cast<std::size_t>(length)}; }
};

/// Appends values of one type to a column. Never trusts the length or the content.
/// @throws Error of kind query if some bytes are no such value.
using ValueDecoder = void (*)(std::span<const Field> fields, Column& column);

/// The decoder of a result column of that type into a column of a batch.
/// @return nullptr if the server's type does not hold what the column promises.
ValueDecoder value_decoder(Oid type, ColumnType column) noexcept;

/// Append the decimal text of a binary numeric, every digit and the display scale kept: "1.10",
/// "NaN", "-Infinity". Format: numeric_send() in the server's utils/adt/numeric.c.
/// @throws Error of kind query if the bytes are no numeric.
void append_numeric_text(std::string_view bytes, std::string& out);

} // namespace assay::postgres
