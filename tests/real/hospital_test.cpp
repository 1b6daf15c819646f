// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "csv.hpp"
#include "real_data.hpp"

#include "assay/command/volume_diff.hpp"

#include <catch2/catch.hpp>

namespace assay::test {
namespace {

std::filesystem::path hospital_folder() { return data_folder() / "hospital"; }

using CellsByColumn = std::map<std::string, std::int64_t>;

/// The rows of one hospital file, as a table of the same name in a database of either store.
struct Hospital {
    explicit Hospital(const std::string& file)
        : csv(parse_csv(read_file(hospital_folder() / file))),
          sql(table_sql("hospital", csv, EmptyField::text)) {}

    CsvTable csv;
    std::string sql;
};

/// Compare two files cell by cell, in the order of their rows.
CellsByColumn changed_cells(const CsvTable& dirty, const CsvTable& clean) {
    REQUIRE(dirty.header == clean.header);
    REQUIRE(dirty.rows.size() == clean.rows.size());
    CellsByColumn changed;
    for (std::size_t row = 0; row < dirty.rows.size(); ++row) {
        REQUIRE(dirty.rows[row][0] == clean.rows[row][0]);
        for (std::size_t i = 0; i < dirty.header.size(); ++i) {
            if (dirty.rows[row][i] != clean.rows[row][i]) {
                ++changed[dirty.header[i]];
            }
        }
    }
    return changed;
}

CellsByColumn changed_cells(const CheckResult& check) {
    CellsByColumn changed;
    const Fact* cells = find_fact(check.evidence, "changed_cells");
    REQUIRE(cells != nullptr);
    for (const auto& [column, count] : std::get<Facts>(cells->value)) {
        changed[column] = std::get<std::int64_t>(count.value);
    }
    return changed;
}

/// Compare two databases and require the differences of the files.
void require_the_509_cells(World& world, const std::string& a, const std::string& b) {
    const Hospital dirty("dirty.csv");
    const Hospital clean("clean.csv");
    VolumeDiffOptions options;
    options.common = common_options("volume-diff");
    options.common.values = ValuesPolicy::all;
    options.database_a = a;
    options.database_b = b;
    options.by = DiffBy::rows;
    options.key = {"index"};
    const Document document =
        run_unchanged(world, [&](const Context& context) { return volume_diff(options, context); });
    REQUIRE(troubles_of(document) == "");
    const auto results = results_of(document, "volume.rows");
    REQUIRE(results.size() == 1);
    CHECK(number(results[0], "rows_a") == 1000);
    CHECK(number(results[0], "rows_b") == 1000);
    CHECK(number(results[0], "only_a") == 0);
    CHECK(number(results[0], "only_b") == 0);
    const CellsByColumn changed = changed_cells(results[0]);
    CHECK(changed == changed_cells(dirty.csv, clean.csv));
    std::int64_t cells = 0;
    for (const auto& [column, count] : changed) {
        cells += count;
    }
    CHECK(cells == 509);
    for (const auto& result : results_of(document, "volume.trailing_blanks")) {
        CHECK(result.rows_failed == 0);
    }
    CHECK(exit_status(document, FailOn::critical) == ExitStatus::findings);
}

TEST_CASE("dirty and clean hospitals differ in 509 cells between two SQLite files") {
    if (!has_data(hospital_folder())) {
        return;
    }
    World world;
    const std::string dirty = world.database("dirty.db", Hospital("dirty.csv").sql);
    const std::string clean = world.database("clean.db", Hospital("clean.csv").sql);
    require_the_509_cells(world, dirty, clean);
}

TEST_CASE("dirty and clean hospitals differ in 509 cells between two Postgres databases",
          "[postgres]") {
    if (!has_data_and_postgres(hospital_folder())) {
        return;
    }
    World world;
    const PostgresDatabase dirty(Hospital("dirty.csv").sql);
    const PostgresDatabase clean(Hospital("clean.csv").sql);
    require_the_509_cells(world, dirty.conninfo(), clean.conninfo());
}

TEST_CASE("dirty and clean hospitals differ in 509 cells between the two stores", "[postgres]") {
    if (!has_data_and_postgres(hospital_folder())) {
        return;
    }
    World world;
    const PostgresDatabase dirty(Hospital("dirty.csv").sql);
    const std::string clean = world.database("clean.db", Hospital("clean.csv").sql);
    require_the_509_cells(world, dirty.conninfo(), clean);

    // A key that is a number on one side and its text on the other one is the same key.
    dirty.execute("ALTER TABLE hospital ALTER index TYPE integer USING index::integer");
    require_the_509_cells(world, dirty.conninfo(), clean);
}

} // namespace
} // namespace assay::test
