// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_categories.hpp"

#include "assay/base/text.hpp"
#include "assay/command/values.hpp"
#include "assay/sketch/state_io.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace assay {
namespace {

constexpr std::size_t most_listed = 10;
constexpr std::size_t most_in_message = 3;

/// A category and the value that it is.
struct NamedCategory {
    Value value;
    Category counts;
};

const ColumnProfile* profile_of(const MeasuredTable& measured, std::size_t ordinal) {
    const auto& all = measured.profile.columns;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& column) { return column.ordinal == ordinal; });
    return found == all.end() ? nullptr : &*found;
}

/// Every value that either side keeps a counter of, with what both know of it.
std::vector<NamedCategory> all_categories(const TopValues& a, const TopValues& b) {
    std::vector<NamedCategory> categories;
    std::unordered_map<std::uint64_t, std::size_t> places; // by hash
    for (auto& item : a.tracked()) {
        places[item.hash] = categories.size();
        categories.push_back({std::move(item.value), {item.count, b.bounds(item.hash)}});
    }
    for (auto& item : b.tracked()) {
        const auto found = places.find(item.hash);
        if (found == places.end()) {
            categories.push_back({std::move(item.value), {a.bounds(item.hash), item.count}});
        } else if (Value& value = categories[found->second].value; value.kind == CellKind::null) {
            value = std::move(item.value); // a saved state keeps no rare texts
        }
    }
    return categories;
}

/// Those that stand for themselves, most frequent first.
std::vector<NamedCategory> frequent_categories(const TopValues& a, const TopValues& b) {
    std::vector<NamedCategory> categories = all_categories(a, b);
    std::erase_if(categories, [&](const NamedCategory& category) {
        return !is_frequent_enough(category.counts, a.total(), b.total());
    });
    const auto rank = [](const NamedCategory& category) {
        const auto& [value, counts] = category;
        return std::tuple(-(counts.a.lower + counts.b.lower), value.kind, value.integer,
                          std::string_view(value.bytes));
    };
    std::sort(categories.begin(), categories.end(),
              [&](const auto& left, const auto& right) { return rank(left) < rank(right); });
    categories.resize(std::min(categories.size(), most_categories));
    return categories;
}

double share(const FrequencyBounds& count, std::int64_t rows) {
    return (static_cast<double>(count.lower) + static_cast<double>(count.upper)) / 2 /
           static_cast<double>(rows);
}

/// Those whose shares changed most come first.
void sort_by_change(std::vector<NamedCategory>& categories, std::int64_t rows_a,
                    std::int64_t rows_b) {
    const auto change = [&](const Category& counts) {
        return std::abs(share(counts.a, rows_a) - share(counts.b, rows_b));
    };
    std::stable_sort(categories.begin(), categories.end(),
                     [&](const NamedCategory& left, const NamedCategory& right) {
                         return change(left.counts) > change(right.counts);
                     });
}

/// What may be said of a value that at least so many rows of one side hold.
Fact shown_value(const NamedCategory& category, ColumnType type, ValuesPolicy values) {
    Value value = category.value;
    const bool is_truth = value.kind == CellKind::integer && (value.integer | 1) == 1;
    value.type = value.kind == CellKind::text || is_truth ? type : ColumnType::integer;
    return shown(value, values, std::max(category.counts.a.lower, category.counts.b.lower));
}

Facts counts_of(const Category& counts) {
    return {{"count_a", counts.a.lower},
            {"count_max_a", counts.a.upper},
            {"count_b", counts.b.lower},
            {"count_max_b", counts.b.upper}};
}

} // namespace

bool has_categories(ColumnType a, ColumnType b) noexcept {
    return is_categorical(a) && is_categorical(b) &&
           (a == ColumnType::boolean) == (b == ColumnType::boolean);
}

std::string reason_against_categories(const MeasuredTable& measured, std::size_t ordinal) {
    const TableSchema& schema = measured.profile.schema;
    if (is_declared_unique(schema, ordinal)) {
        return "lets no value be there twice";
    }
    const ColumnProfile* profile = profile_of(measured, ordinal);
    const ColumnType type = schema.columns[ordinal].type;
    if (profile == nullptr || holds_only(type, *profile)) {
        return {};
    }
    return type == ColumnType::boolean ? "has values in it that are neither true nor false"
                                       : "has values in it that are no texts";
}

const TopValues& top_values_of(const MeasuredTable& measured, std::size_t ordinal) {
    static const TopValues none;
    const auto& all = measured.sketches;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const auto& column) { return column.ordinal == ordinal; });
    return found == all.end() ? none : found->top;
}

TopValues read_top_values(const std::string& state) {
    StateReader reader(state, "saved frequent values");
    TopValues values = TopValues::read(reader);
    reader.end();
    return values;
}

CheckResult judge_categories(const CategoryPair& pair, ValuesPolicy values, Facts more) {
    const std::int64_t rows_a = pair.a.total();
    const std::int64_t rows_b = pair.b.total();
    CategoryFacts facts{pair.table,           pair.column.name, pair.name_a, pair.name_b,
                        {rows_a, rows_b, {}}, std::move(more),  {}};
    if (rows_a == 0 || rows_b == 0) {
        return check_categories(facts);
    }
    auto categories = frequent_categories(pair.a, pair.b);
    for (const NamedCategory& category : categories) {
        facts.counts.categories.push_back(category.counts);
    }
    sort_by_change(categories, rows_a, rows_b);
    categories.resize(std::min(categories.size(), most_listed));
    Fact::List listed;
    for (std::size_t i = 0; i < categories.size(); ++i) {
        const Category& counts = categories[i].counts;
        const Fact value = shown_value(categories[i], pair.column.type, values);
        if (i < most_in_message && values != ValuesPolicy::none) {
            facts.moved += fmt::format("{}{} {} {}, {} {}", i == 0 ? "" : "; ", in_words(value),
                                       format_percent(share(counts.a, rows_a)), pair.name_a,
                                       format_percent(share(counts.b, rows_b)), pair.name_b);
        }
        auto& fact = std::get<Facts>(listed.emplace_back(counts_of(counts)).value);
        fact.insert(fact.begin(), {"value", value});
    }
    facts.more_evidence.emplace_back("categories", std::move(listed));
    return check_categories(facts);
}

} // namespace assay
