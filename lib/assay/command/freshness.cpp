// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness.hpp"

#include "assay/command/freshness_checks.hpp"
#include "assay/command/freshness_lag.hpp"
#include "assay/command/freshness_plan.hpp"
#include "assay/command/judge_tables.hpp"
#include "assay/command/table_record.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

void note_guess(const FreshnessTarget& target, Document& document) {
    if (target.column && !target.column->why.empty()) {
        document.notes.push_back(
            fmt::format("{}: column {} was guessed, {}; name another one with --column",
                        target.table->ref.name, target.column_name(), target.column->why));
    }
}

} // namespace

Document freshness(const FreshnessOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        // Only an estimate of costs is worth the time that sizes take.
        Source source = open_source("a", options.database, common, context, document,
                                    common.mode == Mode::explain ? TableSizes::read_if_small
                                                                 : TableSizes::unread);
        const SelectedTables selected = select_tables(source, common, document);
        const auto targets = freshness_targets(*source.session, selected, options);
        require_lag_columns(selected, options);
        if (common.mode == Mode::explain) {
            explain_freshness(source, targets, options, document);
            return;
        }
        RunHistory history(common, options.database, context, document);
        const Micros now = now_of(common, *source.session);
        std::vector<FreshnessWork> all;
        for (const auto& target : targets) {
            note_guess(target, document);
            document.tables.push_back(catalog_record(source.id, *target.table));
            all.push_back(
                {target, past_of(history, target, now), std::nullopt, std::nullopt, std::nullopt});
        }
        const Unread unread = meaning_of_unread(selected, common);
        judge_tables(
            source, all.size(), common, context, document, [&](Workers& workers, std::size_t i) {
                all[i].forget();
                return judge_freshness(workers.first(), all[i], options, unread, history, context);
            });
        note_row_counts(document);
        history.keep(now, metrics_of(all, history), document, windows_of(all, history));
    });
}

} // namespace assay
