// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_comparison.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/row_tolerance.hpp"
#include "assay/command/values.hpp"
#include "assay/command/volume_diff_why.hpp"
#include "assay/report/writer.hpp"
#include "assay/scan/segment_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace assay {
namespace {

bool contains(const std::vector<std::size_t>& ordinals, std::size_t ordinal) {
    return std::find(ordinals.begin(), ordinals.end(), ordinal) != ordinals.end();
}

std::vector<std::size_t> without(std::vector<std::size_t> ordinals,
                                 const std::vector<std::size_t>& unwanted) {
    std::erase_if(ordinals, [&](std::size_t ordinal) { return contains(unwanted, ordinal); });
    return ordinals;
}

std::vector<std::size_t> found_of(const TableSchema& table, const std::vector<std::string>& names) {
    std::vector<std::size_t> ordinals;
    for (const auto& name : names) {
        if (const auto ordinal = find_named(table, name)) {
            ordinals.push_back(*ordinal);
        }
    }
    return ordinals;
}

using Matches = std::vector<ColumnMatch>;

std::vector<std::size_t> key_of(const TableSchema& table, const VolumeDiffOptions& options) {
    if (!options.key.empty()) {
        return require_columns(table, options.key);
    }
    return table.primary_key ? require_columns(table, table.primary_key->columns)
                             : std::vector<std::size_t>{};
}

/// A key that the user named must be on both sides; a declared one is dropped if it is not.
bool key_on_both_sides(const TablePair& tables, const ColumnMatches& matches,
                       const std::vector<std::size_t>& key, const VolumeDiffOptions& options) {
    for (const std::size_t ordinal : key) {
        const bool found = std::any_of(matches.both.begin(), matches.both.end(),
                                       [&](const auto& match) { return match.first == ordinal; });
        if (!found && !options.key.empty()) {
            require_column(*tables.b, tables.a->columns[ordinal].name);
            throw Error(ErrorKind::usage,
                        fmt::format("--key {}: the column of that name on side B is mapped to "
                                    "another one",
                                    display_identifier(tables.a->columns[ordinal].name)),
                        "map the column of the key as well: --map a:b");
        }
        if (!found) {
            return false;
        }
    }
    return true;
}

/// The columns of side A that name a row on both sides; empty: whole rows are compared.
std::vector<std::size_t> common_key(const TablePair& tables, const ColumnMatches& matches,
                                    const VolumeDiffOptions& options) {
    auto key = key_of(*tables.a, options);
    if (!key_on_both_sides(tables, matches, key, options)) {
        key.clear();
    }
    return key;
}

void require_readable(const TablePair& tables, const RowDiffRequest& request) {
    for (const auto* pairs : {&request.key, &request.other}) {
        for (const auto& pair : *pairs) {
            for (const auto* column : {&tables.a->columns[pair.a], &tables.b->columns[pair.b]}) {
                if (!column->readable) {
                    throw Error(ErrorKind::permission,
                                fmt::format("no SELECT privilege on column {}",
                                            display_identifier(column->name)),
                                "grant SELECT on it, or leave it out with --ignore");
                }
            }
        }
    }
}

/// Named values, as far as they may be shown.
Facts named(const std::vector<std::string>& names, const std::vector<Value>& row,
            ValuesPolicy values) {
    Facts facts;
    for (std::size_t i = 0; i < row.size() && i < names.size(); ++i) {
        facts.emplace_back(names[i], shown(row[i], values, 0));
    }
    return facts;
}

std::string_view mark_of(ChangeKind kind) noexcept {
    return kind == ChangeKind::changed ? "~" : kind == ChangeKind::only_a ? "-" : "+";
}

Facts sample(const RowComparison& plan, const RowChange& row, ValuesPolicy values) {
    Facts cells;
    for (const auto& cell : row.cells) {
        cells.emplace_back(plan.other[cell.column],
                           Facts{{"a", shown(cell.a, values, 0)}, {"b", shown(cell.b, values, 0)}});
    }
    const auto& names = plan.key.empty() ? plan.other : plan.key;
    Facts fact{{"change", mark_of(row.kind)}, {"key", named(names, row.key, values)}};
    if (!cells.empty()) {
        fact.emplace_back("columns", std::move(cells));
    }
    return fact;
}

/// A row that differs, as one line of JSON: a sample, and of a row of one side all values.
std::string change_line(const RowComparison& plan, const RowChange& row, ValuesPolicy values) {
    Facts line{{"table", qualified_name(plan.tables.a->ref)}};
    for (auto& fact : sample(plan, row, values)) {
        line.push_back(std::move(fact));
    }
    if (row.kind != ChangeKind::changed && !plan.key.empty()) {
        line.emplace_back(
            "row", named(plan.other, row.kind == ChangeKind::only_a ? row.a : row.b, values));
    }
    return write_json_line(line);
}

/// How columns of different types or names were compared, and which may differ a little.
Fact::List mappings_of(const RowComparison& plan) {
    Fact::List mappings;
    for (const auto* pairs : {&plan.request.key, &plan.request.other}) {
        for (const auto& pair : *pairs) {
            const ColumnSpec& a = plan.tables.a->columns[pair.a];
            const ColumnSpec& b = plan.tables.b->columns[pair.b];
            const bool may_lose = is_lossy(plan.tables, pair);
            if (a.type == b.type && !may_lose && !pair.tolerance &&
                !contains(plan.renamed, pair.a)) {
                continue;
            }
            const auto [type_a, type_b] = type_names(plan.tables, pair);
            Facts mapping{{"column", a.name},
                          {"column_b", b.name},
                          {"type_a", type_a},
                          {"type_b", type_b},
                          {"compared_as", to_string(pair.comparison)},
                          {"lossy", may_lose}};
            for (const auto& [name, side] :
                 {std::pair("numbers_a", Side::a), {"numbers_b", Side::b}}) {
                if (const auto words = number_words(side, pair); !words.empty()) {
                    mapping.emplace_back(name, words);
                }
            }
            if (pair.tolerance) {
                mapping.emplace_back("tolerance", pair.tolerance->number.empty()
                                                      ? format_duration(pair.tolerance->time)
                                                      : pair.tolerance->number);
            }
            mappings.push_back(std::move(mapping));
        }
    }
    return mappings;
}

Facts evidence_of(const RowComparison& plan, const RowDiff& diff, Fact::List samples) {
    Facts evidence{{"compared", plan.key.empty() ? "whole rows" : "key"},
                   {"duplicate_key_rows_a", diff.duplicate_key_rows_a},
                   {"duplicate_key_rows_b", diff.duplicate_key_rows_b},
                   {"null_key_rows_a", plan.key.empty() ? Fact() : Fact(diff.null_key_rows_a)},
                   {"null_key_rows_b", plan.key.empty() ? Fact() : Fact(diff.null_key_rows_b)},
                   {"type_mappings", mappings_of(plan)},
                   {"samples", std::move(samples)}};
    const auto& columns = plan.request.other;
    if (std::any_of(columns.begin(), columns.end(),
                    [](const ColumnPair& pair) { return pair.tolerance.has_value(); })) {
        evidence.insert(evidence.begin() + 1, {"within_tolerance", diff.close});
    }
    return evidence;
}

} // namespace

