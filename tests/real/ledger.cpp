// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace assay::test {
namespace {

std::string shown(const Cell& cell) { return cell ? "'" + *cell + "'" : "NULL"; }

std::optional<double> number_of(const Cell& cell) {
    if (!cell) {
        return std::nullopt;
    }
    double number = 0;
    const char* end = cell->data() + cell->size();
    const auto parsed = std::from_chars(cell->data(), end, number);
    return parsed.ec == std::errc{} && parsed.ptr == end ? std::optional(number) : std::nullopt;
}

bool is_number(const Fact& fact) {
    return std::holds_alternative<std::int64_t>(fact.value) ||
           std::holds_alternative<double>(fact.value);
}

} // namespace

void Ledger::fault(const std::string& what) { m_faults += m_place + ": " + what + "\n"; }

void Ledger::same(const std::string& what, const Cell& sql, const Cell& assay) {
    ++m_compared;
    if (sql != assay) {
        fault(fmt::format("{}: SQL {}, assay {}", what, shown(sql), shown(assay)));
    }
}

void Ledger::same(const std::string& what, std::int64_t sql, std::int64_t assay) {
    same(what, Cell(std::to_string(sql)), Cell(std::to_string(assay)));
}

void Ledger::same_count(const std::string& what, std::int64_t sql, const Count& assay) {
    if (assay.method == Method::exact) {
        same(what, sql, assay.value);
    } else if (!assay.lower || !assay.upper || sql < *assay.lower || sql > *assay.upper) {
        fault(fmt::format("{}: SQL {}, outside of the bounds", what, sql));
    }
}

void Ledger::same_value(const std::string& what, const Cell& sql, const Fact& assay) {
    ++m_compared;
    if (!is_same_value(sql, assay)) {
        fault(fmt::format("{}: SQL {}, assay {}", what, shown(sql), shown(text_of(assay))));
    }
}

void Ledger::close(const std::string& what, const Cell& sql, std::optional<double> assay) {
    ++m_compared;
    const auto number = number_of(sql);
    if (!number || !assay) {
        if (number.has_value() != assay.has_value()) {
            fault(fmt::format("{}: SQL {}, assay {}", what, shown(sql),
                              assay ? fmt::format("{}", *assay) : "none"));
        }
        return;
    }
    const double scale = std::max(std::fabs(*number), std::fabs(*assay));
    if (!(std::fabs(*number - *assay) <= 1e-9 * scale)) {
        fault(fmt::format("{}: SQL {}, assay {}", what, *number, *assay));
    }
}

Cell text_of(const Fact& fact) {
    if (const auto* flag = std::get_if<bool>(&fact.value)) {
        return *flag ? "true" : "false";
    }
    if (const auto* whole = std::get_if<std::int64_t>(&fact.value)) {
        return std::to_string(*whole);
    }
    if (const auto* number = std::get_if<double>(&fact.value)) {
        return fmt::format("{}", *number);
    }
    const auto* text = std::get_if<std::string>(&fact.value);
    return text != nullptr ? Cell(*text) : std::nullopt;
}

bool is_same_value(const Cell& sql, const Fact& fact) {
    const Cell text = text_of(fact);
    const auto number = is_number(fact) ? number_of(sql) : std::nullopt;
    return number ? *number == number_of(text) : sql == text;
}

} // namespace assay::test
