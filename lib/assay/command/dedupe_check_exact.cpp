// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_exact.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/dedupe_check_unique.hpp"
#include "assay/command/dedupe_check_why.hpp"
#include "assay/command/repair_plan.hpp"
#include "assay/command/time_column.hpp"
#include "assay/command/turns.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/index_sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace assay {
namespace {

Facts shown_group(const std::vector<Value>& values_of_key, std::int64_t rows,
                  const std::vector<std::string>& names, ValuesPolicy values) {
    Facts key;
    for (std::size_t i = 0; i < names.size(); ++i) {
        key.emplace_back(names[i], shown_of(names[i], values_of_key[i], values, rows));
    }
    return {{"key", std::move(key)}, {"count", rows}};
}

/// A group with its cause, its times and where its first rows stand.
Facts explained_group(const GroupWhy& group, const PlaceNames& places,
                      const std::vector<std::string>& names, ValuesPolicy values) {
    const std::int64_t rows = group.rows.rows;
    Facts facts = shown_group(group.rows.key, rows, names, values);
    if (group.cause) {
        facts.emplace_back("cause", to_string(group.cause->cause));
        facts.emplace_back(
            "conflicts", Fact::List(group.cause->conflicts.begin(), group.cause->conflicts.end()));
    }
    if (group.first && group.last) {
        facts.emplace_back("first", shown(*group.first, values, rows));
        facts.emplace_back("last", shown(*group.last, values, rows));
    }
    add_places(facts, RowsOf::own, places, group.places, values);
    return facts;
}

/// Of several tables not all need to have the column that the user named.
WhyRequest why_request(const TableSchema& table, const std::vector<std::size_t>& key,
                       const CommonOptions& common) {
    const bool has_time = !common.since_column || find_named(table, *common.since_column);
    return {key, has_time ? time_of(table, common) : std::nullopt};
}

/// Show the groups, and say why there are any.
void explain_duplicates(Workers& workers, const DedupeTarget& target, const DedupeKey& key,
                        const PlacedTable* placed, const DedupeCheckOptions& options,
                        const Duplicates& duplicates, DuplicateFacts& facts) {
    const Why why =
        explain_groups(workers, *target.table, placed,
                       why_request(*target.table, key.columns, options.common), duplicates);
    const auto names = names_of(*target.table, key.columns);
    const PlaceNames places(workers.first().source().kind, *target.table);
    for (std::size_t i = 0; i < std::min(options.limit, why.groups.size()); ++i) {
        facts.groups.emplace_back(
            explained_group(why.groups[i], places, names, options.common.values));
    }
    facts.cause = why.facts;
    facts.cause->duplicated_keys = facts.counts.duplicated_keys;
}

std::vector<std::size_t> readable_columns(const TableSchema& table) {
    std::vector<std::size_t> columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].readable) {
            columns.push_back(i);
        }
    }
    return columns;
}

/// @return nullopt where the primary key stands for the place
std::optional<PlacedTable> require_places(StoreKind kind, const TableSchema& table) {
    auto placed = PlacedTable::of(kind, table);
    if (!placed && !key_instead_of_places(table).empty()) {
        return std::nullopt;
    }
    if (!placed || table.kind == TableKind::materialized_view) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair: the rows of {} {} have no place to delete them by",
                                to_string(table.kind), display_identifier(table.ref.name)),
                    "name a table that has a rowid, or a ctid");
    }
    return placed;
}

/// The rows of all groups are held in memory, to be sorted.
/// @param values of a primary key that is held beside each
void require_memory(const DuplicateCounts& counts, std::size_t values, std::size_t memory) {
    const std::size_t row_bytes =
        sizeof(DuplicateRow) +
        (values > 0 ? sizeof(std::vector<Value>) + values * sizeof(Value) : 0);
    const auto rows = static_cast<std::size_t>(counts.surplus_rows + counts.duplicated_keys);
    if (rows > memory / row_bytes) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair: a plan for {} takes more than the {} of --memory",
                                count_of(counts.surplus_rows, "surplus row"),
                                format_bytes(static_cast<std::int64_t>(memory))),
                    "give --memory more, or choose fewer rows with --where");
    }
}

/// All rows of the groups, by their places or by their primary keys.
std::vector<DuplicateRows> repaired_groups(Session& session, const DuplicateRowsRequest& rows,
                                           const std::vector<DuplicateGroup>& wanted,
                                           RepairFacts& facts) {
    if (wanted.empty()) {
        return {};
    }
    if (facts.table != nullptr) {
        return read_duplicate_rows(session, *facts.table, rows, wanted);
    }
    auto keyed = read_keyed_duplicate_rows(session, *facts.schema, rows, facts.primary_key, wanted);
    facts.primary_keys = std::move(keyed.keys);
    return std::move(keyed.groups);
}

