// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/code_points.hpp"
#include "assay/match/edit_distance.hpp"
#include "assay/match/jaro.hpp"
#include "assay/match/shingles.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using namespace assay;

namespace {

enum class Swaps { cost_two, cost_one };

/// The matrix as the text books have it.
std::size_t plain_distance(const std::u32string& a, const std::u32string& b, Swaps swaps) {
    std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            const std::size_t cost = a[i - 1] == b[j - 1] ? 0 : 1;
            d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + cost});
            if (swaps == Swaps::cost_one && i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
                a[i - 2] == b[j - 1]) {
                d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
    }
    return d[a.size()][b.size()];
}

double plain_jaro(const std::u32string& a, const std::u32string& b) {
    if (a.empty() || b.empty()) {
        return a.empty() && b.empty() ? 1 : 0;
    }
    const auto window = static_cast<std::ptrdiff_t>(std::max(a.size(), b.size()) / 2) - 1;
    std::vector<bool> used(b.size());
    std::u32string from_a;
    for (std::size_t i = 0; i < a.size(); ++i) {
        for (std::size_t j = 0; j < b.size(); ++j) {
            const auto apart = static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(j);
            if (!used[j] && a[i] == b[j] &&
                std::abs(apart) <= std::max<std::ptrdiff_t>(window, 0)) {
                used[j] = true;
                from_a.push_back(a[i]);
                break;
            }
        }
    }
    if (from_a.empty()) {
        return 0;
    }
    std::u32string from_b;
    for (std::size_t j = 0; j < b.size(); ++j) {
        if (used[j]) {
            from_b.push_back(b[j]);
        }
    }
    std::size_t displaced = 0;
    for (std::size_t i = 0; i < from_a.size(); ++i) {
        displaced += from_a[i] != from_b[i] ? 1U : 0U;
    }
    const auto m = static_cast<double>(from_a.size());
    return (m / static_cast<double>(a.size()) + m / static_cast<double>(b.size()) +
            (m - static_cast<double>(displaced / 2)) / m) /
           3;
}

/// Texts of few different characters, some of them longer than a machine word.
rc::Gen<std::u32string> text() {
    const auto point = rc::gen::weightedElement<char32_t>(
        {{8, U'a'}, {6, U'b'}, {4, U'c'}, {2, U' '}, {1, U'é'}, {1, U'語'}, {1, U'😀'}});
    return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, 200), [=](std::size_t most) {
        return rc::gen::resize(static_cast<int>(most), rc::gen::container<std::u32string>(point));
    });
}

std::vector<std::u32string> grams(const std::u32string& text) {
    const std::u32string padded = U" " + text + U" ";
    std::vector<std::u32string> result;
    for (std::size_t i = 0; i + 3 <= padded.size() && !text.empty(); ++i) {
        result.push_back(padded.substr(i, 3));
    }
    return result;
}

double plain_jaccard(const std::u32string& a, const std::u32string& b) {
    auto left = grams(a);
    auto right = grams(b);
    for (auto* list : {&left, &right}) {
        std::sort(list->begin(), list->end());
        list->erase(std::unique(list->begin(), list->end()), list->end());
    }
    std::vector<std::u32string> common;
    std::set_intersection(left.begin(), left.end(), right.begin(), right.end(),
                          std::back_inserter(common));
    const std::size_t all = left.size() + right.size() - common.size();
    return all == 0 ? 1 : static_cast<double>(common.size()) / static_cast<double>(all);
}

} // namespace

TEST_CASE("edit distances of the text books") {
    CHECK(levenshtein(U"kitten", U"sitting") == 3);
    CHECK(levenshtein(U"ab", U"ba") == 2);
    CHECK(osa_distance(U"ca", U"abc") == 3);
    CHECK(osa_distance(U"ab", U"ba") == 1);
    CHECK(osa_distance(U"", U"語😀") == 2);
    CHECK(osa_distance(U"müller", U"mueller") == 2);
}

