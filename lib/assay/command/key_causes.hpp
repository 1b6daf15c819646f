// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/command/change_cause.hpp"
#include "assay/command/row_comparison.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace assay {

/// Tells why rows of one side have no partner on the other although their keys look alike: the
/// keys differ in case, accents, blanks or Unicode form only, or the collation of the other side
/// takes them for one with the key of another row, so that they could not both be there.
class KeyCauses {
public:
    explicit KeyCauses(const RowComparison& plan);

    void add(const RowChange& row);

    /// Entries of "why". Keys that nothing on the other side looks like are looked up there, up to
    /// 20 of each side, where an index serves that.
    Fact::List find(Session& a, Session& b) const;

private:
    /// Rows of one side by their keys without what collations leave aside.
    using RowsByForm = std::map<std::string, std::vector<Value>>;

    std::string form_of(const std::vector<Value>& key) const;
    void add_alike(Fact::List& found) const;
    void add_collated(Side missing, Session& session, Fact::List& found) const;

    const RowComparison& m_plan;
    std::vector<std::size_t> m_texts; ///< which columns of the key are texts on both sides
    RowsByForm m_only_a;
    RowsByForm m_only_b;
};

} // namespace assay
