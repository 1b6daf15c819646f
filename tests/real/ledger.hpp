// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "plain_sql.hpp"

#include "assay/base/fact.hpp"
#include "assay/metric/profile.hpp"

#include <optional>
#include <string>

namespace assay::test {

/// Keeps what two ways to one number disagree on, so that a test shows all of it at once.
class Ledger {
public:
    /// Where the numbers that follow belong ("public.orders.freight").
    void at(std::string place) { m_place = std::move(place); }

    void same(const std::string& what, const Cell& sql, const Cell& assay);
    void same(const std::string& what, std::int64_t sql, std::int64_t assay);
    /// Equal if exact, else within the bounds, which an estimate must have.
    void same_count(const std::string& what, std::int64_t sql, const Count& assay);
    /// Numbers are compared as numbers, everything else as text.
    void same_value(const std::string& what, const Cell& sql, const Fact& assay);
    /// Equal but for rounding: relative 1e-9.
    void close(const std::string& what, const Cell& sql, std::optional<double> assay);
    /// A disagreement that is none of two numbers.
    void fault(const std::string& what);

    /// Disagreements, one a line.
    const std::string& faults() const { return m_faults; }
    /// How often two numbers were compared, so that a test can see that it tested something.
    int compared() const { return m_compared; }

private:
    std::string m_place;
    std::string m_faults;
    int m_compared = 0;
};

/// A fact as SQL would print it; nullopt for null.
Cell text_of(const Fact& fact);
/// Are they the same number, or the same text if the fact is none?
bool is_same_value(const Cell& sql, const Fact& fact);

} // namespace assay::test
