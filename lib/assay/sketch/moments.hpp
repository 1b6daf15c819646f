// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace assay {

class StateReader;
class StateWriter;

__extension__ using Int128 = __int128;

/// Count, mean and standard deviation of finite numbers, however far from zero they lie. Integers
/// are summed exactly, reals with Neumaier's compensation; deviations are taken from a value of the
/// data, and those of parts are put together by the pairwise formula of Chan, Golub and LeVeque.
class Moments {
public:
    void add(std::span<const std::int64_t> values);
    /// None of them NaN or infinite.
    void add(std::span<const double> values);
    /// Decimals as is_decimal() knows them, whose distances are taken digit by digit.
    void add(std::span<const std::string_view> decimals);
    /// Decimals as the nearest doubles, which is faster.
    /// @return false if they lie so close together that rounding would tell in the deviation: then
    /// nothing was added, and add() with their texts will do.
    [[nodiscard]] bool add_rounded(std::span<const double> decimals);
    void merge(const Moments& other);

    std::int64_t count() const noexcept { return m_spread.count + m_decimals.count; }
    /// nullopt without numbers, or if a double cannot hold it.
    std::optional<double> mean() const;
    /// Of a sample (n - 1). nullopt below two numbers, or if a double cannot hold it.
    std::optional<double> stddev() const;

    void write(StateWriter& writer) const;
    /// @throws Error of kind usage if this is not such a state.
    static Moments read(StateReader& reader);

private:
    /// A sum of doubles and what rounding took from it.
    struct Sum {
        double value = 0;
        double lost = 0;
        void add(double number) noexcept;
        double total() const noexcept { return value + lost; }
    };
    /// Squared deviations from a mean.
    struct Spread {
        std::int64_t count = 0;
        double mean = 0;
        double mean_rest = 0; ///< what a double does not hold of the mean
        double squares = 0;   ///< sum of squared deviations
        void shift(double distance) noexcept;
        void combine(const Spread& other) noexcept;
    };
    /// A decimal from which others are measured, and as what two doubles hold of it.
    struct Anchor {
        std::string text;
        double value = 0;
        double rest = 0;
        static Anchor at(std::string_view text);
    };
    static Spread spread_of(std::span<const std::int64_t> values, Int128 sum) noexcept;
    static Spread spread_of(std::span<const double> values) noexcept;
    bool is_possible() const noexcept;
    void add_reals(std::span<const double> values, const Spread& spread) noexcept;
    void add_decimals(std::string_view origin, Spread distances);
    Spread all() const noexcept;

    Int128 m_integer_sum = 0;
    Sum m_real_sum;
    std::int64_t m_reals = 0;
    Spread m_spread;   ///< of integers and doubles
    Anchor m_anchor;   ///< the first of the decimals whose texts came
    Spread m_decimals; ///< of their distances from it
};

} // namespace assay
