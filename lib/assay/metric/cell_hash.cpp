// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/cell_hash.hpp"

#include "assay/base/hash.hpp"

#include <array>
#include <cstring>

namespace assay {

namespace {

// As in the canonical bytes of table/value.hpp; a test holds the two together.
constexpr char tag_integer = 0x01;
constexpr char tag_text = 0x03;

template <typename Word>
void store_little_endian(Word word, char* out) noexcept {
    for (std::size_t i = 0; i < sizeof word; ++i) {
        out[i] = static_cast<char>((word >> (8 * i)) & 0xffU);
    }
}

std::uint64_t hash_integer(std::int64_t value) noexcept {
    std::array<char, 9> bytes{tag_integer};
    store_little_endian(static_cast<std::uint64_t>(value), bytes.data() + 1);
    return hash64({bytes.data(), bytes.size()});
}

std::uint64_t hash_text(std::string_view text, std::string& scratch) {
    constexpr std::size_t header = 1 + sizeof(std::uint32_t);
    // Texts up to this size are put together on the stack.
    std::array<char, 128> small; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    const std::size_t size = header + text.size();
    char* bytes = small.data();
    if (size > small.size()) {
        if (scratch.size() < size) {
            scratch.resize(size);
        }
        bytes = scratch.data();
    }
    bytes[0] = tag_text;
    store_little_endian(static_cast<std::uint32_t>(text.size()), bytes + 1);
    if (!text.empty()) {
        std::memcpy(bytes + header, text.data(), text.size());
    }
    return hash64({bytes, size});
}

} // namespace

std::uint64_t cell_hash(const Column& column, std::size_t row, std::string& scratch) {
    const CellKind kind = column.kind(row);
    if (kind == CellKind::integer) {
        return hash_integer(column.integer(row));
    }
    if (kind == CellKind::text && column.type() != ColumnType::decimal) {
        return hash_text(column.bytes(row), scratch);
    }
    return canonical_hash(column, row, scratch);
}

} // namespace assay
