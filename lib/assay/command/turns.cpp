// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/turns.hpp"

#include "assay/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace assay {

void wait_for(Micros time, const Cancellation& cancellation) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(time);
    while (std::chrono::steady_clock::now() < end) {
        cancellation.check();
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

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
        wait_for(micros_per_second, context.cancellation);
    }
}

} // namespace assay
