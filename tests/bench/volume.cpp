// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
// How well rules judge the rows of a day, on simulated tables: the share of days with a false
// alarm, and the share of changes that are caught.
#include "volume_rules.hpp"
#include "volume_shapes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace assay;
using namespace assay::test;

void print_line(const std::string& name, const ShapeScore& score) {
    std::string line = fmt::format("{:<34}{:>7.2f} %", name, score.false_alarms * 100);
    for (const double share : score.caught) {
        line += fmt::format("{:>9.1f}", share * 100);
    }
    std::puts(line.c_str());
}

/// Adds a score, weighed, to a sum.
void add(ShapeScore& sum, const ShapeScore& score, double weight) {
    sum.caught.resize(score.caught.size());
    sum.false_alarms += weight * score.false_alarms;
    for (std::size_t i = 0; i < score.caught.size(); ++i) {
        sum.caught[i] += weight * score.caught[i];
    }
}

/// The mean over several runs of every shape, by shape.
std::vector<std::pair<std::string, ShapeScore>> score_shapes(const VolumeRule& rule) {
    constexpr std::uint32_t seeds = 20;
    std::vector<std::pair<std::string, ShapeScore>> scores;
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        const auto shapes = simulated_shapes(seed);
        scores.resize(shapes.size());
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            scores[i].first = shapes[i].name;
            add(scores[i].second, score_rule(shapes[i], rule), 1.0 / seeds);
        }
    }
    return scores;
}

ShapeScore mean_of(const std::vector<std::pair<std::string, ShapeScore>>& scores) {
    ShapeScore mean;
    for (const auto& [name, score] : scores) {
        add(mean, score, 1.0 / static_cast<double>(scores.size()));
    }
    return mean;
}

} // namespace

int main() {
    std::puts(fmt::format("{:<34}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}", "rule", "false", "none",
                          "half", "-30 %", "+50 %", "double", "x 10")
                  .c_str());
    const auto shapes = score_shapes(judged_bad);
    print_line("assay", mean_of(shapes));
    for (const auto& [name, score] : shapes) {
        print_line("  " + name, score);
    }
    for (const auto& [name, rule] : other_rules()) {
        print_line(name, mean_of(score_shapes(rule)));
    }
    return 0;
}