TEST_CASE("Jaro and Jaro-Winkler of the text books") {
    struct Known {
        std::u32string_view left, right;
        double jaro, winkler;
    };
    const std::vector<Known> known{{U"MARTHA", U"MARHTA", .944444, .961111},
                                   {U"DIXON", U"DICKSONX", .766667, .813333},
                                   {U"DWAYNE", U"DUANE", .822222, .84},
                                   {U"CRATE", U"TRACE", .733333, .733333},
                                   {U"", U"", 1, 1},
                                   {U"", U"a", 0, 0},
                                   {U"a", U"a", 1, 1}};
    for (const auto& pair : known) {
        CHECK(jaro(pair.left, pair.right) == Approx(pair.jaro).margin(1e-6));
        CHECK(jaro_winkler(pair.left, pair.right) == Approx(pair.winkler).margin(1e-6));
    }
}

TEST_CASE("shingles of a text stand between blanks") {
    CHECK(shingles(U"").empty());
    CHECK(shingles(U"a").size() == 1);
    CHECK(shingles(U"aaaa").size() == 3);
    CHECK(jaccard(shingles(U"night"), shingles(U"nacht")) == Approx(1.0 / 9));
    CHECK(cosine(shingles(U"night"), shingles(U"nacht")) == Approx(.2));
    CHECK(cosine(shingles(U"a"), shingles(U"")) == 0);
    CHECK(cosine(shingles(U""), shingles(U"")) == 1);
    CHECK(jaccard(shingles(U""), shingles(U"")) == 1);
}

TEST_CASE("invalid bytes equal only themselves and come back") {
    const std::string text = "a\xff\xc3(\xed\xa0\x80 \xf0\x9f\x98\x80";
    CHECK(to_utf8(code_points(text)) == text);
    CHECK(osa_distance(code_points("a\xff"), code_points("a\xfe")) == 1);
    CHECK(osa_distance(code_points("a\xff"), code_points("aÿ")) == 1);
    rc::prop("whatever the bytes",
             [](const std::string& bytes) { RC_ASSERT(to_utf8(code_points(bytes)) == bytes); });
}

TEST_CASE("the kernels agree with the plain algorithms") {
    rc::prop("Levenshtein", [] {
        const auto a = *text();
        const auto b = *text();
        RC_ASSERT(levenshtein(a, b) == plain_distance(a, b, Swaps::cost_two));
    });
    rc::prop("optimal string alignment", [] {
        const auto a = *text();
        const auto b = *text();
        RC_ASSERT(osa_distance(a, b) == plain_distance(a, b, Swaps::cost_one));
    });
    rc::prop("after a few edits", [] {
        const auto a = *text();
        auto b = a;
        for (const auto at : *rc::gen::container<std::vector<std::size_t>>(
                 rc::gen::inRange<std::size_t>(0, 1000))) {
            if (b.size() > 1) {
                const std::size_t i = at % (b.size() - 1);
                at % 3 == 0   ? std::swap(b[i], b[i + 1])
                : at % 3 == 1 ? void(b.erase(i, 1))
                              : b.push_back(U'x');
            }
        }
        RC_ASSERT(osa_distance(a, b) == plain_distance(a, b, Swaps::cost_one));
        RC_ASSERT(levenshtein(a, b) == plain_distance(a, b, Swaps::cost_two));
    });
    rc::prop("Jaro", [] {
        const auto a = *text();
        const auto b = *text();
        RC_ASSERT(std::abs(jaro(a, b) - plain_jaro(a, b)) < 1e-12);
    });
    rc::prop("Jaccard, and cosine is symmetric within 0 and 1", [] {
        const auto a = *text();
        const auto b = *text();
        RC_ASSERT(jaccard(shingles(a), shingles(b)) == plain_jaccard(a, b));
        const double angle = cosine(shingles(a), shingles(b));
        RC_ASSERT(angle == cosine(shingles(b), shingles(a)));
        RC_ASSERT(angle >= 0 && angle <= 1);
        RC_ASSERT(cosine(shingles(a), shingles(a)) > 1 - 1e-12);
    });
}
