// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/dedupe_check_across.hpp"
#include "assay/command/dedupe_check_exact.hpp"
#include "assay/command/dedupe_check_folded.hpp"
#include "assay/command/dedupe_check_keys.hpp"
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/dedupe_check_near.hpp"
#include "assay/command/dedupe_check_retried.hpp"
#include "assay/command/judge_tables.hpp"
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

using Target = DedupeTarget;

/// What is asked about retries in a table; nullopt where no column says when a row is from.
std::optional<RetryRequest> retry_request(const TableSchema& table,
                                          const DedupeCheckOptions& options) {
    RetryRequest request;
    if (options.actor) {
        request.actor = require_column(table, *options.actor);
    }
    request.payload = require_columns(table, only_key(options));
    const auto ignored = require_columns(table, options.ignore);
    const auto time = time_of(table, options.common);
    if (!time) {
        return std::nullopt;
    }
    request.time = *time;
    if (options.keys.empty()) {
        request.payload = payload_of(table, request, ignored);
    }
    require_some(table, request.payload);
    request.within = options.within.value_or(0);
    request.limit = options.limit;
    request.values = options.common.values;
    return request;
}

/// The columns that are read to find retries.
Target retry_target(const TableSchema& table, const DedupeCheckOptions& options) {
    Target target{&table, {}};
    if (const auto request = retry_request(table, options)) {
        target.columns = request->payload;
        target.columns.push_back(request->time);
        if (request->actor) {
            target.columns.push_back(*request->actor);
        }
        require_once(table, target.columns);
    }
    return target;
}

/// Retries can be found in one of the tables at least, as far as the catalog tells.
void require_time(const std::vector<Target>& targets) {
    const bool any =
        targets.empty() || std::any_of(targets.begin(), targets.end(), [](const Target& target) {
            return !target.columns.empty() || !reason_not_to_read(*target.table).empty();
        });
    if (!any) {
        throw Error(ErrorKind::not_found,
                    targets.size() == 1
                        ? fmt::format("table {} has no column that looks like the time of a row",
                                      display_identifier(targets.front().table->ref.name))
                        : "no selected table has a column that looks like the time of a row",
                    "name one with --column");
    }
}

/// A column that the user named is in one of the tables at least.
void require_named_time(const std::vector<const TableSchema*>& tables,
                        const CommonOptions& common) {
    const bool any = !common.since_column || tables.empty() ||
                     std::any_of(tables.begin(), tables.end(), [&](const TableSchema* table) {
                         return find_named(*table, *common.since_column).has_value();
                     });
    if (!any) {
        require_column(*tables.front(), *common.since_column);
    }
}

Target target_of(StoreKind kind, const TableSchema& table, const DedupeCheckOptions& options) {
    return options.within ? retry_target(table, options)
                          : target_with(table, keys_of(kind, table, options));
}

/// The columns that a result about retries names.
std::vector<std::string> names_of_retries(const TableSchema& table,
                                          const DedupeCheckOptions& options) {
    std::vector<std::size_t> columns = require_columns(table, only_key(options));
    if (options.actor) {
        columns.insert(columns.begin(), require_column(table, *options.actor));
    }
    return names_of(table, columns);
}

/// The columns of every result about a table.
std::vector<std::vector<std::string>> names_of_results(const Target& target,
                                                       const DedupeCheckOptions& options) {
    if (options.within) {
        return {names_of_retries(*target.table, options)};
    }
    std::vector<std::vector<std::string>> names;
    for (const auto& key : target.keys) {
        names.push_back(columns_of_result(*target.table, key));
    }
    return names;
}

FoldQuestion fold_question(const Target& target, const DedupeKey& key, const RowFilter& filter) {
    return {target.table, key.columns, key.folds, filter.condition(*target.table)};
}

