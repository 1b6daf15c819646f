// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff.hpp"

#include "assay/base/error.hpp"
#include "assay/check/volume.hpp"
#include "assay/command/pairing.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/run.hpp"
#include "assay/command/table_record.hpp"
#include "assay/scan/column_scan.hpp"

namespace assay {
namespace {

/// Statements besides a scan may not touch what can run somebody else's code.
bool must_be_scanned(TableKind kind) noexcept {
    return kind == TableKind::view || kind == TableKind::foreign ||
           kind == TableKind::virtual_table;
}

Count exact_count(Session& session, const TableSchema& table, const std::string& where) {
    if (must_be_scanned(table.kind) || table.has_children) {
        return {scan_row_count(session, table, where), Method::exact, std::nullopt, std::nullopt};
    }
    const auto row = session.query_row(row_count_query(session.source().kind, table.ref, where));
    return {row.at(0).integer, Method::exact, std::nullopt, std::nullopt};
}

Count estimated_count(const TableSchema& table) {
    if (!table.stats.row_estimate) {
        throw Error(ErrorKind::query, "the catalog has no estimate of the rows of the table",
                    "run ANALYZE, or count the rows with --depth full");
    }
    return {*table.stats.row_estimate, Method::estimate, std::nullopt, std::nullopt};
}

Count count_rows(Session& session, const TableSchema& table, const CommonOptions& options) {
    return options.depth == Depth::catalog ? estimated_count(table)
                                           : exact_count(session, table, options.where);
}

std::string reason_not_to_compare(const TablePair& pair) {
    const std::string reason = reason_not_to_read(*pair.a);
    return reason.empty() ? reason_not_to_read(*pair.b) : reason;
}

/// Both sides of one run.
struct Sides {
    Source& a;
    Source& b;
};

TextRule text_rule(const Sides& sides) {
    return sides.a.session->source().kind == sides.b.session->source().kind ? TextRule::exact
                                                                            : TextRule::padded;
}

std::vector<CheckResult> compare_counts(const TablePair& pair, const Sides& sides,
                                        const VolumeDiffOptions& options) {
    const RowCounts counts{pair.a->ref, count_rows(*sides.a.session, *pair.a, options.common),
                           count_rows(*sides.b.session, *pair.b, options.common)};
    return {check_row_counts(counts, options.max_diff)};
}

std::vector<CheckResult> compare_all_rows(const TablePair& pair, const Sides& sides,
                                          const VolumeDiffOptions& options) {
    const RowComparison plan = plan_comparison(pair, options, text_rule(sides));
    auto results = compare_rows(plan, *sides.a.session, *sides.b.session, options);
    results.insert(results.begin(), check_columns(plan.columns));
    return results;
}

std::vector<CheckResult> judge(const TablePair& pair, const Sides& sides,
                               const VolumeDiffOptions& options, const Context& context) {
    if (pair.a == nullptr || pair.b == nullptr) {
        return {pair.b == nullptr ? missing_table(pair.a->ref, "A")
                                  : missing_table(pair.b->ref, "B")};
    }
    const bool by_rows = options.by == DiffBy::rows;
    const std::string_view id = by_rows ? "volume.rows" : "volume.row_count";
    const std::string reason = reason_not_to_compare(pair);
    if (!reason.empty()) {
        const Unread unread = options.common.tables.empty() ? Unread::skipped : Unread::error;
        return {unread_result(id, pair.a->ref, {}, reason, unread)};
    }
    try {
        return by_rows ? compare_all_rows(pair, sides, options)
                       : compare_counts(pair, sides, options);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::usage) {
            throw;
        }
        return {error_result(id, pair.a->ref, {}, error, context.cancellation)};
    }
}

void explain_rows(const Sides& sides, const TablePair& pair, const VolumeDiffOptions& options,
                  Document& document) {
    const RowComparison plan = plan_comparison(pair, options, text_rule(sides));
    ScanRequest scan_a;
    ScanRequest scan_b;
    scan_a.table = pair.a;
    scan_a.where = options.common.where;
    scan_b.where = options.common.where;
    scan_b.table = pair.b;
    for (const auto* columns : {&plan.request.key, &plan.request.other}) {
        for (const auto& column : *columns) {
            scan_a.columns.push_back(column.a);
            scan_b.columns.push_back(column.b);
        }
    }
    const std::string why = "128-bit fingerprints of key and row, 40 bytes a row; read once more "
                            "to show what differs if anything does";
    document.plan.push_back(scan_step(sides.a, scan_a, why));
    document.plan.push_back(scan_step(sides.b, scan_b, why));
}

void explain_counts(const Sides& sides, const TablePair& pair, const std::string& where,
                    Document& document) {
    const auto step = [&](const Source& source, const TableSchema& table) {
        document.plan.push_back(
            {source.id, qualified_name(table.ref), "query",
             row_count_query(source.session->source().kind, table.ref, where).sql,
             table.stats.row_estimate, "the number of rows"});
    };
    step(sides.a, *pair.a);
    step(sides.b, *pair.b);
}

void explain(const Sides& sides, const std::vector<TablePair>& pairs,
             const VolumeDiffOptions& options, Document& document) {
    document.plan.push_back(catalog_step(sides.a));
    document.plan.push_back(catalog_step(sides.b));
    for (const auto& pair : pairs) {
        if (pair.a == nullptr || pair.b == nullptr) {
            continue;
        }
        if (options.by == DiffBy::rows) {
            explain_rows(sides, pair, options, document);
        } else if (options.common.depth != Depth::catalog) {
            explain_counts(sides, pair, options.common.where, document);
        }
    }
}

/// A wrong key or column is said before anything is read.
void check_call(const Sides& sides, const std::vector<TablePair>& pairs,
                const VolumeDiffOptions& options) {
    for (const auto& pair : pairs) {
        if (options.by == DiffBy::rows && pair.a != nullptr && pair.b != nullptr) {
            plan_comparison(pair, options, text_rule(sides));
        }
    }
}

void add_records(const TablePair& pair, const Sides& sides, Document& document) {
    if (pair.a != nullptr) {
        document.tables.push_back(catalog_record(sides.a.id, *pair.a));
    }
    if (pair.b != nullptr) {
        document.tables.push_back(catalog_record(sides.b.id, *pair.b));
    }
}

} // namespace

Document volume_diff(const VolumeDiffOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source a = open_source("a", options.database_a, common, context, document);
        Source b = open_source("b", options.database_b, common, context, document);
        const Sides sides{a, b};
        const auto pairs = pair_tables(a, b, common, document);
        if (common.mode == Mode::explain) {
            explain(sides, pairs, options, document);
            return;
        }
        check_call(sides, pairs, options);
        for (const auto& pair : pairs) {
            context.cancellation.check();
            add_records(pair, sides, document);
            if (pair.a != nullptr && pair.b != nullptr) {
                document.checks.push_back(table_on_both_sides(pair.a->ref));
            }
            for (auto& result : judge(pair, sides, options, context)) {
                document.checks.push_back(std::move(result));
            }
        }
        add_cost(document, a.session->cost());
        add_cost(document, b.session->cost());
    });
}

} // namespace assay
