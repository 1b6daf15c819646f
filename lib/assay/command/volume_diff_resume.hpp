// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/command/pair_progress.hpp"
#include "assay/command/volume_diff.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace assay {

/// What a run that was ended early learned of the tables that it had compared by then.
class EarlierRun {
public:
    EarlierRun() = default;
    /// @param document with the sources of this run
    /// @param file of a call that compared the same, which the caller has seen to
    /// @throws Error of kind usage: the file is no result of a run that was ended early, or that
    /// run was of another command, or looked at other databases.
    EarlierRun(const InputFile& file, const Document& document);

    /// The results of the earlier run for a table, each with when it was compared; empty: it has to
    /// be compared now. So has a table whose columns are not those that it had.
    /// @param a, b the table of each side as the catalog has it
    std::vector<CheckResult> results(const TableRecord& a, const TableRecord& b) const;

    /// How far the earlier run came with a table that it was ended in; nullopt: it has to be
    /// compared from its beginning. So has a table whose columns are not those that it had.
    /// @throws Error of kind usage: what the file says of it is damaged.
    std::optional<PairProgress> progress(const TableRecord& a, const TableRecord& b) const;

    /// When the earlier run saw a table; nullopt: it did not.
    std::optional<Micros> seen_at(const TableRecord& table) const;

private:
    Document m_document;
};

/// Does a run know no less than an earlier one, so that it may take its place?
bool knows_as_much(const Document& document, const Document& earlier);

/// Is something of a run missing, so that a later one may go on with it?
bool is_unfinished(const Document& document) noexcept;

} // namespace assay
