// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/parallel.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::shared_ptr<FakeStore> a_store() { return std::make_shared<FakeStore>(); }

} // namespace

TEST_CASE("every number is handed out exactly once, however many jobs there are") {
    for (unsigned jobs = 0; jobs <= 8; ++jobs) {
        for (const std::size_t count : {0U, 1U, 2U, 7U, 100U}) {
            INFO(jobs << " jobs, " << count << " calls");
            FakeSession session(a_store());
            std::vector<std::atomic<int>> calls(count);
            Workers(session, jobs).for_each(count, [&](Session&, std::size_t i) { ++calls.at(i); });
            CHECK(std::all_of(calls.begin(), calls.end(),
                              [](const auto& call) { return call.load() == 1; }));
        }
    }
}

TEST_CASE("no session is used by two threads at a time") {
    FakeSession session(a_store());
    std::mutex mutex;
    std::set<Session*> busy;
    std::set<Session*> seen;
    std::atomic<bool> shared{false};
    Workers(session, 4).for_each(200, [&](Session& used, std::size_t) {
        {
            const std::scoped_lock lock(mutex);
            shared = shared || !busy.insert(&used).second;
            seen.insert(&used);
        }
        const std::scoped_lock lock(mutex);
        busy.erase(&used);
    });
    CHECK_FALSE(shared.load());
    CHECK(seen.size() <= 4);
}

TEST_CASE("a store that cannot fork is read by one thread") {
    auto store = a_store();
    store->can_fork = false;
    FakeSession session(store);
    std::vector<std::size_t> order;
    Workers(session, 8).for_each(5, [&](Session& used, std::size_t i) {
        CHECK(&used == &session);
        order.push_back(i);
    });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("the first error ends the work and is thrown again") {
    for (unsigned jobs = 1; jobs <= 8; ++jobs) {
        FakeSession session(a_store());
        std::atomic<int> calls{0};
        try {
            Workers(session, jobs).for_each(10'000, [&](Session&, std::size_t i) {
                ++calls;
                if (i == 3) {
                    throw Error(ErrorKind::query, "the third failed");
                }
            });
            FAIL("no error");
        } catch (const Error& error) {
            CHECK(error.kind() == ErrorKind::query);
            CHECK(std::string(error.what()) == "the third failed");
        }
        CHECK(calls.load() >= 4);
    }
}

TEST_CASE("with one job nothing is done after an error") {
    FakeSession session(a_store());
    int calls = 0;
    CHECK_THROWS_AS(Workers(session, 1)
                        .for_each(10,
                                  [&](Session&, std::size_t) {
                                      ++calls;
                                      throw std::runtime_error("not ours");
                                  }),
                    std::runtime_error);
    CHECK(calls == 1);
}

TEST_CASE("when all fail one error comes out, and no thread is left behind") {
    FakeSession session(a_store());
    CHECK_THROWS_AS(
        Workers(session, 8)
            .for_each(8, [](Session&,
                            std::size_t i) { throw Error(ErrorKind::query, std::to_string(i)); }),
        Error);
}

TEST_CASE("the cost of the helpers is told, and not that of the session itself") {
    auto store = a_store();
    const auto table = table_schema("t", {column_spec("id", ColumnType::integer)});
    store->tables = {{table, {{integer_value(1)}, {integer_value(2)}, {integer_value(3)}}}};
    FakeSession session(store);
    class Nothing final : public BatchSink {
        void consume(const RowBatch&) override {}
    };
    Workers workers(session, 4);
    workers.for_each(20, [&](Session& used, std::size_t) {
        Nothing sink;
        used.scan({&table, {0}, {}, {}, 10, {}}, sink);
    });
    auto total = workers.cost();
    total += session.cost();
    CHECK(total.rows_read == 60);
    CHECK(total.queries == 20);
}

TEST_CASE("a snapshot that is too old goes with its forks, whose cost stays") {
    auto store = a_store();
    const auto table = table_schema("t", {column_spec("id", ColumnType::integer)});
    store->tables = {{table, {{integer_value(1)}, {integer_value(2)}}}};
    FakeSession session(store);
    class Nothing final : public BatchSink {
        void consume(const RowBatch&) override {}
    };
    Workers workers(session, 4);
    const auto read = [&] {
        workers.for_each(20, [&](Session& used, std::size_t) {
            Nothing sink;
            used.scan({&table, {0}, {}, {}, 10, {}}, sink);
        });
    };
    read();
    workers.renew_if_old();
    CHECK(store->renewed == 0);
    store->is_old = true;
    workers.renew_if_old();
    CHECK(store->renewed == 1);
    read();
    auto total = workers.cost();
    total += session.cost();
    CHECK(total.rows_read == 80);
}

TEST_CASE("a lost connection is no reason to cancel the statements of others, but they end") {
    auto store = a_store();
    FakeSession session(store);
    Workers workers(session, 3);
    CHECK_THROWS_AS(
        workers.for_each(
            30, [](Session&, std::size_t) { throw Error(ErrorKind::connection, "it is gone"); }),
        Error);
    CHECK(store->cancelled == 0);
    CHECK(workers.has_failed());
    Workers part(session, 1, &workers);
    CHECK(part.has_failed());
    class Nothing final : public BatchSink {
        void consume(const RowBatch&) override { FAIL("a row"); }
    } nothing;
    TeamSink sink(part, nothing);
    try {
        sink.consume(RowBatch{});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::cancelled);
    }
}
