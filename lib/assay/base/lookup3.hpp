// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

/// The hash behind the hash joins of Postgres: lookup3 of Bob Jenkins (2006, public domain) with a
/// result and a seed of 64 bits, as hash_bytes_extended() of a server of lowest byte first.
std::uint64_t lookup3(std::string_view bytes, std::uint64_t seed) noexcept;

/// The same of a number of 32 bits, as hash_bytes_uint32_extended().
std::uint64_t lookup3_word(std::uint32_t word, std::uint64_t seed) noexcept;

} // namespace assay
