// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/scan/duplicate_scan.hpp"
#include "fake_session.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

using Rows = std::vector<FakeStore::Row>;

constexpr std::size_t kib = 1024;

std::shared_ptr<FakeStore> store_of(std::vector<ColumnSpec> columns, Rows rows) {
    auto store = std::make_shared<FakeStore>();
    store->tables = {{table_schema("t", std::move(columns)), std::move(rows)}};
    return store;
}

/// A request for one key.
DuplicateRequest by(std::vector<std::size_t> columns, NullPolicy nulls = NullPolicy::distinct,
                    std::size_t limit = 5) {
    DuplicateRequest request;
    request.keys = {{std::move(columns), nulls}};
    request.limit = limit;
    return request;
}

/// What is found by the only key.
Duplicates scan_one(Workers& workers, const TableSchema& table, const DuplicateRequest& request) {
    auto found = scan_duplicates(workers, table, request);
    REQUIRE(found.size() == 1);
    return std::move(found.front());
}

using Texts = std::vector<std::vector<std::string>>;

/// A table of texts; "" stands for NULL.
std::shared_ptr<FakeStore> store_of_texts(const Texts& table) {
    const std::vector<ColumnSpec> columns(table.empty() ? 1 : table.front().size(),
                                          column_spec("c", ColumnType::text));
    Rows rows;
    for (const auto& texts : table) {
        rows.emplace_back();
        for (const auto& text : texts) {
            rows.back().push_back(text.empty() ? null_value(ColumnType::text) : text_value(text));
        }
    }
    return store_of(columns, std::move(rows));
}

/// Duplicates of all columns of a table of texts.
Duplicates duplicates_of(const Texts& table, NullPolicy nulls, std::size_t limit = 5,
                         std::size_t batch_rows = 2) {
    auto store = store_of_texts(table);
    std::vector<std::size_t> all(store->tables[0].schema.columns.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = i;
    }
    store->batch_rows = batch_rows;
    FakeSession session(store);
    Workers workers(session, 2);
    return scan_one(workers, store->tables[0].schema, by(all, nulls, limit));
}

std::vector<std::vector<std::string>> one_column(const std::vector<std::string>& texts) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& text : texts) {
        rows.push_back({text});
    }
    return rows;
}

/// Numbers from 0 on, some written as reals, in one column; -1 stands for NULL.
Rows rows_of_numbers(const std::vector<std::int64_t>& numbers) {
    Rows rows;
    for (const std::int64_t number : numbers) {
        const bool is_real = number % 3 == 0 && rows.size() % 2 == 0;
        rows.push_back({number < 0 ? null_value(ColumnType::other)
                        : is_real  ? real_value(static_cast<double>(number), ColumnType::other)
                                   : integer_value(number, ColumnType::other)});
    }
    return rows;
}

/// How a table is read.
struct Reading {
    unsigned jobs = 1;
    std::size_t memory = std::size_t{256} << 20U;
    std::size_t part_rows = 0;
    NullPolicy nulls = NullPolicy::equal;
};

Duplicates duplicates_of_rows(const Rows& rows, const Reading& reading) {
    auto store = store_of({column_spec("n", ColumnType::other)}, rows);
    store->batch_rows = 100;
    store->part_rows = reading.part_rows;
    FakeSession session(store);
    Workers workers(session, reading.jobs);
    DuplicateRequest request = by({0}, reading.nulls, 3);
    request.memory = reading.memory;
    request.parts = session.split(key_scan(store->tables[0].schema, request));
    return scan_one(workers, store->tables[0].schema, request);
}

bool is_same(const DuplicateCounts& a, const DuplicateCounts& b) {
    return a.rows == b.rows && a.distinct_keys == b.distinct_keys &&
           a.duplicated_keys == b.duplicated_keys && a.surplus_rows == b.surplus_rows &&
           a.largest_group == b.largest_group && a.null_key_rows == b.null_key_rows &&
           a.sizes == b.sizes;
}

/// What a map finds.
struct Counted {
    DuplicateCounts counts;
    std::map<std::vector<std::string>, std::int64_t> groups;
};

