// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "places.hpp"
#include "random_table.hpp"
#include "sql_words.hpp"

#include <catch2/catch.hpp>
#include <fmt/ranges.h>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <limits>

namespace assay::test {
namespace {

/// The numbers of a key as GROUP BY has them.
DuplicateCounts count_by_sql(PlainSql& plain, const TableSchema& table, const DuplicateKey& key) {
    std::vector<std::string> columns;
    std::vector<std::string> nulls;
    for (const std::size_t ordinal : key.columns) {
        const SqlWords words(plain.kind(), table.columns[ordinal]);
        columns.push_back(words.identity());
        nulls.push_back(words.name() + " IS NULL");
    }
    const auto groups = plain.rows(
        fmt::format("SELECT count(*), max(CASE WHEN {} THEN 1 ELSE 0 END) FROM t GROUP BY {}",
                    fmt::join(nulls, " OR "), fmt::join(columns, ", ")));
    DuplicateCounts counts;
    for (const auto& group : groups) {
        const std::int64_t rows = std::stoll(group.at(0).value());
        const bool has_null = group.at(1).value() == "1";
        counts.null_key_rows += has_null ? rows : 0;
        if (has_null && key.nulls == NullPolicy::skip) {
            continue;
        }
        counts.rows += rows;
        if (has_null && key.nulls == NullPolicy::distinct) {
            counts.largest_group = std::max<std::int64_t>(counts.largest_group, 1);
            continue;
        }
        ++counts.distinct_keys;
        counts.surplus_rows += rows - 1;
        counts.largest_group = std::max(counts.largest_group, rows);
        if (rows > 1) {
            ++counts.duplicated_keys;
            counts.sizes.add(rows);
        }
    }
    return counts;
}

std::vector<std::int64_t> numbers_of(const DuplicateCounts& counts) {
    std::vector<std::int64_t> numbers{
        counts.rows,         counts.distinct_keys, counts.duplicated_keys,
        counts.surplus_rows, counts.largest_group, counts.null_key_rows};
    for (const auto& range : counts.sizes.ranges()) {
        numbers.insert(numbers.end(), {range.least, range.groups});
    }
    return numbers;
}

std::vector<std::string> shown_key(const DuplicateRows& group) {
    std::vector<std::string> texts;
    for (const Value& value : group.key) {
        texts.push_back(display(value));
    }
    return texts;
}

/// Groups to show, and their first rows, however they were found again.
void check_same_groups(const std::vector<Duplicates>& found, const std::vector<Duplicates>& scanned,
                       std::size_t limit) {
    RC_ASSERT(scanned.size() == found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const std::size_t shown = std::min(limit, found[i].groups.size());
        RC_ASSERT(scanned[i].groups.size() == shown);
        for (std::size_t k = 0; k < shown; ++k) {
            const DuplicateRows& group = scanned[i].groups[k];
            RC_ASSERT(shown_key(group) == shown_key(found[i].groups[k])); // NaN is not equal to NaN
            RC_ASSERT(group.rows == found[i].groups[k].rows);
            RC_ASSERT(group.first.empty() ||
                      group.first[0].place == found[i].groups[k].first[0].place);
        }
    }
}

/// One or two columns of a table, in any order.
DuplicateKey a_key(std::size_t columns) {
    DuplicateKey key;
    key.columns.push_back(*rc::gen::inRange<std::size_t>(0, columns));
    const auto other = *rc::gen::inRange<std::size_t>(0, columns);
    if (other != key.columns.front()) {
        key.columns.push_back(other);
    }
    key.nulls = *rc::gen::element(NullPolicy::distinct, NullPolicy::equal, NullPolicy::skip);
    return key;
}

void check_keys_of_a_random_table(Place& place, StoreKind kind) {
    const std::string sql = sql_of(a_random_table(kind));
    RC_LOG() << sql;
    place.make(sql);
    Subject subject = place.open();
    const auto plain = place.plain();
    const std::size_t columns = subject.table().columns.size();
    const auto placed = PlacedTable::of(kind, subject.table());
    DuplicateRequest request;
    for (auto keys = *rc::gen::inRange(1, 4); keys > 0; --keys) {
        request.keys.push_back(a_key(columns));
    }
    request.memory = *rc::gen::element(std::size_t{64} << 10U, std::size_t{256} << 20U);
    request.places.table = placed ? &*placed : nullptr;
    request.places.rows_of_a_group = *rc::gen::element<std::size_t>(1, 3, 1'000);
    request.parts = *rc::gen::arbitrary<bool>() ? place.parts(subject) : std::vector<ScanPart>{};
    const auto found = subject.duplicates(*rc::gen::inRange(1U, 4U), request);
    RC_ASSERT(found.size() == request.keys.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto expected = count_by_sql(*plain, subject.table(), request.keys[i]);
        RC_LOG() << fmt::format("key {}\n", fmt::join(request.keys[i].columns, ","));
        RC_ASSERT(numbers_of(found[i].counts) == numbers_of(expected));
        for (const auto& group : found[i].groups) {
            const std::size_t kept =
                std::min(static_cast<std::size_t>(group.rows), request.places.rows_of_a_group);
            RC_ASSERT(!placed || group.first.size() == kept);
        }
    }
    request.places.rows = 0; // then the table is scanned once more to compare keys
    request.places.one_in = std::numeric_limits<std::int64_t>::max();
    check_same_groups(found, subject.duplicates(*rc::gen::inRange(1U, 4U), request), request.limit);
}

} // namespace

TEST_CASE("duplicates by any keys of a random table are those of GROUP BY on SQLite") {
    SqlitePlace place;
    rc::prop("for any types, values, policies, memory, workers and parts",
             [&place] { check_keys_of_a_random_table(place, StoreKind::sqlite); });
}

TEST_CASE("duplicates by any keys of a random table are those of GROUP BY on Postgres",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresPlace place;
    rc::prop("for any types, values, policies, memory, workers and parts",
             [&place] { check_keys_of_a_random_table(place, StoreKind::postgresql); });
}

} // namespace assay::test
