// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check.hpp"
#include "assay/command/volume_diff.hpp"
#include "command_world.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

Document dedupe(World& world, const std::string& sql, std::vector<std::string> key = {},
                std::optional<NullPolicy> nulls = {}) {
    DedupeCheckOptions options;
    options.common = common_options("dedupe-check");
    options.common.tables = {"t"};
    options.database = world.database("dedupe.db", sql);
    if (!key.empty()) {
        options.keys = {std::move(key)};
    }
    options.nulls = nulls;
    return dedupe_check(options, world.context());
}

CheckResult surplus(const std::string& sql, std::vector<std::string> key = {},
                    std::optional<NullPolicy> nulls = {}) {
    World world;
    const auto document = dedupe(world, sql, std::move(key), nulls);
    REQUIRE(document.errors.empty());
    return results_of(document, "duplicates.surplus").at(0);
}

/// Two databases and how they are compared.
struct TwoSides {
    World world;
    VolumeDiffOptions options;

    TwoSides(const std::string& sql_a, const std::string& sql_b, DiffBy by = DiffBy::rows) {
        options.common = common_options("volume-diff");
        options.database_a = world.database("a.db", sql_a);
        options.database_b = world.database("b.db", sql_b);
        options.by = by;
    }
    Document run() { return volume_diff(options, world.context()); }
};

} // namespace

TEST_CASE("a, a, b, b, b are two duplicated keys with three surplus rows, in a file as well") {
    const auto check = surplus(
        "CREATE TABLE t(x TEXT); INSERT INTO t VALUES ('a'),('a'),('b'),('b'),('b');", {"x"});
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::critical);
    CHECK(number(check, "rows") == 5);
    CHECK(number(check, "distinct_keys") == 2);
    CHECK(number(check, "duplicated_keys") == 2);
    CHECK(number(check, "surplus_rows") == 3);
    CHECK(number(check, "largest_group") == 3);
    CHECK(number(check, "null_key_rows") == 0);
}

TEST_CASE("values that only look alike are no duplicates") {
    CHECK(surplus("CREATE TABLE t(x TEXT, y TEXT); INSERT INTO t VALUES ('a|b','c'),('a','b|c');")
              .status == Status::pass);
    CHECK(surplus("CREATE TABLE t(x TEXT); INSERT INTO t VALUES (NULL),('<null>'),('NULL'),('');")
              .status == Status::pass);
    CHECK(surplus("CREATE TABLE t(x); INSERT INTO t VALUES (1),('1'),(x'31');").status ==
          Status::pass);
    CHECK(surplus("CREATE TABLE t(x TEXT); INSERT INTO t VALUES ('a'),('A'),('a ');").status ==
          Status::pass);
    CHECK(surplus("CREATE TABLE t(x TEXT COLLATE NOCASE); INSERT INTO t VALUES ('a'),('A');")
              .status == Status::pass);
}

TEST_CASE("values that are equal are, however they are held") {
    CHECK(surplus("CREATE TABLE t(x); INSERT INTO t VALUES (1),(1.0);").status == Status::fail);
    CHECK(
        surplus("CREATE TABLE t(x); INSERT INTO t VALUES (9007199254740992),(9007199254740992.0);")
            .status == Status::fail);
    CHECK(surplus("CREATE TABLE t(x); INSERT INTO t VALUES (9007199254740993),(9007199254740992);")
              .status == Status::pass);
}

TEST_CASE("NULL is equal to NULL in whole rows and to nothing in a key") {
    const std::string rows = "CREATE TABLE t(x TEXT); INSERT INTO t VALUES (NULL),(NULL);";
    CHECK(surplus(rows).status == Status::fail);
    CHECK(surplus(rows, {"x"}).status == Status::pass);
    CHECK(number(surplus(rows, {"x"}), "null_key_rows") == 2);
    CHECK(surplus(rows, {"x"}, NullPolicy::equal).status == Status::fail);
    CHECK(number(surplus(rows, {"x"}, NullPolicy::skip), "rows") == 2);
    CHECK(number(surplus(rows, {"x"}, NullPolicy::skip), "compared_rows") == 0);
}

TEST_CASE("a key that is not there, and nothing left to compare, are errors") {
    World world;
    const std::string sql = "CREATE TABLE t(email TEXT);";
    const auto wrong = dedupe(world, sql, {"emial"});
    CHECK(wrong.errors.at(0).kind == "not_found");
    CHECK(wrong.errors.at(0).hint == "did you mean 'email'?");
    DedupeCheckOptions options;
    options.common = common_options("dedupe-check");
    options.database = world.folder.file("dedupe.db");
    options.ignore = {"email"};
    CHECK(dedupe_check(options, world.context()).errors.at(0).kind == "usage");
}

TEST_CASE("the groups that are shown follow the policy for values") {
    World world;
    DedupeCheckOptions options;
    options.common = common_options("dedupe-check");
    options.database =
        world.database("d.db", "CREATE TABLE t(name TEXT); INSERT INTO t VALUES ('Bob'),('Bob');");
    const auto group = [&](ValuesPolicy values) {
        options.common.values = values;
        const auto document = dedupe_check(options, world.context());
        const auto check = results_of(document, "duplicates.surplus").at(0);
        const auto& groups = std::get<Fact::List>(find_fact(check.evidence, "groups")->value);
        REQUIRE(groups.size() == 1);
        const auto& key =
            std::get<Facts>(find_fact(std::get<Facts>(groups[0].value), "key")->value);
        return *find_fact(key, "name");
    };
    CHECK(group(ValuesPolicy::all) == Fact("Bob"));
    CHECK(group(ValuesPolicy::safe) == Fact("Aa{2}")); // two rows could point to a person
    CHECK(group(ValuesPolicy::none) == Fact("(hidden)"));
}