Counted count_by_map(const Texts& table, const DuplicateKey& wanted) {
    Counted counted;
    DuplicateCounts& counts = counted.counts;
    std::int64_t lone = 0;
    for (const auto& row : table) {
        std::vector<std::string> key;
        for (const std::size_t column : wanted.columns) {
            key.push_back(row[column]);
        }
        const bool null = std::find(key.begin(), key.end(), "") != key.end();
        counts.null_key_rows += null ? 1 : 0;
        if (null && wanted.nulls == NullPolicy::skip) {
            continue;
        }
        ++counts.rows;
        if (null && wanted.nulls == NullPolicy::distinct) {
            ++lone;
        } else {
            ++counted.groups[key];
        }
    }
    counts.largest_group = lone > 0 ? 1 : 0;
    for (const auto& [key, rows] : counted.groups) {
        ++counts.distinct_keys;
        if (rows > 1) {
            ++counts.duplicated_keys;
            counts.sizes.add(rows);
        }
        counts.surplus_rows += rows - 1;
        counts.largest_group = std::max(counts.largest_group, rows);
    }
    return counted;
}

void require_agreement(const Duplicates& found, const Counted& expected, std::size_t limit) {
    RC_ASSERT(is_same(found.counts, expected.counts));
    RC_ASSERT(found.groups.size() ==
              std::min(limit, static_cast<std::size_t>(expected.counts.duplicated_keys)));
    for (std::size_t i = 0; i < found.groups.size(); ++i) {
        std::vector<std::string> key;
        for (const auto& value : found.groups[i].key) {
            key.push_back(display(value));
        }
        RC_ASSERT(expected.groups.at(key) == found.groups[i].rows);
        RC_ASSERT((i == 0 || found.groups[i - 1].rows >= found.groups[i].rows));
    }
}

Texts some_texts(std::size_t columns, std::size_t rows) {
    Texts table(rows);
    for (auto& row : table) {
        for (std::size_t i = 0; i < columns; ++i) {
            row.push_back(*rc::gen::element(""s, "a"s, "b"s, "ab"s, "<null>"s));
        }
    }
    return table;
}

/// Some of the columns, in any order, at least one.
DuplicateKey some_key(std::size_t columns) {
    DuplicateKey key;
    for (std::size_t i = 0; i < columns; ++i) {
        if (*rc::gen::arbitrary<bool>()) {
            key.columns.insert(
                *rc::gen::arbitrary<bool>() ? key.columns.begin() : key.columns.end(), i);
        }
    }
    if (key.columns.empty()) {
        key.columns = {columns - 1};
    }
    key.nulls = *rc::gen::element(NullPolicy::distinct, NullPolicy::equal, NullPolicy::skip);
    return key;
}

} // namespace

TEST_CASE("a, a, b, b, b are two duplicated keys with three surplus rows") {
    const auto found = duplicates_of(one_column({"a", "b", "a", "b", "b"}), NullPolicy::distinct);
    CHECK(found.counts.rows == 5);
    CHECK(found.counts.distinct_keys == 2);
    CHECK(found.counts.duplicated_keys == 2);
    CHECK(found.counts.surplus_rows == 3);
    CHECK(found.counts.largest_group == 3);
    CHECK(found.counts.null_key_rows == 0);
    REQUIRE(found.groups.size() == 2);
    CHECK(found.groups[0].rows == 3);
    CHECK(display(found.groups[0].key.at(0)) == "b");
    CHECK(found.groups[1].rows == 2);
    CHECK(display(found.groups[1].key.at(0)) == "a");
}

TEST_CASE("separators and words for nothing are values like any other") {
    CHECK(duplicates_of({{"a|b", "c"}, {"a", "b|c"}}, NullPolicy::equal).counts.surplus_rows == 0);
    CHECK(duplicates_of({{"a,b", "c"}, {"a", "b,c"}}, NullPolicy::equal).counts.surplus_rows == 0);
    CHECK(duplicates_of({{"", "c"}, {"<null>", "c"}, {"NULL", "c"}}, NullPolicy::equal)
              .counts.surplus_rows == 0);
}

