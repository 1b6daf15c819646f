// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/memory_gate.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

using assay::MemoryGate;

TEST_CASE("threads never have more memory together than there is, and all get their turn") {
    MemoryGate gate(100);
    std::atomic<std::size_t> taken{0};
    std::atomic<std::size_t> most{0};
    std::atomic<std::size_t> turns{0};
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < 8; ++i) {
            threads.emplace_back([&, bytes = 20 + 10 * i] {
                for (int turn = 0; turn < 50; ++turn) {
                    const auto share = gate.take(bytes);
                    const std::size_t now = taken += bytes;
                    std::size_t seen = most;
                    while (seen < now && !most.compare_exchange_weak(seen, now)) {
                    }
                    std::this_thread::yield();
                    taken -= bytes;
                    ++turns;
                }
            });
        }
    }
    CHECK(turns == 8 * 50);
    CHECK(most <= 100);
}

TEST_CASE("who wants more memory than there is waits for all of it") {
    MemoryGate gate(100);
    { const auto all = gate.take(1'000); }
    const auto some = gate.take(60);
    std::atomic<bool> is_there{false};
    std::jthread other([&] {
        const auto rest = gate.take(40); // fits beside
        is_there = true;
    });
    other.join();
    CHECK(is_there);
}