void plan_repair(Session& session, const DedupeTarget& target, const DedupeCheckOptions& options,
                 const DuplicateRequest& request, const Duplicates& duplicates) {
    const DuplicateCounts& counts = duplicates.counts;
    require_memory(counts, key_instead_of_places(*target.table).size(), options.common.memory);
    const DedupeKey& key = target.keys.front();
    const auto placed = require_places(session.source().kind, *target.table);
    RepairFacts facts;
    facts.table = placed ? &*placed : nullptr;
    facts.schema = target.table;
    facts.primary_key = key_instead_of_places(*target.table);
    facts.key = key.columns;
    facts.time = time_of(*target.table, options.common);
    facts.keep = options.keep.value_or(Keep::first);
    facts.nulls = key.nulls;
    facts.where = request.where;
    facts.rows = counts.rows + (key.nulls == NullPolicy::skip ? counts.null_key_rows : 0);
    facts.snapshot_at = session.source().snapshot_at;
    facts.dependents = target.dependents;
    DuplicateRowsRequest rows;
    rows.key = key.columns;
    rows.where = request.where;
    rows.time = facts.time;
    if (facts.keep == Keep::most_complete) {
        rows.counted = readable_columns(*target.table);
    }
    const auto groups = repaired_groups(session, rows, duplicates.largest, facts);
    write_repair_plan(facts, groups, options.repair->write);
}

/// What there is to say of one key.
CheckResult judge_key(Workers& workers, const DedupeTarget& target, const DedupeKey& key,
                      const PlacedTable* placed, const DedupeCheckOptions& options,
                      const std::string& where, const Duplicates& duplicates) {
    DuplicateFacts facts;
    facts.table = target.table->ref;
    facts.nulls = key.nulls;
    facts.counts = duplicates.counts;
    facts.verified_groups = duplicates.verified_groups;
    facts.spilled_bytes = duplicates.spilled_bytes;
    facts.index = duplicates.index;
    facts.key = columns_of_result(*target.table, key);
    facts.origin = key.origin;
    if (key.origin != KeyOrigin::whole_rows) {
        facts.unique =
            unique_advice(workers.first().source().kind,
                          {target.table, key.columns, key.nulls, facts.counts, !where.empty()});
    }
    if (!duplicates.groups.empty()) {
        explain_duplicates(workers, target, key, placed, options, duplicates, facts);
    }
    return check_duplicates(facts, options.max_surplus);
}

/// The first rows of the groups, of the largest ones first.
std::vector<RowPlace> some_places(const std::vector<DuplicateRows>& groups) {
    constexpr std::size_t most = 2'000;
    std::vector<RowPlace> places;
    for (const DuplicateRows& group : groups) {
        for (const DuplicateRow& row : group.first) {
            if (places.size() < most) {
                places.push_back(row.place);
            }
        }
    }
    return places;
}

/// Say what to compare of rows that have no places.
void compare_others(const TableSchema& table, const CommonOptions& common,
                    DuplicateRequest& request) {
    for (DuplicateKey& key : request.keys) {
        OtherColumns others = other_columns(table, why_request(table, key.columns, common));
        if (!others.are_none()) {
            key.others = {std::move(others.compared), others.time};
        }
    }
}

/// In an index of SQLite, whose keys and places are read instead of those of the table.
/// @return nullopt where that cannot be done, or a damaged index made groups of rows that are none
std::optional<std::vector<Duplicates>> find_in_sqlite_index(Workers& workers,
                                                            const TableSchema& table,
                                                            DuplicateRequest request,
                                                            const Index& index) {
    request.index = index.name;
    request.parts.clear();
    try {
        auto found = scan_duplicates(workers, table, request);
        found.front().index = index.name;
        const PlacedTable* placed = request.places.table;
        const auto places = some_places(found.front().groups);
        const bool is_right =
            placed == nullptr || has_entries(workers.first(), *placed, index, places);
        return is_right ? std::optional(std::move(found)) : std::nullopt;
    } catch (const Error& error) {
        const bool is_of_index = error.kind() == ErrorKind::changed ||
                                 error.kind() == ErrorKind::connection ||
                                 error.kind() == ErrorKind::query;
        if (!is_of_index) {
            throw;
        }
        return std::nullopt;
    }
}

/// The server counts them, where there are none to show.
std::optional<std::vector<Duplicates>> find_by_server(Session& session, const TableSchema& table,
                                                      const DuplicateRequest& request,
                                                      const Index& index) {
    const auto counts = count_in_index(session, table, request, index);
    if (!counts) {
        return std::nullopt;
    }
    Duplicates duplicates;
    duplicates.counts = *counts;
    duplicates.index = index.name;
    return std::vector{duplicates};
}

