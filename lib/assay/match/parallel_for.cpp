// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/parallel_for.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace assay {

void for_stretches(std::size_t count, std::size_t stretch, const Effort& effort,
                   const std::function<void(std::size_t, std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr error;
    std::mutex mutex;
    const auto run = [&] {
        try {
            for (std::size_t begin = next.fetch_add(stretch); begin < count;
                 begin = next.fetch_add(stretch)) {
                effort.check();
                work(begin, std::min(count, begin + stretch));
            }
        } catch (...) {
            next = count;
            const std::scoped_lock lock(mutex);
            error = error ? error : std::current_exception();
        }
    };
    std::vector<std::jthread> others;
    const std::size_t useful = std::min<std::size_t>(effort.threads, count / stretch + 1);
    for (std::size_t i = 1; i < useful; ++i) {
        others.emplace_back(run);
    }
    run();
    others.clear();
    if (error) {
        std::rethrow_exception(error);
    }
}

} // namespace assay
