// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/cancellation.hpp"
#include "assay/base/error.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <csignal>
#include <optional>
#include <thread>
#include <vector>

using assay::Cancellation;
using assay::CancellationHook;
using assay::Error;
using assay::ErrorKind;

namespace {

std::optional<ErrorKind> kind_thrown(const Cancellation& cancellation) {
    try {
        cancellation.check();
    } catch (const Error& error) {
        return error.kind();
    }
    return std::nullopt;
}

} // namespace

TEST_CASE("a run that nobody cancels goes on") {
    const Cancellation cancellation;
    CHECK_FALSE(cancellation.requested());
    CHECK(cancellation.signal() == 0);
    CHECK_FALSE(kind_thrown(cancellation).has_value());
}

TEST_CASE("a signal cancels, a deadline is a timeout") {
    Cancellation by_signal;
    by_signal.request(SIGTERM);
    CHECK(by_signal.requested());
    CHECK(by_signal.signal() == SIGTERM);
    CHECK(kind_thrown(by_signal) == ErrorKind::cancelled);

    Cancellation by_deadline;
    by_deadline.request(0);
    CHECK(by_deadline.requested());
    CHECK(kind_thrown(by_deadline) == ErrorKind::timeout);
}

TEST_CASE("the first request decides and hooks are called once") {
    Cancellation cancellation;
    int calls = 0;
    const CancellationHook hook(cancellation, [&calls] { ++calls; });
    CHECK(calls == 0);
    cancellation.request(SIGINT);
    cancellation.request(SIGTERM);
    CHECK(calls == 1);
    CHECK(cancellation.signal() == SIGINT);
}

TEST_CASE("a hook that comes too late is called at once, one that has gone never") {
    Cancellation cancellation;
    int gone = 0;
    {
        const CancellationHook hook(cancellation, [&gone] { ++gone; });
    }
    cancellation.request(SIGINT);
    CHECK(gone == 0);
    int late = 0;
    const CancellationHook hook(cancellation, [&late] { ++late; });
    CHECK(late == 1);
}

TEST_CASE("several hooks are called, in the order in which they came") {
    Cancellation cancellation;
    std::vector<int> order;
    const CancellationHook first(cancellation, [&order] { order.push_back(1); });
    {
        const CancellationHook second(cancellation, [&order] { order.push_back(2); });
    }
    const CancellationHook third(cancellation, [&order] { order.push_back(3); });
    cancellation.request(0);
    CHECK(order == std::vector<int>{1, 3});
}

TEST_CASE("hooks come and go in threads while another one cancels") {
    constexpr int threads = 4;
    constexpr int rounds = 500;
    Cancellation cancellation;
    std::atomic<int> calls{0};
    std::atomic<int> started{0};
    {
        std::vector<std::jthread> workers;
        workers.reserve(threads);
        for (int i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                ++started;
                for (int round = 0; round < rounds; ++round) {
                    int own = 0;
                    {
                        const CancellationHook hook(cancellation, [&own] { ++own; });
                    }
                    calls += own; // after the hook is gone nobody writes it
                }
            });
        }
        while (started.load() < threads) {
            std::this_thread::yield();
        }
        cancellation.request(SIGINT);
    }
    CHECK(calls.load() <= threads * rounds);
    int last = 0;
    const CancellationHook hook(cancellation, [&last] { ++last; });
    CHECK(last == 1);
    CHECK(kind_thrown(cancellation) == ErrorKind::cancelled);
}
