// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/run.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/row_condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <limits>

namespace assay {
namespace {

/// The server's own watch over a transaction, which ends none that the user allows to take longer.
std::chrono::milliseconds transaction_timeout(const CommonOptions& options) {
    constexpr std::chrono::milliseconds usual = std::chrono::minutes(10);
    constexpr std::chrono::milliseconds grace = std::chrono::minutes(1);
    constexpr std::chrono::milliseconds most{std::numeric_limits<std::int32_t>::max()};
    const auto allowed = std::max(options.timeout, options.max_runtime.value_or(grace)) + grace;
    return std::clamp(allowed, usual, most);
}

/// Besides what SQLite sorts, every connection has a cache: those of all sessions of two stores,
/// and one each that looks for commits of others.
std::size_t heap_limit(const CommonOptions& options) {
    constexpr std::size_t mib = std::size_t{1} << 20U;
    constexpr std::size_t cache = 16 * mib;
    return std::max(options.memory, 64 * mib) + 2 * (options.jobs + std::size_t{1}) * cache;
}

SessionOptions session_options(const std::string& id, const CommonOptions& options,
                               const Context& context) {
    SessionOptions session;
    session.statement_timeout = options.timeout;
    session.lock_timeout = options.lock_timeout;
    session.wait_ready = options.wait_ready;
    session.refuse_excess = options.refuse_excess;
    session.copy_folder = options.copy ? temporary_folder(context.environment) : "";
    session.pause_file = options.pause_file;
    session.duty_cycle = options.duty_cycle;
    session.max_load = options.max_load;
    session.max_replay_lag = options.max_replay_lag;
    session.max_cost = options.max_cost;
    session.transaction_timeout = transaction_timeout(options);
    session.heap_limit = heap_limit(options);
    session.snapshot_age = options.snapshot_age;
    session.id = id;
    session.application = fmt::format("assay/{} {}", assay_version, options.command);
    session.observer = &context.observer;
    session.cancellation = &context.cancellation;
    return session;
}

std::optional<double> seconds_of(std::optional<Micros> time) {
    return time ? std::optional(static_cast<double>(*time) / micros_per_second) : std::nullopt;
}

SourceRecord record_of(const std::string& id, const SourceInfo& info) {
    return {.id = id,
            .kind = std::string(to_string(info.kind)),
            .url = info.url,
            .server_version = info.server_version,
            .role = info.role,
            .snapshot_at = info.snapshot_at,
            .read_only = info.read_only,
            .tls = info.tls,
            .tls_protocol = info.tls_protocol,
            .replay_lag_s = seconds_of(info.replay_lag),
            .clock_skew_s = seconds_of(info.clock_skew)};
}

std::string_view to_string(ValuesPolicy policy) noexcept {
    switch (policy) {
    case ValuesPolicy::none: return "none";
    case ValuesPolicy::safe: return "safe";
    case ValuesPolicy::all: return "all";
    }
    return {};
}

void note_excluded(const Source& source, Document& document) {
    const Catalog& catalog = source.catalog;
    if (catalog.extension_tables > 0) {
        document.notes.push_back("left out " + count_of(catalog.extension_tables,
                                                        "table that belongs to an extension",
                                                        "tables that belong to extensions"));
    }
    document.notes.insert(document.notes.end(), catalog.notes.begin(), catalog.notes.end());
}

void add_error(Document& document, ErrorKind kind, std::string message, std::string hint) {
    document.errors.push_back({std::string(to_string(kind)), std::move(message), std::move(hint)});
    document.run.complete = false;
}

} // namespace

std::string temporary_folder(const Environment& environment) {
    const auto named = environment("TMPDIR");
    return named && !named->empty() ? *named : "/tmp";
}

namespace {

/// How a sample is drawn, for people.
std::string words_of(const SampleDesign& design, StoreKind kind) {
    const std::string share = format_percent(design.fraction);
    switch (design.unit) {
    case SampleUnit::whole: return "the table cannot be sampled and is read whole";
    case SampleUnit::rows: return fmt::format("draws about {} of the rows", share);
    case SampleUnit::clusters: break;
    }
    const std::string_view what = kind == StoreKind::sqlite ? "ranges of rowids" : "pages";
    return design.clusters == 0 ? fmt::format("draws about {} of the {}", share, what)
                                : fmt::format("draws {} {}, about {} of the rows",
                                              group_digits(design.clusters), what, share);
}

std::optional<std::int64_t> part_of(std::optional<std::int64_t> whole, double fraction) {
    return whole ? std::optional(static_cast<std::int64_t>(static_cast<double>(*whole) * fraction))
                 : std::nullopt;
}

/// From what the benchmark (tests/bench) reads and measures in a second with one session, rounded
/// down: machines, networks and tables differ by more than its digits.
std::optional<double> guess_seconds(std::optional<std::int64_t> bytes, StoreKind kind,
                                    std::int64_t sessions) {
    const double bytes_per_second = kind == StoreKind::sqlite ? 60e6 : 40e6;
    return bytes ? std::optional(static_cast<double>(*bytes) / bytes_per_second /
                                 static_cast<double>(sessions))
                 : std::nullopt;
}

} // namespace

Document fill_document(const CommonOptions& options, const std::function<void(Document&)>& work) {
    Document document;
    document.run.id = options.run_id;
    document.run.command = options.command;
    document.run.arguments = options.arguments;
    if (options.command != "report") { // what that shows is for the results to say
        document.run.values = to_string(options.values);
    }
    if (!options.where.empty()) {
        document.notes.push_back("only rows with " + options.where + " are looked at");
    }
    try {
        work(document);
    } catch (const Error& error) {
        add_error(document, error.kind(), error.what(), error.hint());
    } catch (const std::bad_alloc&) {
        add_error(document, ErrorKind::internal, "there is not enough memory for this run",
                  "look at fewer tables or columns at a time");
    }
    return document;
}

Source open_source(const std::string& id, const std::string& database, const CommonOptions& options,
                   const Context& context, Document& document, TableSizes sizes) {
    context.cancellation.check();
    const Location location = parse_location(database, context.environment);
    SessionOptions session = session_options(id, options, context);
    session.sizes = sizes;
    Source source{id, open_session(location, session), {}};
    document.sources.push_back(record_of(id, source.session->source()));
    source.catalog = source.session->catalog();
    note_excluded(source, document);
    return source;
}

SelectedTables select_tables(const Source& source, const CommonOptions& options,
                             Document& document) {
    Selection selection;
    selection.patterns = options.tables;
    selection.exclude = options.exclude;
    selection.schema = options.schema;
    selection.views = options.views ? Views::all : Views::named;
    SelectedTables selected = select_tables(source.catalog, selection);
    document.notes.insert(document.notes.end(), selected.notes.begin(), selected.notes.end());
    require_understood(*source.session, selected.tables, options.where);
    return selected;
}

Micros now_of(const CommonOptions& options, const Session& session) {
    return options.now.value_or(session.source().snapshot_at);
}

CheckResult error_result(std::string_view id, const TableRef& table,
                         std::vector<std::string> columns, const Error& error,
                         const Cancellation& cancellation) {
    if (error.kind() == ErrorKind::connection || error.kind() == ErrorKind::cancelled ||
        cancellation.requested()) {
        throw Error(error);
    }
    CheckResult result = make_result(id, table, std::move(columns));
    result.status = Status::error;
    result.error_kind = to_string(error.kind());
    result.message = error.what();
    if (!error.hint().empty()) {
        result.remedy = error.hint();
    }
    return result;
}

CheckResult skipped_result(std::string_view id, const TableRef& table,
                           std::vector<std::string> columns, std::string reason) {
    CheckResult result = make_result(id, table, std::move(columns));
    result.status = Status::skipped;
    result.message = std::move(reason);
    return result;
}

std::string reason_not_to_read(const TableSchema& table) {
    if (!table.unreadable_reason.empty()) {
        return table.unreadable_reason;
    }
    return table.populated ? "" : "the materialized view was never filled";
}

Unread meaning_of_unread(const SelectedTables& selected, const CommonOptions& options) {
    const bool nothing_else =
        std::none_of(selected.tables.begin(), selected.tables.end(),
                     [](const auto* table) { return reason_not_to_read(*table).empty(); });
    return !options.tables.empty() || nothing_else ? Unread::error : Unread::skipped;
}

CheckResult unread_result(std::string_view id, const TableRef& table,
                          std::vector<std::string> columns, std::string reason, Unread unread) {
    CheckResult result = skipped_result(id, table, std::move(columns), std::move(reason));
    if (unread == Unread::error) {
        result.status = Status::error;
        result.error_kind = to_string(ErrorKind::permission);
    }
    return result;
}

void note_row_counts(Document& document) {
    for (auto& table : document.tables) {
        const std::string name = qualified_name({table.schema, table.name});
        for (const auto& check : document.checks) {
            if (check.source == table.source && check.table == name && check.rows_examined &&
                check.method == Method::exact) {
                table.rows = Count{*check.rows_examined, Method::exact, std::nullopt, std::nullopt};
                table.rows_examined = check.rows_examined;
            }
        }
    }
}

void note_moment(Document& document, const std::string& source, const std::string& table,
                 Micros moment) {
    const auto record = std::find_if(document.sources.begin(), document.sources.end(),
                                     [&](const SourceRecord& other) { return other.id == source; });
    if (record == document.sources.end() || record->snapshot_at == moment) {
        return;
    }
    for (auto& other : document.tables) {
        if (other.source == source && qualified_name({other.schema, other.name}) == table) {
            other.snapshot_at = moment;
        }
    }
    const std::string note = fmt::format(
        "{}: the snapshot was renewed in the middle of the run; --consistent reads all in one",
        record->url);
    if (std::find(document.notes.begin(), document.notes.end(), note) == document.notes.end()) {
        document.notes.push_back(note);
    }
}

std::optional<Micros> moment_of(const TableRecord& table, const Document& document) {
    if (table.snapshot_at) {
        return table.snapshot_at;
    }
    const auto source =
        std::find_if(document.sources.begin(), document.sources.end(),
                     [&](const SourceRecord& other) { return other.id == table.source; });
    return source == document.sources.end() ? std::nullopt : std::optional(source->snapshot_at);
}

void add_cost(Document& document, const SessionCost& cost) {
    document.cost.queries += cost.queries;
    document.cost.rows_read += cost.rows_read;
    document.cost.bytes_read += cost.bytes_read;
    document.cost.bytes_from_server += cost.bytes_from_server;
}

namespace {

/// Of the table or the index that is read.
std::optional<std::int64_t> bytes_of(const ScanRequest& scan) {
    const auto& indexes = scan.table->indexes;
    const auto index = std::find_if(indexes.begin(), indexes.end(),
                                    [&](const Index& one) { return one.name == scan.index; });
    return index == indexes.end() ? scan.table->stats.table_bytes : index->bytes;
}

} // namespace

PlanRecord scan_step(const Source& source, const ScanRequest& scan, std::string why) {
    Session& session = *source.session;
    const StoreKind kind = session.source().kind;
    SampleDesign design;
    if (scan.sample.fraction < 1) {
        design = session.sample_design(scan);
        why += "; " + words_of(design, kind);
    }
    PlanRecord step{source.id,
                    qualified_name(scan.table->ref),
                    design.unit == SampleUnit::whole ? "scan" : "sample",
                    scan_sql(kind, scan, sampling_sql(kind, scan.table->ref, design)),
                    part_of(scan.table->stats.row_estimate, design.fraction),
                    std::move(why)};
    step.bytes = part_of(bytes_of(scan), design.fraction);
    step.seconds = guess_seconds(step.bytes, kind, 1);
    return step;
}

void note_parts(PlanRecord& step, const std::vector<ScanPart>& parts, unsigned jobs,
                StoreKind kind) {
    if (parts.empty()) {
        return;
    }
    const auto count = static_cast<std::int64_t>(parts.size());
    const std::int64_t workers = std::min<std::int64_t>(count, jobs);
    step.parts = count;
    step.workers = workers;
    step.seconds = guess_seconds(step.bytes, kind, workers);
    step.why +=
        fmt::format("; in {} {} by {}", group_digits(count),
                    kind == StoreKind::sqlite ? "ranges of rowids" : "ranges of pages (ctid)",
                    count_of(workers, "session"));
}

PlanRecord catalog_step(const Source& source) {
    return {source.id,
            "",
            "catalog",
            "",
            std::nullopt,
            fmt::format("{} already read, to make this plan",
                        count_of(std::int64_t(source.catalog.tables.size()), "table definition was",
                                 "table definitions were"))};
}

} // namespace assay
