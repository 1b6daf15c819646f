// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/sketch/extremes.hpp"
#include "assay/sketch/kll.hpp"
#include "assay/sketch/quota.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace assay {

/// The 1-based position of a quantile among `count` sorted values, nearest rank: ceil(rank *
/// count).
inline std::int64_t nearest_rank(double rank, std::int64_t count) {
    const double position = rank * static_cast<double>(count);
    // 0.07 * 100 is 7.000000000000001 in doubles and means 7.
    const double rounded = std::ceil(position - position * 0x1p-51);
    return std::clamp(static_cast<std::int64_t>(rounded), std::int64_t{1}, count);
}

/// Quantiles by nearest rank: every answer is one of the values. Exact while all values fit the
/// limit; beyond it a KLL sketch, with the 64 smallest and largest values kept exactly.
template <typename T>
class Quantiles {
public:
    /// Exact values that a saved state has at most: 32 KiB of reals.
    static constexpr std::size_t most_saved = 4096;

    /// @param limit most values to keep before the answers become estimates.
    explicit Quantiles(std::size_t limit) : Quantiles(std::make_shared<Quota>(limit)) {}
    /// @param quota values to keep, together with all that share it and will be merged
    explicit Quantiles(std::shared_ptr<Quota> quota) : m_quota(std::move(quota)) {}

    /// A value that is not NaN.
    void add(T value) { add(std::span<const T>(&value, 1)); }
    void add(std::span<const T> values) {
        if (!m_sketched && !m_quota->take(values.size())) {
            spill();
        }
        if (!m_sketched) {
            make_room(values.size());
            m_values.insert(m_values.end(), values.begin(), values.end());
            return;
        }
        m_sketch.add(values);
        m_extremes.add(values);
    }

    /// Add what another one saw; the lower of the two limits holds from then on.
    void merge(const Quantiles& other) {
        const bool together = m_quota == other.m_quota;
        if (other.m_quota->limit() < m_quota->limit()) {
            m_quota = std::make_shared<Quota>(other.m_quota->limit());
            m_quota->take(m_values.size());
        }
        if (!m_sketched &&
            (other.m_sketched ||
             (together ? m_quota->is_exceeded() : !m_quota->take(other.m_values.size())))) {
            spill();
        }
        if (!m_sketched) {
            m_values.insert(m_values.end(), other.m_values.begin(), other.m_values.end());
            return;
        }
        if (other.m_sketched) {
            m_sketch.merge(other.m_sketch);
            m_extremes.merge(other.m_extremes);
            return;
        }
        m_sketch.add(other.m_values);
        m_extremes.add(other.m_values);
    }

    std::int64_t count() const noexcept {
        return m_sketched ? m_sketch.count() : static_cast<std::int64_t>(m_values.size());
    }
    bool is_exact() const noexcept { return !m_sketched; }
    /// Of a rank, 0..1, single-sided at 99 %; 0 when exact.
    double rank_error() const { return m_sketched ? m_sketch.rank_error() : 0; }

    /// One value for each of the ranks (0..1); empty without values.
    std::vector<T> at(std::span<const double> ranks) const {
        if (count() == 0) {
            return {};
        }
        return m_sketched ? estimated(ranks) : exact(ranks);
    }

    /// The same through a conversion that keeps the order, as int64 to double does.
    template <typename U>
    Quantiles<U> converted() const {
        Quantiles<U> result(m_quota);
        result.m_sketched = m_sketched;
        for (const T value : m_values) {
            result.m_values.push_back(static_cast<U>(value));
        }
        result.m_sketch = m_sketch.template converted<U>();
        result.m_extremes = m_extremes.template converted<U>();
        return result;
    }

