// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/base/wait.hpp"
#include "assay/check/volume.hpp"
#include "assay/command/pair_progress.hpp"
#include "assay/command/pairing.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/command/run.hpp"
#include "assay/command/run_history.hpp"
#include "assay/command/run_metrics.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/turns.hpp"
#include "assay/command/volume_diff_call.hpp"
#include "assay/command/volume_diff_distribution_past.hpp"
#include "assay/command/volume_diff_explain.hpp"
#include "assay/command/volume_diff_metric.hpp"
#include "assay/command/volume_diff_pair.hpp"
#include "assay/command/volume_diff_recheck.hpp"
#include "assay/command/volume_diff_resume.hpp"
#include "assay/command/volume_diff_sides.hpp"
#include "assay/command/volume_diff_snapshot.hpp"
#include "assay/command/volume_diff_usual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <iterator>
#include <span>
#include <utility>

namespace assay {
namespace {

void add_records(const TablePair& pair, const Sides& sides, Document& document) {
    if (pair.a != nullptr) {
        document.tables.push_back(catalog_record(sides.a.id, *pair.a));
    }
    if (pair.b != nullptr) {
        document.tables.push_back(catalog_record(sides.b.id, *pair.b));
    }
}

/// What later runs may want to know of this one: the rows of each side, and how they differ from
/// those of the other.
HistoryEntry entry_of(const std::vector<TablePair>& pairs, const RunHistory& history,
                      const Document& document) {
    HistoryEntry entry;
    for (const auto& pair : pairs) {
        if (pair.a == nullptr || pair.b == nullptr) {
            continue;
        }
        history.note_schema(*pair.a, entry, "a");
        history.note_schema(*pair.b, entry, "b");
        for (const auto& check : document.checks) {
            if (check.table == qualified_name(pair.a->ref)) {
                add_count(check, "rows_a", "rows", history.subject(pair.a->ref, "", "a"), entry);
                add_count(check, "rows_b", "rows", history.subject(pair.b->ref, "", "b"), entry);
                add_counts(check, {"only_a", "only_b", "changed", "unchanged"},
                           history.subject(pair.a->ref, "\nand " + history.name_of("b"), "a"),
                           entry);
            }
        }
    }
    return entry;
}

/// What differed in a table.
struct Differing {
    TableRef table;
    DifferingKeys keys;
};

/// Look once more at what differed, with new snapshots: replication may have brought it.
void recheck(std::vector<Differing>& differing, const VolumeDiffOptions& options,
             const Context& context, Document& document) {
    wait_for(std::chrono::microseconds(*options.recheck), context.cancellation);
    Document again;
    Source a = open_source("a", options.database_a, options.common, context, again);
    Source b = open_source("b", options.database_b, options.common, context, again);
    const Sides sides = sides_of(a, b, options);
    const auto pairs = pair_tables(a, b, options.common, again);
    for (auto& [table, keys] : differing) {
        const auto pair =
            std::find_if(pairs.begin(), pairs.end(), [&table = table](const auto& one) {
                return one.a != nullptr && one.b != nullptr && one.a->ref == table;
            });
        const auto check = std::find_if(
            document.checks.begin(), document.checks.end(), [&table = table](auto& one) {
                return one.id == "volume.rows" && one.table == qualified_name(table);
            });
        if (pair == pairs.end() || check == document.checks.end()) {
            throw Error(ErrorKind::query,
                        fmt::format("table {} is not there any more, to look at it again",
                                    display_identifier(table.name)));
        }
        const std::int64_t before = keys.rows();
        tell_recheck(
            *check, before,
            look_again(plan_pair(*pair, sides, options), *a.session, *b.session, options, keys),
            options);
    }
    add_cost(document, a.session->cost());
    add_cost(document, b.session->cost());
}

/// Use what a run that was ended early learned, of all tables at once: a run that ends again keeps
/// it. @return the pairs that have to be compared now
std::vector<PairState> take_over(const EarlierRun& earlier, const std::vector<TablePair>& pairs,
                                 const Sides& sides, Document& document) {
    std::vector<PairState> open;
    std::vector<std::string> tables;
    for (const TablePair& pair : pairs) {
        const bool is_whole = pair.a != nullptr && pair.b != nullptr;
        auto results = is_whole ? earlier.results(catalog_record(sides.a.id, *pair.a),
                                                  catalog_record(sides.b.id, *pair.b))
                                : std::vector<CheckResult>();
        if (results.empty()) {
            open.push_back({pair});
            if (is_whole) {
                open.back().progress = earlier
                                           .progress(catalog_record(sides.a.id, *pair.a),
                                                     catalog_record(sides.b.id, *pair.b))
                                           .value_or(PairProgress());
            }
            continue;
        }
        add_records(pair, sides, document);
        for (auto record = document.tables.end() - 2; record != document.tables.end(); ++record) {
            record->snapshot_at = earlier.seen_at(*record);
        }
        std::move(results.begin(), results.end(), std::back_inserter(document.checks));
        tables.push_back(display_identifier(pair.a->ref.name));
    }
    if (!tables.empty()) {
        document.notes.push_back(
            fmt::format("a run that was ended early has compared {}; what is said of {} is as of "
                        "then",
                        fmt::join(tables, ", "), tables.size() == 1 ? "it" : "them"));
    }
    return open;
}

bool has_critical(const Document& document) {
    return std::any_of(document.checks.begin(), document.checks.end(), [](const auto& check) {
        return check.status == Status::fail && check.severity == Severity::critical;
    });
}

/// Both, so that they stay of about the same moment.
bool renew_if_old(const Source& a, const Source& b) {
    if (!a.session->is_old() && !b.session->is_old()) {
        return false;
    }
    a.session->renew();
    b.session->renew();
    return true;
}

std::vector<CheckResult> judge_anew(const Source& a, const Source& b, const Context& context,
                                    const std::function<std::vector<CheckResult>()>& judge) {
    // As long as one side holds on to a file, the other one does not free it.
    const bool is_same = a.session->source().url == b.session->source().url;
    const Hold hold = is_same ? Hold::firm : Hold::until_awaited;
    const Holding first(*a.session, hold);
    const Holding second(*b.session, hold);
    return judge_in_turn(context, judge, [&] { return renew_if_old(a, b); });
}

void note_moments(const TablePair& pair, const Sides& sides, Document& document) {
    for (const auto& [source, table] : {std::pair(&sides.a, pair.a), std::pair(&sides.b, pair.b)}) {
        if (table != nullptr) {
            note_moment(document, source->id, qualified_name(table->ref),
                        source->session->source().snapshot_at);
        }
    }
}

std::vector<CheckResult> judge_turns(const Sides& sides, const VolumeDiffOptions& options,
                                     const Context& context, PairState& state) {
    const auto judge_pair = [&] {
        state.keys = DifferingKeys();
        return judge(sides, options, context, state);
    };
    // What stands in a file of rows that differ, or in a plan, cannot be taken back.
    const bool is_written = options.changes || options.repair;
    return is_written ? judge_pair() : judge_anew(sides.a, sides.b, context, judge_pair);
}

void note_not_sliced(const PairState& state, Document& document) {
    if (!state.not_sliced.empty()) {
        document.notes.push_back(fmt::format("{}: the next run begins anew with it, because {}",
                                             display_identifier(state.pair.a->ref.name),
                                             state.not_sliced));
    }
}

/// The run ends with an error in the first of these pairs, or before it: a later one goes on with
/// what is known of them.
void keep_open(std::span<const PairState> open, const Error& error, Document& document) {
    note_not_sliced(open.front(), document);
    for (const PairState& state : open) {
        if (!state.progress.can_go_on()) {
            continue;
        }
        CheckResult result = make_result("volume.rows", state.pair.a->ref, {});
        result.status = Status::error;
        result.error_kind = to_string(error.kind());
        result.message = fmt::format("not compared to its end: {}", error.what());
        keep_progress(state.progress, result);
        document.checks.push_back(std::move(result));
    }
}

/// Say how far an earlier run had come, and whether that was of use.
void note_parts(const PairState& state, const PairProgress& before,
                const std::vector<CheckResult>& results, Document& document) {
    const std::string name =
        state.pair.a == nullptr ? "" : display_identifier(state.pair.a->ref.name);
    const bool is_error = std::any_of(results.begin(), results.end(), [](const auto& result) {
        return result.status == Status::error;
    });
    if (is_error) {
        note_not_sliced(state, document);
    } else if (!before.ended.empty() && before.plan != state.progress.plan) {
        document.notes.push_back(fmt::format(
            "{}: compared from its beginning, as the run that was ended early looked at other rows "
            "or columns",
            name));
    } else if (!before.ended.empty()) {
        const std::int64_t read = before.slices.ranges_read;
        document.notes.push_back(fmt::format(
            "{}: a run that was ended early has compared the keys up to {}; that rows are equal "
            "there{} is as of {} in A and {} in B{}; what {}differed, and all other keys, are as "
            "of this run",
            name, before.ended.back().keys_to,
            read == 0 ? "" : ", and what differs in " + count_of(read, "range") + ",",
            format_instant(before.ended.back().at_a), format_instant(before.ended.back().at_b),
            before.ended.size() > 1 ? " or earlier" : "", read == 0 ? "" : "else "));
    }
}

void tell_schema(const TablePair& pair, const Sides& sides, const VolumeDiffOptions& options,
                 Document& document) {
    add_records(pair, sides, document);
    auto results = judge_schema(pair, options);
    std::move(results.begin(), results.end(), std::back_inserter(document.checks));
}

/// Of all tables before anything is read, which may end in an error. Where a table that is missing
/// is reason to stop, those behind it are not looked at.
bool is_schema_told_first(const VolumeDiffOptions& options) {
    return options.by == DiffBy::rows || options.extent != Extent::first;
}

void judge_one(const Sides& sides, const VolumeDiffOptions& options, const Context& context,
               PairState& state, Document& document) {
    const TablePair& pair = state.pair;
    context.cancellation.check();
    renew_if_old(sides.a, sides.b);
    if (!is_schema_told_first(options)) {
        tell_schema(pair, sides, options, document);
    }
    const PairProgress before = state.progress;
    auto results = judge_turns(sides, options, context, state);
    note_parts(state, before, results, document);
    std::move(results.begin(), results.end(), std::back_inserter(document.checks));
    note_moments(pair, sides, document);
}

/// What is missing is told before what differs.
bool is_of_schema(const CheckResult& check) {
    return check.id == "volume.missing_table" || check.id == "volume.columns";
}

/// Puts it there, also where an error ends the run.
class SchemaFirst {
public:
    explicit SchemaFirst(Document& document) : m_document(document) {}
    ~SchemaFirst() {
        auto& checks = m_document.checks;
        std::stable_partition(checks.begin(), checks.end(), is_of_schema);
    }
    SchemaFirst(const SchemaFirst&) = delete;
    SchemaFirst& operator=(const SchemaFirst&) = delete;

private:
    Document& m_document;
};

/// Is it known that the rows of a table differ, or, where they are not compared, anything?
bool is_known_to_differ(const Document& document, DiffBy by) {
    if (by != DiffBy::rows) {
        return has_critical(document);
    }
    return std::any_of(document.checks.begin(), document.checks.end(), [](const auto& check) {
        return check.id == "volume.rows" && check.status == Status::fail;
    });
}

/// Nobody reads the notes who only asks whether rows differ.
void tell_stop(std::size_t tables_left, Document& document) {
    if (tables_left == 0) {
        return;
    }
    document.checks.back().message += fmt::format(
        "; {} not compared", count_of(static_cast<std::int64_t>(tables_left), "more table"));
}

/// Compare pairs until all are done or, where only that is asked, something differs.
/// @return what differed, where it is to be looked at again
std::vector<Differing> judge_pairs(std::span<PairState> open, const Sides& sides,
                                   const VolumeDiffOptions& options, const Context& context,
                                   Document& document) {
    std::vector<Differing> differing;
    for (; !open.empty(); open = open.subspan(1)) {
        PairState& state = open.front();
        try {
            judge_one(sides, options, context, state, document);
        } catch (const Error& error) {
            add_cost(document, state.others);
            keep_open(open, error, document);
            throw;
        }
        add_cost(document, state.others);
        if (state.keys.rows() > 0) {
            differing.push_back({state.pair.a->ref, std::move(state.keys)});
        }
        if (options.extent == Extent::first && is_known_to_differ(document, options.by)) {
            tell_stop(open.size() - 1, document);
            break;
        }
    }
    return differing;
}

} // namespace

Document volume_diff(const VolumeDiffOptions& options, const Context& context) {
    if (options.snapshot.from || options.snapshot.save) {
        return volume_diff_snapshot(options, context);
    }
    if (!options.metrics.empty()) {
        return metrics_against_past(options, context);
    }
    if (options.database_b.empty()) {
        return options.by == DiffBy::distributions ? distribution_since_last_run(options, context)
                                                   : usual_volume(options, context);
    }
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        Source a = open_source("a", options.database_a, common, context, document);
        Source b = open_source("b", options.database_b, common, context, document);
        const Sides sides = sides_of(a, b, options);
        const auto pairs = pair_tables(a, b, common, document);
        announce_since(pairs, sides, document);
        check_call(sides, pairs, options, document);
        if (common.mode == Mode::explain) {
            explain_sides(sides, pairs, options, document);
            return;
        }
        const Micros now = now_of(common, *a.session);
        RunHistory history(common, options.database_a, context, document);
        history.add_source("b", options.database_b, context);
        const EarlierRun earlier =
            options.resume_from ? EarlierRun(*options.resume_from, document) : EarlierRun();
        const SchemaFirst order(document);
        auto open = take_over(earlier, pairs, sides, document);
        if (is_schema_told_first(options)) {
            for (const PairState& state : open) {
                tell_schema(state.pair, sides, options, document);
            }
        }
        std::vector<Differing> differing = judge_pairs(open, sides, options, context, document);
        add_cost(document, a.session->cost());
        add_cost(document, b.session->cost());
        if (!differing.empty()) {
            // Nobody who writes has to wait for us while we wait.
            a.session.reset();
            b.session.reset();
            recheck(differing, options, context, document);
        }
        history.keep(now, entry_of(pairs, history, document), document);
    });
}

} // namespace assay
