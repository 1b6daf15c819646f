// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/grid.hpp"
#include "assay/report/table_state.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t list_indent = 2;
constexpr std::size_t profile_indent = 2;
constexpr std::size_t wide_enough_for_more = 120;

void add(TerminalText& list, const TerminalText& part) {
    if (!part.empty()) {
        list += list.empty() ? part : ", " + part;
    }
}

/// "table" goes without saying.
TerminalText kind_words(const TableRecord& table) {
    return table.kind == "table" ? "" : terminal::escaped(table.kind);
}

TerminalText column_count(const TableRecord& table) {
    return table.columns.empty()
               ? ""
               : terminal::group_digits(static_cast<std::int64_t>(table.columns.size()));
}

/// "58.2-61.9 %": of a sample, where the share of the table probably lies.
TerminalText interval_words(const ShareRecord& share) {
    const TerminalText lower = terminal::format_percent(share.lower);
    const TerminalText upper = terminal::format_percent(share.upper);
    if (lower == upper) {
        return upper;
    }
    return terminal::part(lower, 0, lower.text().find(" %")) + "-" + upper;
}

TerminalText null_words(const ColumnRecord& column) {
    for (const auto& share : column.shares) {
        if (share.name == "null") {
            return interval_words(share);
        }
    }
    if (column.null_fraction) {
        return terminal::format_percent(*column.null_fraction);
    }
    return column.nulls ? terminal::group_digits(*column.nulls) : "";
}

TerminalText bound_words(const Fact& bound) { return bound.is_null() ? "" : value_words(bound); }

/// "paid 61 %, open 22 %", or counts where the number of rows is not known.
TerminalText top_words(const ColumnRecord& column, const TableRecord& table, std::size_t most) {
    const std::int64_t rows =
        table.rows_examined.value_or(table.rows ? table.rows->value : std::int64_t{0});
    TerminalText words;
    for (std::size_t i = 0; i < std::min(most, column.top.size()); ++i) {
        const TopRecord& top = column.top[i];
        const TerminalText share = rows > 0 && top.count <= rows
                                       ? terminal::format_percent(static_cast<double>(top.count) /
                                                                  static_cast<double>(rows))
                                       : terminal::group_digits(top.count);
        add(words, value_words(top.value) + " " + share);
    }
    return words;
}

/// What is odd about a column, in one line; empty if nothing is.
TerminalText oddities(const ColumnRecord& column) {
    TerminalText words;
    const auto count = [&](const std::optional<std::int64_t>& number, const TerminalText& what) {
        add(words, number.value_or(0) == 0
                       ? TerminalText()
                       : terminal::compose("{} {}", terminal::group_digits(*number), what));
    };
    count(column.misfits, "not of the declared type");
    count(column.blanks, "blank");
    count(column.nans, "NaN");
    count(column.infinities, "infinite");
    count(column.invalid_utf8, "not UTF-8");
    add(words, terminal::escaped(column.note));
    return words;
}

GridCell mark_cell(const Pen& pen, std::optional<Mark> mark) {
    return mark ? GridCell{pen.glyph(*mark), tone_of(*mark)} : GridCell{};
}

/// Only what somebody must look at has a colour.
Tone tone_of_state(std::optional<Mark> mark) {
    return !mark || *mark == Mark::pass || *mark == Mark::skipped ? Tone::dim : tone_of(*mark);
}

TerminalText profile_heading(const TextContext& context, const TableRecord& table) {
    const Pen& pen = context.pen;
    const TableStates states(context.document, context.names);
    const auto mark = states.state(table).mark;
    const TerminalText state = states.words(table);
    TerminalText out = mark ? pen.paint(tone_of(*mark), pen.glyph(*mark)) + " " : "";
    out += pen.paint(Tone::bold, context.names.display(table));
    if (context.names.several_sources()) {
        out += " [" + terminal::escaped(table.source) + "]";
    }
    out += table.rows ? "  " + count_words(table.rows) +
                            (table.rows->value == 1 ? TerminalText(" row") : " rows")
                      : "  rows not known";
    for (const auto& fact : {bytes_words(table.bytes), kind_words(table)}) {
        out += fact.empty() ? "" : "  " + fact;
    }
    out += state.empty() ? "" : "  " + pen.paint(tone_of_state(mark), state);
    out += "\n";
    if (!table.comment.empty()) {
        out += pen.paragraph(Tone::dim, terminal::escaped(table.comment), profile_indent);
    }
    if (!table.state.why.empty()) {
        out += pen.paragraph(Tone::plain, terminal::escaped(table.state.why), profile_indent);
    }
    return out;
}

