// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "csv.hpp"
#include "real_data.hpp"

#include "assay/command/dedupe_check.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay::test {
namespace {

/// How good an answer is, by the truth.
struct Score {
    double right = 0; ///< pairs that are told and true
    double told = 0;
    double truth = 0;
    double predicted_precision = 0;

    double f1() const { return 2 * right / (told + truth); }
    double precision() const { return right / told; }
};

const Facts& facts_of(const Fact& fact) { return std::get<Facts>(fact.value); }

const Fact::List& list_of(const Facts& facts, std::string_view name) {
    const Fact* found = find_fact(facts, name);
    REQUIRE(found != nullptr);
    return std::get<Fact::List>(found->value);
}

/// What a row of a group has in a column, whether the column names rows or differs in the group.
std::string cell_of(const Facts& row, std::string_view column) {
    for (const auto* part : {"key", "values"}) {
        if (const Fact* cell = find_fact(facts_of(*find_fact(row, part)), column)) {
            return std::get<std::string>(cell->value);
        }
    }
    FAIL("no column " << column);
    return {};
}

/// The rows of every group, each by its cell in a column.
std::vector<std::vector<std::string>> groups_of(const CheckResult& check, std::string_view column) {
    std::vector<std::vector<std::string>> groups;
    for (const auto& group : list_of(check.evidence, "groups")) {
        auto& rows = groups.emplace_back();
        for (const auto& row : list_of(facts_of(group), "rows")) {
            rows.push_back(cell_of(facts_of(row), column));
        }
    }
    return groups;
}

CheckResult near_check(World& world, const DedupeCheckOptions& wanted) {
    DedupeCheckOptions options = wanted;
    options.common = common_options("dedupe-check");
    options.common.values = ValuesPolicy::all;
    options.common.tables = {"t"};
    options.likeness = Likeness::near;
    options.limit = 1'000'000;
    const Document document = run_unchanged(
        world, [&](const Context& context) { return dedupe_check(options, context); });
    REQUIRE(troubles_of(document) == "");
    return results_of(document, "duplicates.near").at(0);
}

double predicted(const CheckResult& check) {
    return std::get<double>(find_fact(check.evidence, "predicted_precision")->value);
}

/// Find the persons of a Febrl file; rec-N- names the person that a row is about.
Score febrl_score(const std::string& file) {
    World world;
    const CsvTable csv = parse_csv(read_file(data_folder() / "febrl" / file));
    DedupeCheckOptions options;
    options.database = world.database("t.db", table_sql("t", csv, EmptyField::null));
    const CheckResult check = near_check(world, options);
    const auto person = [](const std::string& id) { return id.substr(0, id.find('-', 4)); };
    Score score;
    std::map<std::string, double> rows_of_person;
    for (const auto& row : csv.rows) {
        score.truth += rows_of_person[person(row[0])]++;
    }
    for (const auto& group : groups_of(check, "rec_id")) {
        for (std::size_t i = 0; i < group.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                ++score.told;
                score.right += person(group[i]) == person(group[j]) ? 1 : 0;
            }
        }
    }
    score.predicted_precision = predicted(check);
    return score;
}

void require_score(const Score& score, double truth, double least) {
    CHECK(score.truth == truth);
    CHECK(score.f1() >= least);
    CHECK(std::abs(score.predicted_precision - score.precision()) <= .03);
}

Score restaurant_score(World& world, const std::string& a, const std::string& b) {
    const CsvTable matches =
        parse_csv(read_file(data_folder() / "restaurants" / "matches_fodors_zagats.csv"));
    std::set<std::vector<std::string>> truth(matches.rows.begin(), matches.rows.end());
    DedupeCheckOptions options;
    options.database = a;
    options.against = OtherTable{b, "t"};
    const CheckResult check = near_check(world, options);
    Score score;
    score.truth = static_cast<double>(truth.size());
    for (const auto& pair : groups_of(check, "id")) {
        ++score.told;
        score.right += truth.count(pair) > 0 ? 1 : 0;
    }
    score.predicted_precision = predicted(check);
    return score;
}

std::string restaurants_sql(const std::string& file) {
    return table_sql("t", parse_csv(read_file(data_folder() / "restaurants" / file)),
                     EmptyField::null);
}

TEST_CASE("every duplicate of Febrl dataset 1 is found, and nothing else") {
    if (has_data(data_folder() / "febrl")) {
        require_score(febrl_score("dataset1.csv"), 500, 1);
    }
}

TEST_CASE("the duplicates of Febrl dataset 2 are found") {
    if (has_data(data_folder() / "febrl")) {
        require_score(febrl_score("dataset2.csv"), 1934, .998);
    }
}

TEST_CASE("the duplicates of Febrl dataset 3 are found") {
    if (has_data(data_folder() / "febrl")) {
        require_score(febrl_score("dataset3.csv"), 6538, .998);
    }
}

TEST_CASE("restaurants of two guides are linked") {
    if (has_data(data_folder() / "restaurants")) {
        World world;
        const std::string a = world.database("a.db", restaurants_sql("fodors.csv"));
        const std::string b = world.database("b.db", restaurants_sql("zagats.csv"));
        require_score(restaurant_score(world, a, b), 112, .98);
    }
}

TEST_CASE("restaurants of two guides are linked the same across the two stores", "[postgres]") {
    if (has_data_and_postgres(data_folder() / "restaurants")) {
        World world;
        const std::string a = world.database("a.db", restaurants_sql("fodors.csv"));
        const std::string b = world.database("b.db", restaurants_sql("zagats.csv"));
        const PostgresDatabase server(restaurants_sql("zagats.csv"));
        const Score one = restaurant_score(world, a, b);
        const Score two = restaurant_score(world, a, server.conninfo());
        CHECK(one.told == two.told);
        CHECK(one.right == two.right);
        CHECK(one.predicted_precision == two.predicted_precision);
    }
}

/// The provider of each row by the clean file, whose rows are those of the dirty one.
std::map<std::string, std::string> providers() {
    std::map<std::string, std::string> by_index;
    for (const auto& row : parse_csv(read_file(data_folder() / "hospital" / "clean.csv")).rows) {
        by_index[row[0]] = row[1];
    }
    return by_index;
}

TEST_CASE("no group of dirty hospital rows mixes providers") {
    if (!has_data(data_folder() / "hospital")) {
        return;
    }
    World world;
    const CsvTable dirty = parse_csv(read_file(data_folder() / "hospital" / "dirty.csv"));
    DedupeCheckOptions options;
    options.database = world.database("t.db", table_sql("t", dirty, EmptyField::null));
    const CheckResult check = near_check(world, options);
    const auto provider = providers();
    std::size_t mixed = 0;
    const auto groups = groups_of(check, "index");
    for (const auto& group : groups) {
        for (const auto& index : group) {
            mixed += provider.at(index) != provider.at(group.front()) ? 1U : 0U;
        }
    }
    CHECK(groups.size() > 40);
    CHECK(mixed == 0);
    CHECK(predicted(check) > .97);
}

} // namespace
} // namespace assay::test
