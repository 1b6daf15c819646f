// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/values.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/metric/mask.hpp"
#include "assay/metric/sensitive_name.hpp"
#include "assay/sketch/frequent_items.hpp"

#include <fmt/format.h>

#include <algorithm>

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

/// What all rows of the group share is shown as it is there; the rest is known of one row each.
Facts shown_primary_key(const Facts& group, const std::vector<std::string>& names,
                        const std::vector<Value>& key, ValuesPolicy policy) {
    const Fact* shared = find_fact(group, "key");
    const auto* of_group = shared == nullptr ? nullptr : std::get_if<Facts>(&shared->value);
    Facts facts;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const Fact* same = of_group == nullptr ? nullptr : find_fact(*of_group, names[i]);
        facts.emplace_back(names[i],
                           same != nullptr ? *same : shown_of(names[i], key[i], policy, 1));
    }
    return facts;
}

/// A group, or one of the ways in which it is written.
bool leads_to_rows(const Fact& fact) {
    const auto* group = std::get_if<Facts>(&fact.value);
    if (group == nullptr) {
        return false;
    }
    const Fact* variants = find_fact(*group, "variants");
    const auto* list = variants == nullptr ? nullptr : std::get_if<Fact::List>(&variants->value);
    return find_fact(*group, "places") != nullptr ||
           (list != nullptr && std::any_of(list->begin(), list->end(), leads_to_rows));
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

Fact shown_of(std::string_view column, const Value& value, ValuesPolicy policy, std::int64_t rows) {
    const bool is_bare = value.kind == CellKind::null || value.kind == CellKind::blob;
    if (policy != ValuesPolicy::safe || is_bare || !looks_sensitive(column)) {
        return shown(value, policy, rows);
    }
    return exact_mask(display(value));
}

void add_places(Facts& group, RowsOf whose, const PlaceNames& names,
                const std::vector<RowLocator>& rows, ValuesPolicy policy) {
    if (rows.empty() || policy == ValuesPolicy::none) {
        return;
    }
    Fact::List places;
    Fact::List tables;
    for (const auto& row : rows) {
        if (!row.key.empty()) {
            places.emplace_back(shown_primary_key(group, names.key(), row.key, policy));
            continue;
        }
        places.emplace_back(names.place(row.place));
        if (std::string table = names.table(row.place); !table.empty()) {
            tables.emplace_back(std::move(table));
        }
    }
    const bool is_own = whose == RowsOf::own;
    group.emplace_back(is_own ? "places" : "places_against", std::move(places));
    if (!tables.empty()) {
        group.emplace_back(is_own ? "place_tables" : "place_tables_against", std::move(tables));
    }
}

void note_unplaced(CheckResult& result, const TableSchema& table, ValuesPolicy policy) {
    const Fact* fact = find_fact(result.evidence, "groups");
    const auto* groups = fact == nullptr ? nullptr : std::get_if<Fact::List>(&fact->value);
    if (groups == nullptr || groups->empty() || policy == ValuesPolicy::none ||
        std::any_of(groups->begin(), groups->end(), leads_to_rows)) {
        return;
    }
    const bool is_stored = table.kind != TableKind::view && table.kind != TableKind::foreign &&
                           table.kind != TableKind::virtual_table;
    result.evidence.emplace_back(
        "unplaced",
        is_stored ? "none: where the rows of the table stand cannot be read"
                  : fmt::format("none: the rows of a {} stand nowhere", to_string(table.kind)));
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
