// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/command/row_comparison.hpp"

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace assay {

/// The keys of the rows of a pair of tables that differed.
class DifferingKeys {
public:
    void add(const RowChange& row);
    bool contains(const RowChange& row) const;
    std::int64_t rows() const noexcept { return m_rows; }
    /// The keys as integers, where all of them are single ones; else empty.
    const std::set<std::int64_t>& integers() const noexcept { return m_integers; }

private:
    std::set<std::string> m_keys;
    std::set<std::int64_t> m_integers;
    std::int64_t m_rows = 0;
};

/// Compare a pair of tables once more, and count the rows that differed before and still do: by the
/// index of the key where that says which they are, else all rows.
std::int64_t count_still_different(RowComparison plan, Session& a, Session& b,
                                   const DifferingKeys& before);

/// Judge by what still differs; the numbers of the first reading stay.
void tell_recheck(CheckResult& result, std::int64_t before, std::int64_t still, Micros waited,
                  const Tolerance& max_diff);

} // namespace assay
