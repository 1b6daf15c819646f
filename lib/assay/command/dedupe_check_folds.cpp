// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_folds.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/row_count.hpp"
#include "assay/match/fold_choice.hpp"
#include "assay/scan/selection.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

constexpr std::int64_t rows_drawn = 10'000; ///< about; a table of no more is read whole
constexpr std::size_t fewest_rows = 1'000;  ///< that decide, where there are as many
constexpr std::size_t most_bytes = 256;     ///< of a value: enough to see what it looks like

/// Keeps at least a thousand rows of all that it is given, in equal distances.
class SampleSink final : public BatchSink {
public:
    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row, ++m_given) {
            if (m_given % m_distance == 0) {
                keep(batch, row);
            }
        }
    }
    std::int64_t given() const noexcept { return m_given; }

    /// One sample for each of so many columns.
    std::vector<ColumnSample> samples(std::size_t columns) const {
        std::vector<ColumnSample> samples(columns);
        for (const auto& row : m_rows) {
            for (std::size_t i = 0; i < columns; ++i) {
                if (row[i].kind == CellKind::text) {
                    samples[i].texts.push_back(row[i].text);
                } else if (row[i].kind != CellKind::null) {
                    ++samples[i].others;
                }
            }
        }
        return samples;
    }

private:
    struct Cell {
        CellKind kind = CellKind::null;
        std::string text;
    };
    using Row = std::vector<Cell>;

    void keep(const RowBatch& batch, std::size_t row) {
        if (m_rows.size() == 2 * fewest_rows) {
            for (std::size_t i = 1; i < fewest_rows; ++i) {
                m_rows[i] = std::move(m_rows[2 * i]);
            }
            m_rows.resize(fewest_rows);
            m_distance *= 2; // which this row is a multiple of, too
        }
        Row& kept = m_rows.emplace_back();
        for (const Column& column : batch.columns) {
            const CellKind kind = column.kind(row);
            kept.push_back({kind, kind == CellKind::text
                                      ? std::string(column.bytes(row).substr(0, most_bytes))
                                      : std::string()});
        }
    }

    std::vector<Row> m_rows;
    std::int64_t m_distance = 1;
    std::int64_t m_given = 0;
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

/// Can the store read some rows of the whole table without reading all?
bool can_be_drawn(Session& session, ScanRequest scan) {
    scan.sample = fold_sample(2 * rows_drawn);
    return session.sample_design(scan).unit != SampleUnit::whole;
}

std::vector<ColumnSample> read_samples(Session& session, ScanRequest scan) {
    if (can_be_drawn(session, scan)) {
        scan.sample = fold_sample(exact_row_count(session, *scan.table, scan.where));
    }
    SampleSink drawn;
    session.scan(scan, drawn);
    if (scan.sample.fraction >= 1 || drawn.given() >= rows_drawn / 10) {
        return drawn.samples(scan.columns.size());
    }
    // Most rows lie together in places that were not drawn.
    scan.sample = {};
    SampleSink all;
    session.scan(scan, all);
    return all.samples(scan.columns.size());
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

Sample fold_sample(std::int64_t rows) noexcept {
    return {rows > rows_drawn ? static_cast<double>(rows_drawn) / static_cast<double>(rows) : 1};
}

std::vector<ChosenFolds> choose_folds(Session& session, const FoldQuestion& question) {
    const ScanRequest scan = fold_sample_scan(question);
    return choose(question,
                  scan.columns.empty() ? std::vector<ColumnSample>{} : read_samples(session, scan));
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
