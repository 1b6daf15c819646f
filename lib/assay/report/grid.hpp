// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/pen.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

enum class Align : std::uint8_t { left, right };

/// What a grid does with a column where the terminal is too narrow for all of them.
struct GridColumn {
    TerminalText title;
    Align align = Align::left;
    std::size_t min_width = 0; ///< cells it may be cut down to; 0 = it is never cut
    int worth = 0; ///< columns of the least worth are left out first; 0 = it is never left out
};

struct GridCell {
    TerminalText text;
    Tone tone = Tone::plain;
};

/// Aligned columns with a row of titles, two blanks apart, without rules. Columns that are empty in
/// every row do not appear.
class Grid {
public:
    explicit Grid(std::vector<GridColumn> columns) : m_columns(std::move(columns)) {}

    /// @param cells one per column.
    void add_row(std::vector<GridCell> cells) { m_rows.push_back(std::move(cells)); }
    /// @param indent blanks in front of each line.
    TerminalText render(const Pen& pen, std::size_t indent) const;

private:
    /// A width per column; 0 = it does not appear.
    std::vector<std::size_t> widths(std::size_t room) const;
    std::vector<std::size_t> natural_widths() const;
    bool shrink(std::vector<std::size_t>& widths, std::size_t room) const;
    bool drop_least(std::vector<std::size_t>& natural) const;

    std::vector<GridColumn> m_columns;
    std::vector<std::vector<GridCell>> m_rows;
};

} // namespace assay
