// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_near.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/dedupe_check_groups.hpp"
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/dedupe_check_rows.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/table_record.hpp"
#include "assay/scan/place_scan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace assay {
namespace {

constexpr std::string_view rule = "duplicates.near";

/// Columns that are not compared, with the reason.
using LeftOutColumns = std::vector<LeftOut>;

bool is_named(const TableSchema& table, const std::vector<std::string>& names,
              std::size_t ordinal) {
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return require_column(table, name) == ordinal;
    });
}

bool is_primary(const TableSchema& table, std::size_t ordinal) {
    return table.primary_key &&
           std::count(table.primary_key->columns.begin(), table.primary_key->columns.end(),
                      table.columns[ordinal].name) > 0;
}

/// Why a column that nobody named is not compared; empty if it is.
std::string reason_not_to_compare(const TableSchema& table, std::size_t ordinal,
                                  const DedupeCheckOptions& options) {
    const ColumnSpec& column = table.columns[ordinal];
    if (!column.readable) {
        return "no SELECT privilege";
    }
    if (is_named(table, options.ignore, ordinal)) {
        return "it is ignored";
    }
    if (column.type == ColumnType::bytes) {
        return "it is binary";
    }
    return !options.against && is_primary(table, ordinal) ? "it is of the primary key" : "";
}

/// What is not compared can still say which row it is.
bool names_rows(const TableSchema& table, std::size_t ordinal, const DedupeCheckOptions& options) {
    const ColumnSpec& column = table.columns[ordinal];
    return column.readable && column.type != ColumnType::bytes &&
           (is_primary(table, ordinal) || is_named(table, options.ignore, ordinal));
}

NearLayout layout_of(const TableSchema& table, const DedupeCheckOptions& options,
                     LeftOutColumns& left_out) {
    NearLayout layout;
    for (const auto& name : only_key(options)) {
        const std::size_t ordinal = require_column(table, name);
        if (std::count(layout.compared.begin(), layout.compared.end(), ordinal) > 0) {
            throw Error(ErrorKind::usage,
                        fmt::format("--key names column {} twice",
                                    display_identifier(table.columns[ordinal].name)));
        }
        layout.compared.push_back(ordinal);
    }
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const bool compared = std::count(layout.compared.begin(), layout.compared.end(), i) > 0;
        if (options.keys.empty()) {
            const std::string why = reason_not_to_compare(table, i, options);
            if (why.empty()) {
                layout.compared.push_back(i);
                continue;
            }
            left_out.push_back({table.columns[i].name, why});
        }
        if (!compared && names_rows(table, i, options)) {
            layout.labels.push_back(i);
        }
    }
    return layout;
}

/// What is compared with what.
struct NearTask {
    const TableSchema* table = nullptr;
    NearLayout layout;
    LeftOutColumns left_out;
    std::string where;
    std::string unchosen;    ///< why --since cannot choose among the rows; empty: it can
    Source* other = nullptr; ///< nullptr: rows of one table
    const TableSchema* other_table = nullptr;
    NearLayout other_layout;
    std::string other_where;
};

/// The column of that name, up to case, that can be read.
std::optional<std::size_t> same_column(const TableSchema& table, const std::string& name) {
    const auto found =
        std::find_if(table.columns.begin(), table.columns.end(), [&](const auto& column) {
            return to_lower_ascii(column.name) == to_lower_ascii(name);
        });
    if (found == table.columns.end() || !found->readable) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - table.columns.begin());
}

/// Keep the columns that both tables have, by name.
void pair_columns(NearTask& task) {
    NearLayout kept;
    const auto pair = [&](std::size_t ordinal, std::vector<std::size_t>& ours,
                          std::vector<std::size_t>& theirs) {
        const auto other = same_column(*task.other_table, task.table->columns[ordinal].name);
        if (other) {
            ours.push_back(ordinal);
            theirs.push_back(*other);
        }
        return other.has_value();
    };
    for (const std::size_t ordinal : task.layout.compared) {
        if (!pair(ordinal, kept.compared, task.other_layout.compared)) {
            task.left_out.push_back(
                {task.table->columns[ordinal].name, "the other table has no such column"});
        }
    }
    for (const std::size_t ordinal : task.layout.labels) {
        pair(ordinal, kept.labels, task.other_layout.labels);
    }
    if (kept.compared.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("tables {} and {} have no column of the same name to compare",
                                display_identifier(task.table->ref.name),
                                display_identifier(task.other_table->ref.name)));
    }
    task.layout = std::move(kept);
}

Records records_of(NearRows& rows, RowNumbers row_numbers, NearMemory& memory,
                   const Effort& effort) {
    std::vector<TextColumn> texts;
    for (auto& column : rows.compared) {
        texts.push_back(std::move(column.texts));
    }
    Records records = make_records(texts, rows.split, row_numbers, memory, effort);
    for (std::size_t i = 0; i < texts.size(); ++i) {
        rows.compared[i].texts = std::move(texts[i]);
    }
    return records;
}

