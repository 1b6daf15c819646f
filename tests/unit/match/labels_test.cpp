// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "quality.hpp"

using namespace assay;
using namespace assay::test;

namespace {

const std::vector<std::string> sources{"shop", "phone", "letter"};

/// Persons by given name, surname, date of birth and e-mail, each row from one of three sources.
/// Every so many-th is there twice, one in three of these with a letter too much.
Known persons_of_sources(std::uint32_t count, std::uint32_t step) {
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        known.add({made_up_name(number(n + 1) % 90), made_up_name(number(n + 2) % 300 + 1000),
                   std::to_string(19'300'101 + number(n + 7) % 799'999),
                   "u" + std::to_string(number(n + 3) % 999'983) + "@example.com",
                   sources[number(n + 4) % 3]},
                  n);
    }
    for (std::uint32_t n = 0; n < count; n += step) {
        auto row = known.rows[n];
        row[4] = sources[number(n + 5) % 3];
        if (n / step % 3 == 0) {
            row[number(n) % 2].insert(1, "x");
        }
        known.add(std::move(row), n);
    }
    return known;
}

/// Shirts in up to six sizes, which a row has on its own account: none is there twice but by
/// mistake.
Known shirts(std::uint32_t count, std::uint32_t step) {
    static const std::vector<std::string> sizes{"xs", "s", "m", "l", "xl", "xxl"};
    Known known;
    for (std::uint32_t n = 0; n < count; ++n) {
        const std::uint32_t model = n / 6;
        known.add({made_up_name(number(model) % 40 + 2000), made_up_name(model + 3000),
                   std::to_string(500 + number(model + 2) % 20'000), sizes[n % 6]},
                  n);
    }
    for (std::uint32_t n = 0; n < count; n += step) {
        auto row = known.rows[n];
        if (n / step % 3 == 0) {
            row[1].insert(2, "q");
        }
        known.add(std::move(row), n);
    }
    return known;
}

} // namespace

TEST_CASE("a source that two rows share by chance only does not tell one person from another") {
    for (const std::uint32_t step : {3U, 10U, 30U}) {
        CAPTURE(step);
        require_right(quality_of(persons_of_sources(1500, step)));
    }
}

TEST_CASE("sizes that are seldom there twice are no chance, and tell products apart") {
    for (const std::uint32_t step : {2U, 7U, 50U}) {
        CAPTURE(step);
        CHECK(quality_of(shirts(1200, step)).precision() >= .97);
    }
}
