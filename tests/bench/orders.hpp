// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "pen.hpp"
#include "random.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace assay::bench {

/// One row of the twelve columns.
struct Order {
    std::int64_t order_id = 0;
    std::int64_t customer_id = 0;
    std::string_view status;
    ShortText email;
    ShortText phone;
    std::string_view country;
    std::int64_t amount_cents = 0;
    double discount = 0;
    bool has_notes = false; ///< else they are NULL
    ShortText notes;
    ShortText tracking;
    ShortText created_at;
    std::int64_t priority = 0;
};

/// The rows of an imagined shop, each a function of its number alone: the same on every machine.
class Orders {
public:
    /// @param rows of the whole table, from which follows how many customers there are.
    explicit Orders(std::uint64_t rows);

    /// @param copy which of the five times twelve columns
    void make(std::uint64_t row, std::uint64_t copy, Order& order) const;

private:
    void make_email(Random& random, Order& order) const;

    std::uint64_t m_customers;
    std::uint64_t m_people;
    std::vector<std::string_view> m_countries;
};

} // namespace assay::bench
