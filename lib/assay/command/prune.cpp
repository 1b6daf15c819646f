// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/prune.hpp"

#include "assay/base/text.hpp"
#include "assay/command/run.hpp"
#include "assay/history/history.hpp"

#include <fmt/format.h>

#include <limits>

namespace assay {
namespace {

/// Stays in range for any age; whole seconds are enough for people.
Micros moment_before(Micros now, Micros age) noexcept {
    Micros moment = 0;
    return __builtin_sub_overflow(now, age, &moment) ? std::numeric_limits<Micros>::min()
                                                     : moment - moment % micros_per_second;
}

std::string sentence(const PrunedHistory& pruned, Micros before) {
    std::string words =
        fmt::format("{} from before {} removed, {}", count_of(pruned.removed, "run", "runs"),
                    format_instant(before), count_of(pruned.kept, "run stays", "runs stay"));
    if (pruned.kept_as_newest > 0) {
        words += fmt::format(", {} of them older: the newest of a table is never removed",
                             group_digits(pruned.kept_as_newest));
    }
    return words;
}

CheckResult result_of(const PrunedHistory& pruned, Micros before) {
    CheckResult result = make_result("history.pruned", {}, {});
    result.observed = {pruned.removed, "runs"};
    result.message = sentence(pruned, before);
    result.evidence = {
        {"before", format_instant(before)},
        {"removed_runs", pruned.removed},
        {"kept_runs", pruned.kept},
        {"kept_as_newest", pruned.kept_as_newest},
        {"oldest_kept", pruned.oldest ? Fact(format_instant(*pruned.oldest)) : Fact()}};
    return result;
}

} // namespace

Document report_prune(const PruneOptions& options) {
    return fill_document(options.common, [&](Document& document) {
        const Micros before =
            moment_before(options.common.now.value_or(system_now()), options.keep);
        History history(options.common.history, HistoryAccess::manage);
        document.checks.push_back(result_of(history.prune(before), before));
    });
}

} // namespace assay
