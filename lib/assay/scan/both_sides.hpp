// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <exception>
#include <thread>

namespace assay {

/// Run both sides at the same time; if both fail, the first side's error is the one thrown.
template <typename A, typename B>
void on_both_sides(const A& on_a, const B& on_b) {
    std::exception_ptr error_b;
    {
        const std::jthread thread([&] {
            try {
                on_b();
            } catch (...) {
                error_b = std::current_exception();
            }
        });
        on_a();
    }
    if (error_b) {
        std::rethrow_exception(error_b);
    }
}

} // namespace assay
