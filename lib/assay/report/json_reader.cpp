// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/report/json_cursor.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

#include <charconv>

namespace assay {
namespace {

constexpr int major_version = 1;

/// "1" of "1.7"; nullopt if it is no version.
std::optional<int> major_of(std::string_view version) {
    int major = 0;
    int minor = 0;
    const char* end = version.data() + version.size();
    const auto first = std::from_chars(version.data(), end, major);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.' || major < 0) {
        return std::nullopt;
    }
    const auto second = std::from_chars(first.ptr + 1, end, minor);
    if (second.ec != std::errc() || second.ptr != end || minor < 0) {
        return std::nullopt;
    }
    return major;
}

void read_version(const JsonCursor& top, Document& document, std::string_view name) {
    const auto tool = top.member("tool");
    const auto version = top.member("schema_version");
    if (!tool || !version) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: JSON, but not a result of assay", escape_text(name)),
                    "give a file that 'assay ... --format json' wrote");
    }
    std::string tool_name;
    tool->read("name", tool_name);
    if (tool_name != "assay") {
        throw Error(ErrorKind::usage, fmt::format("{}: a result of '{}', not of assay",
                                                  escape_text(name), escape_text(tool_name)));
    }
    tool->read("version", document.tool_version);
    document.schema_version = version->as_text();
    const auto major = major_of(document.schema_version);
    if (!major) {
        version->fail(fmt::format("'{}' is not a version such as {}",
                                  escape_text(document.schema_version), document_schema_version));
    }
    if (*major != major_version) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: has schema version {}, this assay reads {}.x",
                                escape_text(name), escape_text(document.schema_version),
                                major_version),
                    fmt::format("it was written by assay {}; use that version or a newer one",
                                escape_text(document.tool_version)));
    }
}

void read_method(const JsonCursor& place, std::string_view key, Method& method) {
    place.read_word(key, method, parse_method, "a method (exact, estimate, sample)");
}

void read_run(const JsonCursor& place, RunRecord& run) {
    place.read("id", run.id);
    place.read("command", run.command);
    place.read("arguments", run.arguments);
    place.read_instant("started_at", run.started_at);
    place.read_instant("finished_at", run.finished_at);
    place.read("duration_ms", run.duration_ms);
    place.read("complete", run.complete);
    place.read("exit_code", run.exit_code);
    place.read("values", run.values);
}

SourceRecord read_source(const JsonCursor& place) {
    SourceRecord source;
    source.id = place.required("id").as_text();
    place.read("kind", source.kind);
    place.read("url", source.url);
    place.read("server_version", source.server_version);
    place.read("role", source.role);
    place.read_instant("snapshot_at", source.snapshot_at);
    place.read("read_only", source.read_only);
    place.read("tls", source.tls);
    place.read("tls_protocol", source.tls_protocol);
    place.read("replay_lag_s", source.replay_lag_s);
    place.read("clock_skew_s", source.clock_skew_s);
    return source;
}

std::optional<Count> read_count(const JsonCursor& parent, std::string_view key) {
    const auto place = parent.member(key);
    if (!place) {
        return std::nullopt;
    }
    Count count;
    place->read("value", count.value);
    read_method(*place, "method", count.method);
    place->read("lower", count.lower);
    place->read("upper", count.upper);
    return count;
}

TopRecord read_top(const JsonCursor& place) {
    TopRecord top;
    place.read("value", top.value);
    place.read("count", top.count);
    place.read("count_max", top.count_max);
    return top;
}

double read_real(const JsonCursor& place, std::string_view key) {
    std::optional<double> number;
    place.read(key, number);
    return number.value_or(0);
}

ShareRecord read_share(const JsonCursor& place) {
    ShareRecord share;
    place.read("name", share.name);
    share.fraction = read_real(place, "fraction");
    share.lower = read_real(place, "lower");
    share.upper = read_real(place, "upper");
    return share;
}

PatternRecord read_pattern(const JsonCursor& place) {
    PatternRecord pattern;
    place.read("mask", pattern.mask);
    place.read("count", pattern.count);
    place.read("count_max", pattern.count_max);
    return pattern;
}

