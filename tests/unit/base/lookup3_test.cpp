// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/lookup3.hpp"

#include <catch2/catch.hpp>

#include <bit>
#include <cstdint>
#include <string>

using namespace assay;

namespace {

std::int64_t hash_of(std::string_view text, std::uint64_t seed = 0) {
    return std::bit_cast<std::int64_t>(lookup3(text, seed));
}

} // namespace

// Of hashtextextended() of Postgres 15.
TEST_CASE("lookup3 gives the answers that are known") {
    CHECK(hash_of("") == -6'939'563'903'564'495'251);
    CHECK(hash_of("a") == 3'591'986'179'850'072'241);
    CHECK(hash_of("abc") == -6'747'756'470'228'489'321);
    CHECK(hash_of("user0000001@example.com") == -8'392'694'588'809'564'801);
    CHECK(hash_of("1:13:abc-") == -2'475'056'491'855'810'878);
    CHECK(hash_of("abc", 42) == 4'423'357'919'252'764'502);
}

TEST_CASE("lookup3 takes every byte of a text in") {
    std::string text(40, 'x');
    for (std::size_t size = 1; size <= text.size(); ++size) {
        const std::string_view part = std::string_view(text).substr(0, size);
        const std::int64_t before = hash_of(part);
        for (std::size_t i = 0; i < size; ++i) {
            text[i] = 'y';
            CHECK(hash_of(part) != before);
            text[i] = 'x';
        }
    }
}
