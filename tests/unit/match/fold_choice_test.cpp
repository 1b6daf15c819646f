// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/fold_choice.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace assay;

namespace {

using Texts = std::vector<std::string>;
using Folds = std::vector<Fold>;

const Folds of_email{Fold::letter_case, Fold::trim, Fold::email};
const Folds of_words{Fold::letter_case, Fold::trim, Fold::space, Fold::accents};

Folds chosen(std::string_view name, const Texts& texts, std::size_t others = 0) {
    return choose_folds(name, {texts, others}).folds;
}

} // namespace

TEST_CASE("values say how a column is folded") {
    CHECK(chosen("x", {"ann@x.org", " BEN@y.org", "c@z.de", "d@z.de", "unknown"}) == of_email);
    CHECK(chosen("x", {"+1 310-246-1501", "+49 30 1234567"}) == Folds{Fold::phone});
    CHECK(chosen("x", {"R-0017", "R-0018 "}) == Folds{Fold::trim});
    CHECK(chosen("x", {"00117", "90210"}) == Folds{Fold::trim});
    CHECK(chosen("x", {"1.50", "-2", "3.25"}).empty());
    CHECK(chosen("x", {"2024-01-31", "2024-01-31 12:00:00Z"}).empty());
    CHECK(chosen("x", {"Z\u00fcrich", "St. Gallen", "12 Main Street"}) == of_words);
}

TEST_CASE("a name counts where values leave it open") {
    const Texts digits{"3102461501", "3102461502"};
    CHECK(chosen("phone", digits) == Folds{Fold::phone});
    CHECK(chosen("homeTel2", digits) == Folds{Fold::phone});
    CHECK(chosen("account", digits) == Folds{Fold::trim});
    CHECK(chosen("country_code", {"DE", "FR "}) == Folds{Fold::trim});
    CHECK(chosen("country", {"DE", "FR "}) == of_words);
    CHECK(chosen("code", {"if all else fails", "see above"}) == of_words);
    CHECK(chosen("email", {"Ann Lee", "Ben Ash"}) == of_words);
}

TEST_CASE("without a value the name alone decides, and it is said") {
    const auto choice = choose_folds("work_email", {{"", "  "}, 0});
    CHECK(choice.folds == of_email);
    CHECK(choice.why == "by its name alone");
    CHECK(chosen("fax", {}) == Folds{Fold::phone});
    CHECK(chosen("customerNo", {}) == Folds{Fold::trim});
    CHECK(chosen("city", {}) == of_words);
    CHECK(chosen("", {}) == of_words);
}

TEST_CASE("numbers are not folded, and the reason counts them") {
    const auto choice = choose_folds("email", {{"a@b.de"}, 2});
    CHECK(choice.folds.empty());
    CHECK(choice.why == "2 of 3 sampled values are no texts");
    CHECK(choose_folds("x", {{"a@b.de"}, 1}).why == "1 of 1 sampled value look like addresses");
}

TEST_CASE("hostile values are only looked at") {
    CHECK(chosen("x", {"\xff\xfe", std::string("a\0b", 3), "\u202e"}) == of_words);
}