void read_length(const JsonCursor& parent, std::optional<LengthRecord>& length) {
    if (const auto place = parent.member("length")) {
        std::optional<double> mean;
        length.emplace();
        place->read("min", length->min);
        place->read("max", length->max);
        place->read("mean", mean);
        length->mean = mean.value_or(0);
    }
}

void read_values(const JsonCursor& place, ColumnRecord& column) {
    if (const auto nulls = place.member("nulls")) {
        nulls->read("count", column.nulls);
        nulls->read("fraction", column.null_fraction);
    }
    place.read("blanks", column.blanks);
    column.distinct = read_count(place, "distinct");
    place.read("min", column.min);
    place.read("max", column.max);
    place.read("mean", column.mean);
    place.read("stddev", column.stddev);
    place.read("quantiles", column.quantiles);
    if (place.member("quantile_method")) {
        read_method(place, "quantile_method", column.quantile_method.emplace());
    }
    place.read("quantile_rank_error", column.quantile_rank_error);
}

ColumnRecord read_column(const JsonCursor& place) {
    ColumnRecord column;
    column.name = place.required("name").as_text();
    place.read("type", column.type);
    place.read("declared_type", column.declared_type);
    place.read("nullable", column.nullable);
    read_values(place, column);
    read_length(place, column.length);
    place.for_each("top", [&](const JsonCursor& top) { column.top.push_back(read_top(top)); });
    place.for_each("patterns", [&](const JsonCursor& pattern) {
        column.patterns.push_back(read_pattern(pattern));
    });
    place.read("storage", column.storage);
    place.read("misfits", column.misfits);
    place.read("nans", column.nans);
    place.read("infinities", column.infinities);
    place.read("invalid_utf8", column.invalid_utf8);
    place.for_each("shares",
                   [&](const JsonCursor& share) { column.shares.push_back(read_share(share)); });
    place.read("note", column.note);
    return column;
}

ForeignKeyRecord read_foreign_key(const JsonCursor& place) {
    ForeignKeyRecord key;
    place.read("name", key.name);
    place.read("columns", key.columns);
    place.read("references", key.references);
    place.read("referenced_columns", key.referenced_columns);
    return key;
}

IndexRecord read_index(const JsonCursor& place) {
    IndexRecord index;
    place.read("name", index.name);
    place.read("columns", index.columns);
    place.read("unique", index.unique);
    place.read("valid", index.valid);
    place.read("bytes", index.bytes);
    return index;
}

void read_bytes(const JsonCursor& parent, BytesRecord& bytes) {
    if (const auto place = parent.member("bytes")) {
        place->read("table", bytes.table);
        place->read("indexes", bytes.indexes);
        place->read("total", bytes.total);
        read_method(*place, "method", bytes.method);
    }
}

void read_state(const JsonCursor& parent, StateRecord& state) {
    if (const auto place = parent.member("state")) {
        place->read("freshness", state.freshness);
        place->read("consistency", state.consistency);
        place->read("density", state.density);
        place->read("use", state.use);
        place->read("actionable", state.actionable);
        place->read("why", state.why);
        place->read("next", state.next);
    }
}

TableRecord read_table(const JsonCursor& place) {
    TableRecord table;
    place.read("source", table.source);
    place.read("schema", table.schema);
    table.name = place.required("name").as_text();
    place.read("kind", table.kind);
    place.read("owner", table.owner);
    place.read("comment", table.comment);
    table.rows = read_count(place, "rows");
    place.read("rows_examined", table.rows_examined);
    if (const auto sample = place.member("sample")) {
        table.sample.emplace();
        sample->read("unit", table.sample->unit);
        table.sample->fraction = read_real(*sample, "fraction");
        sample->read("clusters", table.sample->clusters);
    }
    read_bytes(place, table.bytes);
    if (const auto moment = place.member("snapshot_at")) {
        table.snapshot_at.emplace();
        place.read_instant("snapshot_at", *table.snapshot_at);
    }
    place.for_each("columns",
                   [&](const JsonCursor& column) { table.columns.push_back(read_column(column)); });
    place.read("primary_key", table.primary_key);
    place.for_each("foreign_keys", [&](const JsonCursor& key) {
        table.foreign_keys.push_back(read_foreign_key(key));
    });
    place.for_each("indexes",
                   [&](const JsonCursor& index) { table.indexes.push_back(read_index(index)); });
    place.read("change", table.change);
    place.read("access", table.access);
    place.for_each("ages", [&](const JsonCursor& age) { table.ages.push_back(age.as_fact()); });
    read_state(place, table.state);
    return table;
}