TEST_CASE("NULL in a key means what the policy says") {
    const auto table = one_column({"", "", "", "a", "a"});
    const auto distinct = duplicates_of(table, NullPolicy::distinct).counts;
    CHECK(distinct.rows == 5);
    CHECK(distinct.distinct_keys == 1);
    CHECK(distinct.surplus_rows == 1);
    CHECK(distinct.largest_group == 2);
    CHECK(distinct.null_key_rows == 3);
    const auto equal = duplicates_of(table, NullPolicy::equal).counts;
    CHECK(equal.rows == 5);
    CHECK(equal.distinct_keys == 2);
    CHECK(equal.duplicated_keys == 2);
    CHECK(equal.surplus_rows == 3);
    CHECK(equal.largest_group == 3);
    const auto skip = duplicates_of(table, NullPolicy::skip).counts;
    CHECK(skip.rows == 2);
    CHECK(skip.surplus_rows == 1);
    CHECK(skip.null_key_rows == 3);
    const auto only_null = duplicates_of(one_column({"", ""}), NullPolicy::distinct).counts;
    CHECK(only_null.largest_group == 1);
    CHECK(only_null.surplus_rows == 0);
    CHECK(duplicates_of({{"", "x"}, {"", "x"}}, NullPolicy::distinct).counts.surplus_rows == 0);
}

TEST_CASE("a table without rows or duplicates is scanned once") {
    CHECK(duplicates_of({}, NullPolicy::equal).counts.rows == 0);
    CHECK(duplicates_of({}, NullPolicy::equal).counts.largest_group == 0);
    auto store =
        store_of({column_spec("c", ColumnType::text)}, {{text_value("a")}, {text_value("b")}});
    FakeSession session(store);
    Workers workers(session, 2);
    scan_duplicates(workers, store->tables[0].schema, by({0}, NullPolicy::equal, 5));
    CHECK(store->scanned.size() == 1);
    store->tables[0].rows.push_back({text_value("a")});
    scan_duplicates(workers, store->tables[0].schema, by({0}, NullPolicy::equal, 0));
    CHECK(store->scanned.size() == 2);
    scan_duplicates(workers, store->tables[0].schema, by({0}, NullPolicy::equal, 1));
    CHECK(store->scanned.size() == 4);
}

TEST_CASE("rows that change between the two scans are an error, not a wrong answer") {
    class Changing final : public Session {
    public:
        explicit Changing(std::shared_ptr<FakeStore> store)
            : m_store(std::move(store)), m_inner(m_store) {}
        const SourceInfo& source() const override { return m_inner.source(); }
        Catalog catalog() override { return m_inner.catalog(); }
        void scan(const ScanRequest& request, BatchSink& sink) override {
            m_inner.scan(request, sink);
            m_store->tables[0].rows.pop_back();
        }
        std::vector<Value> query_row(const Query& query) override {
            return m_inner.query_row(query);
        }
        std::vector<Value> query_row_of(const std::vector<const TableSchema*>& tables,
                                        const Query& query) override {
            return m_inner.query_row_of(tables, query);
        }
        void query_rows(const TableSchema& table, const Query& query, BatchSink& sink) override {
            m_inner.query_rows(table, query, sink);
        }
        std::vector<ScanPart> split(const ScanRequest&) override { return {}; }
        std::unique_ptr<Session> fork() override { return nullptr; }
        bool is_old() const override { return false; }
        void renew() override {}
        void require_unaltered(const TableSchema&) const override {}
        void cancel() noexcept override {}
        SessionCost cost() const override { return m_inner.cost(); }

    private:
        std::shared_ptr<FakeStore> m_store;
        FakeSession m_inner;
    };
    auto store = store_of({column_spec("c", ColumnType::text)},
                          {{text_value("a")}, {text_value("a")}, {text_value("a")}});
    Changing session(store);
    Workers workers(session, 2);
    try {
        scan_duplicates(workers, store->tables[0].schema, by({0}, NullPolicy::equal, 5));
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::changed);
    }
}

TEST_CASE("duplicates are those that a map of rows finds, by every key") {
    rc::prop("for any table, keys, policies, memory and parts", [] {
        const auto rows = *rc::gen::inRange<std::size_t>(0, 40);
        const auto columns = rows == 0 ? 1 : *rc::gen::inRange<std::size_t>(1, 4);
        const Texts table = some_texts(columns, rows);
        DuplicateRequest request;
        request.limit = *rc::gen::inRange<std::size_t>(0, 6);
        request.memory = *rc::gen::element(64 * kib, 4096 * kib);
        const auto keys = *rc::gen::inRange<std::size_t>(1, 4);
        for (std::size_t i = 0; i < keys; ++i) {
            request.keys.push_back(some_key(columns));
        }
        auto store = store_of_texts(table);
        store->batch_rows = *rc::gen::element<std::size_t>(1, 7);
        store->part_rows = *rc::gen::element<std::size_t>(0, 3);
        FakeSession session(store);
        Workers workers(session, *rc::gen::inRange(1U, 4U));
        const TableSchema& schema = store->tables[0].schema;
        request.parts = session.split(key_scan(schema, request));
        const auto found = scan_duplicates(workers, schema, request);
        RC_ASSERT(found.size() == keys);
        for (std::size_t i = 0; i < keys; ++i) {
            require_agreement(found[i], count_by_map(table, request.keys[i]), request.limit);
        }
    });
}

