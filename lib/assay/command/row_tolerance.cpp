// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_tolerance.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/column_bridge.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/scan/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// Can the cells of a pair be so far apart?
bool fits(const CellTolerance& tolerance, Comparison comparison) {
    return tolerance.number.empty()
               ? comparison == Comparison::time
               : comparison == Comparison::number || comparison == Comparison::spelled_number;
}

/// Who says how far apart texts may be says what they spell.
Comparison comparison_within(const CellTolerance& tolerance, const TablePair& tables,
                             const ColumnPair& pair) {
    const bool are_texts =
        keeps_texts(tables.a->columns[pair.a]) && keeps_texts(tables.b->columns[pair.b]);
    return !are_texts                 ? pair.comparison
           : tolerance.number.empty() ? Comparison::time
                                      : Comparison::spelled_number;
}

constexpr const char* key_hint =
    "name other columns that tell which rows belong together with --key";

Error no_key(const ColumnTolerance& wanted, const TablePair& tables, ErrorKind kind) {
    return {kind,
            fmt::format("--tol {}={}: table {} is compared without a key",
                        escape_text(wanted.column), wanted.text,
                        display_identifier(tables.a->ref.name)),
            key_hint};
}

} // namespace

void require_keys_for_tolerances(const std::vector<TablePair>& pairs,
                                 const VolumeDiffOptions& options) {
    for (const auto& wanted : options.tolerances) {
        const TablePair* without = nullptr;
        bool is_of_use = false;
        for (const auto& pair : pairs) {
            if (pair.a == nullptr || pair.b == nullptr || !find_named(*pair.a, wanted.column)) {
                continue;
            }
            if (has_key(pair, options)) {
                is_of_use = true;
            } else if (without == nullptr) {
                without = &pair;
            }
        }
        if (without != nullptr && !is_of_use) {
            throw no_key(wanted, *without, ErrorKind::usage);
        }
    }
}

void set_tolerances(const VolumeDiffOptions& options, const TablePair& tables,
                    RowDiffRequest& request) {
    for (const auto& wanted : options.tolerances) {
        const auto ordinal = find_named(*tables.a, wanted.column);
        const auto is_meant = [&](const ColumnPair& pair) { return pair.a == ordinal; };
        auto& columns = request.other;
        const auto column = std::find_if(columns.begin(), columns.end(), is_meant);
        const bool is_key = std::any_of(request.key.begin(), request.key.end(), is_meant);
        if (ordinal && request.key.empty()) {
            throw no_key(wanted, tables, ErrorKind::query);
        }
        if (is_key) {
            throw Error(ErrorKind::usage,
                        fmt::format("--tol {}={}: the column is part of the key",
                                    escape_text(wanted.column), wanted.text),
                        key_hint);
        }
        if (column == columns.end()) {
            continue;
        }
        column->comparison = comparison_within(wanted.tolerance, tables, *column);
        if (!fits(wanted.tolerance, column->comparison)) {
            throw Error(ErrorKind::usage,
                        fmt::format("--tol {}={}: the column is compared as {}",
                                    escape_text(wanted.column), wanted.text,
                                    to_string(column->comparison)),
                        "a number such as 0.01 is for numbers, a duration such as 1ms for dates "
                        "and timestamps");
        }
        column->tolerance = wanted.tolerance;
    }
}

} // namespace assay