CheckResult read_check(const JsonCursor& place) {
    CheckResult check;
    check.id = place.required("id").as_text();
    place.read("source", check.source);
    place.read("table", check.table);
    place.read("columns", check.columns);
    place.required("status");
    place.read_word("status", check.status, parse_status, "a status (pass, fail, error, skipped)");
    place.read_word("severity", check.severity, parse_severity,
                    "a severity (critical, warning, info)");
    if (const auto observed = place.member("observed")) {
        observed->read("value", check.observed.value);
        observed->read("unit", check.observed.unit);
    }
    place.read("expected", check.expected);
    place.read("message", check.message);
    place.read("remedy", check.remedy);
    read_method(place, "method", check.method);
    place.read("rows_examined", check.rows_examined);
    place.read("rows_failed", check.rows_failed);
    place.read("evidence", check.evidence);
    place.read("baseline", check.baseline);
    place.read("error_kind", check.error_kind);
    place.read("fingerprint", check.fingerprint);
    place.read("duration_ms", check.duration_ms);
    return check;
}

HashCostRecord read_hash_cost(const JsonCursor& place) {
    HashCostRecord cost;
    place.read("bytes", cost.bytes);
    cost.seconds = read_real(place, "seconds");
    return cost;
}

HashingRecord read_hashing(const JsonCursor& place) {
    HashingRecord hashing;
    place.read("by", hashing.by);
    hashing.client = read_hash_cost(place.required("client"));
    if (const auto server = place.member("server")) {
        hashing.server = read_hash_cost(*server);
    }
    place.read("obstacle", hashing.obstacle);
    return hashing;
}

PlanRecord read_plan(const JsonCursor& place) {
    PlanRecord step;
    place.read("source", step.source);
    place.read("table", step.table);
    place.read("action", step.action);
    place.read("sql", step.sql);
    place.read("rows", step.rows);
    place.read("why", step.why);
    place.read("bytes", step.bytes);
    place.read("parts", step.parts);
    place.read("workers", step.workers);
    place.read("seconds", step.seconds);
    if (const auto hashing = place.member("hashing")) {
        step.hashing = read_hashing(*hashing);
    }
    return step;
}

ErrorRecord read_error(const JsonCursor& place) {
    ErrorRecord error;
    place.read("kind", error.kind);
    place.read("message", error.message);
    place.read("hint", error.hint);
    return error;
}

} // namespace

Document read_json(std::string_view json, std::string_view name) {
    const Json parsed = parse_json(json, name);
    const JsonCursor top(parsed, name);
    top.expect_object();
    Document document;
    read_version(top, document, name);
    read_run(top.required("run"), document.run);
    top.for_each("sources", [&](const JsonCursor& source) {
        document.sources.push_back(read_source(source));
    });
    top.for_each("tables",
                 [&](const JsonCursor& table) { document.tables.push_back(read_table(table)); });
    top.required("checks");
    top.for_each("checks",
                 [&](const JsonCursor& check) { document.checks.push_back(read_check(check)); });
    top.for_each("plan", [&](const JsonCursor& step) { document.plan.push_back(read_plan(step)); });
    top.for_each("errors",
                 [&](const JsonCursor& error) { document.errors.push_back(read_error(error)); });
    if (const auto cost = top.member("cost")) {
        cost->read("queries", document.cost.queries);
        cost->read("rows_read", document.cost.rows_read);
        cost->read("bytes_read", document.cost.bytes_read);
        if (cost->member("bytes_from_server")) {
            cost->read("bytes_from_server", document.cost.bytes_from_server);
        }
    }
    top.read("notes", document.notes);
    return document;
}

} // namespace assay
