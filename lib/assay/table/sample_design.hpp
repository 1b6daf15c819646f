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
    double fraction = 1;       ///< the chance of each row to be drawn; above 0
    std::int64_t clusters = 0; ///< drawn; 0: not known, or rows are drawn
    /// The squares of the numbers of rows in the clusters drawn, added up; 0: not counted.
    double squares = 0;
    /// Does a cluster lie in several places? Then neighbouring rows do not tell how alike it is.
    bool scattered = false;
    friend bool operator==(const SampleDesign&, const SampleDesign&) = default;
};

/// What the clusters of a sample hold.
struct ClusterCount {
    std::int64_t clusters = 0;
    double rows = 0;
    double squares = 0; ///< of the rows of each, added up
    void add(std::int64_t rows_of_cluster) noexcept;
    /// The number of clusters of one size that would tell as much (Kish): rows^2 / squares.
    /// Clusters without rows, and small ones beside large ones, tell little.
    double effective() const noexcept;
};

/// Effective clusters below which a sample says too little of the table, and of its own margin.
inline constexpr double least_clusters = 100;

} // namespace assay
