// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/group_comparison.hpp"

#include <catch2/catch.hpp>

#include <cstdint>

using namespace assay;

namespace {

/// Rows of a text, a number and a time; nullopt: no time.
struct Row {
    std::string text;
    std::int64_t number = 0;
    std::optional<Micros> at;
};

RowBatch batch_of(const std::vector<Row>& rows) {
    RowBatch batch;
    batch.columns = {Column(ColumnType::text), Column(ColumnType::integer),
                     Column(ColumnType::timestamp)};
    for (const Row& row : rows) {
        batch.columns[0].append_text(row.text);
        batch.columns[1].append_integer(row.number);
        if (row.at) {
            batch.columns[2].append_integer(*row.at);
        } else {
            batch.columns[2].append_null();
        }
        ++batch.row_count;
    }
    return batch;
}

GroupComparison compared(const std::vector<Row>& rows) {
    GroupComparison comparison;
    const RowBatch batch = batch_of(rows);
    for (std::size_t row = 0; row < batch.row_count; ++row) {
        comparison.add({{0, 1, 2}, 2}, batch, row);
    }
    return comparison;
}

using Columns = std::vector<std::size_t>;

} // namespace

TEST_CASE("the columns of a group that hold several values are told in their order") {
    CHECK(compared({{"a", 1, 5}}).differing().empty());
    CHECK(compared({{"a", 1, 5}, {"a", 1, 5}}).differing().empty());
    CHECK(compared({{"a", 1, 5}, {"a", 2, 5}, {"b", 1, 5}}).differing() == Columns{0, 1});
    CHECK(compared({{"a", 1, 5}, {"a", 1, std::nullopt}}).differing() == Columns{2});
}

TEST_CASE("the first and the last time of a group are told where all rows have one") {
    const auto times = compared({{"a", 1, 7}, {"a", 1, 5}, {"a", 1, 6}}).times();
    REQUIRE(times);
    CHECK(times->first.integer == 5);
    CHECK(times->second.integer == 7);
    CHECK_FALSE(compared({{"a", 1, 7}, {"a", 1, std::nullopt}}).times());
    CHECK_FALSE(GroupComparison().times());
}

TEST_CASE("a group whose rows several readers saw is what one of them would have seen") {
    const std::vector<Row> rows{{"a", 1, 7}, {"a", 1, 5}, {"a", 2, 6}, {"a", 2, 9}, {"a", 2, 6}};
    const GroupComparison whole = compared(rows);
    for (std::size_t cut = 0; cut <= rows.size(); ++cut) {
        const auto middle = rows.begin() + static_cast<std::ptrdiff_t>(cut);
        GroupComparison merged = compared({rows.begin(), middle});
        merged.merge(compared({middle, rows.end()}));
        CHECK(merged.rows() == whole.rows());
        CHECK(merged.differing() == whole.differing());
        CHECK(merged.times() == whole.times());
    }
}
