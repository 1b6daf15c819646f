// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_filter.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

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

TimeStart time_start(const CommonOptions& options, Micros instant) {
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

RowFilter::RowFilter(const CommonOptions& options, StoreKind kind, Micros now, SideFilter side)
    : m_options(options), m_kind(kind), m_side(std::move(side)),
      m_start(options.since ? time_start(options, start_of(*options.since, now)) : TimeStart{}),
      m_young(time_start(options, start_of({m_side.min_age, std::nullopt}, now))) {}

RowFilter filter_of(const Source& source, const CommonOptions& options) {
    return {options, source.session->source().kind, now_of(options, *source.session)};
}

std::string_view RowFilter::time_flag() const noexcept {
    return m_options.since ? "--since" : m_side.min_age > 0 ? "--min-age" : "";
}

std::optional<TimeColumn> RowFilter::time_column(const TableSchema& table) const {
    if (time_flag().empty()) {
        return std::nullopt;
    }
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

std::string RowFilter::young(const TableSchema& table) const {
    const auto column = m_side.min_age > 0 ? time_column(table) : std::nullopt;
    return column ? since_condition(m_kind, table.columns[column->ordinal], m_young) : "";
}

std::string RowFilter::condition(const TableSchema& table) const {
    std::vector<std::string> conditions;
    if (const auto column = m_options.since ? time_column(table) : std::nullopt) {
        conditions.push_back(since_condition(m_kind, table.columns[column->ordinal], m_start));
    }
    if (const std::string too_young = young(table); !too_young.empty()) {
        // A row without a time is not known to be young.
        conditions.push_back(fmt::format("({}) IS NOT TRUE", too_young));
    }
    for (const std::string& where : {m_options.where, m_side.where}) {
        if (!where.empty()) {
            conditions.push_back(where);
        }
    }
    if (conditions.size() < 2) {
        return conditions.empty() ? "" : conditions.front();
    }
    std::string all;
    for (const std::string& one : conditions) {
        all += condition_sql(all.empty() ? "" : "AND", one);
    }
    return all.substr(all.find('('));
}

std::string RowFilter::reason_not_to_choose(const TableSchema& table) const {
    if (time_flag().empty()) {
        return {};
    }
    const auto column = time_column(table);
    if (!column) {
        return fmt::format("no column looks like the time of a row, by which {} could choose",
                           time_flag());
    }
    return table.columns[column->ordinal].readable ? "" : "no SELECT privilege on the time column";
}

std::string RowFilter::column_of(const TableSchema& table) const {
    const auto column = time_column(table);
    return column ? table.columns[column->ordinal].name : "";
}

std::string RowFilter::note(const TableSchema& table, const TimeColumn& column) const {
    const ColumnSpec& spec = table.columns[column.ordinal];
    std::string which = spec.name;
    if (m_options.since) {
        which += fmt::format(" from {} on", shown_start(m_kind, spec, m_start));
    }
    if (m_side.min_age > 0) {
        which += fmt::format("{} before {}", m_options.since ? " and" : "",
                             shown_start(m_kind, spec, m_young));
    }
    std::string text = fmt::format("{}: only rows with {} are looked at", table.ref.name, which);
    if (!column.why.empty()) {
        text +=
            fmt::format("; the column was guessed, {}; name another one with --column", column.why);
    }
    return text;
}

void RowFilter::announce(const std::vector<const TableSchema*>& tables, Document& document) const {
    if (time_flag().empty()) {
        return;
    }
    bool any = tables.empty();
    for (const TableSchema* table : tables) {
        const auto column = time_column(*table);
        if (!column) {
            continue;
        }
        any = true;
        std::string text = note(*table, *column);
        if (std::find(document.notes.begin(), document.notes.end(), text) == document.notes.end()) {
            document.notes.push_back(std::move(text));
        }
    }
    if (!any) {
        throw Error(ErrorKind::not_found,
                    tables.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(tables.front()->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    fmt::format("name one with --column, or leave out {}", time_flag()));
    }
}

} // namespace assay
