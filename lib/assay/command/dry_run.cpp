// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dry_run.hpp"

namespace assay {

Judging judging_of(const CommonOptions& options) noexcept {
    return options.findings == Findings::tried ? Judging::dry : Judging::earnest;
}

std::vector<CheckResult> as_asked(std::vector<CheckResult> results, const CommonOptions& options) {
    if (judging_of(options) == Judging::dry) {
        for (CheckResult& result : results) {
            make_dry(result);
        }
    }
    return results;
}

void note_dry_run(const CommonOptions& options, Document& document) {
    if (judging_of(options) == Judging::dry) {
        document.notes.emplace_back(
            options.history.empty()
                ? "a dry run: nothing is judged; the same call without --dry-learn judges"
                : "a dry run: nothing is judged, and the history stays as it is; the same call "
                  "without --dry-learn judges and keeps");
    }
}

} // namespace assay
