// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/command/dedupe_check_folded.hpp"
#include "assay/command/dedupe_check_near.hpp"
#include "assay/command/dedupe_check_unique.hpp"
#include "assay/command/dedupe_check_why.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/time_column.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/column_scan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay {
namespace {

/// A table and the columns by which its rows are compared.
struct Target {
    const TableSchema* table = nullptr;
    std::vector<std::size_t> columns;
};

std::vector<std::size_t> ordinals_of(const TableSchema& table,
                                     const std::vector<std::string>& names) {
    std::vector<std::size_t> ordinals;
    ordinals.reserve(names.size());
    for (const auto& name : names) {
        ordinals.push_back(require_column(table, name));
    }
    return ordinals;
}

void require_once(const TableSchema& table, std::vector<std::size_t> columns) {
    std::sort(columns.begin(), columns.end());
    const auto twice = std::adjacent_find(columns.begin(), columns.end());
    if (twice != columns.end()) {
        throw Error(ErrorKind::usage, fmt::format("--key names column {} twice",
                                                  display_identifier(table.columns[*twice].name)));
    }
}

Target target_of(const TableSchema& table, const DedupeCheckOptions& options) {
    if (!options.key.empty()) {
        Target keyed{&table, ordinals_of(table, options.key)};
        require_once(table, keyed.columns);
        return keyed;
    }
    const auto ignored = ordinals_of(table, options.ignore);
    Target target{&table, {}};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (std::find(ignored.begin(), ignored.end(), i) == ignored.end()) {
            target.columns.push_back(i);
        }
    }
    if (target.columns.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("table {} has no column left to compare",
                                display_identifier(table.ref.name)),
                    "leave a column out of --ignore");
    }
    return target;
}

std::vector<std::string> names_of(const Target& target) {
    std::vector<std::string> names;
    for (const std::size_t ordinal : target.columns) {
        names.push_back(target.table->columns[ordinal].name);
    }
    return names;
}

NullPolicy policy_of(const DedupeCheckOptions& options) {
    return options.nulls.value_or(options.key.empty() ? NullPolicy::equal : NullPolicy::distinct);
}

Facts shown_group(const std::vector<Value>& values_of_key, std::int64_t rows,
                  const std::vector<std::string>& names, ValuesPolicy values) {
    Facts key;
    for (std::size_t i = 0; i < names.size(); ++i) {
        key.emplace_back(names[i], shown(values_of_key[i], values, rows));
    }
    return {{"key", std::move(key)}, {"count", rows}};
}

/// A group with its cause, its times and where its first rows stand.
Facts explained_group(const GroupWhy& group, const PlacedTable& table,
                      const std::vector<std::string>& names, ValuesPolicy values) {
    constexpr std::size_t most_places = 3;
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
    // A rowid may be the key of the user.
    if (values != ValuesPolicy::none) {
        Fact::List places;
        for (std::size_t i = 0; i < std::min(most_places, group.rows.first.size()); ++i) {
            places.emplace_back(display(table.kind(), group.rows.first[i].place));
        }
        facts.emplace_back("places", std::move(places));
    }
    return facts;
}

/// The column that says when a row is from, where there is one.
std::optional<std::size_t> time_of(const TableSchema& table, const CommonOptions& options) {
    if (options.since_column) {
        return require_column(table, *options.since_column);
    }
    const auto guessed = guess_time_column(table);
    return guessed ? std::optional(guessed->ordinal) : std::nullopt;
}

/// Show the groups, and say why there are any.
/// @return false where we may not read the places of rows
bool explain_duplicates(Session& session, const Target& target, const PlacedTable& table,
                        const DedupeCheckOptions& options, const RowFilter& filter,
                        const std::vector<DuplicateGroup>& wanted, DuplicateFacts& facts) {
    Why why;
    try {
        why = explain_groups(session, table,
                             {target.columns, filter.condition(*target.table), options.limit,
                              time_of(*target.table, options.common)},
                             wanted);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::permission) {
            throw;
        }
        return false;
    }
    const auto names = names_of(target);
    for (std::size_t i = 0; i < std::min(options.limit, why.groups.size()); ++i) {
        facts.groups.emplace_back(
            explained_group(why.groups[i], table, names, options.common.values));
    }
    facts.cause = std::move(why.facts);
    facts.cause->duplicated_keys = facts.counts.duplicated_keys;
    return true;
}

/// Show the groups of a table whose rows have no places.
void show_groups(Session& session, const Target& target, const DedupeCheckOptions& options,
                 const DuplicateRequest& request, DuplicateFacts& facts) {
    const auto names = names_of(target);
    for (const auto& group : scan_duplicates(session, *target.table, request).groups) {
        facts.groups.emplace_back(shown_group(group.key, group.rows, names, options.common.values));
    }
}

