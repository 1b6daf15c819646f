// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/sketch/moments.hpp"
#include "assay/sketch/quantiles.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The smallest and largest number: integers exactly, reals finite, decimals as they are written.
class NumberRange {
public:
    void add(std::span<const std::int64_t> values) noexcept;
    /// -0.0 must have become 0.0.
    void add(std::span<const double> values) noexcept;
    /// @param value the decimal as a double, which spares most exact comparisons
    void add(std::string_view decimal, double value);
    void merge(const NumberRange& other);

    /// nullopt without numbers. The type of the value is integer, real or decimal. Of equal
    /// numbers, an integer comes before a real one and a real one before a decimal.
    std::optional<Value> min() const;
    std::optional<Value> max() const;
    /// Are there integers so large that a double may not hold them?
    bool has_integers_beyond_double() const noexcept;

private:
    template <typename T>
    struct Bounds {
        T min;
        T max;
    };
    struct Decimal {
        std::string text;
        double value = 0;
    };

    std::optional<Bounds<std::int64_t>> m_integers;
    std::optional<Bounds<double>> m_reals;
    std::optional<Bounds<Decimal>> m_decimals;
};

/// Moments and quantiles of finite numbers. Integers stay integers until the first real comes.
class Distribution {
public:
    /// @param quota values to keep before quantiles become estimates, shared with all that will be
    /// merged
    explicit Distribution(const std::shared_ptr<Quota>& quota)
        : m_integer_quantiles(quota), m_real_quantiles(quota) {}
    Distribution(const Distribution&) = delete;
    Distribution& operator=(const Distribution&) = delete;

    /// What comes now belongs to this part of the table. The moments of parts are put together in
    /// the order of the parts, so that rounding does not depend on who read which part.
    void begin_part(std::size_t part);
    void add(std::span<const std::int64_t> values);
    /// -0.0 must have become 0.0.
    void add(std::span<const double> values);
    /// Decimals as the nearest doubles; -0.0 must have become 0.0.
    /// @return false if their moments are still to come, from their texts; see Moments.
    [[nodiscard]] bool add_rounded(std::span<const double> decimals);
    void add_moments(std::span<const std::string_view> decimals);
    void merge(const Distribution& other);

    Moments moments() const;
    /// Values of type integer or real; empty without numbers.
    std::vector<Quantile> quantiles(std::span<const double> ranks) const;
    /// Are they integers as they came?
    bool has_integer_quantiles() const noexcept { return !m_promoted; }
    /// See Quantiles::rank_error().
    double rank_error() const;
    /// See Quantiles::write(): of integers as long as no real came, else of reals.
    void write_quantiles(StateWriter& writer) const;

private:
    void promote();
    Moments& current();

    std::size_t m_part = 0;
    std::map<std::size_t, Moments> m_moments; ///< by part
    Moments* m_current = nullptr;             ///< those of m_part; nullptr before the first number
    bool m_promoted = false;                  ///< everything is in m_real_quantiles
    Quantiles<std::int64_t> m_integer_quantiles;
    Quantiles<double> m_real_quantiles;
};

/// A decimal text as a double.
struct DecimalNumber {
    enum class Kind : std::uint8_t { finite, infinite, nan, not_a_decimal };
    Kind kind = Kind::not_a_decimal;
    double value = 0;           ///< finite only: the nearest double, or the largest of that sign
    bool beyond_double = false; ///< finite, but larger than any double
};
DecimalNumber read_decimal(std::string_view text) noexcept;
/// Is a decimal what its nearest double is written as, so that this one stands for it?
bool is_written_as(std::string_view decimal, double value);

} // namespace assay
