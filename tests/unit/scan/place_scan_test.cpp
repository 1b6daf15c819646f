// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/place_scan.hpp"
#include "time_tables.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

struct RowCount final : BatchSink {
    std::size_t rows = 0;
    void consume(const RowBatch& batch) override { rows += batch.row_count; }
};

} // namespace

TEST_CASE("a row is read once by its place, however many children have one there", "[postgres]") {
    if (!has_postgres()) {
        return;
    }
    // On the first page of each child there is room for twice as many.
    PostgresDatabase database("CREATE TABLE t (c text);");
    for (const char* const child : {"t1", "t2", "t3", "t4", "t5"}) {
        database.execute(fmt::format("CREATE TABLE {0} () INHERITS (t); INSERT INTO {0} SELECT 'a' "
                                     "FROM generate_series(1, 120);",
                                     child));
    }
    Opened opened(postgres_location(database));
    const auto& tables = opened.session->catalog().tables;
    const auto parent = std::find_if(tables.begin(), tables.end(), [](const TableSchema& table) {
        return table.ref.name == "t";
    });
    REQUIRE(parent != tables.end());
    const auto placed = PlacedTable::of(StoreKind::postgresql, *parent);
    std::vector<RowPlace> places;
    for (std::int64_t child = 1; child <= 5; ++child) {
        for (std::int64_t item = 1; item <= 120; ++item) {
            places.push_back({child, item});
        }
    }
    ScanRequest scan;
    scan.table = &placed->schema();
    scan.columns = {0};
    RowCount counted;
    scan_places(*opened.session, *placed, scan, places, counted);
    CHECK(counted.rows == 600);
}