void add_sample(const RowComparison& plan, const RowChange& row, const VolumeDiffOptions& options,
                SeenDifferences& seen) {
    Fact::List& samples = seen.samples.at(index_of(row.kind));
    if (samples.size() < options.limit) {
        samples.emplace_back(sample(plan, row, options.common.values));
    }
}

Fact::List samples_of(const SeenDifferences& seen, std::size_t limit) {
    Fact::List samples;
    for (const Fact::List& sort : seen.samples) {
        const std::size_t count = std::min(limit, sort.size());
        samples.insert(samples.end(), sort.begin(),
                       sort.begin() + static_cast<std::ptrdiff_t>(count));
    }
    return samples;
}

Matches mapped_columns(const TablePair& tables, const std::vector<ColumnMap>& map) {
    Matches mapped;
    for (const auto& names : map) {
        const auto a = find_named(*tables.a, names.a);
        if (!a) {
            continue;
        }
        const std::size_t b = require_column(*tables.b, names.b);
        for (const auto& [other_a, other_b] : mapped) {
            if (other_a == *a || other_b == b) {
                throw Error(ErrorKind::usage,
                            fmt::format("--map {}:{}: one of the columns is mapped already",
                                        escape_text(names.a), escape_text(names.b)),
                            "map each column once");
            }
        }
        mapped.emplace_back(*a, b);
    }
    return mapped;
}