CheckResult check_folded(Workers& workers, const Target& target, const DedupeKey& key,
                         const DedupeCheckOptions& options, const RowFilter& filter,
                         const Context& context) {
    const FoldQuestion question = fold_question(target, key, filter);
    const auto chosen = choose_folds(workers.first(), question);
    FoldedRequest request{key.columns,          {}, key.nulls, options.limit, question.where,
                          options.common.values};
    const DuplicateRequest counted = duplicate_request(target, options, filter, context);
    request.parts = counted.parts;
    request.memory = counted.memory;
    request.spill_folder = counted.spill_folder;
    request.cancellation = counted.cancellation;
    for (const auto& column : chosen) {
        request.folds.push_back(column.folds);
    }
    FoldedFacts facts = scan_folded(workers, *target.table, request);
    facts.columns = folded_columns(question, chosen);
    facts.key = columns_of_result(*target.table, key);
    return check_folded_duplicates(facts, options.max_surplus);
}

CheckResult check_retried(Session& session, const Target& target, const DedupeCheckOptions& options,
                          const RowFilter& filter, const Context& context) {
    auto request = retry_request(*target.table, options);
    const auto columns = names_of_retries(*target.table, options);
    if (!request) {
        return skipped_result("duplicates.retries", target.table->ref, columns,
                              "no column looks like the time of a row; name one with --column");
    }
    request->where = filter.condition(*target.table);
    const DuplicateRequest limits = duplicate_request(target, options, filter, context);
    request->memory = limits.memory;
    request->spill_folder = limits.spill_folder;
    request->cancellation = limits.cancellation;
    RetryFacts facts = scan_retries(session, *target.table, *request);
    facts.columns = columns;
    return check_retries(facts, options.max_surplus);
}

std::string_view rule_of(const DedupeCheckOptions& options) {
    return options.within ? "duplicates.retries" : "duplicates.surplus";
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
    if (target.columns.empty() || !reason_to_skip(target).empty() ||
        !filter.reason_not_to_choose(*target.table).empty()) {
        return {};
    }
    try {
        ScanRequest scan;
        scan.table = target.table;
        scan.columns = target.columns;
        return session.split(scan);
    } catch (const Error&) {
        return {};
    }
}

std::vector<CheckResult> check_keys(Workers& workers, const Target& target,
                                    const DedupeCheckOptions& options, const RowFilter& filter,
                                    const Context& context) {
    return check_exact(workers, target, options, filter, context, [&](auto& results) {
        for (const auto& key : target.keys) {
            if (!key.folds.empty()) {
                results.push_back(check_folded(workers, target, key, options, filter, context));
            }
        }
    });
}

/// One result for each of those that were asked for.
std::vector<CheckResult>
for_each_of(const std::vector<std::vector<std::string>>& names,
            const std::function<CheckResult(std::vector<std::string>)>& make) {
    std::vector<CheckResult> results;
    for (const auto& columns : names) {
        results.push_back(make(columns));
    }
    return results;
}

std::vector<CheckResult> judge(Workers& workers, const Target& target,
                               const DedupeCheckOptions& options, const RowFilter& filter,
                               Unread unread, const Context& context) {
    const TableRef& table = target.table->ref;
    const auto names = names_of_results(target, options);
    if (const std::string reason = reason_to_skip(target); !reason.empty()) {
        return for_each_of(names, [&](auto columns) {
            return unread_result(rule_of(options), table, std::move(columns), reason, unread);
        });
    }
    if (const std::string unchosen = filter.reason_not_to_choose(*target.table);
        !unchosen.empty()) {
        return for_each_of(names, [&](auto columns) {
            return skipped_result(rule_of(options), table, std::move(columns), unchosen);
        });
    }
    try {
        workers.first().require_unaltered(*target.table);
        if (options.within) {
            return {check_retried(workers.first(), target, options, filter, context)};
        }
        return check_keys(workers, target, options, filter, context);
    } catch (const Error& error) {
        return for_each_of(names, [&](auto columns) {
            return error_result(rule_of(options), table, std::move(columns), error,
                                context.cancellation);
        });
    }
}

