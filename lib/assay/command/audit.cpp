// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/audit.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/content.hpp"
#include "assay/check/storage.hpp"
#include "assay/check/structure.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/scan/memory_gate.hpp"
#include "assay/scan/profiler.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

// Enough rows for a margin below one percent on any share of them.
constexpr std::int64_t sample_rows = 100'000;

/// A table to look at.
struct Job {
    const TableSchema* table = nullptr;
    std::vector<CheckResult> compared; ///< with what earlier runs saw
    Sketches sketches = Sketches::dropped;
    std::vector<const TableSchema*> parents; ///< of its foreign keys; nullptr: not in the catalog
    std::vector<ScanPart> parts = {};        ///< none: it is read in one go
    std::size_t memory = 0;                  ///< bytes for its metrics
};

/// What was learned of one table.
struct TableAudit {
    TableRecord record;
    std::vector<CheckResult> checks;
    std::vector<ColumnSketches> sketches = {};
};

/// What one of the tables has that are read by one stream each, several at the same time: as if
/// there were at least four jobs, so that fewer give the same answers.
/// @param count of these tables
std::size_t memory_alone(const CommonOptions& options, std::size_t count) {
    constexpr std::size_t usual_jobs = 4;
    return options.memory / std::max(usual_jobs, std::min<std::size_t>(options.jobs, count));
}

/// Which part of a table to read at --depth sample. A table of unknown or small size is read whole.
ProfileRequest profile_request(const CommonOptions& options, const RowFilter& filter,
                               const TableSchema& table) {
    ProfileRequest request;
    request.where = filter.condition(table);
    const std::int64_t rows = table.stats.row_estimate.value_or(0);
    if (options.depth == Depth::sample && rows > 2 * sample_rows) {
        request.sample_fraction = static_cast<double>(sample_rows) / static_cast<double>(rows);
    }
    return request;
}

std::vector<std::string> unreadable_columns(const TableSchema& table) {
    std::vector<std::string> names;
    for (const auto& column : table.columns) {
        if (!column.readable) {
            names.push_back(column.name);
        }
    }
    return names;
}

/// "in a sample of 1,000 clusters of neighbouring rows"
std::string sample_words(const SampleDesign& design) {
    if (design.unit == SampleUnit::rows) {
        return "in a sample of single rows";
    }
    return design.clusters == 0
               ? "in a sample of clusters of neighbouring rows"
               : "in a sample of " + count_of(design.clusters, "cluster of neighbouring rows",
                                              "clusters of neighbouring rows");
}

CheckResult readable(const TableProfile& profile) {
    const std::int64_t rows = profile.rows_examined;
    CheckResult result = make_result("table.readable", profile.schema.ref, {});
    result.rows_examined = rows;
    result.observed = {rows, "rows"};
    result.message = count_of(rows, "row") + " read";
    if (profile.design.unit != SampleUnit::whole) {
        result.method = Method::sample;
        result.message += fmt::format(" {}; shares and the number of rows have a margin of 95 %",
                                      sample_words(profile.design));
    }
    return result;
}

CheckResult orphans_of(Session& session, const TableSchema& table, const ForeignKey& key,
                       const TableSchema* parent, const std::string& where,
                       const Cancellation& cancellation) {
    try {
        std::vector<const TableSchema*> tables{&table};
        if (parent != nullptr && parent != &table) {
            tables.push_back(parent);
        }
        const auto counts = session.query_row_of(
            tables, orphan_query(session.source().kind, table.ref, key, where));
        return check_orphans(table, key, {counts.at(0).integer, counts.at(1).integer});
    } catch (const Error& error) {
        return error_result("integrity.orphans", table.ref, key.columns, error, cancellation);
    }
}

/// Does that kind of table have pages of its own in the file?
bool has_pages(const TableSchema& table) noexcept { return table.kind == TableKind::table; }

CheckResult verify(Session& session, const TableSchema& table, const Cancellation& cancellation) {
    constexpr std::string_view id = "integrity.storage";
    if (session.source().kind != StoreKind::sqlite) {
        return skipped_result(id, table.ref, {}, "a server is verified with pg_amcheck");
    }
    try {
        return check_storage(table,
                             session.query_row_of({&table}, storage_query(table.ref)).at(0).bytes);
    } catch (const Error& error) {
        return error_result(id, table.ref, {}, error, cancellation);
    }
}

void append(std::vector<CheckResult>& all, std::vector<CheckResult> more) {
    for (auto& result : more) {
        all.push_back(std::move(result));
    }
}