TerminalText column_grid(const TextContext& context, const TableRecord& table) {
    Grid grid({{"column", Align::left, 12, 0},
               {"type", Align::left, 7, 0},
               {"nulls", Align::right, 0, 7},
               {"distinct", Align::right, 0, 6},
               {"min", Align::right, 10, 4},
               {"max", Align::right, 10, 5},
               {"mean", Align::right, 0, 2},
               {"top", Align::left, 14, 1}});
    const std::size_t width = context.pen.width();
    const std::size_t most = width == 0 || width >= wide_enough_for_more ? 3 : 1;
    for (const auto& column : table.columns) {
        const bool sparse = column.null_fraction.value_or(0) > 0;
        grid.add_row({{terminal::identifier(column.name), Tone::bold},
                      {terminal::escaped(column.type), Tone::dim},
                      {null_words(column), sparse ? Tone::plain : Tone::dim},
                      {count_words(column.distinct), Tone::plain},
                      {bound_words(column.min), Tone::plain},
                      {bound_words(column.max), Tone::plain},
                      {column.mean ? terminal::format_brief(*column.mean) : "", Tone::plain},
                      {top_words(column, table, most), Tone::dim}});
    }
    return grid.render(context.pen, profile_indent);
}

TerminalText odd_columns(const TextContext& context, const TableRecord& table) {
    TerminalText out;
    for (const auto& column : table.columns) {
        const TerminalText odd = oddities(column);
        if (!odd.empty()) {
            out += context.pen.paragraph(Tone::dim, terminal::identifier(column.name) + ": " + odd,
                                         profile_indent);
        }
    }
    return out;
}

TerminalText column_list(const std::vector<std::string>& columns) {
    TerminalText out;
    for (const auto& column : columns) {
        // An index column without a name is an expression.
        add(out, column.empty() ? "expression" : terminal::identifier(column));
    }
    return "(" + out + ")";
}

TerminalText keys_and_indexes(const TextContext& context, const TableRecord& table) {
    const Pen& pen = context.pen;
    TerminalText out;
    const auto line = [&](const TerminalText& label, const TerminalText& words) {
        out += terminal::blanks(profile_indent) +
               pen.paint(Tone::dim, terminal::pad_right(label, 13)) + words + "\n";
    };
    if (!table.primary_key.empty()) {
        line("primary key", column_list(table.primary_key));
    }
    for (const auto& key : table.foreign_keys) {
        line("foreign key", terminal::compose("{} {} {}{}", column_list(key.columns), pen.arrow(),
                                              context.names.display(key.references),
                                              column_list(key.referenced_columns)));
    }
    for (const auto& index : table.indexes) {
        line("index", terminal::compose(
                          "{} {}{}{}{}", terminal::identifier(index.name),
                          column_list(index.columns), index.unique ? TerminalText("  unique") : "",
                          index.valid ? TerminalText() : "  not valid",
                          index.bytes ? "  " + terminal::format_bytes(*index.bytes) : ""));
    }
    return out;
}

} // namespace

TerminalText text_table_list(const TextContext& context) {
    Grid grid({{"", Align::left, 0, 0},
               {"source", Align::left, 0, 0},
               {"table", Align::left, 16, 0},
               {"kind", Align::left, 0, 1},
               {"rows", Align::right, 0, 0},
               {"size", Align::right, 0, 3},
               {"columns", Align::right, 0, 2},
               {"state", Align::left, 16, 0}});
    const TableStates states(context.document, context.names);
    for (const auto& table : context.document.tables) {
        const auto mark = states.state(table).mark;
        grid.add_row(
            {mark_cell(context.pen, mark),
             {context.names.several_sources() ? terminal::escaped(table.source) : "", Tone::dim},
             {context.names.display(table), Tone::bold},
             {kind_words(table), Tone::dim},
             {table.rows ? count_words(table.rows) : "?", Tone::plain},
             {bytes_words(table.bytes), Tone::plain},
             {column_count(table), Tone::plain},
             {states.words(table), tone_of_state(mark)}});
    }
    return grid.render(context.pen, list_indent);
}

TerminalText text_table_profile(const TextContext& context, const TableRecord& table) {
    TerminalText out = profile_heading(context, table);
    if (!table.columns.empty()) {
        out += column_grid(context, table) + odd_columns(context, table);
    }
    if (context.verbosity == Verbosity::verbose) {
        out += keys_and_indexes(context, table);
    }
    return out;
}

} // namespace assay
