// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/sketch/frequent_items.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace assay {

class StateReader;
class StateWriter;

/// Below this many rows a text could point to a person.
inline constexpr std::int64_t rows_to_show_text = 5;

/// Has a value been counted before? Of a rare one this may be forgotten, never the other way round.
enum class Sight : std::uint8_t { maybe_first, repeated };

/// A value with a counter.
struct TrackedValue {
    std::uint64_t hash = 0; ///< the canonical one: that of an equal value of any column
    Value value;            ///< text cut at 256 bytes; of no type
    FrequencyBounds count;
};

/// The most frequent values of a column.
class TopValues {
public:
    TopValues() = default;
    /// @param slots see FrequentItems
    explicit TopValues(std::size_t slots) : m_items(slots) {}

    /// Count a cell that is not NULL.
    /// @param hash its canonical hash
    Sight add(std::uint64_t hash, const Column& column, std::size_t row) {
        const Tracking tracking = m_items.count(hash);
        if (tracking == Tracking::admitted) {
            name(hash, column, row);
        }
        return tracking == Tracking::tracked ? Sight::repeated : Sight::maybe_first;
    }
    /// Count the cells of some rows, none of which is NULL.
    /// @param visit called with the place of each in `rows` and with its Sight
    template <typename Visit>
    void add(std::span<const std::uint64_t> hashes, const Column& column,
             std::span<const std::uint32_t> rows, Visit visit) {
        m_items.count_each(hashes, [&](std::size_t i, Tracking tracking) {
            if (tracking == Tracking::admitted) {
                name(hashes[i], column, rows[i]);
            }
            visit(i, tracking == Tracking::tracked ? Sight::repeated : Sight::maybe_first);
        });
    }
    void merge(const TopValues& other) { m_items.merge(other.m_items); }

    /// Those that are known to be most frequent, equal counts by value. Empty when no value is
    /// known to repeat; when there are too many to count them all, only those that surely occur
    /// more often than any without a counter. One whose count is not known well may be left out
    /// behind them, though it is more frequent. A real number that is whole shows as an integer,
    /// and of equal decimals one of the spellings.
    std::vector<TopValue> result(std::size_t most) const;

    /// All values with a counter, most frequent first.
    std::vector<TrackedValue> tracked() const;
    /// How often any value was added.
    FrequencyBounds bounds(std::uint64_t hash) const noexcept { return m_items.bounds(hash); }
    /// How many values were added.
    std::int64_t total() const noexcept { return m_items.total(); }

    /// The most frequent ones, up to 96, exactly if there are no more and all counts are; bounds of
    /// any other. A value that fewer than `rows_to_show_text` rows hold stays unknown: of its
    /// TrackedValue there is the hash, and NULL.
    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state, or one of other hashes.
    static TopValues read(StateReader& reader);

private:
    void name(std::uint64_t hash, const Column& column, std::size_t row);

    FrequentItems m_items;
};

} // namespace assay