/// By an index where that takes less, else by the rows.
std::vector<Duplicates> find_duplicates(Workers& workers, const DedupeTarget& target,
                                        const DuplicateRequest& request,
                                        const DedupeCheckOptions& options) {
    if (request.keys.empty()) {
        return {};
    }
    const TableSchema& table = *target.table;
    const IndexChoice choice = index_choice(workers.first(), target, request, options);
    if (choice.is_read()) {
        const bool is_file = workers.first().source().kind == StoreKind::sqlite;
        auto found = is_file ? find_in_sqlite_index(workers, table, request, *choice.index)
                             : find_by_server(workers.first(), table, request, *choice.index);
        if (found) {
            return *std::move(found);
        }
    }
    return scan_duplicates(workers, table, request);
}

/// The answer about a key that nobody has to count.
CheckResult judge_guaranteed(StoreKind kind, const TableSchema& table, const DedupeKey& key,
                             const DedupeCheckOptions& options) {
    DuplicateFacts facts;
    facts.table = table.ref;
    facts.key = columns_of_result(table, key);
    facts.origin = key.origin;
    facts.guarantor = key.guarantor;
    facts.nulls = key.nulls;
    facts.unique = unique_advice(kind, {&table, key.columns, key.nulls, {}, false});
    return check_duplicates(facts, options.max_surplus);
}

} // namespace

std::optional<std::size_t> time_of(const TableSchema& table, const CommonOptions& options) {
    if (options.since_column) {
        return require_column(table, *options.since_column);
    }
    const auto guessed = guess_time_column(table);
    return guessed ? std::optional(guessed->ordinal) : std::nullopt;
}

void prepare_repair(std::vector<DedupeTarget>& targets, const Source& source, ValuesPolicy values) {
    require_one_table(targets.size());
    DedupeTarget& target = targets.front();
    const bool has_places =
        require_places(source.session->source().kind, *target.table).has_value();
    if (!has_places && values != ValuesPolicy::all) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair: {} has no rowid: the plan names its rows by the values "
                                "of their primary key",
                                display_identifier(target.table->ref.name)),
                    "add --values all if whoever reads the plan may see them");
    }
    target.dependents = dependents_of(*target.table, source.catalog.tables);
}

DuplicateRequest duplicate_request(const DedupeTarget& target, const DedupeCheckOptions& options,
                                   const RowFilter& filter, const Context& context) {
    DuplicateRequest request;
    for (const auto& key : counted_keys(target)) {
        request.keys.push_back({key.columns, key.nulls});
    }
    request.limit = options.limit;
    request.where = filter.condition(*target.table);
    request.parts = target.parts;
    request.memory = options.common.memory / (target.parts.empty() ? target.neighbours : 1);
    request.spill_folder = temporary_folder(context.environment);
    request.cancellation = &context.cancellation;
    return request;
}

IndexChoice index_choice(Session& session, const DedupeTarget& target,
                         const DuplicateRequest& request, const DedupeCheckOptions& options) {
    // A plan names rows, and whoever verifies does not trust an index.
    if (options.verify || options.repair) {
        return {};
    }
    return choose_duplicate_index(session, *target.table, request,
                                  target.parts.empty() ? 1 : options.common.jobs);
}

std::vector<CheckResult>
check_exact(Workers& workers, const DedupeTarget& target, const DedupeCheckOptions& options,
            const RowFilter& filter, const Context& context,
            const std::function<void(std::vector<CheckResult>&)>& add_others) {
    Session& session = workers.first();
    const auto placed = PlacedTable::of(session.source().kind, *target.table);
    DuplicateRequest request = duplicate_request(target, options, filter, context);
    request.places.table = placed ? &*placed : nullptr;
    request.places.primary_key = key_instead_of_places(*target.table);
    compare_others(*target.table, options.common, request);
    request.named = options.repair ? std::numeric_limits<std::size_t>::max() : 0;
    const auto found = find_duplicates(workers, target, request, options);
    std::vector<CheckResult> results;
    std::size_t next = 0;
    for (const auto& key : target.keys) {
        results.push_back(
            key.guarantor.empty()
                ? judge_key(workers, target, key, placed ? &*placed : nullptr, options,
                            request.where, found[next++])
                : judge_guaranteed(session.source().kind, *target.table, key, options));
    }
    add_others(results);
    // Last, because what is written cannot be taken back when the table is begun anew.
    if (options.repair && reason_for_another_turn(results, 1) == nullptr) {
        plan_repair(session, target, options, request, found.front());
    }
    return results;
}

} // namespace assay
