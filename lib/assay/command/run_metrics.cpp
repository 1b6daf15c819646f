// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/run_metrics.hpp"

#include "assay/command/column_numbers.hpp"
#include "assay/command/run.hpp"

#include <cmath>

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
    void add(const ColumnNumber& number) {
        m_entry.metrics.push_back({m_subject, number.name, kept(number.value), number.method});
    }
    /// A time as text. Other texts are of no use: they may be cut or masked.
    void add_time(const char* name, const Fact& value, Method method) {
        if (const auto* text = std::get_if<std::string>(&value.value);
            text != nullptr && parse_time(*text)) {
            m_entry.metrics.push_back({m_subject, name, *text, method});
        }
    }

private:
    /// Whole numbers as such, as far as a double tells them apart.
    static HistoryValue kept(double number) {
        constexpr double most = 9e15;
        return std::trunc(number) == number && std::abs(number) < most
                   ? HistoryValue(static_cast<std::int64_t>(number))
                   : HistoryValue(number);
    }

    HistorySubject m_subject;
    HistoryEntry& m_entry;
};

void add_column(const TableRecord& table, const ColumnRecord& column, HistorySubject subject,
                HistoryEntry& entry) {
    const Method method = table.sample ? Method::sample : Method::exact;
    MetricAdder adder(std::move(subject), entry);
    adder.add("nulls", column.nulls, method);
    adder.add("blanks", column.blanks, method);
    adder.add("misfits", column.misfits, method);
    adder.add_time("min", column.min, method);
    adder.add_time("max", column.max, method);
    for (const ColumnNumber& number : numbers_of(table, column)) {
        adder.add(number);
    }
}

} // namespace

void add_metrics(const TableRecord& table, const RunHistory& history, HistoryEntry& entry) {
    const TableRef ref{table.schema, table.name};
    MetricAdder adder(history.subject(ref, "", table.source), entry);
    adder.add("rows", table.rows);
    adder.add("bytes", table.bytes.total, table.bytes.method);
    for (const auto& column : table.columns) {
        add_column(table, column, history.subject(ref, column.name, table.source), entry);
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