void explain_retries(const Source& source, const Target& target, const DedupeCheckOptions& options,
                     const RowFilter& filter, const Context& context, Document& document) {
    if (target.columns.empty()) {
        return;
    }
    ScanRequest scan;
    scan.where = filter.condition(*target.table);
    scan.table = target.table;
    scan.columns = target.columns;
    const DuplicateRequest limits = duplicate_request(target, options, filter, context);
    const LikelyRows likely =
        likely_rows(*target.table, source.session->source().kind, target.parts);
    document.plan.push_back(
        scan_step(source, scan, words_of_retry_memory(likely, limits.memory, limits.spill_folder)));
}

/// A plan reads no table: the size of the sample follows from the rows that the catalog tells of.
PlanRecord sample_step(const Source& source, const FoldQuestion& question) {
    ScanRequest scan = fold_sample_scan(question);
    scan.sample = fold_sample(question.table->stats.row_estimate.value_or(0));
    return scan_step(
        source, scan,
        "what some rows of the whole table hold may choose otherwise than the names of "
        "the columns do; about 10,000, once the rows are counted");
}

void explain_folded(const Source& source, const Target& target, const DedupeCheckOptions& options,
                    const RowFilter& filter, const Context& context, Document& document) {
    for (const auto& key : target.keys) {
        if (key.folds.empty()) {
            continue;
        }
        const FoldQuestion question = fold_question(target, key, filter);
        if (!fold_sample_scan(question).columns.empty()) {
            document.plan.push_back(sample_step(source, question));
        }
        const DuplicateRequest request = duplicate_request(target, options, filter, context);
        ScanRequest scan;
        scan.table = target.table;
        scan.columns = key.columns;
        scan.where = request.where;
        const StoreKind kind = source.session->source().kind;
        PlanRecord step = scan_step(
            source, scan,
            fmt::format("{}; {}",
                        words_of_folded_memory(likely_rows(*target.table, kind, target.parts),
                                               request.memory, request.spill_folder),
                        words_of_folds(folded_columns(question, choose_folds_by_name(question)))));
        note_parts(step, target.parts, options.common.jobs, kind);
        document.plan.push_back(std::move(step));
    }
}

void explain_guaranteed(const Source& source, const Target& target, Document& document) {
    for (const auto& key : target.keys) {
        if (!key.guarantor.empty()) {
            PlanRecord step{source.id, qualified_name(target.table->ref), "catalog", "", {}, ""};
            step.why = fmt::format("{} guarantees that {} is unique: nothing is read",
                                   guarantor_words(key.guarantor),
                                   fmt::join(columns_of_result(*target.table, key), ", "));
            document.plan.push_back(std::move(step));
        }
    }
}

PlanRecord index_step(const Source& source, const Target& target, const DuplicateRequest& request,
                      const Index& index) {
    return {source.id,
            qualified_name(target.table->ref),
            "query",
            index_count_query(*target.table, request, index).sql,
            target.table->stats.row_estimate,
            fmt::format("index {} leads with the key and is much smaller than the table; --verify "
                        "reads the table instead",
                        display_identifier(index.name)),
            index.bytes};
}

/// Of SQLite: the same scan, of the index.
PlanRecord index_scan_step(const Source& source, const Target& target, DuplicateRequest request,
                           const IndexChoice& choice) {
    request.index = choice.index->name;
    return scan_step(
        source, key_scan(*target.table, request),
        fmt::format("{}; index {} leads with the key and is read instead of the table: {}; "
                    "--verify reads the table",
                    words_of_memory(likely_rows(*target.table, StoreKind::sqlite, target.parts),
                                    request.keys.size(), request.memory, request.spill_folder),
                    display_identifier(choice.index->name), choice.sizes));
}