TEST_CASE("equal databases have no difference, whatever the order of their rows") {
    TwoSides same(
        "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1,'a'),(2,NULL);",
        "CREATE TABLE t(x TEXT, id INTEGER PRIMARY KEY); INSERT INTO t VALUES (NULL,2),('a',1);");
    const auto document = same.run();
    REQUIRE(document.errors.empty());
    const auto rows = results_of(document, "volume.rows").at(0);
    CHECK(rows.status == Status::pass);
    CHECK(number(rows, "unchanged") == 2);
    CHECK(exit_status(document, FailOn::info) == ExitStatus::clean);
}

TEST_CASE("rows and cells that differ are counted by column") {
    TwoSides different("CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, y REAL); INSERT INTO t "
                       "VALUES (1,'a',1),(2,'b',2),(3,'c',3);",
                       "CREATE TABLE t(id INTEGER PRIMARY KEY, x TEXT, y REAL); INSERT INTO t "
                       "VALUES (1,'a',1),(2,'B',2.5),(4,'d',4);");
    const auto rows = results_of(different.run(), "volume.rows").at(0);
    CHECK(rows.status == Status::fail);
    CHECK(number(rows, "only_a") == 1);
    CHECK(number(rows, "only_b") == 1);
    CHECK(number(rows, "changed") == 1);
    CHECK(number(rows, "unchanged") == 1);
    CHECK(*find_fact(rows.evidence, "changed_cells") ==
          Fact(Facts{{"x", std::int64_t{1}}, {"y", std::int64_t{1}}}));
    different.options.max_diff = *parse_tolerance("3");
    CHECK(results_of(different.run(), "volume.rows").at(0).status == Status::pass);
}

TEST_CASE("tables and columns of one side are findings, spelled otherwise they are not") {
    TwoSides sides(
        "CREATE TABLE InvoiceLine(InvoiceId INTEGER PRIMARY KEY, old TEXT); CREATE TABLE gone(id);",
        "CREATE TABLE invoice_line(invoice_id INTEGER PRIMARY KEY); CREATE TABLE added(id);");
    const auto document = sides.run();
    REQUIRE(document.errors.empty());
    const auto sides_of = results_of(document, "volume.missing_table");
    CHECK(std::count_if(sides_of.begin(), sides_of.end(), [](const CheckResult& check) {
              return check.status == Status::fail;
          }) == 2);
    CHECK(results_of(document, "volume.rows").size() == 1);
    const auto columns = results_of(document, "volume.columns").at(0);
    CHECK(columns.status == Status::fail);
    CHECK(columns.message == "column old only in A");
    CHECK(document.tables.size() == 4);
}

TEST_CASE("counts are compared without reading rows") {
    TwoSides counts("CREATE TABLE t(id); INSERT INTO t VALUES (1),(2);",
                    "CREATE TABLE t(id); INSERT INTO t VALUES (1);", DiffBy::counts);
    const auto check = results_of(counts.run(), "volume.row_count").at(0);
    CHECK(check.status == Status::fail);
    CHECK(number(check, "rows_a") == 2);
    CHECK(number(check, "rows_b") == 1);
}

TEST_CASE("the plan of a comparison reads no row") {
    for (const auto by : {DiffBy::rows, DiffBy::counts}) {
        TwoSides plan("CREATE TABLE t(id);", "CREATE TABLE t(id); CREATE TABLE u(id);", by);
        plan.options.common.mode = Mode::explain;
        const auto document = plan.run();
        CHECK(document.errors.empty());
        CHECK(document.checks.empty());
        CHECK(document.plan.size() == 4); // two catalogs, one step for each side
        CHECK_FALSE(reads_rows_of(plan.world.observer.statements, "t"));
    }
    World world;
    DedupeCheckOptions options;
    options.common = common_options("dedupe-check");
    options.common.mode = Mode::explain;
    options.database = world.database("d.db", "CREATE TABLE t(id);");
    CHECK(dedupe_check(options, world.context()).plan.size() == 2);
    CHECK_FALSE(reads_rows_of(world.observer.statements, "t"));
}

TEST_CASE("an error in one table leaves the other comparisons alone") {
    const std::string good =
        "CREATE TABLE good(id INTEGER PRIMARY KEY); INSERT INTO good VALUES (1);";
    const std::string bad =
        "CREATE TABLE n(x INTEGER); INSERT INTO n VALUES (-9223372036854775808);"
        "CREATE VIEW bad AS SELECT abs(x) AS x FROM n;";
    TwoSides both(good + bad, good + bad);
    both.options.common.views = true;
    const auto document = both.run();
    CHECK(document.errors.empty());
    CHECK(results_of(document, "volume.rows", "main.bad").at(0).status == Status::error);
    CHECK(results_of(document, "volume.rows", "main.good").at(0).status == Status::pass);
    CHECK(results_of(document, "volume.rows", "main.n").at(0).status == Status::pass);
    CHECK(exit_status(document, FailOn::never) == ExitStatus::incomplete);
}

TEST_CASE("a cancelled comparison keeps what it has finished") {
    const std::string sql = "CREATE TABLE a(id); CREATE TABLE b(id); CREATE TABLE c(id);";
    TwoSides cut(sql, sql);
    cut.world.observer.on_sql = [&cut](std::string_view statement) {
        if (reads_rows_of({std::string(statement)}, "b")) {
            cut.world.cancellation.request(SIGTERM);
        }
    };
    const auto document = cut.run();
    CHECK_FALSE(document.run.complete);
    CHECK(document.errors.at(0).kind == "cancelled");
    CHECK(results_of(document, "volume.rows", "main.a").size() == 1);
    CHECK(results_of(document, "volume.rows", "main.c").empty());
}
