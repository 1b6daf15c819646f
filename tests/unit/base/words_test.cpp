// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/fact.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/base/tolerance.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

using namespace assay;

namespace {

using Words = std::vector<std::string>;

Tolerance tolerance(std::string_view text) {
    const auto parsed = parse_tolerance(text);
    INFO("'" << text << "'");
    REQUIRE(parsed.has_value());
    return *parsed;
}

} // namespace

TEST_CASE("the word that was meant is found") {
    const Words tables = {"customers", "invoice_line", "orders", "order_items", "products"};
    CHECK(nearest("ordrs", tables) == Words{"orders"});
    CHECK(nearest("oredrs", tables) == Words{"orders"});
    CHECK(nearest("ORDERS", tables) == Words{"orders"});
    CHECK(nearest("InvoiceLine", tables).front() == "invoice_line");
    CHECK(nearest("custmers", tables) == Words{"customers"});
    CHECK(nearest("prodcut", tables) == Words{"products"});
}

TEST_CASE("no nonsense is suggested") {
    const Words tables = {"customers", "orders", "a", "id", "日本"};
    CHECK(nearest("xyzzy_quux", tables).empty());
    CHECK(nearest("", tables).empty());
    CHECK(nearest("zz", tables).empty());
    CHECK(nearest("b", tables).empty());
    CHECK(nearest("orders", {}).empty());
    CHECK(nearest("____", {"a", "bc"}).empty());
    CHECK(did_you_mean("xyzzy_quux", tables).empty());
}

TEST_CASE("the nearest word comes first, each word once, and not too many of them") {
    CHECK(nearest("order", {"odrer1", "orders", "order"}) == Words{"order", "orders", "odrer1"});
    CHECK(nearest("aaaa", {"aaab", "aaac", "aaad", "aaae"}).size() == 3);
    CHECK(nearest("aaaa", {"aaab", "aaac", "aaad", "aaae"}, 1) == Words{"aaab"});
    CHECK(nearest("users", {"user", "user"}) == Words{"user"});
}

TEST_CASE("a suggestion reads like a question and is safe to print") {
    CHECK(did_you_mean("ordrs", {"orders"}) == "did you mean 'orders'?");
    CHECK(did_you_mean("order", {"orders", "order1"}) == "did you mean 'orders' or 'order1'?");
    CHECK(did_you_mean("ab1", {"ab2", "ab3", "ab4"}) == "did you mean 'ab2', 'ab3' or 'ab4'?");
    CHECK(did_you_mean("orders", {"ord\x1b"
                                  "ers"}) == "did you mean 'ord\\x1bers'?");
}

TEST_CASE("a word of any length and any bytes can be mistyped") {
    CHECK(nearest(std::string(100'000, 'x'), {std::string(100'000, 'x') + "y"}).size() == 1);
    rc::prop("a word is near to itself", [](const std::string& word) {
        RC_PRE(std::any_of(word.begin(), word.end(), [](char c) { return c != '_'; }));
        RC_ASSERT(nearest(word, {word}) == Words{word});
    });
}

TEST_CASE("a tolerance is a number of rows or a share") {
    CHECK(tolerance("0") == Tolerance{});
    CHECK(tolerance("100") == Tolerance{100, std::nullopt});
    CHECK(tolerance(" 7 ").rows == 7);
    CHECK(tolerance("0.5%").fraction == 0.005);
    CHECK(tolerance("5 %").fraction == 0.05);
    CHECK(tolerance("100%").fraction == 1.0);
    CHECK(tolerance("0%").fraction == 0.0);
    for (const auto* bad : {"", "-1", "-0.1%", "100.1%", "nan%", "inf%", "%", "1.5", "5%%", "1e3x",
                            "abc", "5 rows", "9223372036854775808", "0x5", "+5", "5 5"}) {
        INFO("'" << bad << "'");
        CHECK_FALSE(parse_tolerance(bad).has_value());
    }
}

TEST_CASE("a tolerance is shown as it was given") {
    CHECK(display(tolerance("0")) == "<= 0 rows");
    CHECK(display(tolerance("1")) == "<= 1 row");
    CHECK(display(tolerance("100")) == "<= 100 rows");
    CHECK(display(tolerance("0.5%")) == "<= 0.5 %");
    CHECK(display(tolerance("0.7%")) == "<= 0.7 %");
    CHECK(display(tolerance("0.001%")) == "<= 0.001 %");
    CHECK(display(tolerance("33.333%")) == "<= 33.333 %");
    CHECK(display(tolerance("99.999%")) == "<= 99.999 %");
}

