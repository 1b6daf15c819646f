// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/clusters.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

using namespace assay;

namespace {

/// How probable pairs are of which one character differs, two, and more.
using Probabilities = std::array<double, 3>;

constexpr double min_probability = .9;
constexpr Probabilities far_ones_unknown{.99, .95, .5};
constexpr Probabilities far_ones_improbable{.99, .95, .01};

/// A table of one column, in which every code is another one.
Records records_of(std::vector<std::u32string> codes) {
    Records records;
    records.size = codes.size();
    records.split = codes.size();
    records.weight.assign(codes.size(), 1);
    std::vector<std::uint32_t> place;
    codes.insert(codes.begin(), U"");
    for (std::uint32_t i = 1; i < codes.size(); ++i) {
        place.push_back(i);
    }
    Field& field = records.fields.emplace_back(sorted_field(std::move(codes), place));
    field.kind = FieldKind::code;
    count_records(field);
    return records;
}

LinkModel model_of(const Probabilities& probabilities) {
    LinkModel model;
    model.prior = .5;
    FieldModel& field = model.fields.emplace_back();
    field.chance.shares.fill(1);
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        field.matches.logs[i + 1] = std::log2(probabilities[i] / (1 - probabilities[i]));
    }
    return model;
}

using Groups = std::vector<std::vector<std::uint32_t>>;

Groups groups_of(std::vector<std::u32string> codes, const Probabilities& probabilities) {
    const Records records = records_of(std::move(codes));
    const LinkModel model = model_of(probabilities);
    const Comparer comparer(records);
    const Scorer scorer(comparer, model);
    std::vector<ComparedPair> pairs;
    for (std::uint32_t a = 0; a < records.size; ++a) {
        for (std::uint32_t b = a + 1; b < records.size; ++b) {
            const double probability = scorer.probability(a, b);
            if (probability >= min_probability) {
                pairs.push_back({{a, b}, 0, 0, probability});
            }
        }
    }
    Groups groups;
    for (auto& group : cluster(records, pairs, scorer, min_probability)) {
        groups.push_back(std::move(group.records));
    }
    return groups;
}

} // namespace

TEST_CASE("records that are all alike are one group") {
    CHECK(groups_of({U"aaaaaaaa", U"aaaaaaab", U"aaaaaaac"}, far_ones_improbable) ==
          Groups{{0, 1, 2}});
}

TEST_CASE("two groups that only one pair of four ties together stay two") {
    CHECK(groups_of({U"aaaaaaaa", U"aaaaaaab", U"aaaaaccb", U"aaaadccb"}, far_ones_unknown) ==
          Groups{{0, 1}, {2, 3}});
}

TEST_CASE("a record joins a group that it is like half of, if of the others nobody knows") {
    CHECK(groups_of({U"aaaaaaaa", U"aaaaaaab", U"aaaaaccb"}, far_ones_unknown) ==
          Groups{{0, 1, 2}});
}

TEST_CASE("a record does not join a group that it is as unlike as like") {
    CHECK(groups_of({U"aaaaaaaa", U"aaaaaaab", U"aaaaaccb"}, far_ones_improbable) ==
          Groups{{0, 1}});
}
