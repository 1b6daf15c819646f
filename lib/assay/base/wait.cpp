// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/wait.hpp"

#include <algorithm>
#include <thread>

namespace assay {

void wait_for(std::chrono::microseconds time, const Cancellation& cancellation) {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + time;
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
        cancellation.check();
        std::this_thread::sleep_for(
            std::min<Clock::duration>(end - now, std::chrono::milliseconds(20)));
    }
    cancellation.check();
}

} // namespace assay
