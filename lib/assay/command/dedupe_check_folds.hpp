// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/duplicates_folded.hpp"
#include "assay/match/fold.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace assay {

/// Who says what does not count in a column.
enum class FoldOrigin : std::uint8_t {
    unsaid,   ///< nobody: all counts
    nothing,  ///< the user, that all counts
    named,    ///< the user
    automatic ///< its name and its values
};

/// What does not count in a column.
struct FoldRule {
    FoldOrigin origin = FoldOrigin::unsaid;
    std::vector<Fold> folds = {}; ///< only of named
};

/// What does not count in columns that are named, and in all others.
struct FoldRules {
    FoldRule others;
    std::vector<std::pair<std::string, FoldRule>> columns; ///< in the words of the user

    bool empty() const noexcept { return others.origin == FoldOrigin::unsaid && columns.empty(); }
    /// The rule of a column, a new one if there is none.
    FoldRule& of(const std::string& column);
};

/// The rule for each column of a key; none, if nobody says anything about any of them.
/// @throws Error of kind not_found for a rule about a column that the table does not have.
std::vector<FoldRule> fold_rules_of(const TableSchema& table, const std::vector<std::size_t>& key,
                                    const FoldRules& rules);

/// @param columns ordinals of all keys
/// @throws Error of kind usage for a rule about a column that is in no key, or for two about one.
void require_folded_in_keys(const TableSchema& table, const std::vector<std::size_t>& columns,
                            const FoldRules& rules);

/// What does not count in a column of a key, and why.
struct ChosenFolds {
    std::vector<Fold> folds;
    std::string why; ///< empty: the user named it
};

/// A key and the rules of its columns.
struct FoldQuestion {
    const TableSchema* table = nullptr;
    std::vector<std::size_t> key; ///< ordinals
    std::vector<FoldRule> rules;  ///< one for each column
    std::string where = {};       ///< which rows count; empty: all
};

/// The scan of the columns whose values decide; of none, if none does.
ScanRequest fold_sample_scan(const FoldQuestion& question);
/// Which part of so many rows is drawn; all of few rows.
Sample fold_sample(std::int64_t rows) noexcept;

/// Decide by the names of columns and by a thousand or two of the rows, in equal distances: of some
/// ten thousand that are drawn over the whole table, after its rows were counted; of all rows where
/// there are no more, or where the store cannot draw. It is the same for the same table.
std::vector<ChosenFolds> choose_folds(Session& session, const FoldQuestion& question);
/// Decide without reading anything.
std::vector<ChosenFolds> choose_folds_by_name(const FoldQuestion& question);

/// The facts of what was chosen.
std::vector<FoldedColumn> folded_columns(const FoldQuestion& question,
                                         const std::vector<ChosenFolds>& chosen);
/// "email without case, trim and email (5 of 5 sampled values look like addresses); id as it is"
std::string words_of_folds(const std::vector<FoldedColumn>& columns);

} // namespace assay
