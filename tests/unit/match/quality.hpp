// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "people.hpp"

#include "assay/match/near_duplicates.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace assay::test {

/// Rows, and which of them are about one thing.
struct Known {
    Rows rows;
    std::vector<std::uint32_t> thing;

    void add(std::vector<std::string> row, std::uint32_t of) {
        rows.push_back(std::move(row));
        thing.push_back(of);
    }

    /// Every so many-th row once more, with a letter too much in two columns.
    void repeat_each(std::uint32_t step) {
        const auto count = static_cast<std::uint32_t>(rows.size());
        for (std::uint32_t n = 0; n < count; n += step) {
            auto row = rows[n];
            row[number(n) % row.size()].insert(1, "x");
            row[number(n + 1) % row.size()].insert(2, "q");
            add(row, thing[n]);
        }
    }
};

struct Quality {
    double told = 0;
    double right = 0;
    double truth = 0;
    double predicted = 1;

    double precision() const { return told > 0 ? right / told : 1; }
    double recall() const { return truth > 0 ? right / truth : 1; }
};

inline double pairs_among(double rows) { return rows * (rows - 1) / 2; }

inline Quality quality_of(const Known& known, unsigned threads = 2,
                          std::size_t bytes = ample_bytes) {
    NearMemory memory(bytes, "/tmp");
    const Records records = make_records(columns(known.rows, known.rows.front().size()),
                                         known.rows.size(), RowNumbers::leave_out, memory);
    const NearResult result =
        find_near_duplicates(records, default_probability_in_table, {threads, [] {}}, memory);
    std::vector<std::vector<std::uint32_t>> rows_of(records.size);
    for (std::size_t row = 0; row < known.rows.size(); ++row) {
        rows_of[records.of_row[row]].push_back(known.thing[row]);
    }
    Quality quality;
    for (const auto& group : result.groups) {
        std::vector<std::uint32_t> things;
        for (const std::uint32_t record : group.records) {
            things.insert(things.end(), rows_of[record].begin(), rows_of[record].end());
        }
        quality.told += pairs_among(static_cast<double>(things.size()));
        for (std::size_t i = 0; i < things.size(); ++i) {
            quality.right += static_cast<double>(std::count(
                things.begin(), things.begin() + static_cast<std::ptrdiff_t>(i), things[i]));
        }
    }
    for (std::size_t row = 0; row < known.rows.size(); ++row) {
        quality.truth += static_cast<double>(
            std::count(known.thing.begin(), known.thing.begin() + static_cast<std::ptrdiff_t>(row),
                       known.thing[row]));
    }
    quality.predicted = result.predicted_precision.value_or(1);
    return quality;
}

inline void require_right(const Quality& quality) {
    CHECK(quality.precision() >= .98);
    CHECK(quality.recall() >= .95);
    CHECK(std::abs(quality.predicted - quality.precision()) <= .03);
}

} // namespace assay::test
