// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/snapshot_file.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

using namespace assay;

namespace {

TableSnapshot example() {
    TableSnapshot snapshot;
    snapshot.taken = 1'706'659'200'000'001;
    snapshot.table = {"main", "order lines"};
    snapshot.where = "v <> '\n-'";
    snapshot.key = {{"id", ColumnType::integer}};
    snapshot.other = {{"-", ColumnType::text}, {"%\x1b[31m", ColumnType::timestamptz}};
    snapshot.keys = {-3, 12};
    snapshot.shift = 2;
    snapshot.rows = 7;
    snapshot.segments = {{4, 0xab, 1, 0}, {}, {2, 3, 4, 0}, {1, ~0ULL, 6, 0}};
    return snapshot;
}

TableSnapshot example_of_rows() {
    TableSnapshot snapshot = example();
    snapshot.grain = SnapshotGrain::rows;
    snapshot.form = KeyForm::hash;
    snapshot.key.clear();
    snapshot.keys = {std::numeric_limits<std::int64_t>::min(),
                     std::numeric_limits<std::int64_t>::max()};
    snapshot.shift = 48;
    snapshot.segments.clear();
    snapshot.rows = 3;
    snapshot.row_list = {{snapshot.keys.first, 9}, {-1, 1}, {snapshot.keys.last, ~0ULL}};
    return snapshot;
}

/// What is wrong with a text that was changed by hand, and its last line with it.
std::string refusal(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    const std::string body = text.substr(0, text.find("end "));
    try {
        read_snapshot(body + "end " + hex64(hash64(body)) + "\n", "x");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        CHECK_FALSE(error.hint().empty());
        return error.what();
    }
    return "it is a snapshot";
}

} // namespace

TEST_CASE("a snapshot is text that says the same when it is read") {
    const std::string text = write_snapshot(example());
    CHECK(text == "assay snapshot 1\n"
                  "encoding 1\n"
                  "taken 2024-01-31T00:00:00.000001Z\n"
                  "table main order%20lines\n"
                  "where v%20<>%20'%0a-'\n"
                  "key id integer\n"
                  "column %2d text\n"
                  "column %25%1b[31m timestamptz\n"
                  "keys value -3 12 2\n"
                  "grain segments\n"
                  "rows 7\n"
                  "-3 0 4 00000000000000ab 0000000000000001\n"
                  "5 8 2 0000000000000003 0000000000000004\n"
                  "9 12 1 ffffffffffffffff 0000000000000006\n"
                  "end " +
                      hex64(hash64(text.substr(0, text.find("end ")))) + "\n");
    CHECK(read_snapshot(text, "x") == example());
    const std::string rows = write_snapshot(example_of_rows());
    CHECK(rows.find("\n0 0000000000000009\n7fffffffffffffff 0000000000000001\n"
                    "8000000000000000 ffffffffffffffff\nend ") != std::string::npos);
    CHECK(read_snapshot(rows, "x") == example_of_rows());
    rc::prop("whatever its names are", [] {
        TableSnapshot snapshot = example();
        snapshot.table = {*rc::gen::arbitrary<std::string>(), *rc::gen::arbitrary<std::string>()};
        snapshot.where = *rc::gen::arbitrary<std::string>();
        RC_ASSERT(read_snapshot(write_snapshot(snapshot), "x") == snapshot);
    });
}

TEST_CASE("a snapshot that is wrong is refused with its line") {
    const std::string text = write_snapshot(example());
    CHECK(refusal(text, "assay snapshot 1", "assay backup 1").starts_with("x:1: this is not a"));
    CHECK(refusal(text, "assay snapshot 1", "assay snapshot 2") ==
          "x:1: a snapshot of version 2, but this assay reads version 1");
    CHECK(refusal(text, "encoding 1", "encoding 7").starts_with("x:2: its rows were hashed in"));
    CHECK(refusal(text, "taken 2024", "taken 20x4").starts_with("x:3: "));
    CHECK(
        refusal(text, "main order", "main x order").starts_with("x:4: 'table main x order%20lin"));
    CHECK(refusal(text, "where v%20", "where v%2").starts_with("x:5: 'v%2"));
    CHECK(refusal(text, "id integer", "id bigint").starts_with("x:6: the column is of a type"));
    CHECK(refusal(text, "column %2d", "column id") == "x:7: the column stands here twice");
    CHECK(refusal(text, "column %25", "key %25") == "x:8: a key stands behind other columns");
    CHECK(refusal(text, "key id integer", "key id text").starts_with("x:9: only rows with one"));
    CHECK(refusal(text, "-3 12 2", "13 12 2").starts_with("x:9: the last key comes before"));
    CHECK(refusal(text, "-3 12 2", "-3 9223372036854775807 2").starts_with("x:9: these keys"));
    CHECK(refusal(text, "-3 12 2", "-3 12 64").starts_with("x:9: these keys cannot"));
    CHECK(refusal(text, "keys value", "keys hash").starts_with("x:9: hashes have all values"));
    CHECK(refusal(text, "grain segments", "grain sand").starts_with("x:10: the grain is"));
    CHECK(refusal(text, "rows 7", "rows -7").starts_with("x:11: there are less than no rows"));
    CHECK(refusal(text, "rows 7", "rows 5").starts_with("x:13: the segment has no rows, or more"));
    CHECK(refusal(text, "rows 7", "rows 8").starts_with("x:15: 'end "));
    CHECK(refusal(text, "rows 7", "rows 99999999999999999999").starts_with("x:11: '9999"));
    CHECK(refusal(text, "-3 0 4", "-3 1 4").starts_with("x:12: these keys are not the segment"));
    CHECK(refusal(text, "5 8 2", "-3 0 2").starts_with("x:13: these keys are not the segment"));
    CHECK(refusal(text, "5 8 2", "5 8 0").starts_with("x:13: the segment has no rows"));
    CHECK(refusal(text, "00ab ", "ab ").starts_with("x:12: '000000000000ab' is not a hash"));
    CHECK(refusal(text, "5 8 2 0", "5 8 2 \x1b").starts_with("x:13: '\\x1b"));
    const std::string rows = write_snapshot(example_of_rows());
    CHECK(refusal(rows, "\n8000000000000000 ", "\n8000000000000001 ")
              .starts_with("x:13: the key lies behind"));
    CHECK(refusal(rows, "\n7fffffffffffffff ", "\n0 ").starts_with("x:12: the rows are not in"));
}

TEST_CASE("a snapshot that was cut or changed is refused") {
    const std::string text = write_snapshot(example());
    for (std::size_t size = 0; size < text.size() - 1; ++size) {
        CHECK_THROWS_AS(read_snapshot(text.substr(0, size), "x"), Error);
    }
    CHECK_THROWS_WITH(read_snapshot(text + "\n", "x"),
                      "x:15: something stands behind the last line");
    std::string changed = text;
    changed.replace(changed.find("5 8 2"), 5, "5 8 1");
    changed.replace(changed.find("9 12 1"), 6, "9 12 2");
    CHECK_THROWS_WITH(read_snapshot(changed, "x"),
                      Catch::StartsWith("x:15: the lines before are not those"));
}
