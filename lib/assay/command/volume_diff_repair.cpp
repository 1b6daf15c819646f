// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_repair.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/repair_plan.hpp"
#include "assay/command/volume_diff_repair_value.hpp"
#include "assay/command/volume_diff_repair_whole.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay {
namespace {

bool can_be_written(TableKind kind) noexcept {
    return kind == TableKind::table || kind == TableKind::partitioned ||
           kind == TableKind::partition;
}

std::string_view deed_of(ChangeKind kind) noexcept {
    return kind == ChangeKind::only_a ? "insert" : kind == ChangeKind::only_b ? "delete" : "update";
}

VolumeRepairFacts facts_of(const TablePair& tables, const Sides& sides) {
    const SourceInfo& a = sides.a.session->source();
    const SourceInfo& b = sides.b.session->source();
    return {a.kind,
            b.kind,
            a.url,
            b.url,
            a.snapshot_at,
            b.snapshot_at,
            dependents_of(*tables.b, sides.b.catalog.tables)};
}

} // namespace

VolumeRepair::VolumeRepair(const RowComparison& plan, const VolumeRepairFacts& facts)
    : m_plan(plan), m_facts(facts) {}

std::string VolumeRepair::reason_without_name(const RowChange& row) const {
    const auto& key = row.kind == ChangeKind::changed ? row.key_b : row.key;
    const bool has_null = std::any_of(
        key.begin(), key.end(), [](const Value& value) { return value.kind == CellKind::null; });
    return has_null           ? "its key has a NULL, so that SQL finds no such row"
           : row.same_key > 1 ? "its key stands more than once, so that it names no row"
                              : "";
}

std::optional<std::string> VolumeRepair::literals(const std::vector<Value>& key,
                                                  const std::vector<Value>& other, Side from) {
    std::string list;
    const auto append = [&](const Value& value, const ColumnPair& pair) {
        const auto literal = repaired_literal(m_plan, m_facts, pair, from, value);
        if (!literal) {
            m_unwritable = m_plan.tables.b->columns[pair.b].name;
            return false;
        }
        list += "," + *literal;
        return true;
    };
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (!append(key[i], m_plan.request.key[i])) {
            return std::nullopt;
        }
    }
    for (std::size_t i = 0; i < other.size(); ++i) {
        if (!append(other[i], m_plan.request.other[i])) {
            return std::nullopt;
        }
    }
    return list;
}

/// The key of side B, and the values of side A that are written.
std::optional<std::string> VolumeRepair::changed_literals(const RowChange& row,
                                                          const RepairColumns& changed) {
    auto list = literals(row.key_b, {}, Side::b);
    for (std::size_t i = 0; list && i < row.a.size(); ++i) {
        if (!std::binary_search(changed.begin(), changed.end(), i)) {
            *list += ",NULL";
            continue;
        }
        const auto literal =
            repaired_literal(m_plan, m_facts, m_plan.request.other[i], Side::a, row.a[i]);
        if (!literal) {
            m_unwritable = repaired_column(m_plan, i).name;
            return std::nullopt;
        }
        *list += "," + *literal;
    }
    return list;
}

void VolumeRepair::leave_out(const RowChange& row, const std::string& reason) {
    std::string key;
    for (std::size_t i = 0; i < row.key.size(); ++i) {
        const Value& value = row.key[i];
        key += fmt::format("{}{} = {}", key.empty() ? "" : ", ",
                           quote_identifier(repaired_key(m_plan, i).name),
                           value.kind == CellKind::null ? "NULL" : display(value));
    }
    m_rows.left_out.push_back(fmt::format("{} of {}: {}.", deed_of(row.kind), key, reason));
}

