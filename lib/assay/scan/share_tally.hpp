// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/metric/share.hpp"
#include "assay/table/row_batch.hpp"

#include <cstddef>
#include <vector>

namespace assay {

/// Rows of a group at most: some hundred groups in a sample of usual size.
inline constexpr std::size_t rows_of_group = 1000;

/// Counts, group by group of neighbouring rows, which cells of one column are NULL or blank.
class ShareTally {
public:
    /// The rows until the next call are one group: a cluster of the sample.
    void begin_cluster();
    /// The next rows: of the cluster that was begun, or where none ever was a group of their own.
    void add(const Column& column);
    /// Set the shares of the profile of that column. Which cells do not fit is known of all rows
    /// together only, so each cluster counts as one draw there.
    void fill(const SampleDesign& design, const ColumnSpec& spec, ColumnProfile& profile) const;

private:
    bool m_has_clusters = false;
    std::vector<GroupTally> m_nulls;
    std::vector<GroupTally> m_blanks;
};

} // namespace assay
