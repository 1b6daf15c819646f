// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/turns.hpp"

#include "assay/base/error.hpp"
#include "assay/base/wait.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>

namespace assay {
namespace {

/// How often a table is begun that ends with an error of this kind.
int turns_after(std::string_view error_kind) noexcept {
    if (error_kind == to_string(ErrorKind::locked)) {
        return 3;
    }
    return error_kind == to_string(ErrorKind::interrupted) ? 2 : 1;
}

} // namespace

const CheckResult* reason_for_another_turn(const std::vector<CheckResult>& results, int turn) {
    const auto ended = std::find_if(results.begin(), results.end(), [&](const CheckResult& result) {
        return turn < turns_after(result.error_kind);
    });
    return ended == results.end() ? nullptr : &*ended;
}

void let_others_pass(const Context& context, std::string_view reason,
                     const std::function<bool()>& renew) {
    if (renew()) {
        context.observer.note(fmt::format("{}; trying again", reason));
        return;
    }
    context.observer.note(fmt::format("{}; trying again in a second", reason));
    wait_for(std::chrono::seconds(1), context.cancellation);
}

std::vector<CheckResult> judge_in_turn(const Context& context,
                                       const std::function<std::vector<CheckResult>()>& judge,
                                       const std::function<bool()>& renew) {
    for (int turn = 1;; ++turn) {
        std::vector<CheckResult> results = judge();
        const CheckResult* const reason = reason_for_another_turn(results, turn);
        if (reason == nullptr) {
            return results;
        }
        let_others_pass(context, reason->message, renew);
    }
}

} // namespace assay
