// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_across.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/check/duplicates_across.hpp"
#include "assay/command/dedupe_check_keys.hpp"
#include "assay/command/dedupe_check_memory.hpp"
#include "assay/command/dedupe_check_near.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/run.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/shared_key_scan.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

constexpr std::string_view rule = "duplicates.across";

/// The keys that the user named, else the primary key.
std::vector<std::vector<std::string>> wanted_keys(const TableSchema& table,
                                                  const DedupeCheckOptions& options) {
    if (!options.keys.empty()) {
        return options.keys;
    }
    if (!table.primary_key) {
        throw Error(ErrorKind::usage,
                    fmt::format("--against: table {} has no primary key",
                                display_identifier(table.ref.name)),
                    "name the columns to compare with -k");
    }
    return {table.primary_key->columns};
}

/// A table with what chooses among its rows.
struct Side {
    Source& source;
    const TableSchema* table = nullptr;
    std::vector<std::size_t> columns = {};
    std::string where = {};
    std::string reason = {}; ///< not to read it; empty: read it
};

/// A key of both tables.
struct Pair {
    Side a;
    Side b;
};

void set_up(Side& side, std::vector<std::size_t> key, const DedupeCheckOptions& options) {
    side.columns = std::move(key);
    side.reason = reason_not_to_read(*side.table);
    for (const std::size_t column : side.columns) {
        if (side.reason.empty() && !side.table->columns[column].readable) {
            side.reason = fmt::format("no SELECT privilege on column {} of {}",
                                      side.table->columns[column].name, side.table->ref.name);
        }
    }
    const RowFilter filter = filter_of(side.source, options.common);
    if (side.reason.empty()) {
        side.reason = filter.reason_not_to_choose(*side.table);
    }
    if (side.reason.empty()) {
        side.where = filter.condition(*side.table);
    }
}

std::vector<Pair> pairs_of(const Side& a, const Side& b, const DedupeCheckOptions& options) {
    std::vector<Pair> pairs;
    for (auto& key : require_keys(*a.table, wanted_keys(*a.table, options))) {
        Pair& pair = pairs.emplace_back(Pair{a, b});
        auto key_b = require_keys(*b.table, {names_of(*a.table, key)});
        set_up(pair.a, std::move(key), options);
        set_up(pair.b, std::move(key_b.front()), options);
    }
    return pairs;
}

SharedKeyRequest request_of(const Side& a, const Side& b, const DedupeCheckOptions& options,
                            const Context& context) {
    SharedKeyRequest request;
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        request.comparisons.push_back(comparison_for(a.table->columns[a.columns[i]].type,
                                                     b.table->columns[b.columns[i]].type));
    }
    request.nulls = options.nulls.value_or(NullPolicy::distinct);
    request.limit = options.limit;
    request.memory = options.common.memory;
    request.spill_folder = temporary_folder(context.environment);
    request.cancellation = &context.cancellation;
    return request;
}

PlaceNames names_of_places(const Side& side) {
    return {side.source.session->source().kind, *side.table};
}

AcrossFacts facts_of(const Side& a, const Side& b, const SharedKeyRequest& request,
                     const SharedKeyScan& found, ValuesPolicy values) {
    AcrossFacts facts;
    facts.table = a.table->ref;
    facts.key = names_of(*a.table, a.columns);
    facts.against = b.table->ref;
    facts.nulls = request.nulls;
    facts.rows = found.a.rows;
    facts.rows_against = found.b.rows;
    facts.null_key_rows = found.a.null_key_rows;
    facts.null_key_rows_against = found.b.null_key_rows;
    facts.shared_keys = found.shared.keys;
    facts.shared_rows = found.shared.rows_a;
    facts.shared_rows_against = found.shared.rows_b;
    facts.spilled_bytes = found.spilled_bytes;
    for (std::size_t i = 0; i < facts.key.size(); ++i) {
        facts.compared.push_back(
            Facts{{"column", facts.key[i]}, {"as", to_string(request.comparisons[i])}});
    }
    for (const auto& group : found.shown) {
        Facts key;
        for (std::size_t i = 0; i < facts.key.size(); ++i) {
            key.emplace_back(facts.key[i], shown_of(facts.key[i], group.key[i], values,
                                                    group.rows_a + group.rows_b));
        }
        Facts shown_key{
            {"key", std::move(key)}, {"count", group.rows_a}, {"count_against", group.rows_b}};
        add_places(shown_key, RowsOf::own, names_of_places(a), group.places_a, values);
        add_places(shown_key, RowsOf::against, names_of_places(b), group.places_b, values);
        facts.groups.emplace_back(std::move(shown_key));
    }
    return facts;
}

CheckResult judge(Workers& workers, Workers& others, const Pair& pair,
                  const DedupeCheckOptions& options, Unread unread, const Context& context) {
    const auto& [a, b] = pair;
    const auto key = names_of(*a.table, a.columns);
    for (const Side* side : {&a, &b}) {
        if (!side->reason.empty()) {
            return unread_result(rule, a.table->ref, key, side->reason, unread);
        }
    }
    try {
        const SharedKeyRequest request = request_of(a, b, options, context);
        const auto placed_a = LocatedTable::of(a.source.session->source().kind, *a.table);
        const auto placed_b = LocatedTable::of(b.source.session->source().kind, *b.table);
        const auto found = scan_shared_keys(
            {&workers, a.table, a.columns, a.where, placed_a ? &*placed_a : nullptr},
            {&others, b.table, b.columns, b.where, placed_b ? &*placed_b : nullptr}, request);
        return check_across(facts_of(a, b, request, found, options.common.values),
                            options.max_surplus);
    } catch (const Error& error) {
        return error_result(rule, a.table->ref, key, error, context.cancellation);
    }
}

void explain(const Pair& pair, Document& document) {
    const auto& [a, b] = pair;
    for (const Side* side : {&a, &b}) {
        if (side->reason.empty()) {
            document.plan.push_back(scan_step(
                side->source, key_scan(KeySide{nullptr, side->table, side->columns, side->where}),
                side == &a ? "128-bit fingerprints of every key, 16 bytes a row, in memory or in a "
                             "temporary file; read once more if there are keys to show"
                           : "the same of the other table"));
        }
    }
}

} // namespace

Document across_dedupe_check(const DedupeCheckOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source source = open_source("a", options.database, common, context, document);
        const SelectedTables selected = select_tables(source, common, document);
        require_one_table(selected);
        Source other = open_source("b", options.against->database, common, context, document);
        const TableSchema& table = *selected.tables.front();
        const auto pairs =
            pairs_of({source, &table}, {other, &other_table(other, options, document)}, options);
        if (common.mode == Mode::explain) {
            document.plan.push_back(catalog_step(source));
            for (const auto& pair : pairs) {
                explain(pair, document);
            }
            return;
        }
        document.tables.push_back(catalog_record(source.id, table));
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, 1, common, context, document,
            [&](Workers& workers, std::size_t) {
                Workers others(*other.session, common.jobs);
                std::vector<CheckResult> results;
                for (const auto& pair : pairs) {
                    results.push_back(judge(workers, others, pair, options, unread, context));
                }
                return results;
            },
            [](std::size_t) { return true; }, Hold::firm);
        add_cost(document, other.session->cost());
    });
}

} // namespace assay
