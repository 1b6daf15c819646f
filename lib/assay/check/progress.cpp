// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/progress.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

namespace assay {
namespace {

CheckResult base_result(std::string_view id, const ProgressFacts& facts) {
    CheckResult result = make_result(id, facts.table, {facts.column});
    result.evidence = {
        {"earlier_runs", static_cast<std::int64_t>(facts.past.size())},
        {"newest", facts.newest ? Fact(format_instant(*facts.newest)) : Fact()},
    };
    return result;
}

CheckResult learning(CheckResult result, std::string reason) {
    result.status = Status::skipped;
    result.message = "learning: " + std::move(reason);
    return result;
}

/// Since when runs in a row have seen the newest time as it is now; nullopt: the last one did not.
std::optional<Micros> unchanged_since(const ProgressFacts& facts) {
    std::optional<Micros> since;
    for (auto seen = facts.past.rbegin(); seen != facts.past.rend(); ++seen) {
        if (seen->newest != facts.newest) {
            break;
        }
        since = seen->at;
    }
    return since;
}

} // namespace

CheckResult check_moved_backwards(const ProgressFacts& facts) {
    CheckResult result = base_result("freshness.moved_backwards", facts);
    if (facts.past.empty() || !facts.past.back().newest) {
        return learning(std::move(result), "no earlier run saw a time in this table");
    }
    const Micros before = *facts.past.back().newest;
    result.evidence.emplace_back("newest_before", format_instant(before));
    if (!facts.newest) {
        result.status = Status::fail;
        result.message =
            fmt::format("the last run saw a row of {}, and now there is none with a time",
                        format_instant(before));
    } else if (*facts.newest < before) {
        result.status = Status::fail;
        result.message =
            fmt::format("the newest row is of {}, {} before the one that the last run "
                        "saw",
                        format_instant(*facts.newest), format_duration(before - *facts.newest));
    } else {
        result.message = "the newest row is not older than the last run saw it";
    }
    return result;
}

CheckResult check_advancing(const ProgressFacts& facts) {
    CheckResult result = base_result("freshness.not_advancing", facts);
    if (facts.past.empty()) {
        return learning(std::move(result), "there is no earlier run to compare with");
    }
    if (!facts.newest) {
        result.status = Status::skipped;
        result.message = "there is no newest row";
        return result;
    }
    const auto since = unchanged_since(facts);
    if (!since) {
        result.message = "the newest row is another one than the last run saw";
        return result;
    }
    if (!facts.patience) {
        return learning(std::move(result), "nobody knows how often rows should come");
    }
    const Micros unchanged = facts.now - *since;
    result.observed = {unchanged / micros_per_second, "s"};
    result.expected = fmt::format("<= {} s", *facts.patience / micros_per_second);
    result.status = unchanged > *facts.patience ? Status::fail : Status::pass;
    result.message = fmt::format("the newest row is the same since a run {} ago, allowed is {}",
                                 format_duration(unchanged), format_duration(*facts.patience));
    return result;
}

} // namespace assay