    /// Up to `most_saved` values as they are, in ascending order: exact when read back, though what
    /// is added may make other estimates than it had here. More than that as the estimates that
    /// they become beyond the limit; these go on as they would here.
    void write(StateWriter& writer) const {
        if (!m_sketched && m_values.size() > most_saved) {
            Quantiles estimates = *this;
            estimates.spill();
            estimates.write(writer);
            return;
        }
        writer.begin(state_tag, state_version);
        SavedValues<T>::write_sort(writer);
        writer.varint(m_quota->limit());
        writer.u8(m_sketched ? 1 : 0);
        if (m_sketched) {
            m_sketch.write(writer);
            m_extremes.write(writer);
            return;
        }
        std::vector<T> values = m_values;
        SavedValues<T>::sort(values);
        SavedValues<T>::write_ascending(writer, values);
    }
    /// With a quota of its own, of the same limit.
    /// @throws Error of kind usage if this is not such a state, or one of other values.
    static Quantiles read(StateReader& reader) {
        reader.begin(state_tag, state_version);
        SavedValues<T>::expect_sort(reader);
        Quantiles result(static_cast<std::size_t>(reader.varint()));
        const std::uint8_t form = reader.u8();
        reader.expect(form <= 1, "has quantiles in a form that is not known");
        result.m_sketched = form == 1;
        if (result.m_sketched) {
            result.m_sketch = Kll<T>::read(reader);
            result.m_extremes = Extremes<T>::read(reader);
            reader.expect(result.m_extremes.can_be_of(static_cast<std::size_t>(result.count())),
                          "has quantiles whose extreme values are not theirs");
            return result;
        }
        result.m_values = SavedValues<T>::read_ascending(reader);
        reader.expect(SavedValues<T>::is_sorted(result.m_values) &&
                          result.m_values.size() <= most_saved &&
                          result.m_quota->take(result.m_values.size()),
                      "has more exact values than it may, or in disorder");
        return result;
    }

private:
    template <typename U>
    friend class Quantiles;
    static constexpr StateTag state_tag{"QUAN"};
    static constexpr std::uint8_t state_version = 1;

    /// In larger steps than a vector takes: memory that is new costs more than what is done with
    /// it.
    void make_room(std::size_t added) {
        constexpr std::size_t growth = 4;
        const std::size_t wanted = m_values.size() + added;
        if (wanted > m_values.capacity()) {
            m_values.reserve(std::max(wanted, std::min(m_quota->limit(), growth * wanted)));
        }
    }

    void spill() {
        m_sketched = true;
        const std::vector<T> values = std::exchange(m_values, {});
        m_sketch.expect(static_cast<std::int64_t>(values.size()));
        m_sketch.add(values);
        m_extremes.add(values);
    }

    std::vector<T> exact(std::span<const double> ranks) const {
        std::vector<T> values = m_values;
        // Everything before `settled` is at most as large as what follows: ascending ranks look at
        // ever less, which is cheaper than sorting.
        std::ptrdiff_t settled = 0;
        std::vector<T> result;
        for (const double rank : ranks) {
            const auto index = static_cast<std::ptrdiff_t>(nearest_rank(rank, count()) - 1);
            const auto first = values.begin() + (index >= settled ? settled : 0);
            std::nth_element(first, values.begin() + index, values.end());
            result.push_back(values[static_cast<std::size_t>(index)]);
            settled = index;
        }
        return result;
    }

    std::vector<T> estimated(std::span<const double> ranks) const {
        const auto values = m_sketch.sorted();
        const auto smallest = m_extremes.smallest();
        const auto largest = m_extremes.largest();
        std::vector<T> result;
        for (const double rank : ranks) {
            const std::int64_t position = nearest_rank(rank, count());
            const auto from_start = static_cast<std::size_t>(position - 1);
            const auto from_end = static_cast<std::size_t>(count() - position);
            if (from_start < smallest.size()) {
                result.push_back(smallest[from_start]);
            } else if (from_end < largest.size()) {
                result.push_back(largest[from_end]);
            } else {
                result.push_back(
                    std::clamp(value_at(values, position), smallest.back(), largest.back()));
            }
        }
        return result;
    }

    static T value_at(const std::vector<WeightedValue<T>>& values, std::int64_t position) {
        std::int64_t seen = 0;
        for (const auto& item : values) {
            seen += item.weight;
            if (seen >= position) {
                return item.value;
            }
        }
        return values.back().value;
    }

    std::shared_ptr<Quota> m_quota;
    bool m_sketched = false;
    std::vector<T> m_values; ///< everything, until it is too much
    Kll<T> m_sketch;
    Extremes<T> m_extremes;
};

} // namespace assay
