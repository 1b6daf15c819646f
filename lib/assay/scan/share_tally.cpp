// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/share_tally.hpp"

#include "assay/metric/text_summary.hpp"

namespace assay {

void ShareTally::begin_cluster() {
    m_has_clusters = true;
    m_nulls.emplace_back();
    m_blanks.emplace_back();
}

void ShareTally::add(const Column& column) {
    if (!m_has_clusters) {
        m_nulls.emplace_back();
        m_blanks.emplace_back();
    }
    GroupTally& nulls = m_nulls.back();
    GroupTally& blanks = m_blanks.back();
    nulls.rows += static_cast<std::int64_t>(column.size());
    blanks.rows += static_cast<std::int64_t>(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        const CellKind kind = column.kind(row);
        nulls.hits += kind == CellKind::null ? 1 : 0;
        blanks.hits += kind == CellKind::text && shape_of(column.bytes(row)).blank ? 1 : 0;
    }
}

void ShareTally::fill(const SampleDesign& design, const ColumnSpec& spec,
                      ColumnProfile& profile) const {
    const bool cannot_be_null = !spec.nullable && profile.nulls == 0 && profile.rows > 0;
    profile.null_share = cannot_be_null ? Share{0, 0, 0} : estimate_share(m_nulls, design);
    if (profile.texts > 0) {
        profile.blank_share = estimate_share(m_blanks, design);
    }
    if (!spec.enforced) {
        const GroupTally all{profile.rows, profile.misfits};
        SampleDesign one_by_one = design;
        one_by_one.clusters =
            design.clusters > 0 ? design.clusters : static_cast<std::int64_t>(m_nulls.size());
        profile.misfit_share = estimate_share({&all, 1}, one_by_one);
    }
}

} // namespace assay