/// Read the rows of a table and judge them.
void audit_rows(Workers& workers, const Job& job, const CommonOptions& options,
                const RowFilter& filter, const std::string& source, MemoryGate& memory,
                TableAudit& audit) {
    const TableSchema& table = *job.table;
    ProfileRequest request = profile_request(options, filter, table);
    request.memory = job.memory;
    request.parts = job.parts;
    request.sketches = job.sketches;
    const auto share = memory.take(std::max(request.memory, least_memory(table)));
    MeasuredTable measured = measure_table(workers, table, request);
    const TableProfile& profile = measured.profile;
    audit.sketches = std::move(measured.sketches);
    audit.record = profile_record(source, profile, options.values);
    audit.checks.push_back(readable(profile));
    for (const auto& column : unreadable_columns(table)) {
        audit.checks.push_back(
            skipped_result("table.readable", table.ref, {column}, "no SELECT privilege on it"));
    }
    append(audit.checks, check_content(profile));
}

/// A view that was never filled is a finding of its own, and no lack of ours.
CheckResult unreadable(const TableSchema& table, Unread unread) {
    return table.unreadable_reason.empty()
               ? skipped_result("table.readable", table.ref, {}, reason_not_to_read(table))
               : unread_result("table.readable", table.ref, {}, table.unreadable_reason, unread);
}

/// The parent rows that each foreign key misses.
std::vector<CheckResult> find_orphans(Workers& workers, const Job& job, const std::string& where,
                                      const Cancellation& cancellation) {
    const TableSchema& table = *job.table;
    std::vector<CheckResult> results(table.foreign_keys.size());
    workers.for_each(results.size(), [&](Session& session, std::size_t i) {
        results[i] = orphans_of(session, table, table.foreign_keys[i], job.parents.at(i), where,
                                cancellation);
    });
    return results;
}

TableAudit audit_table(Workers& workers, const Job& job, const AuditOptions& wish,
                       const RowFilter& filter, const std::string& source, Unread unread,
                       MemoryGate& memory, const Cancellation& cancellation) {
    const CommonOptions& options = wish.common;
    const TableSchema& table = *job.table;
    TableAudit audit{catalog_record(source, table), job.compared};
    const std::string reason = reason_not_to_read(table);
    if (!reason.empty()) {
        audit.checks.push_back(unreadable(table, unread));
    }
    append(audit.checks, check_structure(table));
    if (wish.verify && has_pages(table)) {
        audit.checks.push_back(verify(workers.first(), table, cancellation));
    }
    if (options.depth == Depth::catalog || !reason.empty()) {
        return audit;
    }
    if (const std::string unchosen = filter.reason_not_to_choose(table); !unchosen.empty()) {
        audit.checks.push_back(skipped_result("table.readable", table.ref, {}, unchosen));
        return audit;
    }
    try {
        audit_rows(workers, job, options, filter, source, memory, audit);
    } catch (const Error& error) {
        audit.checks.push_back(error_result("table.readable", table.ref, {}, error, cancellation));
        return audit;
    }
    append(audit.checks, find_orphans(workers, job, filter.condition(table), cancellation));
    return audit;
}

bool concerns_consistency(const CheckResult& check) {
    return check.id.starts_with("integrity.") || check.id.starts_with("validity.");
}

std::string consistency_of(const std::vector<CheckResult>& checks) {
    std::string consistency = "unknown";
    for (const auto& check : checks) {
        if (concerns_consistency(check) && check.status == Status::fail) {
            return "inconsistent";
        }
        if (check.status == Status::error) {
            return "unknown";
        }
        if (concerns_consistency(check) && check.status == Status::pass) {
            consistency = "consistent";
        }
    }
    return consistency;
}

/// Dense means that at most half of all cells are NULL.
std::string density_of(const TableRecord& record) {
    if (!record.rows || record.rows->method != Method::exact) {
        return "unknown";
    }
    if (record.rows->value == 0) {
        return "empty";
    }
    std::int64_t nulls = 0;
    std::int64_t measured = 0;
    for (const auto& column : record.columns) {
        nulls += column.nulls.value_or(0);
        measured += column.nulls ? 1 : 0;
    }
    return nulls * 2 > measured * record.rows->value ? "sparse" : "dense";
}

