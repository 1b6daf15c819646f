// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/snapshot_layout.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/column_bridge.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {
namespace {

bool same_name(const TableRef& one, const TableRef& other) {
    return to_lower_ascii(one.name) == to_lower_ascii(other.name);
}

/// The table that a snapshot is of: to the letter, else the only one of its name.
const TableSchema& table_of(const TableSnapshot& before, const Catalog& catalog) {
    std::vector<const TableSchema*> named;
    for (const TableSchema& table : catalog.tables) {
        if (table.ref == before.table) {
            return table;
        }
        if (same_name(table.ref, before.table)) {
            named.push_back(&table);
        }
    }
    if (named.size() != 1) {
        throw Error(
            ErrorKind::not_found,
            fmt::format("the snapshot is of table {}, {}", display_identifier(before.table.name),
                        named.empty() ? "which is not there" : "and several have that name"),
            "name the table with -t");
    }
    return *named.front();
}

ReadColumn read_as_it_is(const TableSchema& table, std::size_t ordinal) {
    const ColumnSpec& column = table.columns[ordinal];
    if (!column.readable) {
        throw Error(
            ErrorKind::permission,
            fmt::format("no SELECT privilege on column {}", display_identifier(column.name)),
            "grant SELECT on it, or leave it out with --ignore");
    }
    return {ordinal, comparison_with_itself(column)};
}

[[noreturn]] void refuse(const TableSnapshot& before, const std::string& why,
                         const std::string& hint) {
    throw Error(ErrorKind::usage,
                fmt::format("the snapshot of table {} cannot be compared: {}",
                            display_identifier(before.table.name), why),
                hint);
}

} // namespace

void require_possible(const VolumeDiffOptions& options) {
    const SnapshotOptions& snapshot = options.snapshot;
    if (snapshot.from && options.database_b.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("'{}' is a snapshot: there is no database to compare it with",
                                escape_text(snapshot.from->name)),
                    "name it behind the snapshot: assay volume-diff FILE DB --rows");
    }
    if (options.by != DiffBy::rows) {
        throw Error(ErrorKind::usage, "a snapshot is compared and saved row by row", "add --rows");
    }
    if (!snapshot.from && !options.database_b.empty()) {
        throw Error(ErrorKind::usage, "--save-snapshot is for one database, but two are given",
                    "save a snapshot of each in a run of its own");
    }
    const CommonOptions& common = options.common;
    const std::array<std::pair<bool, std::string_view>, 10> unfit{
        {{snapshot.from && !options.key.empty(), "--key"},
         {!options.map.empty(), "--map"},
         {!options.tolerances.empty(), "--tol"},
         {!options.where_a.empty() || !options.where_b.empty(), "--where-a and --where-b"},
         {options.recheck.has_value(), "--recheck"},
         {options.repair.has_value(), "--repair"},
         {common.since.has_value(), "--since"},
         {common.depth != Depth::full, "--depth"},
         {!common.history.empty(), "--history"},
         {options.usual != UsualVolumeOptions{} || !options.by_column.empty(),
          "--by, --tz, --min-age, --calendar or --append-only"}}};
    for (const auto& [is_used, flag] : unfit) {
        if (is_used) {
            throw Error(ErrorKind::usage, fmt::format("{} means nothing with a snapshot", flag),
                        "leave it out: a snapshot is of all rows of --where, by its own key");
        }
    }
}

const TableSchema& find_table(const Source& source, const TableSnapshot* before,
                              const CommonOptions& common, Document& document) {
    if (before != nullptr && common.tables.empty()) {
        return table_of(*before, source.catalog);
    }
    const SelectedTables selected = select_tables(source, common, document);
    if (selected.tables.size() != 1) {
        throw Error(
            ErrorKind::usage,
            fmt::format("a snapshot is of one table, but {} are selected", selected.tables.size()),
            "name it with -t");
    }
    const TableSchema& table = *selected.tables.front();
    if (before != nullptr && !same_name(table.ref, before->table)) {
        throw Error(ErrorKind::usage,
                    fmt::format("the snapshot is of table {}, not of {}",
                                display_identifier(before->table.name),
                                display_identifier(table.ref.name)),
                    "name the snapshot of that table");
    }
    return table;
}

RowLayout layout_to_save(const TableSchema& table, const VolumeDiffOptions& options) {
    const auto& names = !options.key.empty() ? options.key
                        : table.primary_key  ? table.primary_key->columns
                                             : std::vector<std::string>{};
    const auto key = require_columns(table, names);
    const auto ignored = require_columns(table, options.ignore);
    const auto has = [](const auto& list, std::size_t i) {
        return std::find(list.begin(), list.end(), i) != list.end();
    };
    RowLayout layout;
    for (const std::size_t ordinal : key) {
        layout.key.push_back(read_as_it_is(table, ordinal));
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!has(key, i) && !has(ignored, i)) {
            layout.other.push_back(read_as_it_is(table, i));
        }
    }
    return layout;
}

RowLayout layout_of_snapshot(const TableSnapshot& before, const TableSchema& table,
                             const VolumeDiffOptions& options) {
    const std::string save = "save a new one with --save-snapshot";
    if (before.where != options.common.where) {
        refuse(before,
               before.where.empty()
                   ? "it is of all rows"
                   : fmt::format("it is of the rows with {}", escape_text(before.where)),
               before.where.empty() ? "leave out --where" : "give the same --where");
    }
    RowLayout layout;
    const auto ignored = require_columns(table, options.ignore);
    auto known = ignored;
    const auto add = [&](const SnapshotColumn& column, std::vector<ReadColumn>& columns) {
        const auto ordinal = table.find_column(column.name);
        if (!ordinal) {
            refuse(
                before,
                fmt::format("the table has no column {} any more", display_identifier(column.name)),
                save);
        }
        const ColumnType type = table.columns[*ordinal].type;
        if (type != column.type) {
            refuse(before,
                   fmt::format("column {} was {} and is {}", display_identifier(column.name),
                               to_string(column.type), to_string(type)),
                   save);
        }
        if (std::find(ignored.begin(), ignored.end(), *ordinal) != ignored.end()) {
            refuse(before,
                   fmt::format("column {} is part of its hashes", display_identifier(column.name)),
                   fmt::format("do not --ignore it, or {}", save));
        }
        known.push_back(*ordinal);
        columns.push_back(read_as_it_is(table, *ordinal));
    };
    for (const auto& column : before.key) {
        add(column, layout.key);
    }
    for (const auto& column : before.other) {
        add(column, layout.other);
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (std::find(known.begin(), known.end(), i) == known.end()) {
            const std::string name = display_identifier(table.columns[i].name);
            refuse(before, fmt::format("it does not have column {}", name),
                   fmt::format("leave the column out with --ignore, or {}", save));
        }
    }
    return layout;
}

RowLayout read_layout(RowLayout layout, const CommonOptions& common) {
    if (layout.key.empty()) {
        layout.key.swap(layout.other);
    }
    layout.where = common.where;
    return layout;
}

} // namespace assay
