// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/record_pieces.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <set>

using namespace assay;

TEST_CASE("pieces of memory are as many as were asked for, apart, and used again") {
    constexpr std::size_t records = 200;
    constexpr std::size_t most = 3'000; // more than one block
    RecordPieces<std::uint64_t> pieces(records, most);
    std::set<std::uint64_t*> taken;
    for (std::size_t i = 0; i < most; ++i) {
        std::uint64_t* const piece = pieces.take();
        REQUIRE(piece != nullptr);
        std::fill_n(piece, records, i);
        taken.insert(piece);
    }
    CHECK(pieces.take() == nullptr);
    REQUIRE(taken.size() == most);
    for (auto next = taken.begin(), piece = next++; next != taken.end(); piece = next++) {
        CHECK(*next - *piece >= static_cast<std::ptrdiff_t>(records));
        CHECK((*piece)[0] == (*piece)[records - 1]);
    }
    pieces.give_back(*taken.begin());
    CHECK(pieces.take() == *taken.begin());
    CHECK(pieces.take() == nullptr);
}
