// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_zones.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/column_bridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay {
namespace {

bool is_utc(std::string_view zone) {
    constexpr std::array<std::string_view, 5> names{"", "UTC", "Etc/UTC", "GMT", "Z"};
    return std::find(names.begin(), names.end(), zone) != names.end();
}

/// Do cells of the column say which moment they are, as numbers do that count from one?
bool tells_moments(const TablePair& tables, const ColumnPair& pair, Side side) {
    const ColumnSpec& column =
        side == Side::a ? tables.a->columns[pair.a] : tables.b->columns[pair.b];
    return column.type == ColumnType::timestamptz || !number_words(side, pair).empty();
}

bool needs_zone(const TablePair& tables, const ColumnPair& pair) {
    return pair.comparison == Comparison::time &&
           tells_moments(tables, pair, Side::a) != tells_moments(tables, pair, Side::b);
}

} // namespace

void require_times_of_utc(const RowComparison& plan, std::string_view zone) {
    if (is_utc(zone)) {
        return;
    }
    for (const auto* pairs : {&plan.request.key, &plan.request.other}) {
        const auto found = std::find_if(pairs->begin(), pairs->end(), [&](const ColumnPair& pair) {
            return needs_zone(plan.tables, pair);
        });
        if (found != pairs->end()) {
            const TableSchema& table = *plan.tables.a;
            throw Error(ErrorKind::usage,
                        fmt::format("--assume-tz {}: in {}, {} is compared with times that have a "
                                    "zone, and --rows takes those without one for UTC",
                                    escape_text(zone), display_identifier(table.ref.name),
                                    display_identifier(table.columns[found->a].name)),
                        "leave --assume-tz away if they are of UTC, or --ignore the column");
        }
    }
}

} // namespace assay
