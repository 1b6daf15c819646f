// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/grid.hpp"
#include "assay/report/table_state.hpp"
#include "assay/report/text_parts.hpp"
#include "assay/report/wording.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t list_indent = 2;
constexpr std::size_t profile_indent = 2;
constexpr std::size_t wide_enough_for_more = 120;

void add(std::string& list, const std::string& part) {
    if (!part.empty()) {
        list += (list.empty() ? "" : ", ") + part;
    }
}

/// "table" goes without saying.
std::string kind_words(const TableRecord& table) {
    return table.kind == "table" ? "" : escape_text(table.kind);
}

std::string column_count(const TableRecord& table) {
    return table.columns.empty() ? ""
                                 : group_digits(static_cast<std::int64_t>(table.columns.size()));
}

/// "58.2-61.9 %": of a sample, where the share of the table probably lies.
std::string interval_words(const ShareRecord& share) {
    std::string lower = format_percent(share.lower);
    const std::string upper = format_percent(share.upper);
    if (lower == upper) {
        return upper;
    }
    lower.erase(lower.find(" %"));
    return lower + "-" + upper;
}

std::string null_words(const ColumnRecord& column) {
    for (const auto& share : column.shares) {
        if (share.name == "null") {
            return interval_words(share);
        }
    }
    if (column.null_fraction) {
        return format_percent(*column.null_fraction);
    }
    return column.nulls ? group_digits(*column.nulls) : "";
}

std::string bound_words(const Fact& bound) { return bound.is_null() ? "" : value_words(bound); }

/// "paid 61 %, open 22 %", or counts where the number of rows is not known.
std::string top_words(const ColumnRecord& column, const TableRecord& table, std::size_t most) {
    const std::int64_t rows =
        table.rows_examined.value_or(table.rows ? table.rows->value : std::int64_t{0});
    std::string words;
    for (std::size_t i = 0; i < std::min(most, column.top.size()); ++i) {
        const TopRecord& top = column.top[i];
        const std::string share =
            rows > 0 && top.count <= rows
                ? format_percent(static_cast<double>(top.count) / static_cast<double>(rows))
                : group_digits(top.count);
        add(words, value_words(top.value) + " " + share);
    }
    return words;
}

/// What is odd about a column, in one line; empty if nothing is.
std::string oddities(const ColumnRecord& column) {
    std::string words;
    const auto count = [&](const std::optional<std::int64_t>& number, const char* what) {
        add(words,
            number.value_or(0) == 0 ? "" : fmt::format("{} {}", group_digits(*number), what));
    };
    count(column.misfits, "not of the declared type");
    count(column.blanks, "blank");
    count(column.nans, "NaN");
    count(column.infinities, "infinite");
    count(column.invalid_utf8, "not UTF-8");
    add(words, escape_text(column.note));
    return words;
}

GridCell mark_cell(const Pen& pen, std::optional<Mark> mark) {
    return mark ? GridCell{std::string(pen.glyph(*mark)), tone_of(*mark)} : GridCell{};
}

/// Only what somebody must look at has a colour.
Tone tone_of_state(std::optional<Mark> mark) {
    return !mark || *mark == Mark::pass || *mark == Mark::skipped ? Tone::dim : tone_of(*mark);
}

std::string profile_heading(const TextContext& context, const TableRecord& table) {
    const Pen& pen = context.pen;
    const TableStates states(context.document, context.names);
    const auto mark = states.state(table).mark;
    const std::string state = states.words(table);
    std::string out = mark ? pen.paint(tone_of(*mark), pen.glyph(*mark)) + " " : "";
    out += pen.paint(Tone::bold, context.names.display(table));
    if (context.names.several_sources()) {
        out += " [" + escape_text(table.source) + "]";
    }
    out += table.rows ? "  " + count_words(table.rows) + (table.rows->value == 1 ? " row" : " rows")
                      : "  rows not known";
    for (const auto& fact : {bytes_words(table.bytes), kind_words(table)}) {
        out += fact.empty() ? "" : "  " + fact;
    }
    out += state.empty() ? "" : "  " + pen.paint(tone_of_state(mark), state);
    out += "\n";
    if (!table.comment.empty()) {
        out += pen.paragraph(Tone::dim, escape_text(table.comment), profile_indent);
    }
    if (!table.state.why.empty()) {
        out += pen.paragraph(Tone::plain, escape_text(table.state.why), profile_indent);
    }
    return out;
}

std::string column_grid(const TextContext& context, const TableRecord& table) {
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
        grid.add_row({{display_identifier(column.name), Tone::bold},
                      {escape_text(column.type), Tone::dim},
                      {null_words(column), sparse ? Tone::plain : Tone::dim},
                      {count_words(column.distinct), Tone::plain},
                      {bound_words(column.min), Tone::plain},
                      {bound_words(column.max), Tone::plain},
                      {column.mean ? format_brief(*column.mean) : "", Tone::plain},
                      {top_words(column, table, most), Tone::dim}});
    }
    return grid.render(context.pen, profile_indent);
}

std::string odd_columns(const TextContext& context, const TableRecord& table) {
    std::string out;
    for (const auto& column : table.columns) {
        const std::string odd = oddities(column);
        if (!odd.empty()) {
            out += context.pen.paragraph(Tone::dim, display_identifier(column.name) + ": " + odd,
                                         profile_indent);
        }
    }
    return out;
}

std::string column_list(const std::vector<std::string>& columns) {
    std::string out;
    for (const auto& column : columns) {
        // An index column without a name is an expression.
        add(out, column.empty() ? "expression" : display_identifier(column));
    }
    return "(" + out + ")";
}

std::string keys_and_indexes(const TextContext& context, const TableRecord& table) {
    const Pen& pen = context.pen;
    std::string out;
    const auto line = [&](std::string_view label, const std::string& words) {
        out += std::string(profile_indent, ' ') + pen.paint(Tone::dim, pad_right(label, 13)) +
               words + "\n";
    };
    if (!table.primary_key.empty()) {
        line("primary key", column_list(table.primary_key));
    }
    for (const auto& key : table.foreign_keys) {
        line("foreign key", fmt::format("{} {} {}{}", column_list(key.columns), pen.arrow(),
                                        context.names.display(key.references),
                                        column_list(key.referenced_columns)));
    }
    for (const auto& index : table.indexes) {
        line("index",
             fmt::format("{} {}{}{}{}", display_identifier(index.name), column_list(index.columns),
                         index.unique ? "  unique" : "", index.valid ? "" : "  not valid",
                         index.bytes ? "  " + format_bytes(*index.bytes) : ""));
    }
    return out;
}

} // namespace

std::string text_table_list(const TextContext& context) {
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
        grid.add_row({mark_cell(context.pen, mark),
                      {context.names.several_sources() ? escape_text(table.source) : "", Tone::dim},
                      {context.names.display(table), Tone::bold},
                      {kind_words(table), Tone::dim},
                      {table.rows ? count_words(table.rows) : "?", Tone::plain},
                      {bytes_words(table.bytes), Tone::plain},
                      {column_count(table), Tone::plain},
                      {states.words(table), tone_of_state(mark)}});
    }
    return grid.render(context.pen, list_indent);
}

std::string text_table_profile(const TextContext& context, const TableRecord& table) {
    std::string out = profile_heading(context, table);
    if (!table.columns.empty()) {
        out += column_grid(context, table) + odd_columns(context, table);
    }
    if (context.verbosity == Verbosity::verbose) {
        out += keys_and_indexes(context, table);
    }
    return out;
}

} // namespace assay