void explain_counted(const Source& source, const Target& target, const DedupeCheckOptions& options,
                     const RowFilter& filter, const Context& context, Document& document) {
    DuplicateRequest request = duplicate_request(target, options, filter, context);
    if (request.keys.empty()) {
        return;
    }
    const StoreKind kind = source.session->source().kind;
    const auto placed = PlacedTable::of(kind, *target.table);
    request.places.table = placed ? &*placed : nullptr;
    const ScanRequest scan = key_scan(*target.table, request);
    const IndexChoice choice = index_choice(*source.session, target, request, options);
    const bool is_chosen = choice.is_read();
    if (is_chosen && kind == StoreKind::sqlite) {
        document.plan.push_back(index_scan_step(source, target, request, choice));
        return;
    }
    if (is_chosen) {
        document.plan.push_back(index_step(source, target, request, *choice.index));
        if (request.limit == 0) {
            return;
        }
    }
    PlanRecord step =
        scan_step(source, scan,
                  words_of_memory(likely_rows(*target.table, kind, target.parts),
                                  request.keys.size(), request.memory, request.spill_folder));
    if (is_chosen) {
        step.why = "only if the index holds a key twice: " + step.why;
    } else if (choice.index != nullptr) {
        step.why += fmt::format("; index {} leads with the key and is not read: {}",
                                display_identifier(choice.index->name), choice.reason);
    }
    note_parts(step, target.parts, options.common.jobs, kind);
    document.plan.push_back(std::move(step));
}

void explain(const Source& source, const std::vector<Target>& targets,
             const DedupeCheckOptions& options, const RowFilter& filter, const Context& context,
             Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& target : targets) {
        if (!filter.reason_not_to_choose(*target.table).empty()) {
            continue;
        }
        if (options.within) {
            explain_retries(source, target, options, filter, context, document);
            continue;
        }
        explain_guaranteed(source, target, document);
        explain_counted(source, target, options, filter, context, document);
        explain_folded(source, target, options, filter, context, document);
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

std::vector<std::string> only_key(const DedupeCheckOptions& options) {
    return options.keys.empty() ? std::vector<std::string>{} : options.keys.front();
}

Document dedupe_check(const DedupeCheckOptions& options, const Context& context) {
    if (options.likeness == Likeness::near) {
        return near_dedupe_check(options, context);
    }
    if (options.against) {
        return across_dedupe_check(options, context);
    }
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        require_named_time(selected.tables, common);
        std::vector<Target> targets;
        for (const auto* table : selected.tables) {
            targets.push_back(target_of(source.session->source().kind, *table, options));
            targets.back().neighbours = std::min<std::size_t>(common.jobs, selected.tables.size());
        }
        if (options.within) {
            require_time(targets);
        }
        if (options.repair) {
            prepare_repair(targets, source, common.values);
        }
        const RowFilter filter = filter_of(source, common);
        filter.announce(selected.tables, document);
        const auto split = [&](Target& target) {
            if (!options.within) {
                target.parts = parts_of(*source.session, target, filter);
            }
        };
        if (common.mode == Mode::explain) {
            std::for_each(targets.begin(), targets.end(), split);
            explain(source, targets, options, filter, context, document);
            return;
        }
        for (const auto& target : targets) {
            document.tables.push_back(catalog_record(source.id, *target.table));
        }
        RunHistory history(common, options.database, context, document);
        const Micros now = now_of(common, *source.session);
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, targets.size(), common, context, document,
            [&](Workers& workers, std::size_t i) {
                auto results = judge(workers, targets[i], options, filter, unread, context);
                for (CheckResult& result : results) {
                    note_unplaced(result, *targets[i].table, common.values);
                }
                return results;
            },
            // In the snapshot that the table is read in.
            [&](std::size_t i) {
                split(targets[i]);
                return !targets[i].parts.empty();
            });
        note_row_counts(document);
        history.keep(now, entry_of(targets, history, document), document);
    });
}

} // namespace assay
