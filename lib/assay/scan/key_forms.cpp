// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_forms.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace assay {
namespace {

/// Every moment in whole microseconds has one text that fits; of further digits some are dropped.
constexpr std::string_view longest_form = "9999-99-99 99:99:99.999999";

/// Where the zone begins, or the text ends.
std::size_t zone_of(std::string_view text) noexcept {
    const std::size_t date = std::string_view("9999-99-99").size();
    const std::size_t zone =
        text.size() < date ? std::string_view::npos : text.find_first_of("Zz+-", date);
    return std::min(zone, text.size());
}

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool fits(char c, char form) noexcept {
    return form == '9' ? is_digit(c) : c == form || (form == ' ' && c == 'T');
}

/// Is the text of a form that was found? The zone is compared as it is.
bool has_form(std::string_view text, std::string_view form) noexcept {
    const std::size_t zone = zone_of(form);
    return text.size() == form.size() && text.substr(zone) == form.substr(zone) &&
           std::equal(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zone), form.begin(),
                      [](char c, char f) { return f == '9' ? is_digit(c) : c == f; });
}

bool is_beyond_doubles(const Column& column, std::size_t row) noexcept {
    constexpr std::int64_t whole = std::int64_t{1} << 53;
    return column.kind(row) == CellKind::integer
               ? column.integer(row) > whole || column.integer(row) < -whole
               : std::abs(column.real(row)) >= static_cast<double>(whole);
}

} // namespace

std::optional<std::string> time_form(std::string_view text) {
    constexpr std::array<std::size_t, 3> whole_parts{10, 16, 19}; // date, minutes, seconds
    const std::size_t size = zone_of(text);
    const bool has_end =
        std::find(whole_parts.begin(), whole_parts.end(), size) != whole_parts.end() ||
        (size > 20 && size <= longest_form.size());
    if (!has_end || !std::equal(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size),
                                longest_form.begin(), fits)) {
        return std::nullopt;
    }
    std::string form(text);
    std::replace_if(form.begin(), form.begin() + static_cast<std::ptrdiff_t>(size), is_digit, '9');
    return form;
}

KeyForms::KeyForms(const ColumnSpec& column, Comparison comparison)
    : m_rule(rule_of(column, comparison)) {}

KeyForms::Rule KeyForms::rule_of(const ColumnSpec& column, Comparison comparison) noexcept {
    const auto unless = [&](bool is_seen_to, Rule rule) {
        return column.enforced && is_seen_to ? Rule::none : rule;
    };
    switch (comparison) {
    case Comparison::number: return unless(true, Rule::number);
    case Comparison::time: return unless(is_temporal(column.type), Rule::time);
    case Comparison::bytes: return unless(true, Rule::bytes);
    case Comparison::uuid: return unless(column.type == ColumnType::bytes, Rule::uuid);
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros:
    case Comparison::epoch_nanos:
    case Comparison::julian_day: return unless(column.type == ColumnType::integer, Rule::integer);
    case Comparison::text:
    case Comparison::padded_text:
    case Comparison::spelled_number:
    case Comparison::json: break;
    }
    return unless(true, Rule::text);
}

bool KeyForms::is_odd(const Column& column, std::size_t row) {
    const CellKind kind = column.kind(row);
    if (kind == CellKind::null) {
        return true;
    }
    switch (m_rule) {
    case Rule::none: return false;
    case Rule::number: return is_odd_number(column, row);
    case Rule::time: return is_odd_time(column, row);
    case Rule::text: return kind != CellKind::text;
    case Rule::bytes: return kind != CellKind::blob;
    case Rule::integer: return kind != CellKind::integer;
    case Rule::uuid: return is_odd_uuid(column, row);
    }
    return true;
}

/// An integer and a real beyond 2^53 may have one shortest decimal text, but are two to SQLite.
bool KeyForms::is_odd_number(const Column& column, std::size_t row) {
    const CellKind kind = column.kind(row);
    if (kind != CellKind::integer && kind != CellKind::real) {
        // A text is a number only where there are decimals.
        return kind == CellKind::null || column.type() == ColumnType::decimal;
    }
    if (!is_beyond_doubles(column, row)) {
        return false;
    }
    m_large = m_large.value_or(kind);
    return kind != *m_large;
}

bool KeyForms::is_odd_time(const Column& column, std::size_t row) {
    const CellKind kind = column.kind(row);
    if (kind != CellKind::text && kind != CellKind::integer) {
        return true;
    }
    if (!m_times) {
        m_times = kind;
        m_form = kind == CellKind::text ? time_form(column.bytes(row)).value_or("") : "";
    }
    if (kind != *m_times) {
        return true;
    }
    // Texts that are no times are compared as texts.
    return kind == CellKind::text && (m_form.empty() || !has_form(column.bytes(row), m_form)) &&
           comparable_instant(Comparison::time, column, row).has_value();
}

bool KeyForms::is_odd_uuid(const Column& column, std::size_t row) {
    const CellKind kind = column.kind(row);
    m_uuids = m_uuids.value_or(kind);
    if (kind != *m_uuids || kind != CellKind::text) {
        return kind != *m_uuids || kind != CellKind::blob;
    }
    return comparable_spelling(Comparison::uuid, column, row).has_value();
}

} // namespace assay
