// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/grid.hpp"

#include "assay/base/text.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t gap = 2;

std::size_t total(const std::vector<std::size_t>& widths) {
    std::size_t sum = 0;
    for (const std::size_t width : widths) {
        sum += width == 0 ? 0 : width + gap;
    }
    return sum == 0 ? 0 : sum - gap;
}

/// A line of cells; blanks at its end are left out.
class Line {
public:
    explicit Line(std::size_t indent) : m_blanks(indent) {}

    void add(const Pen& pen, Align align, Tone tone, const TerminalText& text, std::size_t width) {
        const TerminalText fitted = pen.fit(text, width);
        const std::size_t used = display_width(fitted);
        const std::size_t rest = width > used ? width - used : 0;
        m_blanks += align == Align::right ? rest : 0;
        if (!fitted.empty()) {
            m_text += terminal::blanks(m_blanks) + pen.paint(tone, fitted);
            m_blanks = 0;
        }
        m_blanks += gap + (align == Align::left ? rest : 0);
    }
    TerminalText finish() { return m_text + "\n"; }

private:
    TerminalText m_text;
    std::size_t m_blanks;
};

} // namespace

std::vector<std::size_t> Grid::natural_widths() const {
    std::vector<std::size_t> widths(m_columns.size(), 0);
    for (const auto& row : m_rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(row[i].text));
        }
    }
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] > 0) {
            widths[i] = std::max(widths[i], display_width(m_columns[i].title));
        }
    }
    return widths;
}

bool Grid::shrink(std::vector<std::size_t>& widths, std::size_t room) const {
    for (std::size_t all = total(widths); all > room; --all) {
        std::size_t widest = m_columns.size();
        for (std::size_t i = 0; i < widths.size(); ++i) {
            const std::size_t least = m_columns[i].min_width;
            if (least > 0 && widths[i] > least &&
                (widest == m_columns.size() || widths[i] > widths[widest])) {
                widest = i;
            }
        }
        if (widest == m_columns.size()) {
            return false;
        }
        --widths[widest];
    }
    return true;
}

bool Grid::drop_least(std::vector<std::size_t>& natural) const {
    std::size_t least = m_columns.size();
    for (std::size_t i = 0; i < natural.size(); ++i) {
        const int worth = m_columns[i].worth;
        if (natural[i] > 0 && worth > 0 &&
            (least == m_columns.size() || worth < m_columns[least].worth)) {
            least = i;
        }
    }
    if (least == m_columns.size()) {
        return false;
    }
    natural[least] = 0;
    return true;
}

std::vector<std::size_t> Grid::widths(std::size_t room) const {
    auto natural = natural_widths();
    if (room == 0) {
        return natural;
    }
    for (std::size_t i = 0; i < natural.size(); ++i) {
        if (m_columns[i].min_width > 0) {
            natural[i] = std::min(natural[i], room);
        }
    }
    auto fitted = natural;
    while (!shrink(fitted, room) && drop_least(natural)) {
        fitted = natural;
    }
    return fitted;
}

TerminalText Grid::render(const Pen& pen, std::size_t indent) const {
    const std::size_t room =
        pen.width() == 0 ? 0 : (pen.width() > indent ? pen.width() - indent : 1);
    const auto fitted = widths(room);
    Line titles(indent);
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        if (fitted[i] > 0) {
            titles.add(pen, m_columns[i].align, Tone::dim, m_columns[i].title, fitted[i]);
        }
    }
    TerminalText out = titles.finish();
    for (const auto& row : m_rows) {
        Line line(indent);
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (fitted[i] > 0) {
                line.add(pen, m_columns[i].align, row[i].tone, row[i].text, fitted[i]);
            }
        }
        out += line.finish();
    }
    return out;
}

} // namespace assay