CheckResult check_target(Session& session, const Target& target, const DedupeCheckOptions& options,
                         const RowFilter& filter) {
    const StoreKind kind = session.source().kind;
    DuplicateRequest request{target.columns, policy_of(options), 0,
                             filter.condition(*target.table)};
    request.named = options.limit == 0 ? 0 : std::max(options.limit, groups_to_explain);
    const auto duplicates = scan_duplicates(session, *target.table, request);
    DuplicateFacts facts;
    facts.table = target.table->ref;
    facts.nulls = request.nulls;
    facts.counts = duplicates.counts;
    if (!options.key.empty()) {
        facts.key = names_of(target);
        facts.unique = unique_advice(kind, {target.table, target.columns, request.nulls,
                                            facts.counts, !request.where.empty()});
    }
    if (!duplicates.largest.empty()) {
        const auto placed = PlacedTable::of(kind, *target.table);
        if (!placed || !explain_duplicates(session, target, *placed, options, filter,
                                           duplicates.largest, facts)) {
            request.limit = options.limit;
            show_groups(session, target, options, request, facts);
        }
    }
    return check_duplicates(facts, options.max_surplus);
}

CheckResult check_folded(Session& session, const Target& target, const DedupeCheckOptions& options,
                         const RowFilter& filter) {
    FoldedFacts facts =
        scan_folded(session, *target.table,
                    {target.columns, options.folds, policy_of(options), options.limit,
                     filter.condition(*target.table), options.common.values});
    facts.key = options.key.empty() ? std::vector<std::string>{} : names_of(target);
    return check_folded_duplicates(facts, options.max_surplus);
}

std::string reason_to_skip(const Target& target) {
    if (!reason_not_to_read(*target.table).empty()) {
        return reason_not_to_read(*target.table);
    }
    for (const std::size_t ordinal : target.columns) {
        const ColumnSpec& column = target.table->columns[ordinal];
        if (!column.readable) {
            return fmt::format("no SELECT privilege on column {}", column.name);
        }
    }
    return {};
}

std::vector<CheckResult> judge(Session& session, const Target& target,
                               const DedupeCheckOptions& options, const RowFilter& filter,
                               Unread unread, const Context& context) {
    const auto key = options.key.empty() ? std::vector<std::string>{} : names_of(target);
    const std::string reason = reason_to_skip(target);
    if (!reason.empty()) {
        return {unread_result("duplicates.surplus", target.table->ref, key, reason, unread)};
    }
    if (const std::string unchosen = filter.reason_not_to_choose(*target.table);
        !unchosen.empty()) {
        return {skipped_result("duplicates.surplus", target.table->ref, key, unchosen)};
    }
    try {
        std::vector<CheckResult> results{check_target(session, target, options, filter)};
        if (!options.folds.empty()) {
            results.push_back(check_folded(session, target, options, filter));
        }
        return results;
    } catch (const Error& error) {
        return {error_result("duplicates.surplus", target.table->ref, key, error,
                             context.cancellation)};
    }
}

void explain(const Source& source, const std::vector<Target>& targets,
             const DedupeCheckOptions& options, const RowFilter& filter, Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (!filter.reason_not_to_choose(*target.table).empty()) {
            continue;
        }
        ScanRequest scan;
        scan.where = filter.condition(*target.table);
        scan.table = target.table;
        scan.columns = target.columns;
        document.plan.push_back(
            scan_step(source, scan,
                      "128-bit fingerprints of every key, 16 bytes a row; if "
                      "there are duplicates, read once more to find their rows, "
                      "and at most 20,000 of these to compare"));
        if (!options.folds.empty()) {
            document.plan.push_back(scan_step(source, scan,
                                              "fingerprints of every key as it is and folded, 32 "
                                              "bytes a row; read once more to show groups"));
        }
    }
}

/// What later runs may want to know of this one.
HistoryEntry entry_of(const std::vector<Target>& targets, const RunHistory& history,
                      const Document& document) {
    HistoryEntry entry;
    for (const auto& target : targets) {
        history.note_schema(*target.table, entry);
        for (const auto& check : document.checks) {
            if (check.table == qualified_name(target.table->ref)) {
                const std::string key = fmt::format("{}", fmt::join(check.columns, ", "));
                add_counts(check, {"rows"}, history.subject(target.table->ref, ""), entry);
                add_counts(check,
                           {"distinct_keys", "duplicated_keys", "surplus_rows", "largest_group",
                            "null_key_rows"},
                           history.subject(target.table->ref, key), entry);
            }
        }
    }
    return entry;
}

} // namespace

Document dedupe_check(const DedupeCheckOptions& options, const Context& context) {
    if (options.likeness == Likeness::near) {
        return near_dedupe_check(options, context);
    }
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        std::vector<Target> targets;
        for (const auto* table : selected.tables) {
            targets.push_back(target_of(*table, options));
        }
        const RowFilter filter = filter_of(source, common);
        filter.announce(selected.tables, document);
        if (common.mode == Mode::explain) {
            explain(source, targets, options, filter, document);
            return;
        }
        for (const auto& target : targets) {
            document.tables.push_back(catalog_record(source.id, *target.table));
        }
        RunHistory history(common, options.database, context, document);
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(source, targets.size(), common, context, document,
                     [&](Workers& workers, std::size_t i) {
                         return judge(workers.first(), targets[i], options, filter, unread,
                                      context);
                     });
        note_row_counts(document);
        history.keep(now_of(common, *source.session), entry_of(targets, history, document),
                     document);
    });
}

} // namespace assay
