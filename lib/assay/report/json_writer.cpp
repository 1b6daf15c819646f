// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"
#include "assay/report/json_text.hpp"
#include "assay/report/writer.hpp"

#include <cmath>

namespace assay {
namespace {

/// The largest integer up to which a double, and so every JSON reader, holds each one exactly.
constexpr std::int64_t exact_limit = std::int64_t{1} << 53;

Json integer(std::int64_t number) {
    if (number > exact_limit || number < -exact_limit) {
        return std::to_string(number);
    }
    return number;
}
Json integer(const std::optional<std::int64_t>& number) {
    return number ? integer(*number) : Json();
}
Json real(const std::optional<double>& number) {
    return number && std::isfinite(*number) ? Json(*number) : Json();
}

/// A key as it will stand in the text: with U+FFFD for what is not UTF-8, and with a number behind
/// it if it stands there already, so that no fact is lost.
std::string free_key(const Json& object, const std::string& wanted) {
    const std::string key =
        is_valid_utf8(wanted)
            ? wanted
            : Json::parse(Json(wanted).dump(-1, ' ', false, Json::error_handler_t::replace))
                  .get<std::string>();
    std::string free = key;
    for (int again = 2; object.contains(free); ++again) {
        free = key + "#" + std::to_string(again);
    }
    return free;
}

Json fact(const Fact& source);

Json facts(const Facts& source) {
    Json object = Json::object();
    for (const auto& [name, value] : source) {
        const std::string key = free_key(object, name);
        object[key] = fact(value);
    }
    return object;
}

struct FactToJson {
    Json operator()(std::monostate) const { return {}; }
    Json operator()(bool flag) const { return flag; }
    Json operator()(std::int64_t number) const { return integer(number); }
    Json operator()(double number) const {
        return std::isfinite(number) ? Json(number) : Json(format_double(number));
    }
    Json operator()(const std::string& text) const { return text; }
    Json operator()(const Fact::List& list) const {
        Json array = Json::array();
        for (const auto& element : list) {
            array.push_back(fact(element));
        }
        return array;
    }
    Json operator()(const Facts& object) const { return facts(object); }
};

Json fact(const Fact& source) { return std::visit(FactToJson{}, source.value); }

Json texts(const std::vector<std::string>& source) {
    Json array = Json::array();
    for (const auto& text : source) {
        array.push_back(text);
    }
    return array;
}

template <typename Records, typename ToJson>
Json list(const Records& records, ToJson to_json) {
    Json array = Json::array();
    for (const auto& record : records) {
        array.push_back(to_json(record));
    }
    return array;
}

void add_text(Json& object, const char* key, const std::string& text) {
    if (!text.empty()) {
        object[key] = text;
    }
}
void add_integer(Json& object, const char* key, const std::optional<std::int64_t>& number) {
    if (number) {
        object[key] = integer(*number);
    }
}

Json count(const Count& source) {
    Json object{{"value", integer(source.value)}, {"method", to_string(source.method)}};
    add_integer(object, "lower", source.lower);
    add_integer(object, "upper", source.upper);
    return object;
}
Json count(const std::optional<Count>& source) { return source ? count(*source) : Json(); }

Json run_record(const RunRecord& run) {
    Json record{{"id", run.id},
                {"command", run.command},
                {"arguments", texts(run.arguments)},
                {"started_at", format_instant(run.started_at)},
                {"finished_at", format_instant(run.finished_at)},
                {"duration_ms", integer(run.duration_ms)},
                {"complete", run.complete},
                {"exit_code", run.exit_code}};
    add_text(record, "values", run.values);
    return record;
}

Json source_record(const SourceRecord& source) {
    Json record{{"id", source.id},
                {"kind", source.kind},
                {"url", source.url},
                {"server_version", source.server_version},
                {"role", source.role},
                {"snapshot_at",
                 source.snapshot_at == 0 ? Json() : Json(format_instant(source.snapshot_at))},
                {"read_only", source.read_only}};
    add_text(record, "tls", source.tls);
    add_text(record, "tls_protocol", source.tls_protocol);
    if (source.role == "standby") {
        record["replay_lag_s"] = real(source.replay_lag_s);
    }
    if (source.clock_skew_s) {
        record["clock_skew_s"] = real(source.clock_skew_s);
    }
    return record;
}

Json summary_record(const Summary& summary) {
    return {{"tables", integer(summary.tables)},
            {"rows_examined", integer(summary.rows_examined)},
            {"checks",
             {{"pass", integer(summary.pass)},
              {"fail", integer(summary.fail)},
              {"error", integer(summary.error)},
              {"skipped", integer(summary.skipped)}}},
            {"findings",
             {{"critical", integer(summary.critical)},
              {"warning", integer(summary.warning)},
              {"info", integer(summary.info)}}}};
}

Json top_record(const TopRecord& top) {
    return {{"value", fact(top.value)},
            {"count", integer(top.count)},
            {"count_max", integer(top.count_max)}};
}

Json pattern_record(const PatternRecord& pattern) {
    return {{"mask", pattern.mask},
            {"count", integer(pattern.count)},
            {"count_max", integer(pattern.count_max)}};
}

Json nulls(const ColumnRecord& column) {
    const Json fraction = real(column.null_fraction);
    if (!column.nulls && fraction.is_null()) {
        return {};
    }
    return {{"count", integer(column.nulls)}, {"fraction", fraction}};
}

Json share_record(const ShareRecord& share) {
    return {{"name", share.name},
            {"fraction", real(share.fraction)},
            {"lower", real(share.lower)},
            {"upper", real(share.upper)}};
}

/// The members of a column that are only there when they say something.
void add_details(Json& object, const ColumnRecord& column) {
    if (!column.quantiles.empty()) {
        object["quantiles"] = facts(column.quantiles);
    }
    if (column.quantile_method) {
        object["quantile_method"] = to_string(*column.quantile_method);
    }
    if (column.quantile_rank_error && std::isfinite(*column.quantile_rank_error)) {
        object["quantile_rank_error"] = *column.quantile_rank_error;
    }
    if (column.length && std::isfinite(column.length->mean)) {
        object["length"] = {{"min", integer(column.length->min)},
                            {"max", integer(column.length->max)},
                            {"mean", column.length->mean}};
    }
    if (!column.top.empty()) {
        object["top"] = list(column.top, top_record);
    }
    if (!column.patterns.empty()) {
        object["patterns"] = list(column.patterns, pattern_record);
    }
    if (!column.storage.empty()) {
        object["storage"] = facts(column.storage);
    }
    add_integer(object, "misfits", column.misfits);
    add_integer(object, "nans", column.nans);
    add_integer(object, "infinities", column.infinities);
    add_integer(object, "invalid_utf8", column.invalid_utf8);
    if (!column.shares.empty()) {
        object["shares"] = list(column.shares, share_record);
    }
    add_text(object, "note", column.note);
}

Json column_record(const ColumnRecord& column) {
    Json object{{"name", column.name}, {"type", column.type}};
    add_text(object, "declared_type", column.declared_type);
    object["nullable"] = column.nullable;
    object["nulls"] = nulls(column);
    add_integer(object, "blanks", column.blanks);
    object["distinct"] = count(column.distinct);
    object["min"] = fact(column.min);
    object["max"] = fact(column.max);
    object["mean"] = real(column.mean);
    object["stddev"] = real(column.stddev);
    add_details(object, column);
    return object;
}

Json foreign_key_record(const ForeignKeyRecord& key) {
    Json object = Json::object();
    add_text(object, "name", key.name);
    object["columns"] = texts(key.columns);
    object["references"] = key.references;
    object["referenced_columns"] = texts(key.referenced_columns);
    return object;
}

Json index_record(const IndexRecord& index) {
    Json object{{"name", index.name}, {"columns", texts(index.columns)}};
    object["unique"] = index.unique;
    object["valid"] = index.valid;
    add_integer(object, "bytes", index.bytes);
    return object;
}

Json state_record(const StateRecord& state) {
    Json object{{"freshness", state.freshness},
                {"consistency", state.consistency},
                {"density", state.density},
                {"use", state.use},
                {"actionable", state.actionable}};
    add_text(object, "why", state.why);
    add_text(object, "next", state.next);
    return object;
}

Json bytes_record(const BytesRecord& bytes) {
    return {{"table", integer(bytes.table)},
            {"indexes", integer(bytes.indexes)},
            {"total", integer(bytes.total)},
            {"method", to_string(bytes.method)}};
}

Json sample_record(const SampleRecord& sample) {
    Json object{{"unit", sample.unit}, {"fraction", real(sample.fraction)}};
    add_integer(object, "clusters", sample.clusters);
    return object;
}

Json table_record(const TableRecord& table) {
    Json object{{"source", table.source},
                {"schema", table.schema},
                {"name", table.name},
                {"kind", table.kind}};
    add_text(object, "owner", table.owner);
    add_text(object, "comment", table.comment);
    object["rows"] = count(table.rows);
    add_integer(object, "rows_examined", table.rows_examined);
    if (table.sample) {
        object["sample"] = sample_record(*table.sample);
    }
    if (table.snapshot_at) {
        object["snapshot_at"] = format_instant(*table.snapshot_at);
    }
    object["bytes"] = bytes_record(table.bytes);
    object["columns"] = list(table.columns, column_record);
    object["primary_key"] = texts(table.primary_key);
    object["foreign_keys"] = list(table.foreign_keys, foreign_key_record);
    object["indexes"] = list(table.indexes, index_record);
    object["change"] = facts(table.change);
    object["access"] = facts(table.access);
    object["ages"] = list(table.ages, fact);
    object["state"] = state_record(table.state);
    return object;
}

Json check_record(const CheckResult& check) {
    Json object = Json::object();
    object["id"] = check.id;
    add_text(object, "source", check.source);
    object["table"] = check.table;
    object["columns"] = texts(check.columns);
    object["status"] = to_string(check.status);
    object["severity"] = to_string(check.severity);
    object["observed"] = {{"value", fact(check.observed.value)}, {"unit", check.observed.unit}};
    object["expected"] = check.expected;
    object["message"] = check.message;
    object["remedy"] = check.remedy;
    object["method"] = to_string(check.method);
    object["rows_examined"] = integer(check.rows_examined);
    object["rows_failed"] = integer(check.rows_failed);
    object["evidence"] = facts(check.evidence);
    add_text(object, "baseline", check.baseline);
    add_text(object, "error_kind", check.error_kind);
    object["fingerprint"] = check.fingerprint;
    object["duration_ms"] = integer(check.duration_ms);
    return object;
}

Json hash_cost(const HashCostRecord& cost) {
    return {{"bytes", integer(cost.bytes)}, {"seconds", cost.seconds}};
}

Json hashing_record(const HashingRecord& hashing) {
    Json object{{"by", hashing.by}, {"client", hash_cost(hashing.client)}};
    object["server"] = hashing.server ? hash_cost(*hashing.server) : Json();
    add_text(object, "obstacle", hashing.obstacle);
    return object;
}

Json plan_record(const PlanRecord& step) {
    Json object{{"source", step.source}, {"table", step.table}, {"action", step.action}};
    object["sql"] = step.sql;
    object["rows"] = integer(step.rows);
    object["why"] = step.why;
    add_integer(object, "bytes", step.bytes);
    add_integer(object, "parts", step.parts);
    add_integer(object, "workers", step.workers);
    if (step.seconds && std::isfinite(*step.seconds)) {
        object["seconds"] = *step.seconds;
    }
    if (step.hashing) {
        object["hashing"] = hashing_record(*step.hashing);
    }
    return object;
}

Json error_record(const ErrorRecord& error) {
    Json object{{"kind", error.kind}, {"message", error.message}};
    add_text(object, "hint", error.hint);
    return object;
}

} // namespace

std::string write_json_line(const Facts& source) {
    return facts(source).dump(-1, ' ', true, Json::error_handler_t::replace) + "\n";
}

std::string write_json(const Document& document) {
    Json json{{"schema_version", document.schema_version},
              {"tool", {{"name", "assay"}, {"version", document.tool_version}}},
              {"run", run_record(document.run)},
              {"sources", list(document.sources, source_record)},
              {"summary", summary_record(summarize(document))},
              {"tables", list(document.tables, table_record)},
              {"checks", list(document.checks, check_record)}};
    if (!document.plan.empty()) {
        json["plan"] = list(document.plan, plan_record);
    }
    if (!document.errors.empty()) {
        json["errors"] = list(document.errors, error_record);
    }
    json["cost"] = {{"queries", integer(document.cost.queries)},
                    {"rows_read", integer(document.cost.rows_read)},
                    {"bytes_read", integer(document.cost.bytes_read)},
                    {"bytes_from_server", integer(document.cost.bytes_from_server)}};
    json["notes"] = texts(document.notes);
    return print_json(json);
}

} // namespace assay
