// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_numbers.hpp"

#include "assay/metric/number_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace assay {
namespace {

/// What a number is made from.
enum class Of : std::uint8_t { values, numbers, lengths };

struct NumberName {
    std::string_view name;
    std::string_view words;
    Of of;
};

constexpr std::array names{
    NumberName{"distinct", "the number of distinct values", Of::values},
    NumberName{"distinct_fraction", "the share of distinct values", Of::values},
    NumberName{"min", "the minimum", Of::numbers},
    NumberName{"max", "the maximum", Of::numbers},
    NumberName{"mean", "the mean", Of::numbers},
    NumberName{"stddev", "the standard deviation", Of::numbers},
    NumberName{"sum", "the sum", Of::numbers},
    NumberName{"p01", "the 1st percentile", Of::numbers},
    NumberName{"p05", "the 5th percentile", Of::numbers},
    NumberName{"p25", "the 25th percentile", Of::numbers},
    NumberName{"median", "the median", Of::numbers},
    NumberName{"p75", "the 75th percentile", Of::numbers},
    NumberName{"p95", "the 95th percentile", Of::numbers},
    NumberName{"p99", "the 99th percentile", Of::numbers},
    NumberName{"min_length", "the minimum length", Of::lengths},
    NumberName{"max_length", "the maximum length", Of::lengths},
    NumberName{"mean_length", "the mean length", Of::lengths}};

/// By the rank as the record has it.
struct RankName {
    std::string_view rank;
    std::string_view name;
};
constexpr std::array ranks{RankName{"0.01", "p01"}, RankName{"0.05", "p05"},
                           RankName{"0.25", "p25"}, RankName{"0.5", "median"},
                           RankName{"0.75", "p75"}, RankName{"0.95", "p95"},
                           RankName{"0.99", "p99"}};

const NumberName& name_of(std::string_view name) noexcept {
    return *std::find_if(names.begin(), names.end(),
                         [&](const NumberName& one) { return one.name == name; });
}

/// A number as the record shows it: decimals are texts there.
std::optional<double> number_of(const Fact& fact) {
    if (const auto* whole = std::get_if<std::int64_t>(&fact.value)) {
        return static_cast<double>(*whole);
    }
    if (const auto* real = std::get_if<double>(&fact.value)) {
        return *real;
    }
    const auto* text = std::get_if<std::string>(&fact.value);
    const DecimalNumber decimal = text == nullptr ? DecimalNumber{} : read_decimal(*text);
    return decimal.kind == DecimalNumber::Kind::finite ? std::optional(decimal.value)
                                                       : std::nullopt;
}

/// How many finite numbers a column of numbers has. nullopt: texts stand among them, and which of
/// those are decimals is not told.
std::optional<std::int64_t> finite_numbers(const TableRecord& table, const ColumnRecord& column) {
    if (!table.rows_examined || !column.nulls) {
        return std::nullopt;
    }
    std::int64_t numbers = *table.rows_examined - *column.nulls;
    for (const auto& [name, count] : column.storage) {
        const auto* cells = std::get_if<std::int64_t>(&count.value);
        const std::int64_t others = cells == nullptr ? 0 : *cells;
        if (name == "text" && others > 0) {
            return std::nullopt;
        }
        numbers -= name == "blob" ? others : 0;
    }
    return numbers - column.nans.value_or(0) - column.infinities.value_or(0);
}

/// Adds what is known and finite.
class Adder {
public:
    explicit Adder(std::vector<ColumnNumber>& numbers) : m_numbers(numbers) {}

    void add(std::string_view name, std::optional<double> value, Method method) {
        if (value && std::isfinite(*value)) {
            m_numbers.push_back({std::string(name), *value, method});
        }
    }

private:
    std::vector<ColumnNumber>& m_numbers;
};

void add_distinct(const TableRecord& table, const ColumnRecord& column, Adder& adder) {
    if (!column.distinct) {
        return;
    }
    const auto distinct = static_cast<double>(column.distinct->value);
    adder.add("distinct", distinct, column.distinct->method);
    const std::int64_t values = table.rows_examined.value_or(0) - column.nulls.value_or(0);
    if (values > 0) {
        adder.add("distinct_fraction", distinct / static_cast<double>(values),
                  column.distinct->method);
    }
}

void add_numbers(const TableRecord& table, const ColumnRecord& column, Method method,
                 Adder& adder) {
    adder.add("min", number_of(column.min), method);
    adder.add("max", number_of(column.max), method);
    adder.add("mean", column.mean, method);
    adder.add("stddev", column.stddev, method);
    if (const auto count = finite_numbers(table, column)) {
        adder.add("sum", *column.mean * static_cast<double>(*count), method);
    }
    for (const auto& quantile : column.quantiles) {
        const auto found = std::find_if(ranks.begin(), ranks.end(), [&](const RankName& one) {
            return one.rank == quantile.first;
        });
        if (found != ranks.end()) {
            adder.add(found->name, number_of(quantile.second),
                      column.quantile_method.value_or(method));
        }
    }
}

constexpr auto only_names = [] {
    std::array<std::string_view, names.size()> all;
    for (std::size_t i = 0; i < names.size(); ++i) {
        all[i] = names[i].name;
    }
    return all;
}();

} // namespace

std::vector<ColumnNumber> numbers_of(const TableRecord& table, const ColumnRecord& column) {
    std::vector<ColumnNumber> numbers;
    Adder adder(numbers);
    add_distinct(table, column, adder);
    const Method method = table.sample ? Method::sample : Method::exact;
    // A column of another type may hold numbers, but what they are called then is for people.
    if (column.mean) {
        add_numbers(table, column, method, adder);
    }
    if (column.length) {
        adder.add("min_length", static_cast<double>(column.length->min), method);
        adder.add("max_length", static_cast<double>(column.length->max), method);
        adder.add("mean_length", column.length->mean, method);
    }
    return numbers;
}

std::span<const std::string_view> column_number_names() noexcept { return only_names; }

std::string column_number_words(std::string_view name) { return std::string(name_of(name).words); }

std::string reason_for_no_number(std::string_view name, const ColumnRecord& column,
                                 ValuesPolicy values) {
    const Of of = name_of(name).of;
    if (of == Of::numbers && values == ValuesPolicy::none) {
        return fmt::format("no {}: --values none hides it", name);
    }
    if (of == Of::numbers && column.mean) {
        return name == "stddev"
                   ? "no stddev: it takes two numbers"
                   : fmt::format("no {}: texts stand among the numbers of the column", name);
    }
    return fmt::format("no {}: the column, of type {}, holds no {}", name, column.type,
                       of == Of::numbers   ? "numbers"
                       : of == Of::lengths ? "texts"
                                           : "values");
}

} // namespace assay
