// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

/// What SQLite turns values into, by its own rules: "datatype3", section 3.1.
enum class Affinity : std::uint8_t {
    none,
    text,    ///< holds no numbers
    numeric, ///< holds no texts that spell a number, INTEGER too
    real     ///< holds no integers either
};
Affinity affinity_of(std::string_view declared);

} // namespace assay
