// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/cost_gate.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

namespace assay::postgres {
namespace {

/// That of the uppermost node, which is the first to be described.
double total_cost(std::string_view plan) {
    // Inside a name the quote after the word would have a backslash before it.
    constexpr std::string_view field = "\"Total Cost\": ";
    const auto at = plan.find(field);
    double cost = 0;
    if (at == std::string_view::npos ||
        std::from_chars(plan.data() + at + field.size(), plan.data() + plan.size(), cost).ec !=
            std::errc()) {
        throw Error(ErrorKind::query, "the server sent a plan without its cost");
    }
    return cost;
}

std::string number(double cost) {
    constexpr double readable = 1e15;
    return cost < readable ? group_digits(std::llround(cost)) : fmt::format("{:.2g}", cost);
}

} // namespace

void require_affordable(Connection& connection, const std::string& sql,
                        const std::vector<std::string>& parameters) {
    const auto& most = connection.options().max_cost;
    if (!most || sql.starts_with("EXPLAIN")) {
        return;
    }
    const Result plan =
        connection.execute("EXPLAIN (FORMAT JSON) " + sql, ResultFormat::text, parameters);
    const double cost = total_cost(plan.rows() == 1 ? plan.bytes(0, 0) : std::string_view());
    if (cost > *most) {
        throw Error(ErrorKind::limit,
                    fmt::format("to read it would cost {} by the planner's estimate, more than the "
                                "{} of --max-cost",
                                number(cost), number(*most)),
                    "read a sample, fewer rows with --where, or allow more");
    }
}

} // namespace assay::postgres
