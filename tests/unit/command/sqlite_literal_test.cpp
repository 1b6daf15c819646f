// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/sqlite_literal.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

using namespace assay;

namespace {

std::string of_text(std::string text, CellKind kind = CellKind::text) {
    Value value;
    value.kind = kind;
    value.bytes = std::move(text);
    return sqlite_literal(value);
}

std::string of_integer(std::int64_t number) {
    Value value;
    value.kind = CellKind::integer;
    value.integer = number;
    return sqlite_literal(value);
}

std::string of_real(double number) {
    Value value;
    value.kind = CellKind::real;
    value.real = number;
    return sqlite_literal(value);
}

} // namespace

TEST_CASE("numbers are literals that give them again") {
    CHECK(sqlite_literal({}) == "NULL");
    CHECK(of_integer(-5) == "-5");
    CHECK(of_integer(std::numeric_limits<std::int64_t>::min()) == "(-9223372036854775807-1)");
    CHECK(of_real(0.1) == "0.1");
    CHECK(of_real(5) == "5.0");
    CHECK(of_real(-1e300) == "-1e+300");
    CHECK(of_real(-std::numeric_limits<double>::infinity()) == "-9e999");
}

TEST_CASE("a text cannot leave its literal") {
    CHECK(of_text("it's'; DROP TABLE t; --") == "'it''s''; DROP TABLE t; --'");
    CHECK(of_text("a\n\x1b") == "'a'||char(10)||''||char(27)||''");
    CHECK(of_text(std::string("\0", 1)) == "''||char(0)||''");
    CHECK(of_text("\u00e9") == "'\u00e9'");
    CHECK(of_text("\xff'") == "CAST(x'ff27' AS TEXT)");
    CHECK(of_text(std::string(300, '\t')).starts_with("CAST(x'0909"));
    CHECK(of_text("").size() == 2);
    CHECK(of_text(std::string("\0'\xff", 3), CellKind::blob) == "x'0027ff'");
}
