// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_explain.hpp"

#include "assay/command/pair_progress.hpp"
#include "assay/command/row_count.hpp"
#include "assay/command/volume_diff_distribution.hpp"
#include "assay/command/volume_diff_groups.hpp"
#include "assay/scan/bucket_diff.hpp"
#include "assay/scan/hash_plan.hpp"
#include "assay/scan/number_times.hpp"
#include "assay/scan/row_groups.hpp"
#include "assay/scan/segment_diff.hpp"
#include "assay/scan/server_segments.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace assay {
namespace {

HashCostRecord recorded(const HashCost& cost) { return {cost.bytes, cost.seconds}; }

HashingRecord recorded(const HashPlan& plan, const HashCosts& costs, StoreKind store) {
    if (store == StoreKind::sqlite && costs.server) {
        return {"client", recorded(plan.hash ? *costs.server : costs.client), std::nullopt,
                plan.hash ? "SQLite has none, and is hashed as the other side's server does it"
                          : fmt::format("SQLite has none, and to hash it as the other side's "
                                        "server does would take ~{:.1f} s",
                                        costs.server->seconds)};
    }
    HashingRecord hashing{plan.hash ? "server" : "client", recorded(costs.client)};
    if (costs.server) {
        hashing.server = recorded(*costs.server);
    }
    hashing.obstacle = plan.obstacle;
    return hashing;
}

/// Let a step say that the server makes the sums, where it does.
void leave_to_server(PlanRecord& step, StoreKind store, std::string sql, const std::string& why) {
    if (store == StoreKind::postgresql) {
        step.sql = std::move(sql);
        step.why = why;
    }
}

/// The first rows of columns whose numbers may tell times.
void explain_looks(const Sides& sides, const RowComparison& plan, Document& document) {
    for (const auto& [side, ordinal] : plan.looked_at) {
        const Source& source = side == Side::a ? sides.a : sides.b;
        const TableSchema& table = side == Side::a ? *plan.tables.a : *plan.tables.b;
        document.plan.push_back(
            {source.id, qualified_name(table.ref), "query",
             encoding_query(source.session->source().kind, table, ordinal).sql,
             table.stats.row_estimate,
             is_numeric(table.columns[ordinal].type)
                 ? "how numbers in a column tell times, by its first rows; this "
                   "plan takes them for seconds since 1970"
                 : "whether numbers in a column tell times, by its first rows; "
                   "this plan takes it for one without numbers"});
    }
}

void explain_rows(const Sides& sides, const TablePair& pair, const VolumeDiffOptions& options,
                  Document& document) {
    const RowComparison plan = plan_pair(pair, sides, options);
    ScanRequest scan_a;
    ScanRequest scan_b;
    scan_a.table = pair.a;
    scan_a.where = plan.request.where_a;
    scan_b.where = plan.request.where_b;
    scan_b.table = pair.b;
    for (const auto* columns : {&plan.request.key, &plan.request.other}) {
        for (const auto& column : *columns) {
            scan_a.columns.push_back(column.a);
            scan_b.columns.push_back(column.b);
        }
    }
    const bool is_sliced =
        !options.resume.empty() && reason_not_to_slice(plan, options.common.values).empty();
    const std::string why =
        is_sliced
            ? "two sums for each of some thousand ranges of a slice of the key, by its index, "
              "slice "
              "after slice, so that a run that is ended can go on; then the ranges that differ"
        : has_segments(*pair.a, *pair.b, plan.request)
            ? "two sums for each of up to 65,536 ranges of the key; then the ranges that differ, "
              "by its index"
        : has_buckets(*pair.a, *pair.b, plan.request)
            ? "two sums for each of 65,536 buckets of the key's hash; then the rows of the buckets "
              "that differ, 40 bytes each; once more to show what differs if anything does"
            : "128-bit fingerprints of key and row, 40 bytes a row; read once more to show what "
              "differs if anything does";
    PlanRecord step_a = scan_step(sides.a, scan_a, why);
    PlanRecord step_b = scan_step(sides.b, scan_b, why);
    const DiffSide side_a{*sides.a.session, *pair.a};
    const DiffSide side_b{*sides.b.session, *pair.b};
    const HashPlan hashing = plan_hash(side_a, side_b, plan.request);
    const StoreKind store_a = sides.a.session->source().kind;
    const StoreKind store_b = sides.b.session->source().kind;
    step_a.hashing = recorded(hashing, hashing.a, store_a);
    step_b.hashing = recorded(hashing, hashing.b, store_b);
    const bool by_segments = has_segments(*pair.a, *pair.b, plan.request);
    const auto tell_parts = [&](PlanRecord& step, const Source& side, const ScanRequest& scan) {
        const StoreKind store = side.session->source().kind;
        if (by_segments && !is_sliced && !(hashing.hash && store == StoreKind::postgresql)) {
            note_parts(step, side.session->split(scan), options.common.jobs, store);
        }
    };
    tell_parts(step_a, sides.a, scan_a);
    tell_parts(step_b, sides.b, scan_b);
    if (hashing.hash) {
        const auto sql = [&](Side side, const TableSchema& table) {
            const RowLayout layout = layout_of(side, plan.request);
            return by_segments ? sum_sql(table, layout, *hashing.hash)
                               : bucket_sum_sql(table, layout, buckets_of_servers, *hashing.hash);
        };
        const std::string server_why =
            "the server makes " +
            (by_segments ? why
                         : "two sums for each of 8,192 buckets of the key's hash; then it sends "
                           "the rows of the buckets that differ, 40 bytes each here; once more to "
                           "show what differs if anything does");
        leave_to_server(step_a, store_a, sql(Side::a, *pair.a), server_why);
        leave_to_server(step_b, store_b, sql(Side::b, *pair.b), server_why);
    }
    document.plan.push_back(std::move(step_a));
    document.plan.push_back(std::move(step_b));
    explain_looks(sides, plan, document);
}

void explain_counts(const Sides& sides, const TablePair& pair, Document& document) {
    const auto step = [&](const Source& source, const TableSchema& table, const RowFilter& filter) {
        document.plan.push_back(
            {source.id, qualified_name(table.ref), "query",
             row_count_query(source.session->source().kind, table.ref, filter.condition(table)).sql,
             table.stats.row_estimate, "the number of rows"});
    };
    step(sides.a, *pair.a, sides.filter_a);
    step(sides.b, *pair.b, sides.filter_b);
}

void explain_groups(const Sides& sides, const TablePair& pair, const VolumeDiffOptions& options,
                    Document& document) {
    const auto columns = counts_groups(options)
                             ? group_columns(pair, options, sides.a.session->source().kind)
                             : std::nullopt;
    if (!columns) {
        return;
    }
    const std::string why = "the rows of every group, counted here";
    document.plan.push_back(scan_step(
        sides.a, group_count_scan({pair.a, columns->a, sides.filter_a.condition(*pair.a)}), why));
    document.plan.push_back(scan_step(
        sides.b, group_count_scan({pair.b, columns->b, sides.filter_b.condition(*pair.b)}), why));
}

} // namespace

void explain_sides(const Sides& sides, const std::vector<TablePair>& pairs,
                   const VolumeDiffOptions& options, Document& document) {
    document.plan.push_back(catalog_step(sides.a));
    document.plan.push_back(catalog_step(sides.b));
    for (const auto& pair : pairs) {
        if (pair.a == nullptr || pair.b == nullptr || !reason_not_to_choose(pair, sides).empty()) {
            continue;
        }
        if (options.by == DiffBy::rows) {
            explain_rows(sides, pair, options, document);
        } else if (options.by == DiffBy::distributions) {
            explain_distributions(pair, sides, document);
        } else if (options.common.depth != Depth::catalog) {
            explain_counts(sides, pair, document);
            explain_groups(sides, pair, options, document);
        }
    }
}

} // namespace assay
