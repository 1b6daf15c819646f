// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <functional>

namespace assay {

/// How matching may work: on how many threads, and what ends it early.
struct Effort {
    unsigned threads = 2;
    std::function<void()> check = [] {}; ///< called now and then; throws to end the work
};

/// Call `work(begin, end)` for stretches of this length that cover 0..count, on several threads.
/// What a stretch does may only depend on its numbers. The first exception is thrown again after
/// all have ended.
void for_stretches(std::size_t count, std::size_t stretch, const Effort& effort,
                   const std::function<void(std::size_t begin, std::size_t end)>& work);

} // namespace assay