void VolumeRepair::add_update(const RowChange& row) {
    RepairColumns changed;
    for (const auto& cell : row.cells) {
        if (is_writable(repaired_column(m_plan, cell.column))) {
            changed.push_back(cell.column);
        }
    }
    if (changed.empty()) {
        leave_out(row, "only generated columns differ");
        return;
    }
    auto before = literals(row.key_b, row.b, Side::b);
    auto after = before ? changed_literals(row, changed) : std::nullopt;
    if (!after) {
        leave_out(row, fmt::format("its {} cannot be written for side B",
                                   quote_identifier(m_unwritable)));
        return;
    }
    m_rows.updates[changed].push_back({std::move(*before), std::move(*after)});
}

void VolumeRepair::add(const RowChange& row) {
    if (const std::string reason = reason_without_name(row); !reason.empty()) {
        leave_out(row, reason);
        return;
    }
    if (row.kind == ChangeKind::changed) {
        add_update(row);
        return;
    }
    const bool is_insert = row.kind == ChangeKind::only_a;
    auto cells = is_insert ? literals(row.key, row.a, Side::a) : literals(row.key, row.b, Side::b);
    if (!cells) {
        leave_out(row, fmt::format("its {} cannot be written for side B",
                                   quote_identifier(m_unwritable)));
    } else if (is_insert) {
        m_rows.inserts.push_back({"", std::move(*cells)});
    } else {
        m_rows.deletes.push_back({std::move(*cells), ""});
    }
}

void VolumeRepair::write(const std::function<void(std::string_view)>& write) const {
    write_volume_repair(m_plan, m_facts, m_rows, write);
}

Facts VolumeRepair::evidence() const {
    return {{"inserts", static_cast<std::int64_t>(m_rows.inserts.size())},
            {"updates", m_rows.updated()},
            {"deletes", static_cast<std::int64_t>(m_rows.deletes.size())},
            {"left_out", left_out()}};
}

void require_repairable(const std::vector<TablePair>& pairs, const Sides& sides,
                        const VolumeDiffOptions& options) {
    require_one_table(pairs.size());
    const TablePair& pair = pairs.front();
    const TableSchema& table = pair.a == nullptr ? *pair.b : *pair.a;
    const std::string name = display_identifier(table.ref.name);
    if (pair.a == nullptr || pair.b == nullptr) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair: table {} is missing on side {}", name,
                                pair.a == nullptr ? "A" : "B"),
                    "it makes a table of side B like that of side A: both must be there");
    }
    if (!can_be_written(pair.b->kind)) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair: {} {} on side B cannot be written to",
                                to_string(pair.b->kind), name),
                    "name a table");
    }
    const std::string reason = reason_for_no_plan(sides.b.session->source().kind, *pair.b);
    if (!reason.empty() && plan_pair(pair, sides, options).key.empty()) {
        throw Error(
            ErrorKind::usage,
            fmt::format("--repair: table {} has no key to name its rows by: {}", name, reason),
            "name the columns that tell which rows belong together with --key");
    }
}

namespace {

template <typename Repair>
std::vector<CheckResult> repair_by(Repair repair, const RowComparison& plan, const Sides& sides,
                                   const VolumeDiffOptions& options) {
    Workers a(*sides.a.session, 1);
    Workers b(*sides.b.session, 1);
    auto results =
        compare_rows(plan, a, b, options, [&](const RowChange& row) { repair.add(row); });
    repair.write(options.repair->write);
    CheckResult& rows = results.front();
    rows.evidence.emplace_back("repair", repair.evidence());
    if (repair.left_out() > 0) {
        rows.message +=
            fmt::format("; the repair plan leaves out {}", count_of(repair.left_out(), "row"));
    }
    return results;
}

} // namespace

std::vector<CheckResult> compare_and_repair(const RowComparison& plan, const Sides& sides,
                                            const VolumeDiffOptions& options) {
    const VolumeRepairFacts facts = facts_of(plan.tables, sides);
    return plan.key.empty() ? repair_by(WholeRowRepair(plan, facts), plan, sides, options)
                            : repair_by(VolumeRepair(plan, facts), plan, sides, options);
}

} // namespace assay