ColumnDifference column_difference(const TablePair& tables, const VolumeDiffOptions& options) {
    const auto matches = match_columns(*tables.a, *tables.b, mapped_columns(tables, options.map));
    const auto ignored_a = found_of(*tables.a, options.ignore);
    const auto ignored_b = found_of(*tables.b, options.ignore);
    return {tables.a->ref, names_of(*tables.a, without(matches.only_a, ignored_a)),
            names_of(*tables.b, without(matches.only_b, ignored_b))};
}

bool has_key(const TablePair& tables, const VolumeDiffOptions& options) {
    const auto matches = match_columns(*tables.a, *tables.b, mapped_columns(tables, options.map));
    return !common_key(tables, matches, options).empty();
}

RowComparison plan_comparison(const TablePair& tables, const VolumeDiffOptions& options,
                              const StoreRules& rules) {
    const Matches mapped = mapped_columns(tables, options.map);
    const ColumnMatches matches = match_columns(*tables.a, *tables.b, mapped);
    const auto ignored_a = found_of(*tables.a, options.ignore);
    const auto ignored_b = found_of(*tables.b, options.ignore);
    const auto key = common_key(tables, matches, options);
    RowComparison plan;
    plan.tables = tables;
    plan.rule = rules.text;
    const StoreRules noted{rules.text, [&](Side side, std::size_t ordinal) {
                               plan.looked_at.emplace_back(side, ordinal);
                               return rules.numbers ? rules.numbers(side, ordinal) : std::nullopt;
                           }};
    plan.request.limit = options.limit;
    plan.key = names_of(*tables.a, key);
    for (const auto& [a, b] : mapped) {
        plan.renamed.push_back(a);
    }
    for (const std::size_t ordinal : key) {
        const auto match = std::find_if(matches.both.begin(), matches.both.end(),
                                        [&](const auto& both) { return both.first == ordinal; });
        plan.request.key.push_back(bridge(tables, *match, noted));
    }
    for (const auto& match : matches.both) {
        if (!contains(key, match.first) && !contains(ignored_a, match.first) &&
            !contains(ignored_b, match.second)) {
            plan.request.other.push_back(bridge(tables, match, noted));
            plan.other.push_back(tables.a->columns[match.first].name);
        }
    }
    if (plan.request.key.empty() && plan.request.other.empty()) {
        throw Error(ErrorKind::query,
                    fmt::format("table {} has no column in common on both sides",
                                display_identifier(tables.a->ref.name)),
                    "compare counts instead, without --rows");
    }
    set_tolerances(options, plan.tables, plan.request);
    return plan;
}

void require_names(const std::vector<TablePair>& pairs, const VolumeDiffOptions& options) {
    const auto require = [&](const std::string& name, bool on_b) {
        const TablePair* last = nullptr;
        for (const auto& pair : pairs) {
            if (pair.a == nullptr || pair.b == nullptr) {
                continue;
            }
            if (find_named(*pair.a, name) || (on_b && find_named(*pair.b, name))) {
                return;
            }
            last = &pair;
        }
        if (last != nullptr && pairs.size() == 1) {
            require_column(*last->a, name);
        }
        if (last != nullptr) {
            throw Error(ErrorKind::not_found,
                        fmt::format("no selected table has a column '{}'", escape_text(name)),
                        "look at the names with assay audit --depth catalog");
        }
    };
    for (const auto& name : options.ignore) {
        require(name, true);
    }
    for (const auto& names : options.map) {
        require(names.a, false);
    }
    for (const auto& tolerance : options.tolerances) {
        require(tolerance.column, false);
    }
}

