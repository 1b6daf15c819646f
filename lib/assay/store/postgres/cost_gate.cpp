// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/cost_gate.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/plan_number.hpp"

#include <fmt/format.h>

#include <cmath>
#include <string_view>

namespace assay::postgres {
namespace {

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
    const auto cost =
        plan_number(plan.rows() == 1 ? plan.bytes(0, 0) : std::string_view(), "Total Cost");
    if (!cost) {
        throw Error(ErrorKind::query, "the server sent a plan without its cost");
    }
    if (*cost > *most) {
        throw Error(ErrorKind::limit,
                    fmt::format("to read it would cost {} by the planner's estimate, more than the "
                                "{} of --max-cost",
                                number(*cost), number(*most)),
                    "read a sample, fewer rows with --where, or allow more");
    }
}

} // namespace assay::postgres
