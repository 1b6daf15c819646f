// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/values.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/metric/mask.hpp"
#include "assay/sketch/frequent_items.hpp"

namespace assay {
namespace {

/// Text that stands for a number or a time says no more about a person than that.
bool is_number_or_time(const Value& value) {
    const bool decimal = value.type == ColumnType::decimal && is_decimal(value.bytes);
    const bool time = (is_temporal(value.type) || value.type == ColumnType::time) &&
                      parse_time(value.bytes).has_value();
    return decimal || time;
}

/// Frequent values are kept with their first bytes only.
std::string size_of(const Value& blob) {
    const std::size_t bytes = blob.bytes.size();
    const std::string words = count_of(static_cast<std::int64_t>(bytes), "byte");
    return bytes == FrequentItems::max_bytes ? words + " or more" : words;
}

} // namespace

Fact shown(const Value& value, ValuesPolicy policy, std::int64_t rows) {
    if (value.kind == CellKind::null) {
        return {};
    }
    if (policy == ValuesPolicy::none) {
        return "(hidden)";
    }
    if (policy == ValuesPolicy::all) {
        return to_fact(value);
    }
    switch (value.kind) {
    case CellKind::null:
    case CellKind::integer:
    case CellKind::real: return to_fact(value);
    case CellKind::blob: return size_of(value);
    case CellKind::text: break;
    }
    if (rows >= rows_to_show_text || is_number_or_time(value)) {
        return to_fact(value);
    }
    return exact_mask(value.bytes);
}

void add_places(Facts& group, RowsOf whose, const PlaceNames& names,
                const std::vector<RowPlace>& rows, ValuesPolicy policy) {
    if (rows.empty() || policy == ValuesPolicy::none) {
        return;
    }
    Fact::List places;
    Fact::List tables;
    for (const auto& row : rows) {
        places.emplace_back(names.place(row));
        if (std::string table = names.table(row); !table.empty()) {
            tables.emplace_back(std::move(table));
        }
    }
    const bool is_own = whose == RowsOf::own;
    group.emplace_back(is_own ? "places" : "places_against", std::move(places));
    if (!tables.empty()) {
        group.emplace_back(is_own ? "place_tables" : "place_tables_against", std::move(tables));
    }
}

std::string in_words(const Fact& shown) {
    constexpr std::size_t width = 40;
    if (const auto* text = std::get_if<std::string>(&shown.value)) {
        return "'" + truncate_to_width(*text, width) + "'";
    }
    if (const auto* truth = std::get_if<bool>(&shown.value)) {
        return *truth ? "true" : "false";
    }
    const auto* number = std::get_if<std::int64_t>(&shown.value);
    return number == nullptr ? "NULL" : std::to_string(*number);
}

} // namespace assay
