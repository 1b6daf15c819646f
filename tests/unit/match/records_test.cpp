// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/match/blocking.hpp"
#include "assay/match/comparer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

Records records_of(const Rows& rows, std::size_t width) {
    NearMemory memory(ample_bytes, "/tmp");
    return make_records(columns(rows, width), rows.size(), RowNumbers::leave_out, memory);
}

struct Found {
    std::vector<Candidate> pairs; ///< sorted
    std::vector<BlockingPass> passes;
};

Found candidates_of(const Records& records, unsigned threads) {
    NearMemory memory(ample_bytes, "/tmp");
    Candidates candidates(ample_bytes, memory.file(), {});
    Found found;
    found.passes = add_candidates(records, {threads, [] {}}, memory, candidates).passes;
    candidates.for_sorted([&](const Candidate& pair) {
        if (found.pairs.empty() || found.pairs.back() != pair) {
            found.pairs.push_back(pair);
        }
    });
    CHECK(memory.held() == 0);
    return found;
}

std::string why_left_out(const Records& records, const std::string& name) {
    for (const auto& left : records.left_out) {
        if (left.name == name) {
            return left.why;
        }
    }
    return "";
}

} // namespace

TEST_CASE("rows that agree once folded are one record") {
    const auto records =
        records_of({{"Ann  Lee", "1"}, {"ann lee", "1"}, {"ANN LEE ", "2"}, {"bo", "1"}}, 2);
    CHECK(records.size == 3);
    CHECK(records.of_row[0] == records.of_row[1]);
    CHECK(records.of_row[0] != records.of_row[2]);
    CHECK(records.weight[records.of_row[0]] == 2);
}

TEST_CASE("columns that tell nothing are left out, with the reason") {
    const auto records = records_of({{"R-1", "x", "", "310-555-1234", "7"},
                                     {"R-2", "x", "", "310-555-9876", "8"},
                                     {"R-3", "x", "", "212-555-0000", "9"}},
                                    5);
    CHECK(why_left_out(records, "c0") == "it numbers the rows");
    CHECK(why_left_out(records, "c1") == "all its values are the same");
    CHECK(why_left_out(records, "c2") == "it has no value");
    CHECK(why_left_out(records, "c4") == "it numbers the rows");
    REQUIRE(records.fields.size() == 1);
    CHECK(records.fields[0].name == "c3");
    CHECK(records.fields[0].kind == FieldKind::code);
}

TEST_CASE("a unique text of words with a number in it does not only number the rows") {
    const std::vector<std::string> seasons{"spring", "summer", "autumn"};
    Rows rows;
    for (std::uint32_t n = 0; n < 30; ++n) {
        rows.push_back({"Report " + std::to_string(n) + " of " + seasons[n % 3],
                        std::to_string(n) + " " + made_up_name(n) + " street",
                        made_up_name(n) + std::to_string(n), "INV-" + std::to_string(1000 + 7 * n),
                        "Item " + std::to_string(n), seasons[n % 3]});
    }
    const auto records = records_of(rows, 6);
    for (const char* column : {"c0", "c1", "c2", "c5"}) {
        CAPTURE(column);
        CHECK(why_left_out(records, column).empty());
    }
    CHECK(why_left_out(records, "c3") == "it numbers the rows");
    CHECK(why_left_out(records, "c4") == "it numbers the rows");
}

TEST_CASE("a field is compared in the way that its values want") {
    const auto records = records_of(
        {{"ann", "19900131", "the quick brown fox jumps over the lazy dog", "-1.5"},
         {"bo", "1990-02-28", "a long sentence that goes on for more than a few words", "2"},
         {"ann", "1991/03/01", "yet another one of these sentences of many words here", "-15"}},
        4);
    REQUIRE(records.fields.size() == 4);
    CHECK(records.fields[0].kind == FieldKind::short_text);
    CHECK(records.fields[1].kind == FieldKind::code);
    CHECK(records.fields[2].kind == FieldKind::long_text);
    CHECK(records.fields[3].kind == FieldKind::code);
    CHECK(records.fields[3].values.size() == 4); // the sign and the point count
}

TEST_CASE("a date, a number or an address with a typing error stays near the right one") {
    const auto records =
        records_of({{"1958-07-02", "1049.95", "+49 (30) 555-1234", "b.lee@web.org"},
                    {"1958-07-s02", "1049.9x", "+49 (30) 55b-1234", "b.leeweb.org"},
                    {"1986-12-15", "-12.50", "+49 (89) 444-9876", "kim@mail.net"},
                    {"1944-04-25", "7", "+49 (40) 333-4321", "a.poe@web.org"},
                    {"2006-09-25", "19.90", "+49 (69) 222-8765", "jo@post.com"}},
                   4);
    REQUIRE(records.fields.size() == 4);
    const Agreement agreement = Comparer(records).compare({records.of_row[0], records.of_row[1]});
    for (std::size_t field = 0; field < 4; ++field) {
        CAPTURE(field);
        CHECK(level_in(agreement, field) == 1);
    }
}

TEST_CASE("the records do not depend on the order of rows") {
    Rows rows = people(200);
    const auto records = records_of(rows, 5);
    std::reverse(rows.begin(), rows.end());
    const auto reversed = records_of(rows, 5);
    REQUIRE(records.size == reversed.size);
    for (std::size_t row = 0; row < rows.size(); ++row) {
        CHECK(records.of_row[row] == reversed.of_row[rows.size() - 1 - row]);
    }
}

TEST_CASE("of very long texts the end counts only for equality") {
    const std::string long_text(10'000'000, 'a');
    TextColumn column("c");
    CHECK(column.add(long_text) == 1);
    CHECK(column.add(long_text + "b") == 2);
    CHECK(column.add(long_text) == 1);
    CHECK(column.texts()[0].size() < 3000);
}

TEST_CASE("blocks and candidates stay bounded whatever the data") {
    Rows rows;
    for (std::uint32_t n = 0; n < 3000; ++n) {
        rows.push_back({"the same words in every row", made_up_name(n % 5), std::to_string(n % 2)});
        rows.back()[0] += n % 3 == 0 ? " " + std::to_string(n) : "";
    }
    const auto records = records_of(rows, 3);
    const auto candidates = candidates_of(records, 2);
    CHECK(candidates.pairs.size() <= records.size * most_per_record);
    for (const auto& pass : candidates.passes) {
        CHECK(pass.largest <= static_cast<std::int64_t>(most_in_block));
    }
}

TEST_CASE("candidates hold nearly every pair that belongs together, for any number of threads") {
    const Rows rows = people(800);
    const auto records = records_of(rows, 5);
    const auto candidates = candidates_of(records, 1);
    CHECK(candidates.pairs == candidates_of(records, 3).pairs);
    const std::set<Candidate> found(candidates.pairs.begin(), candidates.pairs.end());
    std::size_t missed = 0;
    for (std::size_t n = 0; n < 200; ++n) {
        const std::uint32_t a = records.of_row[4 * n];
        const std::uint32_t b = records.of_row[800 + n];
        missed += a != b && found.count({std::min(a, b), std::max(a, b)}) == 0 ? 1U : 0U;
    }
    CHECK(missed == 0);
}
