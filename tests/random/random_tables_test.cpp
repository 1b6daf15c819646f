// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "places.hpp"
#include "profile_oracle.hpp"
#include "random_table.hpp"

#include "assay/command/table_record.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <optional>

namespace assay::test {
namespace {

/// Do sums of a few values of this column come near the end of the doubles?
bool is_huge(const ColumnProfile& column) {
    constexpr double huge = 1e305;
    return (column.max && column.max->real > huge) || (column.min && column.min->real < -huge);
}

/// Rounding of sums depends on where they are cut, nothing else does; and where they overflow.
void compare_with_other(const TableProfile& one, TableProfile other, const std::string& how,
                        Ledger& ledger) {
    ledger.at(how);
    const auto take_if_close = [](std::optional<double>& own, std::optional<double> wanted,
                                  double margin) {
        own = own && wanted && std::fabs(*own - *wanted) <= margin ? wanted : own;
    };
    for (std::size_t i = 0; i < other.columns.size(); ++i) {
        const ColumnProfile& wanted = one.columns.at(i);
        if (is_huge(wanted)) {
            other.columns[i].mean = wanted.mean;
            other.columns[i].stddev = wanted.stddev;
            continue;
        }
        const double spread = std::fabs(wanted.mean.value_or(0)) + wanted.stddev.value_or(0);
        take_if_close(other.columns[i].mean, wanted.mean, 1e-12 * spread);
        take_if_close(other.columns[i].stddev, wanted.stddev, 1e-7 * spread);
    }
    if (!(profile_record("a", one, ValuesPolicy::all) ==
          profile_record("a", other, ValuesPolicy::all))) {
        ledger.fault("another profile than in one go by one worker");
    }
}

void check_a_random_table(Place& place, StoreKind kind) {
    const RandomTable table = a_random_table(kind);
    const std::string sql = sql_of(table);
    RC_LOG() << sql;
    place.make(sql);
    Subject subject = place.open();
    const auto plain = place.plain();
    Ledger ledger;
    const TableProfile one = subject.profile(1);
    compare_profile(*plain, one, ledger);
    compare_with_other(one, subject.profile(4), "four workers", ledger);
    const auto parts = place.parts(subject);
    if (!parts.empty()) {
        const TableProfile in_parts = subject.profile(1, parts);
        compare_with_other(one, in_parts, "in parts", ledger);
        const bool same = profile_record("a", in_parts, ValuesPolicy::all) ==
                          profile_record("a", subject.profile(4, parts), ValuesPolicy::all);
        if (!same) {
            ledger.fault("in parts: one worker and four differ");
        }
    }
    RC_LOG() << ledger.faults();
    RC_ASSERT(ledger.faults().empty());
    RC_ASSERT(ledger.compared() > 0);
}

} // namespace

TEST_CASE("every number of a profile of a random table agrees with plain SQL on SQLite") {
    SqlitePlace place;
    rc::prop("for any types and values, with any workers and parts",
             [&place] { check_a_random_table(place, StoreKind::sqlite); });
}

TEST_CASE("every number of a profile of a random table agrees with plain SQL on Postgres",
          "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresPlace place;
    rc::prop("for any types and values, with any workers and parts",
             [&place] { check_a_random_table(place, StoreKind::postgresql); });
}

} // namespace assay::test
