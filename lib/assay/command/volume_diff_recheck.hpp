// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/command/row_comparison.hpp"
#include "assay/scan/row_diff.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay {

/// The keys of the rows of a pair of tables that differed, each as often as it did. What compares
/// as equal is one key, however either side writes it.
class DifferingKeys {
public:
    DifferingKeys() = default;
    /// Of rows that were compared so.
    explicit DifferingKeys(const RowDiffRequest& request);

    void add(const RowChange& row);
    /// Does a request name rows by the same columns?
    bool are_of(const RowDiffRequest& request) const;
    /// Take out one row of that key. @return false: there is none left
    bool take(const RowChange& row);
    std::int64_t rows() const noexcept { return m_rows; }
    /// The keys as integers, where all of them are single ones; else empty.
    const std::set<std::int64_t>& integers() const noexcept { return m_integers; }

private:
    void note_integer(const RowChange& row);
    std::string bytes_of(const RowChange& row) const;

    std::vector<ColumnPair> m_columns;
    std::map<std::string, std::int64_t> m_rows_by_key;
    std::set<std::int64_t> m_integers;
    bool m_are_integers = true;
    std::int64_t m_rows = 0;
};

/// The rows that differed before and still do.
struct StillDifferent {
    std::int64_t rows = 0;
    Fact::List samples; ///< of them, as they differ now
};

/// Compare a pair of tables once more, and look for the rows that differed before and still do: by
/// the index of the key where that says which they are, else all rows. What still differs is taken
/// out of `before`.
/// @throws Error of kind query if the columns that name a row are others now
StillDifferent look_again(RowComparison plan, Session& a, Session& b,
                          const VolumeDiffOptions& options, DifferingKeys& before);

/// Judge by what still differs, and show it; the other numbers of the first reading stay.
void tell_recheck(CheckResult& result, std::int64_t before, StillDifferent differing,
                  const VolumeDiffOptions& options);

} // namespace assay
