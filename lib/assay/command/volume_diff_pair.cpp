// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_pair.hpp"

#include "assay/base/error.hpp"
#include "assay/check/volume.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/row_count.hpp"
#include "assay/command/row_filter.hpp"
#include "assay/command/volume_diff_distribution.hpp"
#include "assay/command/volume_diff_groups.hpp"
#include "assay/command/volume_diff_repair.hpp"

#include <functional>
#include <string_view>
#include <utility>

namespace assay {
namespace {

Count estimated_count(const TableSchema& table) {
    if (!table.stats.row_estimate) {
        throw Error(ErrorKind::query, "the catalog has no estimate of the rows of the table",
                    "run ANALYZE, or count the rows with --depth full");
    }
    return {*table.stats.row_estimate, Method::estimate, std::nullopt, std::nullopt};
}

Count count_rows(Session& session, const TableSchema& table, const CommonOptions& options,
                 const RowFilter& filter) {
    return options.depth == Depth::catalog
               ? estimated_count(table)
               : Count{exact_row_count(session, table, filter.condition(table)), Method::exact,
                       std::nullopt, std::nullopt};
}

std::vector<CheckResult> compare_counts(const TablePair& pair, const Sides& sides,
                                        const VolumeDiffOptions& options) {
    const RowCounts counts{pair.a->ref,
                           count_rows(*sides.a.session, *pair.a, options.common, sides.filter_a),
                           count_rows(*sides.b.session, *pair.b, options.common, sides.filter_b)};
    std::vector<CheckResult> results{check_row_counts(counts, options.max_diff)};
    if (counts_groups(options)) {
        results.push_back(compare_groups(
            pair, *sides.a.session, *sides.b.session,
            {sides.filter_a.condition(*pair.a), sides.filter_b.condition(*pair.b)}, options));
    }
    return results;
}

/// The sessions that read one pair; what those beside the two cost is kept, also after an error.
struct PairWorkers {
    PairWorkers(const Sides& sides, unsigned jobs, SessionCost& total)
        : a(*sides.a.session, jobs), b(*sides.b.session, jobs), others(total) {}
    PairWorkers(const PairWorkers&) = delete;
    PairWorkers& operator=(const PairWorkers&) = delete;
    ~PairWorkers() {
        others += a.cost();
        others += b.cost();
    }

    Workers a;
    Workers b;
    SessionCost& others;
};

/// Those who ended before compared the same rows, or they do not count.
void go_on(const RowComparison& plan, PairProgress& progress) {
    std::string digest = plan_digest(plan);
    const auto& cells = progress.slices.found.changed_cells;
    const bool has_columns = cells.empty() || cells.size() == plan.request.other.size();
    if (progress.plan != digest || !progress.slices.last || !has_columns) {
        progress = PairProgress();
        progress.plan = std::move(digest);
    }
}

std::vector<CheckResult> compare_all_rows(const Sides& sides, const VolumeDiffOptions& options,
                                          PairState& state) {
    const RowComparison plan = plan_pair(state.pair, sides, options);
    PairProgress* progress = nullptr;
    if (!options.resume.empty()) {
        state.not_sliced = reason_not_to_slice(plan, options.common.values);
        progress = state.not_sliced.empty() ? &state.progress : nullptr;
    }
    if (progress != nullptr) {
        go_on(plan, *progress);
    }
    std::function<void(const RowChange&)> keep;
    if (options.recheck) {
        state.keys = DifferingKeys(plan.request);
        keep = [&state](const RowChange& row) { state.keys.add(row); };
    }
    PairWorkers workers(sides, options.common.jobs, state.others);
    auto results = options.repair
                       ? compare_and_repair(plan, sides, options)
                       : compare_rows(plan, workers.a, workers.b, options, keep, progress);
    if (progress != nullptr && progress->slices.last) {
        tell_parts(*progress, *sides.a.session, *sides.b.session, results.front());
    }
    return results;
}

/// The rule whose result says why a pair could not be compared.
std::string_view rule_of(DiffBy by) noexcept {
    switch (by) {
    case DiffBy::counts: return "volume.row_count";
    case DiffBy::rows: return "volume.rows";
    case DiffBy::distributions: return "volume.distribution";
    }
    return "volume.row_count";
}

std::vector<CheckResult> compare(const Sides& sides, const VolumeDiffOptions& options,
                                 PairState& state) {
    switch (options.by) {
    case DiffBy::counts: return compare_counts(state.pair, sides, options);
    case DiffBy::rows: return compare_all_rows(sides, options, state);
    case DiffBy::distributions: break;
    }
    return compare_distributions(state.pair, sides, options);
}

} // namespace

std::string reason_not_to_compare(const TablePair& pair) {
    const std::string reason = reason_not_to_read(*pair.a);
    return reason.empty() ? reason_not_to_read(*pair.b) : reason;
}

void keep_progress(const PairProgress& progress, CheckResult& result) {
    if (progress.can_go_on()) {
        result.message += "; " + words_of(progress);
        result.evidence.emplace_back("resume", fact_of(progress));
    }
}

std::vector<CheckResult> judge_schema(const TablePair& pair, const VolumeDiffOptions& options) {
    if (pair.a == nullptr || pair.b == nullptr) {
        return {pair.b == nullptr ? missing_table(pair.a->ref, "A")
                                  : missing_table(pair.b->ref, "B")};
    }
    std::vector<CheckResult> results;
    // Where distributions are compared, that there is a table says nothing of them.
    if (options.by != DiffBy::distributions) {
        results.push_back(table_on_both_sides(pair.a->ref));
    }
    if (options.by == DiffBy::rows && reason_not_to_compare(pair).empty()) {
        results.push_back(check_columns(column_difference(pair, options)));
    }
    return results;
}

std::vector<CheckResult> judge(const Sides& sides, const VolumeDiffOptions& options,
                               const Context& context, PairState& state) {
    const TablePair& pair = state.pair;
    if (pair.a == nullptr || pair.b == nullptr) {
        return {};
    }
    const std::string_view id = rule_of(options.by);
    const std::string reason = reason_not_to_compare(pair);
    if (!reason.empty()) {
        // That both sides hold the same is not known while one table is not.
        return {unread_result(id, pair.a->ref, {}, reason, Unread::error)};
    }
    if (const std::string unchosen = reason_not_to_choose(pair, sides); !unchosen.empty()) {
        CheckResult result = skipped_result(id, pair.a->ref, {}, unchosen);
        result.status = Status::error;
        result.error_kind = to_string(ErrorKind::not_found);
        return {std::move(result)};
    }
    try {
        return compare(sides, options, state);
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::usage) {
            throw;
        }
        state.progress.end_part(*sides.a.session, *sides.b.session);
        CheckResult result = error_result(id, pair.a->ref, {}, error, context.cancellation);
        keep_progress(state.progress, result);
        return {std::move(result)};
    }
}

} // namespace assay