std::string note_on_types(const RowComparison& plan) {
    std::vector<std::string> parts;
    for (const auto* pairs : {&plan.request.key, &plan.request.other}) {
        for (const auto& pair : *pairs) {
            // Of trailing blanks a check of their own tells how many rows they are about.
            const bool has_check =
                pair.comparison == Comparison::padded_text &&
                !is_lossy(plan.tables.a->columns[pair.a].type, plan.tables.b->columns[pair.b].type);
            if (is_lossy(plan.tables, pair) && !has_check) {
                const auto [type_a, type_b] = type_names(plan.tables, pair);
                const auto numbers = number_words(pair.as_a ? Side::a : Side::b, pair);
                const std::string types = type_a == type_b ? type_a : type_a + " and " + type_b;
                parts.push_back(fmt::format(
                    "{} ({}, as {}{}{})", plan.tables.a->columns[pair.a].name, types,
                    to_string(pair.comparison), numbers.empty() ? "" : ", numbers as ", numbers));
            }
        }
    }
    return parts.empty()
               ? ""
               : fmt::format("{}: types differ in {}; some values that differ may count as equal",
                             plan.tables.a->ref.name, join_and(parts));
}

std::vector<CheckResult> compare_rows(const RowComparison& plan, Workers& a, Workers& b,
                                      const VolumeDiffOptions& options,
                                      const std::function<void(const RowChange&)>& more,
                                      RowsProgress* progress) {
    require_readable(plan.tables, plan.request);
    RowDiffRequest request = plan.request;
    request.extent = options.extent;
    request.look =
        options.changes || more ? std::numeric_limits<std::size_t>::max() : rows_to_explain;
    SeenDifferences seen_at_once;
    SeenDifferences& seen = progress == nullptr ? seen_at_once : progress->seen;
    DifferenceStory story(plan, options.common.since_column, seen);
    request.visit = [&](const RowChange& row) {
        story.add(row);
        add_sample(plan, row, options, seen);
        if (more) {
            more(row);
        }
        if (options.changes) {
            options.changes->write(change_line(plan, row, options.common.values));
        }
    };
    const DiffSide side_a{a.first(), *plan.tables.a, &a};
    const DiffSide side_b{b.first(), *plan.tables.b, &b};
    const RowDiff diff = progress == nullptr
                             ? diff_tables(side_a, side_b, request)
                             : diff_by_slices(side_a, side_b, request, progress->slices);
    RowDifference difference;
    difference.table = plan.tables.a->ref;
    difference.key = plan.key;
    difference.rows_a = diff.rows_a;
    difference.rows_b = diff.rows_b;
    difference.only_a = diff.only_a;
    difference.only_b = diff.only_b;
    difference.changed = diff.changed;
    difference.unchanged = diff.unchanged;
    difference.within_tolerance = diff.close;
    if (diff.extent == Extent::first) {
        return {check_first_difference(difference)};
    }
    for (std::size_t i = 0; i < diff.changed_cells.size(); ++i) {
        if (diff.changed_cells[i] > 0 && !plan.key.empty()) {
            difference.changed_cells.emplace_back(plan.other[i], diff.changed_cells[i]);
        }
    }
    difference.more_evidence = evidence_of(plan, diff, samples_of(seen, options.limit));
    for (auto& fact : story.evidence(a.first(), b.first(), options.common.values)) {
        difference.more_evidence.push_back(std::move(fact));
    }
    std::vector<CheckResult> results{check_rows(difference, options.max_diff)};
    if (plan.rule == TextRule::padded) {
        results.push_back(
            check_trailing_blanks(difference.table, diff.unchanged, diff.blanks_differ));
    }
    return results;
}

} // namespace assay
