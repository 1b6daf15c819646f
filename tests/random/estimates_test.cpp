// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "places.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <random>

namespace assay::test {
namespace {

/// 5,000 rows: whole numbers with repeats, reals over many magnitudes, words, and numbers of which
/// a few are very frequent.
std::string large_table(unsigned seed) {
    std::mt19937_64 random(seed);
    const auto below = [&random](std::uint64_t limit) { return random() % limit; };
    std::string sql = "CREATE TABLE t (id INTEGER PRIMARY KEY, whole BIGINT, amount DOUBLE "
                      "PRECISION, word TEXT, skewed BIGINT);\n";
    constexpr int rows = 5000;
    for (int row = 0; row < rows; ++row) {
        const double unit = static_cast<double>(below(1'000'000) + 1) / 1e6;
        sql += row % 500 == 0 ? "INSERT INTO t VALUES " : ", ";
        sql += fmt::format("({}, {}, {}, 'w{}', {})", (row - 100) * 10, below(500U * seed),
                           std::exp(20 * unit) - 1e4, below(200U << seed % 8),
                           static_cast<std::int64_t>(1 / unit));
        sql += row % 500 == 499 ? ";\n" : "";
    }
    return sql;
}

/// How often something was looked at, and how often it lay outside of its bounds.
struct Tally {
    int looks = 0;
    int misses = 0;
    void add(bool inside) {
        ++looks;
        misses += inside ? 0 : 1;
    }
};

struct Tallies {
    Tally distinct;  ///< bounds of 95 %
    Tally quantiles; ///< bounds of 99 %
    Tally top;       ///< bounds that always hold
};

std::string literal_of(const Value& value) {
    return value.kind == CellKind::integer ? fmt::format("{}", value.integer)
           : value.kind == CellKind::real  ? fmt::format("{}", value.real)
                                           : literal(value.bytes);
}

void look_at_column(PlainSql& sql, const std::string& name, const ColumnProfile& column,
                    Tallies& tallies) {
    const auto count = [&](const std::string& what, const std::string& condition) {
        return sql.number("SELECT " + what + " FROM t WHERE " + condition);
    };
    const std::int64_t distinct = count("count(DISTINCT " + name + ")", "true");
    if (column.distinct.method == Method::exact) {
        REQUIRE(column.distinct.value == distinct);
    } else {
        tallies.distinct.add(distinct >= column.distinct.lower.value() &&
                             distinct <= column.distinct.upper.value());
    }
    for (const TopValue& top : column.top) {
        const std::int64_t rows = count("count(*)", name + " = " + literal_of(top.value));
        tallies.top.add(top.count <= rows && rows <= top.count_max);
    }
    for (const Quantile& quantile : column.quantiles) {
        REQUIRE(column.quantile_method == Method::estimate);
        REQUIRE(column.quantile_rank_error.value() > 0);
        const std::string value = literal_of(quantile.value);
        const auto below = static_cast<double>(count("count(*)", name + " < " + value));
        const auto up_to = static_cast<double>(count("count(*)", name + " <= " + value));
        REQUIRE(up_to > below); // it is one of the values
        const auto rows = static_cast<double>(column.rows);
        const double margin = *column.quantile_rank_error * rows + 1;
        const double place = quantile.rank * rows;
        tallies.quantiles.add(place >= below - margin && place <= up_to + margin);
    }
}

/// At most so many misses, where each look misses with this chance: mean and four deviations.
int most_misses(int looks, double chance) {
    const double mean = looks * chance;
    return static_cast<int>(mean + 4 * std::sqrt(mean * (1 - chance)));
}

/// Profile tables with so little memory that not much can be counted exactly.
void require_bounds_that_hold(Place& place) {
    Tallies tallies;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        place.make(large_table(seed));
        Subject subject = place.open();
        const auto plain = place.plain();
        for (const unsigned jobs : {1U, 4U}) {
            const TableProfile profile = subject.profile(jobs, place.parts(subject), 1);
            REQUIRE(profile.columns.size() == 5);
            for (std::size_t i = 1; i < profile.columns.size(); ++i) {
                look_at_column(*plain, profile.schema.columns[i].name, profile.columns[i], tallies);
            }
        }
    }
    INFO("distinct: " << tallies.distinct.misses << " of " << tallies.distinct.looks);
    INFO("quantiles: " << tallies.quantiles.misses << " of " << tallies.quantiles.looks);
    CHECK(tallies.distinct.looks >= 12 * 2 * 2); // few values are counted in any memory
    CHECK(tallies.quantiles.looks == 12 * 2 * 3 * 7);
    CHECK(tallies.distinct.misses <= most_misses(tallies.distinct.looks, 0.05));
    CHECK(tallies.quantiles.misses <= most_misses(tallies.quantiles.looks, 0.01));
    CHECK(tallies.top.looks > 100);
    CHECK(tallies.top.misses == 0);
}

} // namespace

TEST_CASE("estimates lie inside of their bounds as often as they say, on SQLite") {
    SqlitePlace place;
    require_bounds_that_hold(place);
}

TEST_CASE("estimates lie inside of their bounds as often as they say, on Postgres", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    PostgresPlace place;
    require_bounds_that_hold(place);
}

} // namespace assay::test
