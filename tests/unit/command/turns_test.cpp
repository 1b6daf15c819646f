// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/turns.hpp"

#include "assay/base/error.hpp"
#include "command_world.hpp"

#include <catch2/catch.hpp>

using namespace assay;
using namespace assay::test;

namespace {

/// What a table gives that is locked `times` times before it can be read.
std::vector<CheckResult> results_of(int& times) {
    CheckResult result = make_result("table.readable", {"main", "orders"}, {});
    if (times-- > 0) {
        result.status = Status::error;
        result.error_kind = to_string(ErrorKind::locked);
        result.message = "cannot read main.orders: locked";
    }
    return {result};
}

bool keep_snapshot() { return false; }

} // namespace

TEST_CASE("case 172: a table that locks keep from being read is begun anew, three times in all") {
    World world;
    int times = 2;
    const auto read = judge_in_turn(
        world.context(), [&] { return results_of(times); }, keep_snapshot);
    CHECK(read.front().status == Status::pass);
    CHECK(world.observer.notes ==
          std::vector<std::string>(2, "cannot read main.orders: locked; trying again in a "
                                      "second"));
    times = 9;
    const auto locked = judge_in_turn(
        world.context(), [&] { return results_of(times); }, keep_snapshot);
    CHECK(locked.front().status == Status::error);
    CHECK(times == 6);
}

TEST_CASE("case 156: a table whose statement an administrator ended is begun once more") {
    World world;
    for (const int endings : {1, 9}) {
        int calls = 0;
        const auto judge = [&] {
            CheckResult result = make_result("table.readable", {"main", "orders"}, {});
            if (++calls <= endings) {
                result.status = Status::error;
                result.error_kind = to_string(ErrorKind::interrupted);
            }
            return std::vector{result};
        };
        const auto results = judge_in_turn(world.context(), judge, keep_snapshot);
        CHECK(calls == 2);
        CHECK(results.front().status == (endings == 1 ? Status::pass : Status::error));
    }
}

TEST_CASE("what is wrong for any other reason is judged once") {
    World world;
    int calls = 0;
    const auto judge = [&] {
        ++calls;
        CheckResult result = make_result("table.readable", {"main", "orders"}, {});
        result.status = Status::error;
        result.error_kind = to_string(ErrorKind::timeout);
        return std::vector{result};
    };
    const auto results = judge_in_turn(world.context(), judge, keep_snapshot);
    CHECK(calls == 1);
    CHECK(results.front().status == Status::error);
}

TEST_CASE("a run that is cancelled does not wait for its turn") {
    World world;
    world.cancellation.request(2);
    int times = 2;
    CHECK_THROWS_AS(judge_in_turn(
                        world.context(), [&] { return results_of(times); }, keep_snapshot),
                    Error);
    CHECK(times == 1);
}

TEST_CASE("where the snapshot was given up, a table is begun anew at once in a new one") {
    World world;
    int times = 2;
    int renewals = 0;
    const auto renew = [&] {
        ++renewals;
        return true;
    };
    const auto read = judge_in_turn(
        world.context(), [&] { return results_of(times); }, renew);
    CHECK(read.front().status == Status::pass);
    CHECK(renewals == 2);
    CHECK(world.observer.notes ==
          std::vector<std::string>(2, "cannot read main.orders: locked; trying again"));
}
