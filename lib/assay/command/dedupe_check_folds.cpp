// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_folds.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/match/fold_choice.hpp"
#include "assay/scan/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t most_rows = 1'000;
constexpr std::size_t most_bytes = 256; ///< of a value: enough to see what it looks like

/// The texts of some rows, one sample for each column.
class SampleSink final : public BatchSink {
public:
    explicit SampleSink(std::size_t columns) : m_samples(columns) {}

    void consume(const RowBatch& batch) override {
        for (std::size_t i = 0; i < m_samples.size(); ++i) {
            for (std::size_t row = 0; row < batch.row_count; ++row) {
                add(batch.columns[i], row, m_samples[i]);
            }
        }
    }
    const std::vector<ColumnSample>& samples() const noexcept { return m_samples; }

private:
    static void add(const Column& column, std::size_t row, ColumnSample& sample) {
        if (column.kind(row) == CellKind::text) {
            sample.texts.emplace_back(column.bytes(row).substr(0, most_bytes));
        } else if (column.kind(row) != CellKind::null) {
            ++sample.others;
        }
    }

    std::vector<ColumnSample> m_samples;
};

bool is_for_texts(const ColumnSpec& column) noexcept {
    return column.type == ColumnType::text || column.type == ColumnType::other;
}

/// Only texts are folded. Where types are not enforced, any column may hold some.
bool may_hold_texts(const ColumnSpec& column) noexcept {
    return is_for_texts(column) || !column.enforced;
}

ChosenFolds choose(const ColumnSpec& column, const ColumnSample& sample) {
    if (!is_for_texts(column) && sample.texts.empty()) {
        return {{}, fmt::format("it is of type {}", to_string(column.type))};
    }
    FoldChoice choice = choose_folds(column.name, sample);
    return {std::move(choice.folds), std::move(choice.why)};
}

bool is_to_be_sampled(const FoldQuestion& question, std::size_t i) {
    return question.rules[i].origin == FoldOrigin::automatic &&
           may_hold_texts(question.table->columns[question.key[i]]);
}

/// @param samples of the columns that are to be sampled, in their order
std::vector<ChosenFolds> choose(const FoldQuestion& question,
                                const std::vector<ColumnSample>& samples) {
    std::vector<ChosenFolds> chosen;
    std::size_t next = 0;
    for (std::size_t i = 0; i < question.key.size(); ++i) {
        const ColumnSpec& column = question.table->columns[question.key[i]];
        if (question.rules[i].origin != FoldOrigin::automatic) {
            chosen.push_back({question.rules[i].folds, {}});
        } else {
            chosen.push_back(
                choose(column, is_to_be_sampled(question, i) ? samples[next++] : ColumnSample{}));
        }
    }
    return chosen;
}

} // namespace

FoldRule& FoldRules::of(const std::string& column) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const auto& rule) { return rule.first == column; });
    return found != columns.end() ? found->second : columns.emplace_back(column, FoldRule{}).second;
}

std::vector<FoldRule> fold_rules_of(const TableSchema& table, const std::vector<std::size_t>& key,
                                    const FoldRules& rules) {
    std::vector<FoldRule> chosen(key.size(), rules.others);
    for (const auto& [name, rule] : rules.columns) {
        const auto found = std::find(key.begin(), key.end(), require_column(table, name));
        if (found != key.end()) {
            chosen[static_cast<std::size_t>(found - key.begin())] = rule;
        }
    }
    const bool is_unsaid = std::all_of(chosen.begin(), chosen.end(), [](const FoldRule& rule) {
        return rule.origin == FoldOrigin::unsaid;
    });
    return is_unsaid ? std::vector<FoldRule>{} : chosen;
}

void require_folded_in_keys(const TableSchema& table, const std::vector<std::size_t>& columns,
                            const FoldRules& rules) {
    std::vector<std::size_t> named;
    for (const auto& rule : rules.columns) {
        const std::size_t column = require_column(table, rule.first);
        if (std::find(named.begin(), named.end(), column) != named.end()) {
            throw Error(ErrorKind::usage,
                        fmt::format("--fold names column {} in two ways",
                                    display_identifier(table.columns[column].name)),
                        "write its name always the same, or all words behind one name");
        }
        named.push_back(column);
        if (std::find(columns.begin(), columns.end(), column) == columns.end()) {
            throw Error(ErrorKind::usage,
                        fmt::format("--fold names column {}, which is in no key of table {}",
                                    display_identifier(table.columns[column].name),
                                    display_identifier(table.ref.name)),
                        "add it to -k, or leave it out of --fold");
        }
    }
}

ScanRequest fold_sample_scan(const FoldQuestion& question) {
    ScanRequest scan;
    scan.table = question.table;
    scan.where = question.where;
    for (std::size_t i = 0; i < question.key.size(); ++i) {
        if (is_to_be_sampled(question, i)) {
            scan.columns.push_back(question.key[i]);
        }
    }
    return scan;
}

Query fold_sample_query(StoreKind kind, const FoldQuestion& question) {
    const ScanRequest scan = fold_sample_scan(question);
    Query query{fmt::format("{} LIMIT {}", scan_sql(kind, scan), most_rows), {}};
    for (const std::size_t column : scan.columns) {
        query.result_types.push_back(question.table->columns[column].type);
    }
    return query;
}

std::vector<ChosenFolds> choose_folds(Session& session, const FoldQuestion& question) {
    SampleSink sink(fold_sample_scan(question).columns.size());
    if (!sink.samples().empty()) {
        session.query_rows(*question.table, fold_sample_query(session.source().kind, question),
                           sink);
    }
    return choose(question, sink.samples());
}

std::vector<ChosenFolds> choose_folds_by_name(const FoldQuestion& question) {
    return choose(question, std::vector<ColumnSample>(fold_sample_scan(question).columns.size()));
}

std::vector<FoldedColumn> folded_columns(const FoldQuestion& question,
                                         const std::vector<ChosenFolds>& chosen) {
    std::vector<FoldedColumn> columns;
    for (std::size_t i = 0; i < chosen.size(); ++i) {
        FoldedColumn column{question.table->columns[question.key[i]].name, {}, chosen[i].why};
        for (const Fold fold : chosen[i].folds) {
            column.folded.emplace_back(to_string(fold));
        }
        columns.push_back(std::move(column));
    }
    return columns;
}

std::string words_of_folds(const std::vector<FoldedColumn>& columns) {
    std::string words;
    for (const auto& column : columns) {
        words +=
            fmt::format("{}{} {}{}", words.empty() ? "" : "; ", display_identifier(column.name),
                        column.folded.empty() ? "as it is" : "without " + join_and(column.folded),
                        column.why.empty() ? "" : fmt::format(" ({})", column.why));
    }
    return words;
}

} // namespace assay
