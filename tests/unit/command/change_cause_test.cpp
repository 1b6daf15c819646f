// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/change_cause.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace assay;

namespace {

Value integer(std::int64_t number, ColumnType type = ColumnType::integer) {
    Value value;
    value.type = type;
    value.kind = CellKind::integer;
    value.integer = number;
    return value;
}

Value real(double number) {
    Value value;
    value.type = ColumnType::real;
    value.kind = CellKind::real;
    value.real = number;
    return value;
}

Value text(const std::string& bytes, ColumnType type = ColumnType::text) {
    Value value;
    value.type = type;
    value.kind = CellKind::text;
    value.bytes = bytes;
    return value;
}

using Cells = std::vector<std::pair<Value, Value>>;

std::string cause_of(const Cells& cells) {
    ColumnChanges changes;
    for (const auto& [a, b] : cells) {
        changes.add(a, b);
    }
    const auto cause = changes.likely_cause();
    return cause ? words_of(*cause) : "";
}

/// Every text of A, as B has it.
std::string cause_of_texts(const std::vector<std::pair<std::string, std::string>>& texts) {
    Cells cells;
    for (const auto& [a, b] : texts) {
        cells.emplace_back(text(a), text(b));
    }
    return cause_of(cells);
}

} // namespace

TEST_CASE("numbers that changed by a factor, their sign or their decimals are told so") {
    CHECK(cause_of({{integer(1), integer(100)},
                    {real(2.5), real(250)},
                    {text("-3.14", ColumnType::decimal), integer(-314)}}) == "B is 100 times A");
    // SQLite keeps the whole ones of a decimal column as integers.
    CHECK(cause_of({{integer(1, ColumnType::decimal), integer(100, ColumnType::decimal)},
                    {integer(2, ColumnType::decimal), integer(200, ColumnType::decimal)},
                    {integer(3, ColumnType::decimal), integer(300, ColumnType::decimal)}}) ==
          "B is 100 times A");
    CHECK(cause_of(
              {{integer(3000), real(3)}, {integer(1500), real(1.5)}, {integer(1), real(.001)}}) ==
          "A is 1,000 times B");
    CHECK(cause_of({{integer(1), integer(-1)}, {integer(7), integer(-7)}, {real(.5), real(-.5)}}) ==
          "the sign is the other one");
    CHECK(
        cause_of({{real(1.234), real(1.23)}, {real(2.719), real(2.72)}, {real(9.999), real(10)}}) ==
        "B is rounded to 2 decimals");
    CHECK(cause_of({{real(1), real(1.7)}, {real(2), real(1.9)}, {real(4), real(4.2)}}) ==
          "A is rounded to whole numbers");
    CHECK(cause_of({{integer(1), integer(2)}, {integer(3), integer(5)}, {integer(7), integer(9)}})
              .empty());
}

TEST_CASE("times that are shifted or cut are told so") {
    const auto at = [](Micros micros) { return integer(micros, ColumnType::timestamp); };
    const Micros hour = 3600 * micros_per_second;
    CHECK(cause_of({{at(0), at(2 * hour)}, {at(hour), at(3 * hour)}, {at(-hour), at(hour)}}) ==
          "B is 2 h later than A");
    CHECK(cause_of({{text("2024-01-01 10:00:00"), at(0)}, {at(7), at(1)}, {at(9), at(2)}}).empty());
    CHECK(cause_of({{text("2024-01-01 10:00:00.5"), text("2024-01-01 10:00:00")},
                    {text("2024-01-01 10:00:07.1"), text("2024-01-01 10:00:07")},
                    {at(1), at(0)}}) == "B is cut to seconds");
    CHECK(cause_of({{at(-hour), at(-24 * hour)}, {at(hour), at(0)}, {at(5), at(0)}}) ==
          "B is cut to days");
}

TEST_CASE("texts that are cut, trimmed, folded or NULL are told so") {
    CHECK(cause_of_texts({{"abcdef", "abcd"},
                          {"\xC3\xA4"
                           "bcde",
                           "\xC3\xA4"
                           "bcd"},
                          {"12345", "1234"}}) == "B is cut to 4 characters");
    CHECK(cause_of_texts({{"abc", "abcd"}, {"xyz", "xyz1"}, {"123", "123456"}}) ==
          "A is cut to 3 characters");
    CHECK(cause_of_texts({{" a", "a"}, {"b ", "b"}, {"c", "c  "}}) ==
          "only blanks at the ends differ");
    CHECK(cause_of_texts({{"A", "a"}, {"bC", "Bc"}, {"\xC3\x84", "\xC3\xA4"}}) ==
          "only upper and lower case differ");
    CHECK(cause_of_texts(
              {{"\xC3\xA4", "a\xCC\x88"}, {"\xC3\xB6", "o\xCC\x88"}, {"\xC3\xBC", "u\xCC\x88"}}) ==
          "only the Unicode form differs");
    CHECK(cause_of_texts({{"\xC3\xA4", "a"}, {"\xC3\xB6", "o"}, {"\xC3\xBC", "U"}}) ==
          "only accents and case differ, as between collations");
    CHECK(cause_of({{text("a"), Value{}}, {integer(1), Value{}}, {text("b"), Value{}}}) ==
          "B has NULL");
    CHECK(cause_of({{text(""), Value{}}, {Value{}, text("")}, {text(""), Value{}}}) ==
          "NULL is the empty text on the other side");
}

TEST_CASE("a few cells, or cells with different causes, have no likely one") {
    CHECK(cause_of({}).empty());
    CHECK(cause_of_texts({{"A", "a"}, {"B", "b"}}).empty());
    CHECK(cause_of_texts({{"A", "a"}, {"B", "b"}, {"c", "x"}}).empty());
    CHECK(cause_of({{integer(1), text("x")}, {integer(2), text("y")}, {integer(3), text("z")}})
              .empty());
}
