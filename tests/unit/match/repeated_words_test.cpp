// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "quality.hpp"

using namespace assay;
using namespace assay::test;

namespace {

std::string given_name(std::uint32_t n) { return made_up_name(number(n + 1) % 20); }
std::string surname(std::uint32_t n) { return made_up_name(number(n + 2) % 30 + 1000); }

/// Half of the persons have a telephone.
std::string phone(std::uint32_t n) {
    return n % 2 == 0 ? "" : std::to_string(1'000'000'000 + number(n + 9));
}

/// Of 600 names, so that many persons share theirs; the address of each follows from it but for a
/// number.
Known with_addresses(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        known.add({given_name(n), surname(n),
                   given_name(n) + "." + surname(n) + std::to_string(n) + "@example.org", phone(n)},
                  n);
    }
    return known;
}

/// The login is the first letter of the given name with the surname, and a number.
Known with_logins(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        known.add({given_name(n), surname(n),
                   given_name(n).substr(0, 1) + surname(n) + std::to_string(number(n + 3) % 997),
                   made_up_name(number(n + 4) % 30 + 5000), phone(n)},
                  n);
    }
    return known;
}

Known with_full_names(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        known.add({given_name(n), surname(n), surname(n) + ", " + given_name(n),
                   std::to_string(19'300'101 + number(n + 7) % 799'999), phone(n)},
                  n);
    }
    return known;
}

/// Three each share a surname and a telephone; their addresses differ in the given name and a
/// number.
Known households(std::uint32_t count) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t house = n / 3;
        known.add({made_up_name(number(n + 1) % 90),
                   std::to_string(1'000'000'000 + number(house + 9)),
                   made_up_name(number(n + 1) % 90) + "." + surname(house) +
                       std::to_string(number(n + 4) % 100) + "@example.org"},
                  n);
    }
    return known;
}

/// Every fifth row once more, one in three with two letters changed round in one column.
void enter_again(Known& known) {
    const auto count = static_cast<std::uint32_t>(known.rows.size());
    for (std::uint32_t n = 0; n < count; n += 5) {
        auto row = known.rows[n];
        auto& text = row[number(n) % row.size()];
        if (n % 3 == 0 && text.size() > 3) {
            std::swap(text[1], text[2]);
        }
        known.add(std::move(row), n);
    }
}

void require_prediction(Known known) {
    CHECK(quality_of(known).told == 0);
    enter_again(known);
    const Quality quality = quality_of(known);
    CAPTURE(quality.precision(), quality.predicted, quality.recall());
    CHECK(std::abs(quality.predicted - quality.precision()) <= .03);
    CHECK(quality.precision() >= .95);
    CHECK(quality.recall() >= .9);
}

} // namespace

TEST_CASE("an address that follows from the names is no evidence beside them") {
    require_prediction(with_addresses(800));
    require_prediction(with_addresses(2000));
}

TEST_CASE("a login that follows from the names is no evidence beside them") {
    require_prediction(with_logins(1000));
}

TEST_CASE("a full name is no evidence beside its parts") {
    require_prediction(with_full_names(1000));
}

TEST_CASE("addresses that agree but for the names are no sign that a household is one person") {
    require_prediction(households(1500));
}

TEST_CASE("where names are missing in one row, those of the other are taken out of its address") {
    Known known = with_addresses(1000);
    enter_again(known);
    for (std::uint32_t n = 0; n < known.rows.size(); n += 7) {
        known.rows[n][n % 2].clear();
    }
    const Quality quality = quality_of(known);
    CHECK(std::abs(quality.predicted - quality.precision()) <= .03);
    CHECK(quality.recall() >= .9);
}

TEST_CASE("what is left of a value has no words of other columns, nor such with an error") {
    Rows rows;
    for (std::uint32_t n = 0; n < 40; ++n) {
        rows.push_back({made_up_name(n), made_up_name(n) + "." + std::to_string(n) + "@example.org",
                        made_up_name(n + 100)});
    }
    rows[3][0].insert(2, "x");
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 3), rows.size(), RowNumbers::leave_out, memory);
    REQUIRE(records.repeating == std::vector<std::size_t>{1});
    const auto left_of_row = [&](std::size_t row) {
        const Field& field = records.telling(1);
        return field.values[field.of_record[records.of_row[row]]];
    };
    CHECK(left_of_row(2) == U"2@example.org");
    CHECK(left_of_row(3) == U"3@example.org");
}
