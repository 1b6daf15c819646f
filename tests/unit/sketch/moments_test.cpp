// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/sketch/moments.hpp"

#include "state_support.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using assay::Moments;

namespace {

template <typename T>
Moments build(const std::vector<T>& values) {
    Moments moments;
    moments.add(std::span<const T>(values));
    return moments;
}

Moments of_decimals(const std::vector<std::string>& texts) {
    Moments moments;
    moments.add(std::vector<std::string_view>(texts.begin(), texts.end()));
    return moments;
}

/// As a column does it: the nearest doubles if they do.
void add_column(Moments& moments, const std::vector<std::string>& texts) {
    std::vector<double> values;
    for (const std::string& text : texts) {
        values.push_back(std::stod(text));
    }
    if (!moments.add_rounded(values)) {
        moments.add(std::vector<std::string_view>(texts.begin(), texts.end()));
    }
}

std::string written(assay::Int128 number) {
    std::string digits;
    for (assay::Int128 rest = number < 0 ? -number : number; rest > 0; rest /= 10) {
        digits.insert(0, 1, static_cast<char>('0' + static_cast<int>(rest % 10)));
    }
    return (number < 0 ? "-" : "") + (digits.empty() ? "0" : digits);
}

/// The deviation of integers that are at most 2^31 each, from exact sums.
double exact_deviation(const std::vector<std::int32_t>& numbers) {
    assay::Int128 sum = 0;
    assay::Int128 squares = 0;
    for (const assay::Int128 number : numbers) {
        sum += number;
        squares += number * number;
    }
    const auto count = static_cast<assay::Int128>(numbers.size());
    const auto above = static_cast<long double>(count * squares - sum * sum);
    return static_cast<double>(
        std::sqrt(above / static_cast<long double>(count) / static_cast<long double>(count - 1)));
}

/// Put parts together in an order, and in pairs, that RapidCheck chooses.
Moments merged_anyhow(std::vector<Moments> parts) {
    while (parts.size() > 1) {
        const auto from = *rc::gen::inRange<std::size_t>(0, parts.size());
        const Moments part = parts[from];
        parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(from));
        parts[*rc::gen::inRange<std::size_t>(0, parts.size())].merge(part);
    }
    return parts.front();
}

/// Numbers of a random width in parts, and the same in one piece.
struct Pieces {
    std::vector<std::vector<std::int32_t>> parts;
    std::vector<std::int32_t> whole;
};

Pieces random_pieces() {
    Pieces pieces;
    const auto width = *rc::gen::inRange(1, 31);
    const auto numbers = rc::gen::inRange<std::int32_t>(0, std::int32_t{1} << (width - 1));
    for (int part = *rc::gen::inRange(1, 6); part > 0; --part) {
        pieces.parts.push_back(
            *rc::gen::container<std::vector<std::int32_t>>(rc::gen::resize(30, numbers)));
        pieces.whole.insert(pieces.whole.end(), pieces.parts.back().begin(),
                            pieces.parts.back().end());
    }
    RC_PRE(pieces.whole.size() >= 2);
    return pieces;
}

constexpr auto lowest = std::numeric_limits<std::int64_t>::min();
constexpr auto highest = std::numeric_limits<std::int64_t>::max();
constexpr double huge = std::numeric_limits<double>::max();

} // namespace

TEST_CASE("mean and standard deviation of a small sample") {
    const Moments moments = build<std::int64_t>({2, 4, 4, 4, 5, 5, 7, 9});
    CHECK(moments.count() == 8);
    CHECK(moments.mean() == 5.0);
    CHECK(*moments.stddev() == Approx(std::sqrt(32.0 / 7)).epsilon(1e-14));
    CHECK(build<double>({0.5, 1.5}).stddev() == std::sqrt(0.5));
}

TEST_CASE("no numbers have no mean and one number has no deviation") {
    CHECK_FALSE(Moments().mean());
    CHECK_FALSE(Moments().stddev());
    const Moments one = build<double>({3.25});
    CHECK(one.mean() == 3.25);
    CHECK_FALSE(one.stddev());
}

