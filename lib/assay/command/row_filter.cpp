// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_filter.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay {
namespace {

/// The moment that --since means.
Micros start_of(const Since& since, Micros now) noexcept {
    if (since.instant) {
        return *since.instant;
    }
    Micros start = 0;
    return __builtin_sub_overflow(now, since.age, &start) ? std::numeric_limits<Micros>::min() + 1
                                                          : start;
}

TimeStart time_start(const CommonOptions& options, Micros now) {
    if (!options.since) {
        return {};
    }
    const Micros instant = start_of(*options.since, now);
    const Micros naive = options.assume_tz.empty()
                             ? instant
                             : utc_to_local(instant, options.assume_tz).value_or(instant);
    return {instant, naive};
}

/// Times with a zone mean an instant, others the reading of a clock; SQLite may hold both.
std::string shown_start(StoreKind kind, const ColumnSpec& column, const TimeStart& start) {
    const bool naive = kind == StoreKind::postgresql && column.type != ColumnType::timestamptz;
    return naive ? format_timestamp(start.naive) : format_instant(start.instant);
}

} // namespace

RowFilter::RowFilter(const CommonOptions& options, StoreKind kind, Micros now)
    : m_options(options), m_kind(kind), m_start(time_start(options, now)) {}

RowFilter filter_of(const Source& source, const CommonOptions& options) {
    return {options, source.session->source().kind, now_of(options, *source.session)};
}

std::optional<TimeColumn> RowFilter::time_column(const TableSchema& table) const {
    if (!m_options.since_column) {
        return guess_time_column(table);
    }
    const std::size_t ordinal = require_column(table, *m_options.since_column);
    const ColumnSpec& column = table.columns[ordinal];
    if (!can_hold_time(m_kind, column)) {
        throw Error(ErrorKind::usage,
                    fmt::format("column {} of table {} is of type {} and holds no time",
                                display_identifier(column.name), display_identifier(table.ref.name),
                                escape_text(column.declared_type)),
                    "name a column of type date or timestamp with --column");
    }
    return TimeColumn{ordinal, ""};
}

std::string RowFilter::condition(const TableSchema& table) const {
    const auto column = m_options.since ? time_column(table) : std::nullopt;
    if (!column) {
        return m_options.where;
    }
    const std::string since = since_condition(m_kind, table.columns[column->ordinal], m_start);
    const std::string_view where = m_options.where;
    return where.empty() ? since : fmt::format("({}){}", since, condition_sql("AND", where));
}

std::string RowFilter::reason_not_to_choose(const TableSchema& table) const {
    if (!m_options.since) {
        return {};
    }
    const auto column = time_column(table);
    if (!column) {
        return "no column looks like the time of a row, by which --since could choose";
    }
    return table.columns[column->ordinal].readable ? "" : "no SELECT privilege on the time column";
}

std::string RowFilter::column_of(const TableSchema& table) const {
    const auto column = m_options.since ? time_column(table) : std::nullopt;
    return column ? table.columns[column->ordinal].name : "";
}

void RowFilter::announce(const std::vector<const TableSchema*>& tables, Document& document) const {
    if (!m_options.since) {
        return;
    }
    bool any = tables.empty();
    for (const TableSchema* table : tables) {
        const auto column = time_column(*table);
        if (!column) {
            continue;
        }
        any = true;
        const ColumnSpec& spec = table->columns[column->ordinal];
        std::string note =
            fmt::format("{}: only rows with {} from {} on are looked at", table->ref.name,
                        spec.name, shown_start(m_kind, spec, m_start));
        if (!column->why.empty()) {
            note += fmt::format("; the column was guessed, {}; name another one with --column",
                                column->why);
        }
        if (std::find(document.notes.begin(), document.notes.end(), note) == document.notes.end()) {
            document.notes.push_back(std::move(note));
        }
    }
    if (!any) {
        throw Error(ErrorKind::not_found,
                    tables.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(tables.front()->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    "name one with --column, or leave out --since");
    }
}

} // namespace assay
