// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/shared_key_scan.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::size_t kib = 1024;
using Numbers = std::vector<std::int64_t>; ///< -1 stands for NULL

std::shared_ptr<FakeStore> store_of(const Numbers& numbers, ColumnType type) {
    auto store = std::make_shared<FakeStore>();
    std::vector<FakeStore::Row> rows;
    for (const std::int64_t number : numbers) {
        rows.push_back({number < 0 ? null_value(type)
                        : type == ColumnType::decimal
                            ? text_value(std::to_string(number) + ".0", type)
                            : integer_value(number, type)});
    }
    store->tables = {{table_schema("t", {column_spec("n", type)}), std::move(rows)}};
    store->batch_rows = 100;
    return store;
}

struct Question {
    NullPolicy nulls = NullPolicy::distinct;
    std::size_t memory = std::size_t{256} << 20U;
    unsigned jobs = 1;
    std::size_t part_rows = 0;
    std::size_t limit = 3;
};

SharedKeyScan ask(const Numbers& a, const Numbers& b, const Question& question) {
    const auto store_a = store_of(a, ColumnType::integer);
    const auto store_b = store_of(b, ColumnType::decimal);
    store_a->part_rows = question.part_rows;
    store_b->part_rows = question.part_rows;
    FakeSession session_a(store_a);
    FakeSession session_b(store_b);
    Workers workers_a(session_a, question.jobs);
    Workers workers_b(session_b, question.jobs);
    SharedKeyRequest request;
    request.comparisons = {comparison_for(ColumnType::integer, ColumnType::decimal)};
    request.nulls = question.nulls;
    request.limit = question.limit;
    request.memory = question.memory;
    return scan_shared_keys({&workers_a, &store_a->tables[0].schema, {0}},
                            {&workers_b, &store_b->tables[0].schema, {0}}, request);
}

} // namespace

TEST_CASE("keys of two stores are the same by value, and shown as the first one holds them") {
    const auto found = ask({1, 2, 2, 3, -1}, {2, 3, 3, 3, 4, -1}, {});
    CHECK(found.a.rows == 5);
    CHECK(found.b.rows == 6);
    CHECK(found.a.null_key_rows == 1);
    CHECK(found.shared.keys == 2);
    CHECK(found.shared.rows_a == 3);
    CHECK(found.shared.rows_b == 4);
    REQUIRE(found.shown.size() == 2);
    CHECK(display(found.shown[0].key.at(0)) == "3");
    CHECK(found.shown[0].rows_a == 1);
    CHECK(found.shown[0].rows_b == 3);
}

TEST_CASE("NULL stands on both sides only where it equals itself") {
    CHECK(ask({-1}, {-1, -1}, {NullPolicy::skip}).shared.keys == 0);
    CHECK(ask({-1}, {-1, -1}, {NullPolicy::equal}).shared.rows_b == 2);
    CHECK(ask({}, {1}, {}).shared.keys == 0);
    CHECK(ask({1}, {}, {}).shared.keys == 0);
}

TEST_CASE("keys that no table holds are sorted, not read again for each part of them") {
    constexpr std::int64_t count = 40'000;
    Numbers a(count);
    Numbers b(count);
    std::iota(a.begin(), a.end(), std::int64_t{0});
    std::iota(b.begin(), b.end(), count / 4);
    b.push_back(b.front());
    Question question;
    question.memory = 64 * kib;
    question.jobs = 2;
    const SharedKeyScan found = ask(a, b, question);
    CHECK(found.shared.keys == count * 3 / 4);
    CHECK(found.shared.rows_a == count * 3 / 4);
    CHECK(found.shared.rows_b == count * 3 / 4 + 1);
    CHECK(found.shown.front().rows_b == 2);
    // Every key for its partition, and again for each level of merging.
    const std::int64_t bytes = 16 * 2 * count;
    CHECK(found.spilled_bytes > 2 * bytes);
    CHECK(found.spilled_bytes < 10 * bytes);
    CHECK(ask(a, b, {}).spilled_bytes == 0);
}

TEST_CASE("the keys on both sides are those that maps have in common") {
    rc::prop("for any numbers, memory, workers and parts", [] {
        const auto range = *rc::gen::element<std::int64_t>(3, 100, 5'000);
        auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto some = [&] {
            Numbers numbers(*rc::gen::inRange<std::size_t>(0, 5'000));
            for (auto& number : numbers) {
                seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
                number = static_cast<std::int64_t>(seed >> 33U) % range - 1;
            }
            return numbers;
        };
        const Numbers a = some();
        const Numbers b = some();
        Question question;
        question.nulls = *rc::gen::element(NullPolicy::distinct, NullPolicy::equal);
        question.memory = *rc::gen::element(64 * kib, 4096 * kib);
        question.jobs = *rc::gen::inRange(1U, 4U);
        question.part_rows = *rc::gen::element<std::size_t>(0, 300);
        std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> rows;
        for (const std::int64_t number : a) {
            ++rows[number].first;
        }
        for (const std::int64_t number : b) {
            ++rows[number].second;
        }
        SharedKeys expected;
        std::int64_t most = 0;
        for (const auto& [number, counts] : rows) {
            const bool counts_here = number >= 0 || question.nulls == NullPolicy::equal;
            if (counts_here && counts.first > 0 && counts.second > 0) {
                ++expected.keys;
                expected.rows_a += counts.first;
                expected.rows_b += counts.second;
                most = std::max(most, counts.first + counts.second);
            }
        }
        const SharedKeyScan found = ask(a, b, question);
        RC_ASSERT(found.shared.keys == expected.keys);
        RC_ASSERT(found.shared.rows_a == expected.rows_a);
        RC_ASSERT(found.shared.rows_b == expected.rows_b);
        RC_ASSERT(found.shown.size() == std::min<std::size_t>(3, expected.keys));
        if (!found.shown.empty()) {
            RC_ASSERT(found.shown.front().rows_a + found.shown.front().rows_b == most);
        }
    });
}
