// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/duplicates.hpp"
#include "assay/metric/frequent_keys.hpp"
#include "assay/metric/key_table.hpp"
#include "assay/scan/duplicate_rows.hpp"
#include "assay/scan/group_comparison.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What is learned of the rows of groups besides their keys, by where it stands in a batch.
struct LookLayout {
    ComparedColumns compared;
    std::vector<std::size_t> primary_key; ///< leads to rows; empty: nothing does
    std::size_t most_rows = 0;            ///< to be led to
};

/// What was seen of the rows of a group.
struct GroupLook {
    GroupComparison comparison;
    std::vector<RowLocator> first = {}; ///< rows of a group that is shown, by their primary key
};

/// Where a key stands in the batches of a scan.
struct GroupLayout {
    std::vector<std::size_t> key;        ///< places of its columns in a batch
    const PlacedTable* placed = nullptr; ///< batches end with its columns; nullptr: they do not
    std::optional<LookLayout> look = {}; ///< nullopt: the rows are looked at by their places
};

/// The groups of one key that are to be found again.
struct WantedGroups {
    std::vector<DuplicateGroup> groups; ///< all are compared byte by byte
    std::size_t shown = 0;              ///< the first ones: their values are fetched
    /// Of the first groups, how many rows to keep with their places; the others keep none.
    std::vector<std::size_t> kept_rows = {};
    /// How many rows of each are read at least, the first ones: fewer than it has where their keys
    /// are known to be equal; empty: all. Those that are read for another key may be more of them.
    std::vector<std::size_t> read_rows = {};
    /// Of the first groups, where the rows to keep stand as far as that is known: they are not kept
    /// when they are read. Empty: of none.
    std::vector<std::vector<std::int64_t>> places = {};
};

/// Finds the rows of known groups again, and compares their keys byte by byte.
class GroupSink final : public BatchSink {
public:
    /// Both must outlive the sink.
    GroupSink(const GroupLayout& layout, const WantedGroups& wanted);

    void consume(const RowBatch& batch) override;
    /// Take over what a sink with the same layout found in other rows.
    /// @throws Error of kind internal.
    void merge(GroupSink& other);

    /// The groups that are shown, or of which rows are kept; all where the rows are looked at.
    /// @throws Error of kind changed if they do not have the rows that were to be read.
    std::vector<DuplicateRows> take();
    /// What was seen of the rows of each of them; none where they are not looked at.
    std::vector<GroupLook> take_looks();
    /// Groups that were compared.
    std::int64_t verified() const noexcept;

private:
    struct Found {
        std::string bytes;
        DuplicateRows rows;
        GroupLook look;
        bool is_too_long = false; ///< to be compared
    };

    static void compare(const Found& found, std::string_view key);
    void add(std::size_t number, std::string_view key, const RowBatch& batch, std::size_t row);
    void keep_row(std::size_t number, const RowBatch& batch, std::size_t row);
    void look_at(std::size_t number, const RowBatch& batch, std::size_t row);
    std::size_t groups_to_take() const noexcept;
    bool has_known_places(std::size_t number) const noexcept;
    std::size_t most_rows(std::size_t number) const noexcept;
    std::vector<DuplicateRow> first_rows(std::size_t number);

    const GroupLayout* m_layout;
    const WantedGroups* m_wanted;
    KeyTable m_numbers; ///< of the groups, from 1 on
    std::vector<Found> m_groups;
    std::string m_scratch;
};

/// Of two equal values such as 1 and 1.0 let the plainer one stand for both, whichever was read
/// first.
void prefer_plainer(Value value, Value& over);
/// The same of a cell, without a copy where it cannot look different.
void prefer_plainer(const Column& column, std::size_t row, Value& over);

} // namespace assay
