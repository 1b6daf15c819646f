// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/progress.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace assay;

namespace {

constexpr Micros hour = 3600 * micros_per_second;
constexpr Micros now = 1'706'659'200 * micros_per_second; // 2024-01-31T00:00:00Z

ProgressFacts facts_of(std::vector<NewestSeen> past, std::optional<Micros> newest) {
    return {{"public", "t"}, "at", std::move(past), newest, now, 2 * hour};
}

} // namespace

TEST_CASE("a newest row that is older than the last run saw it has moved backwards") {
    const auto judged = [](std::optional<Micros> before, std::optional<Micros> newest) {
        return check_moved_backwards(facts_of({{now - hour, before}}, newest));
    };
    CHECK(judged(now - 5 * hour, now - 5 * hour).status == Status::pass);
    CHECK(judged(now - 5 * hour, now - hour).status == Status::pass);
    const auto back = judged(now - 5 * hour, now - 8 * hour);
    CHECK(back.status == Status::fail);
    CHECK(back.severity == Severity::critical);
    CHECK(back.message ==
          "the newest row is of 2024-01-30T16:00:00Z, 3 h before the one that the last run saw");
    CHECK(judged(now - 5 * hour, std::nullopt).status == Status::fail);
    CHECK(judged(std::nullopt, now).status == Status::skipped);
    CHECK(check_moved_backwards(facts_of({}, now)).status == Status::skipped);
}

TEST_CASE("a newest row that stays as it is for too long does not advance") {
    const Micros newest = now - 9 * hour;
    const auto judged = [&](std::vector<NewestSeen> past) {
        return check_advancing(facts_of(std::move(past), newest));
    };
    CHECK(judged({}).status == Status::skipped);
    CHECK(judged({{now - hour, newest - 1}}).status == Status::pass);
    CHECK(judged({{now - hour, newest}}).status == Status::pass);
    CHECK(judged({{now - 2 * hour, newest}, {now - hour, newest}}).status == Status::pass);
    const auto stuck =
        judged({{now - 9 * hour, newest - 1}, {now - 3 * hour, newest}, {now - hour, newest}});
    CHECK(stuck.status == Status::fail);
    CHECK(stuck.severity == Severity::warning);
    CHECK(stuck.message == "the newest row is the same since a run 3 h ago, allowed is 2 h");
    // It was another one in between.
    CHECK(judged({{now - 3 * hour, newest}, {now - 2 * hour, newest - 1}, {now - hour, newest}})
              .status == Status::pass);
}

TEST_CASE("where nobody knows how often rows come, standing still is not judged") {
    auto facts = facts_of({{now - 100 * hour, now - 200 * hour}}, now - 200 * hour);
    facts.patience.reset();
    const auto result = check_advancing(facts);
    CHECK(result.status == Status::skipped);
    CHECK(result.message == "learning: nobody knows how often rows should come");
    facts.newest.reset();
    CHECK(check_advancing(facts).status == Status::skipped);
}
