// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "quality.hpp"

#include "assay/match/gram_weights.hpp"
#include "assay/match/near_duplicates.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

/// A title of eight made-up words.
std::string title(std::uint32_t n) {
    std::string text;
    for (std::uint32_t word = 0; word < 8; ++word) {
        text += (word == 0 ? "" : " ") + made_up_name(10 * n + word);
    }
    return text;
}

/// 400 titles; the last 40 repeat some of the others with one letter changed and a word less.
Rows titles() {
    Rows rows;
    for (std::uint32_t n = 0; n < 360; ++n) {
        rows.push_back({title(n)});
    }
    for (std::uint32_t n = 0; n < 40; ++n) {
        std::string text = title(9 * n);
        text[3] = 'x';
        rows.push_back({text.substr(0, text.rfind(' '))});
    }
    return rows;
}

} // namespace

TEST_CASE("long texts that stand alone are compared as a whole") {
    const Rows rows = titles();
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 1), rows.size(), RowNumbers::leave_out, memory);
    REQUIRE(records.fields.size() == 1);
    CHECK(records.fields[0].kind == FieldKind::whole_text);
    REQUIRE(records.compared.size() == 1);
    CHECK(records.compared[0].name == "c0");
    const auto result = find_near_duplicates(records, default_probability_in_table, {}, memory);
    CHECK(result.groups.size() == 40);
    for (std::uint32_t n = 0; n < 40; ++n) {
        const std::uint32_t a = records.of_row[9 * n];
        const std::uint32_t b = records.of_row[360 + n];
        CHECK(std::any_of(result.groups.begin(), result.groups.end(), [&](const auto& group) {
            return group.records == std::vector<std::uint32_t>{std::min(a, b), std::max(a, b)};
        }));
    }
}

namespace {

/// Texts of so many of 500 words, of which the last five repeat the first ones but for a letter.
Rows texts_of_few_words(std::uint32_t words) {
    Rows rows;
    for (std::uint32_t n = 0; n < 150; ++n) {
        std::string text;
        for (std::uint32_t word = 0; word < words; ++word) {
            text += made_up_name(number(words * n + word) % 500) + " ";
        }
        rows.push_back({text});
    }
    for (std::uint32_t n = 0; n < 5; ++n) {
        rows.push_back({"x" + rows[n][0]});
    }
    return rows;
}

NearResult near(const Rows& rows) {
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 1), rows.size(), RowNumbers::leave_out, memory);
    REQUIRE(records.fields[0].kind == FieldKind::whole_text);
    return find_near_duplicates(records, default_probability_in_table, {}, memory);
}

} // namespace

TEST_CASE("long texts that share half of their letters by chance are told apart") {
    const auto result = near(texts_of_few_words(40));
    CHECK(result.groups.size() == 5);
    CHECK(result.pairs == 5);
}

TEST_CASE("long texts that share nearly all of their letters by chance are not told as one") {
    CHECK(near(texts_of_few_words(200)).pairs <= 5);
}

TEST_CASE("rare 3-grams count for more") {
    Rows rows;
    for (std::uint32_t n = 0; n < 100; ++n) {
        rows.push_back({"the same long beginning of every one of these texts " + made_up_name(n)});
    }
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 1), rows.size(), RowNumbers::leave_out, memory);
    REQUIRE(records.fields[0].kind == FieldKind::whole_text);
    const GramWeights grams(records.fields[0]);
    CHECK(grams.similarity(1, 1) == Approx(1));
    CHECK(grams.similarity(1, 60) < .7);
    CHECK(grams.similarity(1, 60) == grams.similarity(60, 1));
}

TEST_CASE("of few long texts equal ones are at least as probable as nearly equal ones") {
    const std::string text(3000, 'a');
    const Rows rows{{text}, {text}, {text + "b"}, {text + "c"}};
    NearMemory memory(ample_bytes, "/tmp");
    const Records records =
        make_records(columns(rows, 1), rows.size(), RowNumbers::leave_out, memory);
    const auto result = find_near_duplicates(records, 0, {}, memory, 10);
    REQUIRE(result.groups.size() == 1);
    double of_equal = 0;
    double of_others = 0;
    for (const auto& pair : result.groups[0].pairs) {
        (pair.records.left == pair.records.right ? of_equal : of_others) = std::max(
            pair.records.left == pair.records.right ? of_equal : of_others, pair.probability);
    }
    CHECK(of_equal > 0);
    CHECK(of_equal >= of_others);
}

TEST_CASE("titles in which a common word is replaced are of another thing") {
    static const std::vector<std::string> colours{"red", "blue", "green", "black", "white"};
    Known known;
    for (std::uint32_t n = 0; n < 600; ++n) {
        const std::uint32_t model = n / 3;
        known.add({made_up_name(number(model) % 40 + 2000) + " " + made_up_name(model + 3000) +
                   " " + made_up_name(number(model + 1) % 60 + 4000) + " shirt of cotton in " +
                   colours[(model + n) % 5]},
                  n);
    }
    for (std::uint32_t n = 0; n < 600; n += 8) {
        std::string text = known.rows[n][0];
        if (n % 3 != 0) {
            text.insert(number(n) % 20, 1, static_cast<char>('a' + number(n + 1) % 26));
        }
        known.add({text}, n);
    }
    const Quality quality = quality_of(known);
    CAPTURE(quality.precision(), quality.recall(), quality.predicted);
    CHECK(quality.precision() >= .95);
    CHECK(quality.recall() >= .9);
    CHECK(std::abs(quality.predicted - quality.precision()) <= .03);
}

TEST_CASE("an abbreviation does not replace its word") {
    static const std::vector<std::string> sorts{"cafe", "grill", "house"};
    Known known;
    for (std::uint32_t n = 0; n < 800; ++n) {
        known.add({made_up_name(n) + made_up_name(n + 1) + " " + sorts[n % 3],
                   std::to_string(1 + number(n) % 200) + " " + made_up_name(n % 200 + 3000) +
                       (n % 2 == 0 ? " street" : " boulevard")},
                  n);
    }
    for (std::uint32_t n = 0; n < 800; n += 7) {
        auto row = known.rows[n];
        row[1].replace(row[1].rfind(' '), std::string::npos, n % 2 == 0 ? " st" : " blvd");
        known.add(std::move(row), n);
    }
    const Quality quality = quality_of(known);
    CAPTURE(quality.precision(), quality.recall(), quality.predicted);
    CHECK(quality.precision() >= .98);
    CHECK(quality.recall() >= .9);
}
