// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "subcommands.hpp"

#include <algorithm>
#include <array>

namespace assay::cli {

namespace {

constexpr std::array<Subcommand, 7> table{{
    {"audit", "the state of every table: rows, size, columns, keys, findings", add_audit},
    {"freshness", "is the newest row as recent as it should be?", add_freshness},
    {"dedupe-check", "rows that say the same thing twice", add_dedupe_check},
    {"volume-diff", "how much, and which rows, differ between two databases", add_volume_diff},
    {"report", "render, merge and gate on saved results", add_report},
    {"report diff", "what is new, fixed or still failing between two results", add_report_diff},
    {"report prune", "remove old runs from a history", add_report_prune},
}};

} // namespace

std::span<const Subcommand> subcommands() noexcept { return table; }

const Subcommand* find_subcommand(std::string_view name) noexcept {
    const auto* const found = std::find_if(
        table.begin(), table.end(), [&](const Subcommand& entry) { return entry.name == name; });
    return found == table.end() ? nullptr : &*found;
}

} // namespace assay::cli
