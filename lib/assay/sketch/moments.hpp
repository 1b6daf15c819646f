// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace assay {

class StateReader;
class StateWriter;

__extension__ using Int128 = __int128;

/// Count, mean and standard deviation of finite numbers. Integers are summed exactly, reals with
/// Neumaier's compensation; the squared deviations of parts are put together by the pairwise
/// formula of Chan, Golub and LeVeque.
class Moments {
public:
    void add(std::span<const std::int64_t> values);
    /// None of them NaN or infinite.
    void add(std::span<const double> values);
    void merge(const Moments& other);

    std::int64_t count() const noexcept { return m_count; }
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
    bool is_possible() const noexcept;
    template <typename T>
    void add_deviations(std::span<const T> values);
    void combine(std::int64_t count, double mean, double squares) noexcept;

    std::int64_t m_count = 0;
    Int128 m_integer_sum = 0;
    Sum m_real_sum;
    std::int64_t m_reals = 0;
    double m_mean = 0;    ///< running, for the deviations
    double m_squares = 0; ///< sum of squared deviations from the mean
};

} // namespace assay