/// A word of a command line for people to copy: in single quotes if a shell would change it.
std::string shell_word(const std::string& word) {
    const bool plain = word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789_./:@=+-") == std::string::npos;
    if (plain && !word.empty()) {
        return word;
    }
    std::string quoted = "'";
    for (const char c : word) {
        quoted += c == '\'' ? "'\\''" : std::string(1, c);
    }
    return quoted + "'";
}

/// A name as -t takes it: in double quotes where it holds a dot, a wildcard or a quote.
std::string pattern_for(const std::string& name) {
    if (name.find_first_of(".*?\"") == std::string::npos) {
        return name;
    }
    std::string quoted = "\"";
    for (const char c : name) {
        quoted.append(c == '"' ? 2 : 1, c);
    }
    return quoted + '"';
}

StateRecord state_of(const TableAudit& audit, const SourceInfo& source) {
    StateRecord state;
    state.consistency = consistency_of(audit.checks);
    state.density = density_of(audit.record);
    const CheckResult* worst = nullptr;
    for (const auto& check : audit.checks) {
        const bool finding = check.status == Status::fail;
        if (finding && (worst == nullptr || check.severity > worst->severity)) {
            worst = &check;
        }
    }
    if (worst != nullptr) {
        state.actionable = true;
        state.why = worst->message;
        state.next = fmt::format("assay audit {} -t {} -v", shell_word(source.url),
                                 shell_word(pattern_for(audit.record.name)));
    }
    return state;
}

/// The parts of a table that is worth all workers at once; none for others, and where that cannot
/// be told: whoever reads it will say why.
std::vector<ScanPart> parts_of(Session& session, const TableSchema& table,
                               const CommonOptions& options) {
    if (options.depth != Depth::full || !reason_not_to_read(table).empty()) {
        return {};
    }
    try {
        return session.split(profile_scan(table, {}));
    } catch (const Error&) {
        return {};
    }
}

/// Say where --memory cannot hold, of the table for which it misses most.
void note_memory(const SelectedTables& selected, std::size_t memory, Document& document) {
    const TableSchema* widest = nullptr;
    for (const auto* table : selected.tables) {
        const bool is_read = reason_not_to_read(*table).empty();
        if (is_read && (widest == nullptr || least_memory(*table) > least_memory(*widest))) {
            widest = table;
        }
    }
    if (widest == nullptr || least_memory(*widest) <= memory) {
        return;
    }
    const auto words = [](std::size_t bytes) {
        return format_bytes(static_cast<std::int64_t>(bytes));
    };
    document.notes.push_back(fmt::format(
        "{}: the metrics of its {} take up to {}, more than the {} of --memory: one reader at a "
        "time, and the smallest sketches; give --memory more",
        qualified_name(widest->ref),
        count_of(static_cast<std::int64_t>(widest->columns.size()), "column", "columns"),
        words(least_memory(*widest)), words(memory)));
}

/// What a scan measures, and what it may leave out.
std::string reason_of_scan(const TableSchema& table) {
    std::vector<std::string> unique;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].readable && is_declared_unique(table, i)) {
            unique.push_back(table.columns[i].name);
        }
    }
    const std::string why = "every metric of every column in one pass";
    return unique.empty()
               ? why
               : fmt::format("{}; unique by declaration, distinct values not counted: {}", why,
                             fmt::join(unique, ", "));
}

void explain(const Source& source, const SelectedTables& selected, const AuditOptions& wish,
             const RowFilter& filter, Document& document) {
    const CommonOptions& options = wish.common;
    document.plan.push_back(catalog_step(source));
    for (const auto* table : selected.tables) {
        if (wish.verify && has_pages(*table) &&
            source.session->source().kind == StoreKind::sqlite) {
            document.plan.push_back({source.id, qualified_name(table->ref), "query",
                                     storage_query(table->ref).sql, table->stats.row_estimate,
                                     "the table and its indexes, page by page"});
        }
        if (options.depth == Depth::catalog || !reason_not_to_read(*table).empty() ||
            !filter.reason_not_to_choose(*table).empty()) {
            continue;
        }
        PlanRecord step =
            scan_step(source, profile_scan(*table, profile_request(options, filter, *table)),
                      reason_of_scan(*table));
        note_parts(step, parts_of(*source.session, *table, options), options.jobs,
                   source.session->source().kind);
        document.plan.push_back(std::move(step));
        for (const auto& key : table->foreign_keys) {
            document.plan.push_back({source.id, qualified_name(table->ref), "query",
                                     orphan_query(source.session->source().kind, table->ref, key,
                                                  filter.condition(*table))
                                         .sql,
                                     table->stats.row_estimate, "rows without their parent row"});
        }
    }
}

