// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/contact.hpp"
#include "assay/match/fold.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace assay;

TEST_CASE("each fold forgets one difference") {
    CHECK(folded("STRAßE Ünal", {Fold::letter_case}) == "strasse ünal");
    CHECK(folded(" \t a  b\n", {Fold::trim}) == "a  b");
    CHECK(folded("a \t\u00A0 b", {Fold::space}) == "a b");
    CHECK(folded("ﬁn Ⅳ ｆ", {Fold::nfkc}) == "fin IV f");
    CHECK(folded("e\u0301", {Fold::nfkc}) == "é");
    CHECK(folded("O'Neill-Smith, Jr.", {Fold::punct}) == "O Neill Smith Jr");
    CHECK(folded("Café Zoë Łódź", {Fold::accents}) == "Cafe Zoe Łodz");
    CHECK(folded("No. 12-34", {Fold::digits}) == "1234");
    CHECK(folded("unknown", {Fold::digits}) == "unknown");
    CHECK(folded("Ann@Example.COM", {Fold::email}) == "ann@example.com");
    CHECK(folded("(310) 246-1501", {Fold::phone}) == "3102461501");
}

TEST_CASE("addresses and numbers that are one in other forms") {
    CHECK(folded_email("J.Doe+news@GoogleMail.com") == "jdoe@gmail.com");
    CHECK(folded_email("j.doe+news@example.com") == "j.doe+news@example.com");
    CHECK(folded_email("+@gmail.com") == "+@gmail.com");
    CHECK(folded_email("Not an @ddress") == "Not an @ddress");
    CHECK(folded_email("a@@b.c") == "a@@b.c");
    CHECK(folded_phone("+1 310-246-1501") == "3102461501");
    CHECK(folded_phone("0049 30/1234567") == "49301234567");
    CHECK(folded_phone("+49 30 1234567") == "49301234567");
    CHECK(folded_phone("call 310-246-1501") == "call 310-246-1501");
    CHECK(folded_phone("12-34") == "12-34");
    CHECK(folded_phone("") == "");
}

TEST_CASE("folding leaves something of every text that said something") {
    CHECK(folded("---", {Fold::punct}) == "---");
    CHECK(folded(" - ", {Fold::punct, Fold::trim}) == " - ");
    CHECK(folded("\u0301", {Fold::accents}) == "\u0301");
    CHECK(folded("   ", {Fold::trim}).empty());
    CHECK(folded("", all_folds()).empty());
}

TEST_CASE("bytes that are no UTF-8 stay where they are") {
    CHECK(folded("A\xff"
                 "B\xc3",
                 {Fold::letter_case}) == "a\xff"
                                         "b\xc3");
    CHECK(folded("É\xed\xa0\x80", {Fold::letter_case, Fold::accents}) == "e\xed\xa0\x80");
    CHECK(folded("عمر  \u202Eأحمد", {Fold::space}) == "عمر \u202Eأحمد");
    CHECK(folded("A 👩‍👩‍👧 B", {Fold::letter_case}) == "a 👩‍👩‍👧 b");
}

TEST_CASE("fold names go both ways") {
    for (const Fold fold : all_folds()) {
        CHECK(parse_fold(to_string(fold)) == fold);
    }
    CHECK_FALSE(parse_fold("Case").has_value());
}

TEST_CASE("folding does not depend on how it is asked for") {
    rc::prop("the order of folds and a second time change nothing", [](const std::string& bytes) {
        auto folds = *rc::gen::container<std::vector<Fold>>(rc::gen::elementOf(all_folds()));
        const std::string once = folded(bytes, folds);
        std::reverse(folds.begin(), folds.end());
        RC_ASSERT(folded(bytes, folds) == once);
        if (!once.empty() && folds.size() == 1) {
            RC_ASSERT(folded(once, folds) == once);
        }
    });
}
