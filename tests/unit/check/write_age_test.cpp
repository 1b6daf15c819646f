// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/write_age.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace assay;

namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

WriteFacts counted(std::optional<std::int64_t> counter, std::vector<CounterSeen> past) {
    return {{"public", "t"}, "row_counter", "what is counted", {}, counter, std::move(past), now};
}

WriteFacts committed(Micros at) {
    return {{"public", "t"}, "commit_timestamps", "commit times", at, {}, {}, now};
}

CheckResult judged(const WriteFacts& facts, std::optional<Micros> max_age) {
    return check_write_age(facts, {max_age, std::nullopt}).at(0);
}

} // namespace

TEST_CASE("a commit time is the age of the last write") {
    CHECK(write_age(committed(now - hour)) == WriteAge{hour, hour});
    CHECK(write_age(committed(now + hour)) == WriteAge{0, 0});
    const auto fresh = judged(committed(now - hour), hour);
    CHECK(fresh.status == Status::pass);
    CHECK(fresh.method == Method::exact);
    CHECK(fresh.message == "last written 1 h ago, by commit times, allowed is 1 h");
    CHECK(judged(committed(now - 2 * hour), hour).status == Status::fail);
    const auto untold = judged(committed(now - hour), std::nullopt);
    CHECK(untold.id == "freshness.max_age");
    CHECK(untold.status == Status::skipped);
    CHECK(untold.message == "last written 1 h ago, by commit times; no limit was given");
}

TEST_CASE("a counter tells between which runs the last write was") {
    CHECK(write_age(counted(8, {{now - 5 * hour, 7}})) == WriteAge{0, 5 * hour});
    CHECK(write_age(counted(7, {{now - 5 * hour, 7}})) == WriteAge{5 * hour, std::nullopt});
    CHECK(write_age(counted(7, {{now - 9 * hour, 6}, {now - 5 * hour, 7}, {now - hour, 7}})) ==
          WriteAge{5 * hour, 9 * hour});
}

TEST_CASE("a counter without an earlier one, or one that was reset, tells nothing") {
    CHECK_FALSE(write_age(counted(7, {})));
    CHECK_FALSE(write_age(counted(std::nullopt, {{now - hour, 7}})));
    CHECK_FALSE(write_age(counted(3, {{now - hour, 7}})));
    CHECK(judged(counted(7, {}), hour).status == Status::skipped);
    CHECK(judged(counted(7, {}), hour).message.starts_with("learning: "));
}

TEST_CASE("a limit between the bounds is not judged") {
    const auto between = counted(7, {{now - 9 * hour, 6}, {now - 5 * hour, 7}});
    CHECK(judged(between, 9 * hour).status == Status::pass);
    CHECK(judged(between, 9 * hour).method == Method::estimate);
    CHECK(judged(between, 4 * hour).status == Status::fail);
    CHECK(judged(between, 4 * hour).severity == Severity::critical);
    const auto open = judged(between, 7 * hour);
    CHECK(open.status == Status::skipped);
    CHECK(open.message == "last written between 5 h and 9 h ago, by what is counted, allowed is 7 "
                          "h; learning: earlier runs do not tell it closer");
    CHECK(check_write_age(between, {12 * hour, hour}).at(1).id == "freshness.warn_age");
    CHECK(check_write_age(between, {12 * hour, hour}).at(1).severity == Severity::warning);
}
