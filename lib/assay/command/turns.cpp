// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/turns.hpp"

#include "assay/base/error.hpp"
#include "assay/base/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace assay {

std::vector<CheckResult> judge_in_turn(const Context& context,
                                       const std::function<std::vector<CheckResult>()>& judge) {
    constexpr int most_turns = 3;
    for (int turn = 1;; ++turn) {
        std::vector<CheckResult> results = judge();
        const auto locked =
            std::find_if(results.begin(), results.end(), [](const CheckResult& result) {
                return result.error_kind == to_string(ErrorKind::locked);
            });
        if (locked == results.end() || turn == most_turns) {
            return results;
        }
        context.observer.note(fmt::format("{}; trying again in a second", locked->message));
        wait_for(std::chrono::seconds(1), context.cancellation);
    }
}

} // namespace assay