NearFacts search(Session& session, const NearTask& task, const DedupeCheckOptions& options,
                 const Context& context) {
    NearMemory memory(options.common.memory, temporary_folder(context.environment));
    NearRows rows = empty_rows(*task.table, task.layout);
    read_rows(session, *task.table, task.layout, task.where, rows, rows.places, memory);
    rows.split = rows.size;
    if (task.other != nullptr) {
        read_rows(*task.other->session, *task.other_table, task.other_layout, task.other_where,
                  rows, rows.other_places, memory);
    }
    memory.hold(finish(rows));
    const Effort effort{options.common.jobs, [&] { context.cancellation.check(); }};
    const Records records = records_of(
        rows, options.keys.empty() ? RowNumbers::leave_out : RowNumbers::compare, memory, effort);
    const double usual =
        task.other != nullptr ? default_probability_across : default_probability_in_table;
    const double least = options.min_probability.value_or(usual);
    const NearResult result = find_near_duplicates(records, least, effort, memory, options.limit);
    NearFacts facts = near_facts(rows, records, result, options.limit, options.common.values);
    facts.min_probability = least;
    facts.spilled_bytes = result.spilled_bytes;
    for (const auto& left : task.left_out) {
        facts.left_out.push_back(Facts{{"column", left.name}, {"why", left.why}});
    }
    return facts;
}

CheckResult judge(Session& session, const NearTask& task, const DedupeCheckOptions& options,
                  Unread unread, const Context& context) {
    std::string reason = reason_not_to_read(*task.table);
    if (reason.empty() && task.other != nullptr) {
        reason = reason_not_to_read(*task.other_table);
    }
    if (!reason.empty()) {
        return unread_result(rule, task.table->ref, only_key(options), reason, unread);
    }
    if (!task.unchosen.empty()) {
        return skipped_result(rule, task.table->ref, only_key(options), task.unchosen);
    }
    try {
        NearFacts facts = search(session, task, options, context);
        facts.table = task.table->ref;
        facts.columns = only_key(options);
        if (task.other != nullptr) {
            facts.against = task.other_table->ref;
        }
        return check_near_duplicates(facts, options.max_surplus);
    } catch (const Error& error) {
        return error_result(rule, task.table->ref, only_key(options), error, context.cancellation);
    }
}

/// Rows with one value of a column, on average, as the catalog knows it; nullopt: it does not.
std::optional<std::int64_t> rows_per_value(const TableSchema& table, const std::string& column) {
    std::optional<std::int64_t> rows;
    for (const Index& index : table.indexes) {
        const bool leads =
            !index.partial && !index.columns.empty() && index.columns.front() == column;
        if (leads && index.unique && index.columns.size() == 1) {
            return 1;
        }
        if (leads && index.rows_per_value) {
            rows = index.rows_per_value;
        }
    }
    return rows;
}

/// "about 1 row for each code and 714 for each city, too many; not known of email". No row is read
/// for it, and no statistics of a server, which hold values of rows.
std::string words_of_value_blocks(const NearTask& task) {
    std::vector<std::string> known;
    std::vector<std::string> unknown;
    for (const std::size_t ordinal : task.layout.compared) {
        const std::string& name = task.table->columns[ordinal].name;
        const auto rows = rows_per_value(*task.table, name);
        if (!rows) {
            unknown.push_back(display_identifier(name));
            continue;
        }
        const bool is_used = *rows <= static_cast<std::int64_t>(most_in_block);
        known.push_back(fmt::format("{} for each {}{}", count_of(*rows, "row"),
                                    display_identifier(name), is_used ? "" : " (too many)"));
    }
    if (known.empty()) {
        return "how large they are the catalog does not know";
    }
    return fmt::format("as the catalog knows it, about {}{}", join_and(known),
                       unknown.empty() ? "" : fmt::format("; unknown of {}", join_and(unknown)));
}

/// How large the blocks of a pass will be.
std::string words_of_blocks(const NearTask& task, std::size_t pass) {
    switch (pass) {
    case 0: return words_of_value_blocks(task);
    case 1: return "each at most as large as those of either column";
    default: return "how large they are is unknown before the texts are read";
    }
}

/// What matching will do with the rows, with its limits, and as far as that is known with the sizes
/// of blocks.
void explain_matching(const Source& source, const NearTask& task, Document& document) {
    const auto rows = task.table->stats.row_estimate;
    const auto passes = blocking_plan();
    for (std::size_t i = 0; i < passes.size(); ++i) {
        PlanRecord step{source.id, qualified_name(task.table->ref), "block", "", rows, ""};
        step.why = fmt::format("bring together rows with {}; blocks of more than {} rows are not "
                               "used; {}",
                               passes[i], most_in_block, words_of_blocks(task, i));
        document.plan.push_back(std::move(step));
    }
    PlanRecord step{source.id, qualified_name(task.table->ref), "compare", "", rows, ""};
    step.why = fmt::format("every row with at most {} others that share the rarest blocks{}",
                           most_per_record,
                           rows ? fmt::format(", {} pairs at most",
                                              group_digits(*rows * std::int64_t{most_per_record}))
                                : "");
    document.plan.push_back(std::move(step));
}

