// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/table_record.hpp"
#include "assay/command/values.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>
#include <rapidcheck/catch.h>

#include <cmath>
#include <string>
#include <variant>
#include <vector>

using namespace std::string_literals;
using namespace assay;
using namespace assay::test;

namespace {

Fact safe(const Value& value, std::int64_t rows = 0) {
    return shown(value, ValuesPolicy::safe, rows);
}

TableProfile profile_of_names() {
    TableProfile profile;
    profile.schema = table_schema("people", {column_spec("name", ColumnType::text)});
    profile.rows = Count{6, Method::exact, {}, {}};
    ColumnProfile column;
    column.rows = 6;
    column.texts = 6;
    column.min = text_value("Ann");
    column.max = text_value("Zoe");
    column.top = {{text_value("Zoe"), 5, 5}, {text_value("Ann"), 1, 1}};
    column.mean = 4.5;
    column.quantiles = {{0.5, integer_value(4)}};
    profile.columns = {column};
    return profile;
}

} // namespace

TEST_CASE("numbers and times are shown as they are") {
    CHECK(safe(integer_value(42)) == Fact(std::int64_t{42}));
    CHECK(safe(real_value(0.5)) == Fact(0.5));
    CHECK(safe(integer_value(0, ColumnType::timestamptz)) == Fact("1970-01-01T00:00:00Z"));
    CHECK(safe(integer_value(1, ColumnType::boolean)) == Fact(true));
    CHECK(safe(text_value("1.10", ColumnType::decimal)) == Fact(1.1));
    CHECK(safe(text_value("2024-01-31", ColumnType::date)) == Fact("2024-01-31"));
    CHECK(safe(null_value()).is_null());
}

TEST_CASE("values of a column that looks sensitive are masked, however many rows hold them") {
    const auto safe_of = [](std::string_view column, const Value& value) {
        return shown_of(column, value, ValuesPolicy::safe, 9);
    };
    CHECK(safe_of("email", text_value("ann@x.org")) == Fact("a{3}@a.a{3}"));
    CHECK(safe_of("SSN", integer_value(123456789)) == Fact("9{9}"));
    CHECK(safe_of("birth_date", text_value("1987-06-05", ColumnType::date)) ==
          Fact("9{4}-9{2}-9{2}"));
    CHECK(safe_of("email", null_value()).is_null());
    CHECK(safe_of("city", text_value("Porto")) == Fact("Porto"));
    CHECK(shown_of("email", text_value("ann@x.org"), ValuesPolicy::all, 1) == Fact("ann@x.org"));
    CHECK(shown_of("email", text_value("ann@x.org"), ValuesPolicy::none, 9) == Fact("(hidden)"));
}

TEST_CASE("a primary key that leads to rows is masked where its column looks sensitive") {
    TableSchema table = table_schema("people", {column_spec("ssn", ColumnType::integer)});
    table.primary_key = Key{"", {"ssn"}};
    const PlaceNames names(StoreKind::sqlite, table);
    const auto places = [&](ValuesPolicy policy) {
        Facts group;
        add_places(group, RowsOf::own, names, {{{}, {integer_value(123456789)}}}, policy);
        return group;
    };
    CHECK(places(ValuesPolicy::safe) == Facts{{"places", Fact::List{Facts{{"ssn", "9{9}"}}}}});
    CHECK(places(ValuesPolicy::all) == Facts{{"places", Fact::List{Facts{{"ssn", 123456789}}}}});
}

TEST_CASE("a profile shows no text of a column that looks sensitive, but its numbers") {
    TableProfile profile = profile_of_names();
    profile.schema.columns[0].name = "last_name";
    const auto record = profile_record("a", profile, ValuesPolicy::safe).columns.at(0);
    CHECK(record.max == Fact("Aa{2}"));
    CHECK(record.top.at(0).value == Fact("Aa{2}"));
    CHECK(record.quantiles.at(0).second == Fact(4));
}

