// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_tolerance.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
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
    const bool are_texts = tables.a->columns[pair.a].type == ColumnType::text &&
                           tables.b->columns[pair.b].type == ColumnType::text;
    return !are_texts                 ? pair.comparison
           : tolerance.number.empty() ? Comparison::time
                                      : Comparison::spelled_number;
}

} // namespace

void set_tolerances(const VolumeDiffOptions& options, const TablePair& tables,
                    RowDiffRequest& request) {
    for (const auto& wanted : options.tolerances) {
        const auto ordinal = find_named(*tables.a, wanted.column);
        const auto is_meant = [&](const ColumnPair& pair) { return pair.a == ordinal; };
        auto& columns = request.other;
        const auto column = std::find_if(columns.begin(), columns.end(), is_meant);
        const bool is_key = std::any_of(request.key.begin(), request.key.end(), is_meant);
        if (ordinal && (is_key || request.key.empty())) {
            throw Error(ErrorKind::usage,
                        fmt::format("--tol {}={}: {}", escape_text(wanted.column), wanted.text,
                                    is_key ? "the column is part of the key"
                                           : fmt::format("table {} is compared without a key",
                                                         display_identifier(tables.a->ref.name))),
                        "name other columns that tell which rows belong together with --key");
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
