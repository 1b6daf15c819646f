// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/metric/profile.hpp"
#include "assay/sketch/moments.hpp"
#include "assay/sketch/quantiles.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// The smallest and largest number: integers exactly, reals finite, decimals as they are written.
class NumberRange {
public:
    void add(std::int64_t value) noexcept;
    void add(double value) noexcept;
    /// @param value the decimal as a double, which spares most exact comparisons
    void add(std::string_view decimal, double value);
    void merge(const NumberRange& other);

    /// nullopt without numbers. The type of the value is integer, real or decimal. Of equal
    /// numbers, an integer comes before a real one and a real one before a decimal.
    std::optional<Value> min() const;
    std::optional<Value> max() const;

private:
    template <typename T>
    struct Bounds {
        T min{};
        T max{};
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
    /// @param exact_quantiles most values to keep before quantiles become estimates
    explicit Distribution(std::size_t exact_quantiles)
        : m_integer_quantiles(exact_quantiles), m_real_quantiles(exact_quantiles) {}

    void add(std::int64_t value) {
        m_integers[m_pending_integers++] = value;
        if (m_pending_integers == m_integers.size()) {
            settle();
        }
    }
    /// -0.0 counts as 0.
    void add(double value) {
        m_reals[m_pending_reals++] = value + 0.0;
        if (m_pending_reals == m_reals.size()) {
            settle();
        }
    }
    /// Take in what add() has put aside: before merge() and before results.
    void settle();
    void merge(const Distribution& other);

    const Moments& moments() const noexcept { return m_moments; }
    /// Values of type integer or real; empty without numbers.
    std::vector<Quantile> quantiles(std::span<const double> ranks) const;
    /// See Quantiles::rank_error().
    double rank_error() const;

private:
    void promote();

    std::array<std::int64_t, 256> m_integers{};
    std::array<double, 256> m_reals{};
    std::size_t m_pending_integers = 0;
    std::size_t m_pending_reals = 0;
    Moments m_moments;
    bool m_promoted = false; ///< everything is in m_real_quantiles
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

} // namespace assay