LikelyRows rows_of(const Source& source, const TableSchema& table, const ScanRequest& scan) {
    Session& session = *source.session;
    const bool can_be_split = table.stats.row_estimate == std::nullopt &&
                              reason_not_to_read(table).empty() && scan.where.empty();
    return likely_rows(table, session.source().kind,
                       can_be_split ? session.split(scan) : std::vector<ScanPart>{});
}

/// What the texts of one table take, or of two.
std::string words_of_texts(const Source& source, const NearTask& task, const ScanRequest& scan,
                           std::size_t memory) {
    LikelyRows rows = rows_of(source, *task.table, scan);
    std::optional<std::int64_t> bytes = task.table->stats.table_bytes;
    if (task.other != nullptr) {
        const auto others =
            rows_of(*task.other, *task.other_table,
                    near_scan(*task.other_table, task.other_layout, task.other_where));
        const auto other_bytes = task.other_table->stats.table_bytes;
        rows.rows =
            rows.rows && others.rows ? std::optional(*rows.rows + *others.rows) : std::nullopt;
        rows.how = rows.how == others.how ? rows.how : "at most";
        bytes = bytes && other_bytes ? std::optional(*bytes + *other_bytes) : std::nullopt;
    }
    return words_of_near_memory(rows, task.layout.compared.size(), bytes, memory);
}

void explain(const Source& source, const std::vector<NearTask>& tasks, std::size_t memory,
             Document& document) {
    document.plan.push_back(catalog_step(source));
    for (const auto& task : tasks) {
        if (!task.unchosen.empty()) {
            continue;
        }
        const ScanRequest scan = near_scan(*task.table, task.layout, task.where);
        const auto placed = PlacedTable::of(source.session->source().kind, *task.table);
        document.plan.push_back(scan_step(source, with_places(scan, placed ? &*placed : nullptr),
                                          "the texts of every row, each different one once, " +
                                              words_of_texts(source, task, scan, memory)));
        if (task.other != nullptr) {
            const auto others =
                PlacedTable::of(task.other->session->source().kind, *task.other_table);
            document.plan.push_back(scan_step(
                *task.other,
                with_places(near_scan(*task.other_table, task.other_layout, task.other_where),
                            others ? &*others : nullptr),
                "the same of the other table"));
        }
        explain_matching(source, task, document);
    }
}

std::vector<NearTask> tasks_of(const SelectedTables& selected, const DedupeCheckOptions& options,
                               const RowFilter& filter) {
    std::vector<NearTask> tasks;
    for (const auto* table : selected.tables) {
        NearTask& task = tasks.emplace_back();
        task.table = table;
        task.layout = layout_of(*table, options, task.left_out);
        task.unchosen = filter.reason_not_to_choose(*table);
        if (task.unchosen.empty()) {
            task.where = filter.condition(*table);
        }
    }
    return tasks;
}

} // namespace

const TableSchema& other_table(const Source& other, const DedupeCheckOptions& options,
                               Document& document) {
    CommonOptions common = options.common;
    common.tables = {options.against->table};
    common.exclude.clear();
    common.schema.reset();
    const SelectedTables selected = select_tables(other, common, document);
    if (selected.tables.size() != 1) {
        throw Error(
            ErrorKind::usage,
            fmt::format("--against: '{}' names {}", escape_text(options.against->table),
                        count_of(static_cast<std::int64_t>(selected.tables.size()), "table")),
            "name one table");
    }
    return *selected.tables.front();
}

void require_one_table(const SelectedTables& selected) {
    if (selected.tables.size() != 1) {
        throw Error(
            ErrorKind::usage,
            fmt::format("--against links one table with another, but {} are selected",
                        count_of(static_cast<std::int64_t>(selected.tables.size()), "table")),
            "name the table with -t");
    }
}

Document near_dedupe_check(const DedupeCheckOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        const RowFilter filter = filter_of(source, common);
        filter.announce(selected.tables, document);
        std::vector<NearTask> tasks = tasks_of(selected, options, filter);
        std::optional<Source> other;
        if (options.against) {
            require_one_table(selected);
            other = open_source("b", options.against->database, common, context, document);
            NearTask& task = tasks.front();
            task.other = &*other;
            task.other_table = &other_table(*other, options, document);
            const RowFilter other_filter = filter_of(*other, common);
            if (task.unchosen.empty()) {
                task.unchosen = other_filter.reason_not_to_choose(*task.other_table);
            }
            if (task.unchosen.empty()) {
                task.other_where = other_filter.condition(*task.other_table);
            }
            pair_columns(task);
        }
        if (common.mode == Mode::explain) {
            explain(source, tasks, common.memory, document);
            return;
        }
        for (const auto& task : tasks) {
            document.tables.push_back(catalog_record(source.id, *task.table));
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, tasks.size(), common, context, document,
            [&](Workers& workers, std::size_t i) {
                return std::vector{judge(workers.first(), tasks[i], options, unread, context)};
            },
            {}, other ? Hold::firm : Hold::until_awaited);
        if (other) {
            add_cost(document, other->session->cost());
        } else {
            note_row_counts(document);
        }
    });
}

} // namespace assay
