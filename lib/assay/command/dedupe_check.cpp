// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/command/dedupe_check_folded.hpp"
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/dedupe_check_near.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/duplicate_scan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay {
namespace {

/// A table and the columns by which its rows are compared.
struct Target {
    const TableSchema* table = nullptr;
    std::vector<std::size_t> columns;
    std::vector<ScanPart> parts = {}; ///< that it is read in, by all workers; none: in one go
    std::size_t neighbours = 1;       ///< tables that are read at the same time if it is in one go
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

Fact shown_group(const KeyGroup& group, const std::vector<std::string>& names,
                 ValuesPolicy values) {
    Facts key;
    for (std::size_t i = 0; i < names.size(); ++i) {
        key.emplace_back(names[i], shown(group.key[i], values, group.rows));
    }
    return Facts{{"key", std::move(key)}, {"count", group.rows}};
}

/// Tables that are read at the same time share the memory.
DuplicateRequest request_of(const Target& target, const DedupeCheckOptions& options,
                            const RowFilter& filter, const Context& context) {
    DuplicateRequest request{target.columns, policy_of(options), options.limit,
                             filter.condition(*target.table)};
    request.parts = target.parts;
    request.memory = options.common.memory / (target.parts.empty() ? target.neighbours : 1);
    request.spill_folder = temporary_folder(context.environment);
    request.cancellation = &context.cancellation;
    return request;
}

CheckResult check_target(Workers& workers, const Target& target, const DedupeCheckOptions& options,
                         const RowFilter& filter, const Context& context) {
    const DuplicateRequest request = request_of(target, options, filter, context);
    const auto duplicates = scan_duplicates(workers, *target.table, request);
    const auto names = names_of(target);
    DuplicateFacts facts;
    facts.table = target.table->ref;
    facts.key = options.key.empty() ? std::vector<std::string>{} : names;
    facts.nulls = request.nulls;
    facts.counts = duplicates.counts;
    facts.verified_groups = duplicates.verified_groups;
    facts.spilled_bytes = duplicates.spilled_bytes;
    for (const auto& group : duplicates.groups) {
        facts.groups.push_back(shown_group(group, names, options.common.values));
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

/// The parts of a table that is worth all workers at once; none for others, and where that cannot
/// be told: whoever reads it will say why.
std::vector<ScanPart> parts_of(Session& session, const Target& target, const RowFilter& filter) {
    if (!reason_to_skip(target).empty() || !filter.reason_not_to_choose(*target.table).empty()) {
        return {};
    }
    try {
        ScanRequest scan;
        scan.table = target.table;
        scan.columns = target.columns;
        return small_parts(session.split(scan));
    } catch (const Error&) {
        return {};
    }
}

std::vector<CheckResult> judge(Workers& workers, const Target& target,
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
        std::vector<CheckResult> results{check_target(workers, target, options, filter, context)};
        if (!options.folds.empty()) {
            results.push_back(check_folded(workers.first(), target, options, filter));
        }
        return results;
    } catch (const Error& error) {
        return {error_result("duplicates.surplus", target.table->ref, key, error,
                             context.cancellation)};
    }
}

void explain(const Source& source, const std::vector<Target>& targets,
             const DedupeCheckOptions& options, const RowFilter& filter, const Context& context,
             Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (!filter.reason_not_to_choose(*target.table).empty()) {
            continue;
        }
        const DuplicateRequest request = request_of(target, options, filter, context);
        const ScanRequest scan = key_scan(*target.table, request);
        const StoreKind kind = source.session->source().kind;
        PlanRecord step = scan_step(source, scan,
                                    words_of_memory(likely_rows(*target.table, kind, target.parts),
                                                    request.memory, request.spill_folder));
        note_parts(step, target.parts, options.common.jobs, kind);
        document.plan.push_back(std::move(step));
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
            targets.back().neighbours = std::min<std::size_t>(common.jobs, selected.tables.size());
        }
        const RowFilter filter = filter_of(source, common);
        filter.announce(selected.tables, document);
        for (auto& target : targets) {
            target.parts = parts_of(*source.session, target, filter);
        }
        if (common.mode == Mode::explain) {
            explain(source, targets, options, filter, context, document);
            return;
        }
        for (const auto& target : targets) {
            document.tables.push_back(catalog_record(source.id, *target.table));
        }
        RunHistory history(common, options.database, context, document);
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, targets.size(), common, context, document,
            [&](Workers& workers, std::size_t i) {
                return judge(workers, targets[i], options, filter, unread, context);
            },
            [&](std::size_t i) { return !targets[i].parts.empty(); });
        note_row_counts(document);
        history.keep(now_of(common, *source.session), entry_of(targets, history, document),
                     document);
    });
}

} // namespace assay