TEST_CASE("several keys are counted in one scan, and their groups are fetched in one") {
    auto store = store_of_texts({{"a", "x"}, {"a", "y"}, {"b", "y"}});
    FakeSession session(store);
    Workers workers(session, 2);
    DuplicateRequest request;
    request.keys = {{{0}}, {{1, 0}}, {{1}}};
    const auto found = scan_duplicates(workers, store->tables[0].schema, request);
    CHECK(store->scanned.size() == 2);
    REQUIRE(found.size() == 3);
    CHECK(display(found[0].groups.at(0).key.at(0)) == "a");
    CHECK(found[1].groups.empty());
    CHECK(found[1].counts.distinct_keys == 3);
    CHECK(display(found[2].groups.at(0).key.at(0)) == "y");
}

TEST_CASE("the answer depends neither on jobs, memory nor the order of rows") {
    rc::prop("for any numbers", [] {
        const auto range = *rc::gen::element<std::int64_t>(1, 50, 3'000, 1'000'000);
        const auto count = *rc::gen::inRange<std::size_t>(0, 6'000);
        auto seed = *rc::gen::arbitrary<std::uint64_t>();
        const auto random = [&seed] {
            seed = seed * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
            return seed >> 33U;
        };
        std::vector<std::int64_t> numbers(count);
        for (auto& number : numbers) {
            number = static_cast<std::int64_t>(random()) % range - 1;
        }
        Reading reading;
        reading.nulls =
            *rc::gen::element(NullPolicy::distinct, NullPolicy::equal, NullPolicy::skip);
        Rows rows = rows_of_numbers(numbers);
        const Duplicates expected = duplicates_of_rows(rows, reading);
        RC_ASSERT(expected.spilled_bytes == 0);
        for (std::size_t i = rows.size(); i > 1; --i) {
            std::swap(rows[i - 1], rows[random() % i]);
        }
        reading.jobs = *rc::gen::inRange(1U, 5U);
        reading.memory = *rc::gen::element(64 * kib, 1024 * kib);
        reading.part_rows = *rc::gen::element<std::size_t>(0, 70, 1'000);
        const Duplicates found = duplicates_of_rows(rows, reading);
        RC_ASSERT(is_same(found.counts, expected.counts));
        RC_ASSERT(found.groups.size() == expected.groups.size());
        for (std::size_t i = 0; i < found.groups.size(); ++i) {
            RC_ASSERT(found.groups[i].rows == expected.groups[i].rows);
            RC_ASSERT(found.groups[i].key == expected.groups[i].key);
        }
    });
}

TEST_CASE("what memory does not hold goes into a file, and the answer says so") {
    std::vector<std::int64_t> numbers(40'000);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<std::int64_t>(i % 39'990) + 1;
    }
    const Duplicates found = duplicates_of_rows(rows_of_numbers(numbers), {2, 64 * kib, 500});
    CHECK(found.counts.distinct_keys == 39'990);
    CHECK(found.counts.surplus_rows == 10);
    CHECK(found.groups.size() == 3);
    CHECK(found.spilled_bytes > std::int64_t{16} * 40'000 - 64 * 1024);
    CHECK(duplicates_of_rows(rows_of_numbers(numbers), {2}).spilled_bytes == 0);
}

TEST_CASE("two workers sort at the same time what their tables do not hold") {
    std::vector<std::int64_t> numbers(60'000);
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        numbers[i] = static_cast<std::int64_t>(i % 40'009 % 30'011);
    }
    const Rows rows = rows_of_numbers(numbers);
    const Duplicates held = duplicates_of_rows(rows, {2});
    const Duplicates sorted = duplicates_of_rows(rows, {2, 64 * kib, 500});
    CHECK(is_same(sorted.counts, held.counts));
    REQUIRE(sorted.groups.size() == held.groups.size());
    for (std::size_t i = 0; i < held.groups.size(); ++i) {
        CHECK(sorted.groups[i].rows == held.groups[i].rows);
        CHECK(sorted.groups[i].key == held.groups[i].key);
    }
    // Every key for its partition, and again for each level of merging: not for each slice of a
    // table.
    const std::int64_t bytes = std::int64_t{16} * 60'000;
    CHECK(sorted.spilled_bytes > 2 * bytes - 64 * 1024);
    CHECK(sorted.spilled_bytes < 6 * bytes);
}

TEST_CASE("a folder that the file cannot be made in is an error") {
    const TempDir folder;
    std::vector<std::int64_t> numbers(5'000);
    std::iota(numbers.begin(), numbers.end(), 1);
    auto store = store_of({column_spec("n", ColumnType::other)}, rows_of_numbers(numbers));
    FakeSession session(store);
    Workers workers(session, 2);
    DuplicateRequest request = by({0});
    request.memory = 64 * kib;
    request.spill_folder = folder.file("nowhere");
    try {
        scan_duplicates(workers, store->tables[0].schema, request);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::output);
    }
    request.memory = 1024 * kib;
    CHECK(scan_one(workers, store->tables[0].schema, request).counts.distinct_keys == 5'000);
}

TEST_CASE("a table in parts is read by all workers, once to count and once to compare") {
    auto store =
        store_of({column_spec("n", ColumnType::other)}, rows_of_numbers({1, 1, 2, 3, 4, 5, 6, 7}));
    store->part_rows = 2;
    FakeSession session(store);
    Workers workers(session, 3);
    DuplicateRequest request = by({0});
    request.parts = session.split(key_scan(store->tables[0].schema, request));
    CHECK(scan_one(workers, store->tables[0].schema, request).groups.size() == 1);
    CHECK(store->scanned.size() == 6);
    CHECK(session.cost().rows_read + workers.cost().rows_read == 16);
}

TEST_CASE("groups that are not shown are compared as well, unless their keys are long") {
    std::vector<std::string> texts;
    for (int group = 0; group < 20; ++group) {
        texts.insert(texts.end(), 2,
                     std::string(group < 5 ? 600 : 6, static_cast<char>('a' + group)));
    }
    texts.insert(texts.end(), 3, std::string(2'000, 'z'));
    const auto found = duplicates_of(one_column(texts), NullPolicy::equal, 1);
    CHECK(found.counts.duplicated_keys == 21);
    CHECK(found.groups.size() == 1);
    CHECK(found.verified_groups == 16); // 15 short ones, and the one that is shown
}

TEST_CASE("of values that are equal but look different, the same one is shown in any order") {
    const auto key_of = [](Rows rows) {
        auto store = store_of({column_spec("n", ColumnType::decimal)}, std::move(rows));
        FakeSession session(store);
        Workers workers(session, 1);
        const auto found = scan_one(workers, store->tables[0].schema, by({0}));
        REQUIRE(found.groups.size() == 1);
        return display(found.groups[0].key.at(0));
    };
    const Value longer = text_value("1.10", ColumnType::decimal);
    const Value shorter = text_value("1.1", ColumnType::decimal);
    CHECK(key_of({{longer}, {shorter}}) == "1.1");
    CHECK(key_of({{shorter}, {longer}}) == "1.1");
    const Value real = real_value(1.0, ColumnType::decimal);
    const Value integer = integer_value(1, ColumnType::decimal);
    CHECK(key_of({{real}, {integer}, {real}}) == key_of({{integer}, {real}}));
    CHECK(key_of({{real_value(-0.0, ColumnType::decimal)},
                  {real_value(0.0, ColumnType::decimal)}}) == "0");
}

TEST_CASE("counting ends when the run does") {
    Cancellation cancellation;
    cancellation.request(SIGINT);
    auto store = store_of({column_spec("n", ColumnType::other)}, rows_of_numbers({1, 1}));
    FakeSession session(store);
    Workers workers(session, 2);
    DuplicateRequest request = by({0});
    request.cancellation = &cancellation;
    CHECK_THROWS_AS(scan_duplicates(workers, store->tables[0].schema, request), Error);
}
