// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "people.hpp"

#include "assay/match/block_keys.hpp"
#include "assay/match/shingles.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

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

/// How many keys each pair of pairs_of() has in common.
std::vector<std::size_t> common_keys(const Records& records, Bands bands) {
    NearMemory memory(ample_bytes, "/tmp");
    BlockKeys keys(memory.for_keys(), memory.file(), {});
    add_similarity_keys(records, {2, [] {}}, keys, bands);
    std::vector<std::size_t> common(records.size / 2);
    BlockKey last{0, 0};
    keys.for_sorted([&](const BlockKey& next) {
        if (next.key == last.key && next.record == last.record + 1 && next.record % 2 == 1) {
            ++common[next.record / 2];
        }
        last = next;
    });
    return common;
}

/// The share of the pairs that have a block in common.
double share_found(const Records& records, Bands bands) {
    const auto common = common_keys(records, bands);
    const auto alone = std::count(common.begin(), common.end(), std::size_t{0});
    return 1 - static_cast<double>(alone) / static_cast<double>(common.size());
}

double similarity_of(const Records& pairs) {
    const auto& values = pairs.fields[0].values;
    return jaccard(shingles(values[1]), shingles(values[2]));
}

/// The S-curve of Leskovec, Rajaraman and Ullman.
double chance_to_be_found(double similarity, Bands bands) {
    const double one_band = std::pow(similarity, static_cast<double>(bands.rows));
    return 1 - std::pow(1 - one_band, static_cast<double>(bands.count));
}

/// Where the S-curve is steepest.
double threshold_of(Bands bands) {
    return std::pow(1 / static_cast<double>(bands.count), 1 / static_cast<double>(bands.rows));
}

} // namespace

TEST_CASE("similar texts share a band of MinHash values as often as the theory tells") {
    struct Known {
        Bands bands;
        double similarity;
        double probability;
        std::uint32_t shared; ///< letters of 200 that make texts so similar
    };
    const std::vector<Known> known{
        {{20, 5}, .5, .4701, 134}, {{20, 5}, .8, .9996, 179}, {{32, 4}, .5, .8732, 134},
        {{24, 3}, .3, .4815, 93},  {{24, 3}, .5, .9594, 134}, {{16, 8}, .7, .6133, 166},
    };
    for (const auto& [bands, similarity, probability, shared] : known) {
        INFO(bands.count << " bands of " << bands.rows << ", similarity " << similarity);
        CHECK(chance_to_be_found(similarity, bands) == Approx(probability).margin(5e-5));
        const Records records = pairs_of(3'000, shared);
        const double exact = similarity_of(records);
        CHECK(exact == Approx(similarity).margin(.003));
        CHECK(share_found(records, bands) == Approx(chance_to_be_found(exact, bands)).margin(.025));
    }
}

TEST_CASE("at the threshold of the bands about 64 of 100 similar pairs are found") {
    struct Known {
        Bands bands;
        double threshold;
        std::uint32_t shared;
    };
    for (const auto& [bands, threshold, shared] : {Known{{20, 5}, .5493, 143},
                                                   {{32, 4}, .4204, 119},
                                                   {{24, 3}, .3467, 104},
                                                   {{16, 8}, .7071, 167}}) {
        INFO(bands.count << " bands of " << bands.rows);
        CHECK(threshold_of(bands) == Approx(threshold).margin(5e-5));
        const Records records = pairs_of(3'000, shared);
        CHECK(similarity_of(records) == Approx(threshold).margin(.003));
        CHECK(share_found(records, bands) == Approx(.64).margin(.03));
    }
}

TEST_CASE("the share of equal MinHash values estimates the similarity") {
    constexpr Bands single{128, 1};
    for (const std::uint32_t shared : {20U, 93U, 134U, 179U}) {
        const Records records = pairs_of(500, shared);
        const double exact = similarity_of(records);
        double squares = 0;
        for (const std::size_t common : common_keys(records, single)) {
            const double estimate = static_cast<double>(common) / single.count;
            squares += (estimate - exact) * (estimate - exact);
        }
        INFO("similarity " << exact);
        CHECK(std::sqrt(squares / 500) < 1 / std::sqrt(128));
        CHECK(std::sqrt(squares / 500) ==
              Approx(std::sqrt(exact * (1 - exact) / 128)).epsilon(.15));
    }
}