TEST_CASE("integer sums are exact where doubles and 64 bits are not enough") {
    std::vector<std::int64_t> values(1'000, highest);
    values.insert(values.end(), 1'000, -highest);
    values.push_back(2'001);
    CHECK(build(values).mean() == 1.0);
    CHECK(build<std::int64_t>({lowest, lowest}).mean() == static_cast<double>(lowest));
    CHECK(build<std::int64_t>({lowest, lowest}).stddev() == 0.0);
}

TEST_CASE("real sums do not lose small numbers between large ones") {
    CHECK(build<double>({1e100, 1.0, -1e100, 1.0}).mean() == 0.5);
    CHECK(build<double>(std::vector<double>(1'000, 0.1)).mean() == 0.1);
}

TEST_CASE("equal values have a deviation of exactly zero") {
    Moments moments;
    for (int i = 0; i < 10; ++i) {
        moments.merge(build<double>(std::vector<double>(97, 0.1)));
    }
    CHECK(moments.stddev() == 0.0);
}

TEST_CASE("a small spread far from zero keeps its deviation") {
    std::vector<std::int64_t> values;
    for (int i = 0; i < 1'000; ++i) {
        values.push_back(1'700'000'000'000'000 + i % 2);
    }
    CHECK(*build(values).stddev() == Approx(0.50025).epsilon(1e-4));
}

TEST_CASE("neighbours among the largest integers keep their deviation") {
    std::vector<std::int64_t> values;
    for (int i = 1; i <= 1'000; ++i) {
        values.push_back(1'234'567'890'123'456'789 + i);
    }
    CHECK(*build(values).stddev() == Approx(288.8194360957494).epsilon(1e-13));
    CHECK(build<std::int64_t>({highest, highest - 1}).stddev() == std::sqrt(0.5));
    CHECK(*build<std::int64_t>({lowest, highest}).stddev() == Approx(0x1p64 / std::sqrt(2.0)));
    CHECK(*build<std::int64_t>({-1, lowest, highest}).stddev() == Approx(0x1p63));
}

TEST_CASE("neighbours among doubles keep their deviation") {
    CHECK(build<double>({1e17, 1e17 + 16}).stddev() == std::sqrt(128));
    Moments moments = build<double>({1e17});
    moments.merge(build<double>({1e17 + 16}));
    CHECK(moments.stddev() == std::sqrt(128));
}

TEST_CASE("decimals far from zero have the mean and deviation of their digits") {
    // NIST, Statistical Reference Datasets: NumAcc1, NumAcc3 and NumAcc4.
    CHECK(of_decimals({"10000001", "10000003", "10000002"}).stddev() == 1.0);
    for (const std::string whole :
         {"1000000", "10000000", "12345678901234567890123456789012345678"}) {
        std::vector<std::string> texts{whole + ".2"};
        for (int i = 0; i < 500; ++i) {
            texts.push_back(whole + ".1");
            texts.push_back(whole + ".3");
        }
        Moments moments;
        add_column(moments, texts);
        CHECK(*moments.stddev() == Approx(0.1).epsilon(1e-14));
        CHECK(moments.mean() == std::stod(whole + ".2"));
    }
}

TEST_CASE("decimals do with their doubles only where all of them spread") {
    Moments moments;
    CHECK_FALSE(moments.add_rounded(std::vector{19.99, 19.99}));
    CHECK_FALSE(moments.add_rounded(std::vector{1000.01, 1000.02}));
    CHECK(moments.count() == 0);
    CHECK(moments.add_rounded(std::vector{0.0, 0.0}));
    CHECK(moments.add_rounded(std::vector{10.01, 1000.02}));
    CHECK(moments.add_rounded(std::vector{1000.01, 1000.02}));
    CHECK(moments.count() == 6);
}

TEST_CASE("integers in any parts have their exact deviation wherever they lie") {
    rc::prop("up to the ends of 64 bits", [] {
        const Pieces pieces = random_pieces();
        const auto offset = *rc::gen::oneOf(rc::gen::arbitrary<std::int64_t>(),
                                            rc::gen::element(lowest, highest, std::int64_t{0}));
        std::vector<Moments> parts;
        for (const auto& part : pieces.parts) {
            std::vector<std::int64_t> values;
            for (const std::int32_t number : part) {
                values.push_back(offset > 0 ? offset - number : offset + number);
            }
            parts.push_back(build(values));
        }
        const Moments all = merged_anyhow(parts);
        RC_ASSERT(all.count() == static_cast<std::int64_t>(pieces.whole.size()));
        RC_ASSERT(*all.stddev() == Approx(exact_deviation(pieces.whole)).epsilon(1e-12));
    });
}

TEST_CASE("decimals in any parts have their exact deviation wherever they lie") {
    rc::prop("of up to 38 digits and any scale", [] {
        const Pieces pieces = random_pieces();
        const auto low = *rc::gen::arbitrary<std::uint64_t>();
        const auto high = *rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 61);
        const auto cut = *rc::gen::inRange(0, 125);
        const auto sign = *rc::gen::element(-1, 1);
        const assay::Int128 offset = (assay::Int128{high} << 64 | low) >> cut;
        const auto scale = *rc::gen::inRange(0, 20);
        std::vector<Moments> parts;
        for (const auto& part : pieces.parts) {
            std::vector<std::string> texts;
            for (const std::int32_t number : part) {
                std::string text = written(offset + number);
                const auto places = static_cast<std::size_t>(scale);
                text.insert(0, places + 1 - std::min(text.size(), places + 1), '0');
                if (places > 0) {
                    text.insert(text.size() - places, 1, '.');
                }
                texts.push_back((sign < 0 ? "-" : "") + text);
            }
            add_column(parts.emplace_back(), texts);
        }
        const Moments all = merged_anyhow(parts);
        const double unit = std::pow(10.0, scale);
        RC_ASSERT(all.count() == static_cast<std::int64_t>(pieces.whole.size()));
        RC_ASSERT(*all.stddev() * unit == Approx(exact_deviation(pieces.whole)).epsilon(1e-11));
        long double sum = 0;
        for (const std::int32_t number : pieces.whole) {
            sum += number;
        }
        const long double mean =
            static_cast<long double>(offset) + sum / static_cast<long double>(pieces.whole.size());
        RC_ASSERT(*all.mean() * unit == Approx(sign * static_cast<double>(mean)).epsilon(1e-15));
    });
}

TEST_CASE("sums that overflow a double leave a mean that does not, and no infinity") {
    CHECK(*build<double>({huge, huge}).mean() == Approx(huge));
    Moments moments = build<double>({huge});
    moments.merge(build<double>({huge}));
    CHECK(*moments.mean() == Approx(huge));
    CHECK(build<double>({huge, -huge}).mean() == 0.0);
    CHECK(*build<double>({-1e300, 0, huge, huge}).mean() == Approx(huge / 2));
    CHECK_FALSE(build<double>({huge, -huge}).stddev());
}

TEST_CASE("a merge equals one pass over both") {
    rc::prop("integers and reals mixed", [](const std::vector<std::int32_t>& a,
                                            const std::vector<std::int32_t>& b) {
        const std::vector<std::int64_t> integers(a.begin(), a.end());
        std::vector<double> reals;
        for (const std::int32_t number : b) {
            reals.push_back(number / 7.0);
        }
        Moments once;
        once.add(std::span<const std::int64_t>(integers));
        once.add(std::span<const double>(reals));
        Moments merged = build(reals);
        merged.merge(build(integers));
        merged.merge(Moments());
        RC_ASSERT(merged.count() == once.count());
        RC_ASSERT(merged.mean().has_value() == once.mean().has_value());
        if (merged.mean()) {
            RC_ASSERT(*merged.mean() == Approx(*once.mean()).epsilon(1e-12).margin(1e-6));
        }
        RC_ASSERT(merged.stddev().has_value() == once.stddev().has_value());
        if (merged.stddev()) {
            RC_ASSERT(*merged.stddev() == Approx(*once.stddev()).epsilon(1e-9).margin(1e-6));
        }
    });
}

TEST_CASE("saved moments are read whole or refused") {
    rc::prop("and go on as the original would", [](const std::vector<std::int64_t>& integers) {
        Moments moments = build(integers);
        moments.add(std::span<const double>(*assay::test::finite_doubles()));
        if (*rc::gen::arbitrary<bool>()) {
            moments.merge(of_decimals({"12345678901234567890.5", "12345678901234567891"}));
        }
        const std::string bytes = assay::test::state_of(moments);
        auto back = assay::test::restored<Moments>(bytes);
        RC_ASSERT(back.count() == moments.count());
        RC_ASSERT(back.mean() == moments.mean());
        RC_ASSERT(back.stddev() == moments.stddev());
        RC_ASSERT(assay::test::state_of(back) == bytes);
        RC_ASSERT(assay::test::refuses_every_other_length<Moments>(bytes));
        RC_ASSERT(assay::test::is_refused_or_sound<Moments>(assay::test::damaged(bytes),
                                                            [&](Moments& damaged) {
                                                                damaged.mean();
                                                                damaged.stddev();
                                                                damaged.merge(moments);
                                                            }));
        auto merged = back;
        merged.merge(back);
        Moments twice = moments;
        twice.merge(moments);
        RC_ASSERT(assay::test::state_of(merged) == assay::test::state_of(twice));
        back.add(std::span<const std::int64_t>(integers));
        moments.add(std::span<const std::int64_t>(integers));
        RC_ASSERT(assay::test::state_of(back) == assay::test::state_of(moments));
    });
    CHECK(assay::test::survives_round_trip(Moments()));
    CHECK(assay::test::survives_round_trip(build<std::int64_t>({lowest, lowest})));
    CHECK(assay::test::survives_round_trip(build<std::int64_t>({highest, highest})));
    CHECK(assay::test::survives_round_trip(build<double>({huge, -huge, huge})));
    CHECK(assay::test::survives_round_trip(of_decimals({"1e400", "-0.1e-400"})));
}

TEST_CASE("saved moments that no numbers have are refused") {
    const auto forged = [](std::uint64_t count, std::uint64_t reals, std::int64_t sum,
                           double real_sum, double squares, std::uint8_t version = 2) {
        std::string bytes;
        assay::StateWriter writer(bytes);
        writer.begin(assay::StateTag("MOMT"), version);
        writer.varint(count);
        writer.varint(reals);
        writer.i64(sum);
        writer.i64(sum < 0 ? -1 : 0);
        writer.real(real_sum);
        writer.real(0);
        writer.real(0);
        writer.real(0);
        writer.real(squares);
        writer.varint(0);
        return assay::test::is_refused<Moments>(bytes);
    };
    CHECK_FALSE(forged(2, 1, -5, 1.5, 2));
    CHECK(forged(2, 1, -5, 1.5, 2, 1));
    CHECK(forged(1, 2, 0, 0, 0));
    CHECK(forged(2, 2, 5, 0, 0));
    CHECK(forged(2, 0, 0, 1.5, 0));
    CHECK(forged(2, 1, 0, 0, -1));
    CHECK(forged(0, 0, 0, 0, 1));
}
