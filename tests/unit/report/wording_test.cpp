// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/report/grid.hpp"
#include "assay/report/pen.hpp"
#include "assay/report/table_names.hpp"
#include "assay/report/wording.hpp"
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace assay::test {
namespace {

CheckResult observed(const Fact& value, const std::string& unit, const std::string& expected) {
    CheckResult check;
    check.observed = {value, unit};
    check.expected = expected;
    return check;
}

CheckResult found(Severity severity) {
    CheckResult check;
    check.status = Status::fail;
    check.severity = severity;
    return check;
}

} // namespace

TEST_CASE("formats are named as --format takes them") {
    for (const auto& name : format_names()) {
        CHECK(parse_format(name).has_value());
    }
    CHECK(parse_format("md") == Format::markdown);
    CHECK(parse_format("JSON") == std::nullopt);
    CHECK(parse_format("") == std::nullopt);
}

TEST_CASE("quantities are told in the unit that people use") {
    CHECK(quantity_words(274'440, "s") == "3 d 4 h");
    CHECK(quantity_words(86'100'000, "bytes") == "86.1 MB");
    CHECK(quantity_words(1'204'330, "rows") == "1,204,330 rows");
    CHECK(quantity_words(1, "rows") == "1 row");
    CHECK(quantity_words(1, "distinct values") == "1 distinct value");
    CHECK(quantity_words(0, "rows") == "0 rows");
    CHECK(quantity_words(2.31, "%") == "2.31 %");
    CHECK(quantity_words(0.125, "fraction") == "12.5 %");
    CHECK(quantity_words(17, "") == "17");
    CHECK(quantity_words(Fact(), "s").empty());
    CHECK(quantity_words("\x1b[1m", "\n") == "\\x1b[1m \\n");
    CHECK(quantity_words(HUGE_VAL, "s") == "Infinity s");
    CHECK(quantity_words("9223372036854775807", "s") == "9223372036854775807 s");
}

TEST_CASE("limits are put into words, everything else is left alone") {
    CHECK(expected_words("<= 86400 s") == "at most 1 d");
    CHECK(expected_words("<= 0 rows") == "0 rows");
    CHECK(expected_words("<= 100 rows") == "at most 100 rows");
    CHECK(expected_words(">= 2 distinct values") == "at least 2 distinct values");
    CHECK(expected_words("< 0.5 %") == "less than 0.5 %");
    CHECK(expected_words("> 5 bytes") == "more than 5 B");
    CHECK(expected_words("a primary key") == "a primary key");
    CHECK(expected_words("<= \n s") == "at most \\n s");
    CHECK(expected_words("").empty());
}

TEST_CASE("a number that is not exact says so") {
    CheckResult check = observed(17, "rows", "<= 0 rows");
    CHECK(comparison_words(check) == "expected 0 rows, observed 17 rows");
    check.method = Method::sample;
    CHECK(comparison_words(check) == "expected 0 rows, observed 17 rows (in a sample)");
    check.method = Method::estimate;
    CHECK(comparison_words(check) == "expected 0 rows, observed 17 rows (estimate)");
    CHECK(comparison_words(observed(Fact(), "rows", "a key")) == "expected a key");
    CHECK(comparison_words(observed(3, "rows", "")) == "observed 3 rows");
    CHECK(comparison_words(observed(Fact(), "", "")).empty());
    CHECK(count_words(Count{90'000, Method::estimate, {}, {}}) == "~90,000");
    CHECK(count_words(std::nullopt).empty());

    TableRecord table;
    CHECK(sample_words(table).empty());
    table.rows = Count{1'000'000, Method::estimate, {}, {}};
    table.rows_examined = 10'000;
    CHECK(sample_words(table) == "sample of 1 %");
    table.rows_examined = 1'000'000;
    CHECK(sample_words(table).empty());
}

TEST_CASE("texts that look like something else stand in quotes") {
    CHECK(value_words("Foo") == "Foo");
    CHECK(value_words("") == "''");
    CHECK(value_words("null") == "'null'");
    CHECK(value_words("NULL") == "'NULL'");
    CHECK(value_words("nullable") == "nullable");
    CHECK(value_words(" a") == "' a'");
    CHECK(value_words(Fact()) == "NULL");
    CHECK(value_words(Fact::List{1, Fact(), "x"}) == "1, NULL, x");
    CHECK(value_words(Facts{{"a", 1}, {"b", "y"}}) == "a 1, b y");
    CHECK(value_words(Facts{{"", 1}}) == "\"\" 1");
    CHECK(value_words(Fact::List{Facts{{"a", 1}, {"b", "y"}}, Facts{{"a", 2}}}) == "a 1, b y; a 2");
}

TEST_CASE("the verdict is the worst of what happened") {
    const auto word = [](const Document& document) { return verdict(document).word; };
    Document document;
    CHECK(word(document) == "ERROR");
    document.checks.emplace_back();
    CHECK(word(document) == "PASS");
    CHECK(verdict(document).detail == "no findings");
    document.checks.push_back(found(Severity::info));
    document.checks.push_back(found(Severity::warning));
    CHECK(word(document) == "WARN");
    CHECK(verdict(document).detail == "1 warning, 1 info");
    document.checks.push_back(found(Severity::critical));
    CHECK(word(document) == "FAIL");
    CHECK(verdict(document).detail == "1 critical, 1 warning, 1 info");
    document.run.complete = false;
    CHECK(verdict(document).detail ==
          "could not tell: the run was cut short; 1 critical, 1 warning, 1 info");
    document.errors = {{"connection", "the server\nwent away", ""}, {"timeout", "x", ""}};
    CHECK(verdict(document).detail.text().starts_with(
        "could not tell: the server\\nwent away (and 1 more error); "));
    CHECK(word(explained()) == "PLAN");
}

TEST_CASE("what was only skipped is no pass") {
    CheckResult check;
    check.status = Status::skipped;
    Document document;
    document.checks = {check, check};
    CHECK(verdict(document).word == "SKIP");
    CHECK(verdict(document).detail == "nothing could be told: 2 checks skipped");
    check.status = Status::pass;
    document.checks.push_back(check);
    CHECK(verdict(document).word == "PASS");
}

TEST_CASE("a comparison is judged by what is new") {
    Document document = comparison();
    CHECK(verdict(document).word == "FAIL");
    document.checks[0].baseline = "unchanged";
    CHECK(verdict(document).word == "PASS");
    CHECK(verdict(document).detail == "nothing new; 2 still failing, 1 fixed");
}

TEST_CASE("a schema is left out only where it tells nothing") {
    Document document = volume_finding();
    CHECK(TableNames(document).display("main.orders") == "orders");
    CHECK(TableNames(document).display("public.orders") == "orders");
    document.tables[0].schema = "sales";
    CHECK(TableNames(document).display("sales.orders") == "sales.orders");
    CHECK(TableNames(document).display("public.orders") == "public.orders");
    CHECK(TableNames(document).display("").empty());

    // A dot inside a name is no border between schema and table.
    document.tables[0].name = "a.b";
    CHECK(TableNames(document).display("sales.a.b") == "sales.\"a.b\"");

    Document two_schemas = freshness_answer();
    two_schemas.tables.push_back(two_schemas.tables.front());
    two_schemas.tables.back().schema = "public";
    CHECK(TableNames(two_schemas).display("main.orders") == "main.orders");
}

TEST_CASE("the place of a check names its source only among several") {
    Document document = volume_finding();
    CheckResult check = document.checks.front();
    check.columns = {"id", "na\"me"};
    CHECK(TableNames(document).place(check) == "orders(id, \"na\"\"me\")");
    check.source = "b";
    CHECK(TableNames(document).place(check) == "orders(id, \"na\"\"me\") [b]");
    document.sources.pop_back();
    CHECK(TableNames(document).place(check) == "orders(id, \"na\"\"me\")");
    check.table.clear();
    check.columns.clear();
    CHECK(TableNames(document).place(check).empty());
}

TEST_CASE("text is wrapped at blanks and never inside a word") {
    const Pen pen(TextStyle{.width = 12});
    using Lines = std::vector<TerminalText>;
    CHECK(pen.wrap("one two three four", 0) == Lines{"one two", "three four"});
    CHECK(pen.wrap("one two three four", 4) == Lines{"one two", "three", "four"});
    CHECK(pen.wrap("日本語 日本語 日本語", 0) == Lines{"日本語", "日本語", "日本語"});
    CHECK(pen.wrap("averyveryverylongword x", 0) == Lines{"averyveryverylongword", "x"});
    CHECK(pen.wrap("one two,  three", 0) == Lines{"one two,", "three"});
    CHECK(pen.wrap("", 0) == Lines{""});
    CHECK(Pen(TextStyle{.width = 0}).wrap("one two three four", 0) == Lines{"one two three four"});
    CHECK(pen.fit("abcdef", 4) == "abc…");
    CHECK(Pen(TextStyle{.glyphs = Glyphs::ascii}).fit("abcdef", 4) == "ab..");
}

TEST_CASE("a grid first cuts, then leaves out the column of least worth") {
    Grid grid({{"name", Align::left, 4, 0},
               {"rows", Align::right, 0, 2},
               {"note", Align::left, 5, 1},
               {"empty", Align::left, 0, 3}});
    grid.add_row({{"customers"}, {"4,012"}, {"long text"}, {""}});
    grid.add_row({{"日本"}, {"7"}, {""}, {""}});
    const auto render = [&](std::size_t width) {
        return "\n" + grid.render(Pen(TextStyle{.width = width}), 1);
    };
    CHECK(render(0) == R"(
 name        rows  note
 customers  4,012  long text
 日本           7
)");
    CHECK(render(22) == R"(
 name     rows  note
 custo…  4,012  long …
 日本        7
)");
    CHECK(render(16) == R"(
 name       rows
 custome…  4,012
 日本          7
)");
    CHECK(render(5) == R"(
 name
 cus…
 日本
)");
}

TEST_CASE("quiet text is empty unless there is a finding or an error") {
    const TextStyle quiet{.verbosity = Verbosity::quiet};
    CHECK(write_text(one_table_audit(), quiet).empty());
    CHECK(write_text(explained(), quiet).empty());
    CHECK(write_text(wrong_call(), quiet).empty());
    CHECK(write_text(unreachable(), quiet) ==
          "ERROR  could not tell: no server answers at db1:5432: connection refused\n");
    CHECK(write_text(wrong_call(), TextStyle{}).empty());
    CHECK(write_text(nothing(), TextStyle{}) == "ERROR  nothing was checked\n");
}

TEST_CASE("what would be noticed is told as near as people want to know it") {
    Document document;
    CheckResult check;
    check.id = "volume.metric";
    check.status = Status::fail;
    check.evidence = {{"points", 30},
                      {"score", -0.01},
                      {"threshold", 4.25},
                      {"noticed_below", 90.44823582150482},
                      {"noticed_above", 1200}};
    document.checks = {check};
    const std::string text = write_text(document, TextStyle{});
    CHECK(text.find("score 0.0, limit 4.2\n") != std::string::npos);
    CHECK(text.find("less than 90.45 or more than 1,200\n") != std::string::npos);
    CHECK(write_json(document).find("90.44823582150482") != std::string::npos);
}

} // namespace assay::test