TEST_CASE("case 248: a text is shown from five rows on, and masked below") {
    CHECK(safe(text_value("Zoe"), 5) == Fact("Zoe"));
    CHECK(safe(text_value("Zoe"), 4) == Fact("Aa{2}"));
    CHECK(safe(text_value("Zoe"), 0) == Fact("Aa{2}"));
    CHECK(safe(text_value("4111 1111")) == Fact("9{4}_9{4}"));
    CHECK(safe(text_value("")) == Fact(""));
}

TEST_CASE("a text in a column of numbers or times is still a text") {
    CHECK(safe(text_value("Bob", ColumnType::decimal)) != Fact("Bob"));
    CHECK(safe(text_value("Bob", ColumnType::date)) != Fact("Bob"));
    CHECK(safe(text_value("Bob", ColumnType::integer)) != Fact("Bob"));
    CHECK(safe(text_value("123456789", ColumnType::text)) == Fact("9{9}"));
}

TEST_CASE("case 50: binary data is told by its length") {
    CHECK(safe(blob_value("\0\1\2"s), 99) == Fact("3 bytes"));
    CHECK(safe(blob_value("x")) == Fact("1 byte"));
    CHECK(safe(blob_value(std::string(256, 'x'))) == Fact("256 bytes or more"));
}

TEST_CASE("none shows nothing, all shows everything") {
    CHECK(shown(integer_value(42), ValuesPolicy::none, 99) == Fact("(hidden)"));
    CHECK(shown(text_value("Zoe"), ValuesPolicy::none, 99) == Fact("(hidden)"));
    CHECK(shown(blob_value("x"), ValuesPolicy::none, 99) == Fact("(hidden)"));
    CHECK(shown(Value{}, ValuesPolicy::none, 99).is_null()); // NULL is no value
    CHECK(shown(text_value("Zoe"), ValuesPolicy::all, 0) == Fact("Zoe"));
    CHECK(shown(blob_value("x"), ValuesPolicy::all, 0) == Fact("\\x78"));
}

TEST_CASE("no rare text that holds a letter or a digit is ever shown as it is") {
    rc::prop("under the policy safe", [](const std::string& text) {
        const Fact fact = safe(text_value(text), 4);
        const auto* mask = std::get_if<std::string>(&fact.value);
        RC_ASSERT(mask != nullptr);
        const bool telling =
            text.find_first_of("bcdefghijklmnopqrstuvwxyz012345678") != std::string::npos;
        RC_ASSERT((!telling || *mask != text));
    });
}

TEST_CASE("a record shows of a profile what the policy allows") {
    const auto record = profile_record("a", profile_of_names(), ValuesPolicy::safe).columns.at(0);
    CHECK(record.min == Fact("Aa{2}")); // one row holds it
    CHECK(record.max == Fact("Zoe"));   // five rows hold it
    REQUIRE(record.top.size() == 2);
    CHECK(record.top[0].value == Fact("Zoe"));
    CHECK(record.top[1].value == Fact("Aa{2}"));

    const auto none = profile_record("a", profile_of_names(), ValuesPolicy::none).columns.at(0);
    CHECK(none.min.is_null());
    CHECK(none.top.empty());
    CHECK_FALSE(none.mean.has_value());
    CHECK(none.quantiles.empty());

    const auto all = profile_record("a", profile_of_names(), ValuesPolicy::all).columns.at(0);
    CHECK(all.min == Fact("Ann"));
}

TEST_CASE("a column that may not be read says so") {
    auto profile = profile_of_names();
    profile.schema.columns[0].readable = false;
    profile.columns.clear();
    const auto record = profile_record("a", profile, ValuesPolicy::safe);
    CHECK(record.columns.at(0).note.find("no SELECT privilege") == 0);
    CHECK_FALSE(record.columns.at(0).nulls.has_value());
    CHECK(record.rows->value == 6);
}
