// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string_view>

namespace assay {

/// What a store draws when it reads a part of a table.
enum class SampleUnit : std::uint8_t {
    whole,   ///< all rows: the store cannot draw, or was not asked to
    rows,    ///< each row by itself
    clusters ///< pages or ranges of rowids, with all of their rows
};
/// "whole", "rows", "clusters", as in the JSON document.
std::string_view to_string(SampleUnit unit) noexcept;

/// How a sample of a table is drawn.
struct SampleDesign {
    SampleUnit unit = SampleUnit::whole;
    double fraction = 1;       ///< of the rows, or of the places where rows could be; above 0
    std::int64_t clusters = 0; ///< drawn; 0: not known, or rows are drawn
    std::int64_t places = 0;   ///< rows that the ranges drawn could hold; 0: not known
    friend bool operator==(const SampleDesign&, const SampleDesign&) = default;
};

} // namespace assay
