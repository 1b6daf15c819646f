// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/match/block_keys.hpp"
#include "assay/match/shingles.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::uint32_t letters = 200;

/// A text without a run of three letters that another one has; the first ones are those of `of`.
std::u32string text_of(std::uint32_t n, std::uint32_t of, std::uint32_t shared) {
    constexpr std::uint32_t first_letter = 0x4E00;
    constexpr std::uint32_t alphabet = 20'000;
    std::u32string text;
    for (std::uint32_t i = 0; i < letters; ++i) {
        const std::uint32_t own = i < shared ? of : n;
        text += static_cast<char32_t>(first_letter + number(letters * own + i) % alphabet);
    }
    return text;
}

/// Pairs of records, 2 n and 2 n + 1, that share so many letters.
Records pairs_of(std::uint32_t pairs, std::uint32_t shared) {
    Records records;
    records.size = records.split = std::size_t{2} * pairs;
    Field& field = records.fields.emplace_back();
    field.values.emplace_back();
    for (std::uint32_t n = 0; n < 2 * pairs; ++n) {
        field.values.push_back(text_of(n, n - n % 2, shared));
        field.of_record.push_back(n + 1);
    }
    return records;
}

/// The share of the pairs that have a block in common.
double share_found(const Records& records) {
    NearMemory memory(ample_bytes, "/tmp");
    BlockKeys keys(memory.for_keys(), memory.file(), {});
    add_similarity_keys(records, {2, [] {}}, keys);
    std::set<std::uint32_t> found;
    BlockKey last{0, 0};
    keys.for_sorted([&](const BlockKey& next) {
        if (next.key == last.key && next.record == last.record + 1 && next.record % 2 == 1) {
            found.insert(next.record);
        }
        last = next;
    });
    return 2 * static_cast<double>(found.size()) / static_cast<double>(records.size);
}

} // namespace

TEST_CASE("similar texts share one of 24 bands of 3 MinHash values as often as the theory tells") {
    struct Known {
        std::uint32_t shared; ///< letters of 200
        double similarity;
        double probability; ///< 1 - (1 - s^3)^24
    };
    for (const Known& known : {Known{93, .3, .4815}, Known{134, .5, .9594}}) {
        constexpr std::uint32_t pairs = 3'000;
        const Records records = pairs_of(pairs, known.shared);
        const auto& values = records.fields[0].values;
        CHECK(jaccard(shingles(values[1]), shingles(values[2])) ==
              Approx(known.similarity).margin(.003));
        CHECK(share_found(records) == Approx(known.probability).margin(.025));
    }
}