std::vector<const TableSchema*> parents_of(const TableSchema& table, const Catalog& catalog) {
    std::vector<const TableSchema*> parents;
    for (const ForeignKey& key : table.foreign_keys) {
        const auto parent =
            std::find_if(catalog.tables.begin(), catalog.tables.end(),
                         [&](const TableSchema& other) { return other.ref == key.referenced; });
        parents.push_back(parent == catalog.tables.end() ? nullptr : &*parent);
    }
    return parents;
}

/// Asked before the tables are read: the history is used by one thread.
std::vector<Job> jobs_of(const SelectedTables& selected, const Catalog& catalog,
                         const RunHistory& history, Micros now, const Context& context) {
    std::vector<Job> jobs;
    for (const auto* table : selected.tables) {
        jobs.push_back(
            {table, compare_schema(*table, history, now, context),
             history.wants_sketches(table->ref, now) ? Sketches::kept : Sketches::dropped,
             parents_of(*table, catalog)});
    }
    return jobs;
}

/// Of these tables the document has nothing, because the run ended too early.
void note_unread(const std::vector<Job>& jobs, const std::vector<std::optional<TableAudit>>& audits,
                 Document& document) {
    constexpr std::size_t most = 12;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        if (!audits[i]) {
            names.push_back(qualified_name(jobs[i].table->ref));
        }
    }
    if (names.size() > most) {
        const std::size_t others = names.size() - most;
        names.resize(most);
        names.push_back(fmt::format("{} more", others));
    }
    if (!names.empty()) {
        document.notes.push_back("not read to the end: " + join_and(names));
    }
}

/// Audit the tables into the document. @return what is kept of them besides.
HistoryEntry audit_tables(Source& source, std::vector<Job> jobs, const AuditOptions& wish,
                          const RowFilter& filter, Unread unread, const RunHistory& history,
                          const Context& context, Document& document) {
    const CommonOptions& options = wish.common;
    std::vector<std::optional<TableAudit>> audits(jobs.size());
    MemoryGate memory(options.memory);
    std::size_t alone = 0; // tables that one stream reads
    const Micros begun = source.session->source().snapshot_at;
    HistoryEntry entry;
    const auto add_records = [&] {
        for (std::size_t i = 0; i < audits.size(); ++i) {
            if (audits[i]) {
                history.note_schema(*jobs[i].table, entry);
                add_metrics(audits[i]->record, history, entry);
                add_sketches(*jobs[i].table, std::move(audits[i]->sketches), history, entry);
                document.tables.push_back(std::move(audits[i]->record));
            }
        }
    };
    try {
        judge_tables(
            source, jobs.size(), options, context, document,
            [&](Workers& workers, std::size_t i) {
                jobs[i].memory =
                    jobs[i].parts.empty() ? memory_alone(options, alone) : options.memory;
                TableAudit audit = audit_table(workers, jobs[i], wish, filter, source.id, unread,
                                               memory, context.cancellation);
                const SourceInfo& seen = workers.first().source();
                audit.record.state = state_of(audit, seen);
                if (seen.snapshot_at != begun) {
                    audit.record.snapshot_at = seen.snapshot_at;
                }
                auto checks = std::move(audit.checks);
                audits[i] = std::move(audit);
                return checks;
            },
            [&](std::size_t i) {
                jobs[i].parts = parts_of(*source.session, *jobs[i].table, options);
                alone += jobs[i].parts.empty() ? 1 : 0;
                return !jobs[i].parts.empty();
            });
    } catch (...) {
        add_records();
        note_unread(jobs, audits, document);
        throw;
    }
    add_records();
    return entry;
}

} // namespace

Document audit(const AuditOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const RowFilter filter = filter_of(source, common);
        filter.announce(selected.tables, document);
        if (common.depth != Depth::catalog) {
            note_memory(selected, common.memory, document);
        }
        if (common.mode == Mode::explain) {
            explain(source, selected, options, filter, document);
            return;
        }
        RunHistory history(common, options.database, context, document);
        const Micros now = now_of(common, *source.session);
        HistoryEntry entry =
            audit_tables(source, jobs_of(selected, source.catalog, history, now, context), options,
                         filter, meaning_of_unread(selected, common), history, context, document);
        history.keep(now, std::move(entry), document);
    });
}

} // namespace assay