TEST_CASE("rows are held against a tolerance exactly") {
    CHECK(within(tolerance("0"), 0, 0));
    CHECK_FALSE(within(tolerance("0"), 1, 100));
    CHECK(within(tolerance("100"), 100, 0));
    CHECK_FALSE(within(tolerance("100"), 101, 1'000'000));
    CHECK(within(tolerance("0.5%"), 5, 1000));
    CHECK_FALSE(within(tolerance("0.5%"), 6, 1000));
    CHECK_FALSE(within(tolerance("0%"), 1, std::numeric_limits<std::int64_t>::max()));
    CHECK(within(tolerance("100%"), std::numeric_limits<std::int64_t>::max(),
                 std::numeric_limits<std::int64_t>::max()));
    CHECK(within(tolerance("0%"), 0, 0));
    rc::prop("a share of tenths of a percent is what school arithmetic says", [] {
        const auto tenths = *rc::gen::inRange<std::int64_t>(0, 1001);
        const auto total = *rc::gen::inRange<std::int64_t>(0, 1'000'000'000);
        const auto most = tenths * total / 1000;
        const auto rows = most + *rc::gen::inRange<std::int64_t>(-1, 2);
        RC_PRE(rows >= 0);
        const auto text = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
        RC_LOG() << rows << " of " << total << " within " << text;
        RC_ASSERT(within(*parse_tolerance(text), rows, total) == (rows * 1000 <= tenths * total));
    });
    rc::prop("rows that are just the share pass", [] {
        const auto tenths = *rc::gen::inRange<std::int64_t>(0, 1001);
        const auto thousands = *rc::gen::inRange<std::int64_t>(1, 1'000'000);
        const auto text = std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
        RC_LOG() << text;
        RC_ASSERT(within(*parse_tolerance(text), tenths * thousands, 1000 * thousands));
        RC_ASSERT(!within(*parse_tolerance(text), tenths * thousands + 1, 1000 * thousands));
    });
}

TEST_CASE("hashes are those of XXH3 with seed 0") {
    // Known answers of the xxHash project, xxhsum -H3 and -H2.
    CHECK(hex64(hash64("")) == "2d06800538d394c2");
    CHECK(hex64(hash64("abc")) == "78af5f94892f3950");
    CHECK(hex64(fingerprint("").high) == "99aa06d3014798d8");
    CHECK(hex64(fingerprint("").low) == "6001c324468d497f");
    CHECK(hex64(fingerprint("abc").high) == "06b05ab6733a6185");
    CHECK(hex64(fingerprint("abc").low) == "78af5f94892f3950");
    CHECK(hex64(0) == "0000000000000000");
    CHECK(hex64(0xABC) == "0000000000000abc");
    CHECK(Fingerprint{1, 9} < Fingerprint{2, 0});
    CHECK(fingerprint("a") != fingerprint("b"));
}

TEST_CASE("facts are found by name and compared by value") {
    const Facts facts{{"rows", 5}, {"name", "x"}, {"rows", 6}, {"none", Fact()}};
    REQUIRE(find_fact(facts, "rows") != nullptr);
    CHECK(*find_fact(facts, "rows") == Fact(std::int64_t{5}));
    CHECK(find_fact(facts, "none")->is_null());
    CHECK(find_fact(facts, "Rows") == nullptr);
    CHECK(find_fact({}, "rows") == nullptr);
    CHECK(Fact("x") == Fact(std::string("x")));
    CHECK_FALSE(Fact(1) == Fact(1.0)); // another JSON value
    CHECK_FALSE(Fact(0) == Fact(false));
    CHECK(Fact(Fact::List{1, "a"}) == Fact(Fact::List{1, "a"}));
}

TEST_CASE("every kind of error has a name of its own") {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::internal); ++kind) {
        names.insert(to_string(static_cast<ErrorKind>(kind)));
    }
    CHECK(names.size() == 13);
    const Error error(ErrorKind::locked, "somebody holds a lock", "try again");
    CHECK(error.kind() == ErrorKind::locked);
    CHECK(error.what() == std::string("somebody holds a lock"));
    CHECK(error.hint() == "try again");
}
