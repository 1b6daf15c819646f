// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/run_metrics.hpp"

#include "assay/command/run.hpp"

namespace assay {
namespace {

/// Adds metrics of one subject.
class MetricAdder {
public:
    MetricAdder(HistorySubject subject, HistoryEntry& entry)
        : m_subject(std::move(subject)), m_entry(entry) {}

    void add(const char* name, const std::optional<Count>& count) {
        if (count) {
            m_entry.metrics.push_back({m_subject, name, count->value, count->method});
        }
    }
    void add(const char* name, std::optional<std::int64_t> number, Method method) {
        if (number) {
            m_entry.metrics.push_back({m_subject, name, number, method});
        }
    }
    void add(const char* name, std::optional<double> number, Method method) {
        if (number) {
            m_entry.metrics.push_back({m_subject, name, *number, method});
        }
    }
    /// A number, or a time as text. Other texts are of no use: they may be cut or masked.
    void add_value(const char* name, const Fact& value, Method method) {
        if (const auto* whole = std::get_if<std::int64_t>(&value.value)) {
            m_entry.metrics.push_back({m_subject, name, *whole, method});
        } else if (const auto* real = std::get_if<double>(&value.value)) {
            m_entry.metrics.push_back({m_subject, name, *real, method});
        } else if (const auto* text = std::get_if<std::string>(&value.value);
                   text != nullptr && parse_time(*text)) {
            m_entry.metrics.push_back({m_subject, name, *text, method});
        }
    }

private:
    HistorySubject m_subject;
    HistoryEntry& m_entry;
};

void add_column(const ColumnRecord& column, HistorySubject subject, Method method,
                HistoryEntry& entry) {
    MetricAdder adder(std::move(subject), entry);
    adder.add("nulls", column.nulls, method);
    adder.add("blanks", column.blanks, method);
    adder.add("misfits", column.misfits, method);
    adder.add("distinct", column.distinct);
    adder.add_value("min", column.min, method);
    adder.add_value("max", column.max, method);
    adder.add("mean", column.mean, method);
    adder.add("stddev", column.stddev, method);
}

} // namespace

void add_metrics(const TableRecord& table, const RunHistory& history, HistoryEntry& entry) {
    const TableRef ref{table.schema, table.name};
    MetricAdder adder(history.subject(ref, "", table.source), entry);
    adder.add("rows", table.rows);
    adder.add("bytes", table.bytes.total, table.bytes.method);
    const Method method = table.sample ? Method::sample : Method::exact;
    for (const auto& column : table.columns) {
        add_column(column, history.subject(ref, column.name, table.source), method, entry);
    }
}

void add_sketches(const TableSchema& table, std::vector<ColumnSketches> sketches,
                  const RunHistory& history, HistoryEntry& entry) {
    for (auto& column : sketches) {
        const auto subject = history.subject(table.ref, table.columns.at(column.ordinal).name);
        for (auto& sketch : column.states) {
            entry.sketches.push_back({subject, std::move(sketch.name), std::move(sketch.state)});
        }
    }
}

void add_count(const CheckResult& check, const char* evidence, const char* name,
               const HistorySubject& subject, HistoryEntry& entry) {
    const Fact* found = find_fact(check.evidence, evidence);
    const auto* number = found == nullptr ? nullptr : std::get_if<std::int64_t>(&found->value);
    if (number != nullptr) {
        entry.metrics.push_back({subject, name, *number, check.method});
    }
}

void add_counts(const CheckResult& check, std::initializer_list<const char*> names,
                const HistorySubject& subject, HistoryEntry& entry) {
    for (const char* name : names) {
        add_count(check, name, name, subject, entry);
    }
}

std::vector<CheckResult> compare_schema(const TableSchema& table, const RunHistory& history,
                                        Micros now, const Context& context) {
    if (!history.is_wanted() || table.columns.empty()) {
        return {};
    }
    if (const Error* trouble = history.trouble()) {
        return {error_result("schema.changed", table.ref, {}, *trouble, context.cancellation)};
    }
    try {
        return {check_schema_change(table, history.schema(table.ref, now))};
    } catch (const Error& error) {
        return {error_result("schema.changed", table.ref, {}, error, context.cancellation)};
    }
}

} // namespace assay
