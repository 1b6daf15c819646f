// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_call.hpp"

#include "assay/base/error.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/row_condition.hpp"
#include "assay/command/row_tolerance.hpp"
#include "assay/command/row_zones.hpp"
#include "assay/command/volume_diff_groups.hpp"
#include "assay/command/volume_diff_pair.hpp"
#include "assay/command/volume_diff_repair.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

/// Say by which column hours, days and weeks are counted where nobody named it.
void note_groups(const std::vector<TablePair>& pairs, const VolumeDiffOptions& options,
                 StoreKind kind, Document& document) {
    for (const auto& pair : pairs) {
        if (pair.a == nullptr || pair.b == nullptr) {
            continue;
        }
        const auto columns = group_columns(pair, options, kind);
        if (columns && !columns->why.empty()) {
            document.notes.push_back(
                fmt::format("{}: column {} was guessed, {}; name another one with --column",
                            pair.a->ref.name, pair.a->columns[columns->a].name, columns->why));
        }
    }
}

/// @return empty for a table that will not be compared: its result says why.
std::string note_on_types_of(const TablePair& pair, const Sides& sides,
                             const VolumeDiffOptions& options) {
    if (!reason_not_to_compare(pair).empty()) {
        return {};
    }
    try {
        const RowComparison plan = plan_pair(pair, sides, options);
        require_times_of_utc(plan, options.common.assume_tz);
        return note_on_types(plan);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::query) {
            throw;
        }
        return {};
    }
}

void require_conditions(const Sides& sides, const std::vector<TablePair>& pairs,
                        const VolumeDiffOptions& options) {
    const ComparedTables tables = compared_tables(pairs);
    require_understood(*sides.a.session, tables.a, options.where_a);
    require_understood(*sides.b.session, tables.b, options.where_b);
}

} // namespace

void check_call(const Sides& sides, const std::vector<TablePair>& pairs,
                const VolumeDiffOptions& options, Document& document) {
    require_conditions(sides, pairs, options);
    if (options.by == DiffBy::distributions) {
        require_names(pairs, options);
        return;
    }
    if (options.by != DiffBy::rows) {
        if (counts_groups(options)) {
            const StoreKind kind = sides.a.session->source().kind;
            require_groups(pairs, options, kind);
            note_groups(pairs, options, kind, document);
        }
        return;
    }
    require_names(pairs, options);
    require_keys_for_tolerances(pairs, options);
    if (options.repair) {
        require_repairable(pairs, sides, options);
    }
    for (const auto& pair : pairs) {
        if (pair.a != nullptr && pair.b != nullptr) {
            const std::string note = note_on_types_of(pair, sides, options);
            if (!note.empty()) {
                document.notes.push_back(note);
            }
        }
    }
}

} // namespace assay
