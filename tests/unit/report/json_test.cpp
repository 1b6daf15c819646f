// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "samples.hpp"

#include "assay/base/error.hpp"
#include "assay/report/writer.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <string>

namespace assay::test {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::Equals;

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

/// What read_json() says about a sample in which one piece was changed.
std::string complaint(const std::string& from, const std::string& to) {
    const std::string json = replaced(write_json(shop_audit()), from, to);
    try {
        read_json(json, "result.json");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        return error.what();
    }
    return "no complaint";
}

std::string complaint_about(const std::string& json) {
    try {
        read_json(json, "result.json");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::usage);
        return error.what();
    }
    return "no complaint";
}

} // namespace

TEST_CASE("a document comes back from JSON without loss") {
    for (const auto& [name, document] : samples()) {
        INFO(name);
        const std::string json = write_json(document);
        CHECK(write_json(read_json(json, name)) == json);
        if (name != "hostile_audit" && name != "extremes") {
            CHECK(read_json(json, name) == document);
        }
    }
}

TEST_CASE("the keys of JSON stand in the order of the manual") {
    const std::string json = write_json(shop_audit());
    std::size_t at = 0;
    for (const char* key : {"schema_version", "tool", "run", "sources", "summary", "tables",
                            "checks", "cost", "notes"}) {
        const auto next = json.find("\n  \"" + std::string(key) + "\": ");
        INFO(key);
        CHECK(next != std::string::npos);
        CHECK(next >= at);
        at = next;
    }
    CHECK(json.find("\n  \"plan\"") == std::string::npos);
    CHECK(json.find("\n  \"errors\"") == std::string::npos);
    CHECK(write_json(explained()).find("\n  \"plan\"") != std::string::npos);
    CHECK(write_json(wrong_call()).find("\n  \"errors\"") != std::string::npos);
}

TEST_CASE(
    "case 32: JSON is ASCII, ends with one newline and never holds NaN or Infinity as a number") {
    for (const auto& [name, document] : samples()) {
        INFO(name);
        const std::string json = write_json(document);
        CHECK(json.ends_with("}\n"));
        for (const char c : json) {
            if (c != '\n' && (c < 0x20 || c > 0x7E)) {
                FAIL("byte " << static_cast<int>(c));
            }
        }
        CHECK(json.find(": NaN") == std::string::npos);
        CHECK(json.find(": Infinity") == std::string::npos);
    }
    Document document = freshness_answer();
    document.checks[0].observed.value = std::numeric_limits<double>::infinity();
    CHECK_THAT(write_json(document), Contains("\"value\": \"Infinity\""));
}

TEST_CASE("case 42: integers beyond 2^53 are strings and come back as integers") {
    Document document = one_table_audit();
    const std::int64_t limit = std::int64_t{1} << 53;
    document.tables[0].rows->value = limit;
    CHECK_THAT(write_json(document), Contains("\"value\": 9007199254740992,"));
    for (const std::int64_t number : {limit + 1, std::numeric_limits<std::int64_t>::max(),
                                      std::numeric_limits<std::int64_t>::min()}) {
        document.tables[0].rows->value = number;
        const std::string json = write_json(document);
        CHECK_THAT(json, Contains("\"value\": \"" + std::to_string(number) + "\","));
        CHECK(read_json(json, "x").tables[0].rows->value == number);
    }
    CHECK(complaint("\"value\": 4012", "\"value\": \"9223372036854775808\"") ==
          "result.json: tables[1].rows.value: '9223372036854775808' is not a whole number of 64 "
          "bits");
    CHECK_THAT(complaint("\"value\": 4012", "\"value\": 18446744073709551615"),
               Contains("is not a whole number of 64 bits"));
    CHECK_THAT(complaint("\"value\": 4012", "\"value\": \" 4012\""),
               Contains("is not a whole number"));
}

TEST_CASE("a large integer among facts stays a text, so that nothing is guessed") {
    Document document = freshness_answer();
    document.checks[0].evidence = {{"n", std::int64_t{1} << 60}, {"s", "17"}};
    const auto read = read_json(write_json(document), "x").checks[0].evidence;
    CHECK(read == Facts{{"n", "1152921504606846976"}, {"s", "17"}});
}

TEST_CASE("names that are the same once they are UTF-8 do not overwrite each other") {
    Document document = freshness_answer();
    document.checks[0].evidence = {{"a\xff", 1}, {"a\xfe", 2}, {"a", 3}, {"a", 4}};
    const auto read = read_json(write_json(document), "x").checks[0].evidence;
    CHECK(read == Facts{{"a\xEF\xBF\xBD", 1}, {"a\xEF\xBF\xBD#2", 2}, {"a", 3}, {"a#2", 4}});
}

TEST_CASE("what is no JSON and what is no result is told apart") {
    CHECK_THAT(complaint_about(""), Contains("result.json: not JSON: "));
    CHECK_THAT(complaint_about("SQLite format 3"), Contains("result.json: not JSON: "));
    CHECK_THAT(complaint_about("{\"a\": NaN}"), Contains("not JSON"));
    CHECK_THAT(complaint_about(std::string("{\"a\": 1}\0anything", 17)), Contains("NUL byte"));
    CHECK_THAT(complaint_about("{\"a\": 1e999}"), Contains("not JSON"));
    CHECK_THAT(complaint_about("{} {}"), Contains("not JSON"));
    CHECK(complaint_about("[]") == "result.json: expected an object, found array");
    CHECK(complaint_about("{}") == "result.json: JSON, but not a result of assay");
    CHECK(complaint("\"name\": \"assay\"", "\"name\": \"other\"") ==
          "result.json: a result of 'other', not of assay");
}

TEST_CASE("minor versions are read, major ones are not") {
    CHECK(complaint("\"1.0\"", "\"1.99\"") == "no complaint");
    CHECK(complaint("\"1.0\"", "\"2.0\"") ==
          "result.json: has schema version 2.0, this assay reads 1.x");
    CHECK_THAT(complaint("\"1.0\"", "\"0.9\""), Contains("has schema version 0.9"));
    for (const char* version : {"\"1\"", "\"1.\"", "\"1.x\"", "\"one\"", "\"1.0.1\"", "\"\""}) {
        CHECK_THAT(complaint("\"1.0\"", version), Contains("is not a version"));
    }
    CHECK(complaint("\"1.0\"", "1.0") ==
          "result.json: schema_version: expected a text, found number");
}

TEST_CASE("unknown keys are ignored") {
    CHECK(complaint("\"run\": {", "\"later\": [1], \"run\": {\"mood\": \"fine\",") ==
          "no complaint");
}

TEST_CASE("a wrong type is named with its place") {
    CHECK(complaint("\"status\": \"error\"", "\"status\": \"okay\"") ==
          "result.json: checks[3].status: 'okay' is not a status (pass, fail, error, skipped)");
    CHECK(complaint("\"severity\": \"info\"", "\"severity\": 3") ==
          "result.json: checks[0].severity: expected a text, found number");
    CHECK(complaint("\"method\": \"exact\"", "\"method\": \"guess\"") ==
          "result.json: tables[0].rows.method: 'guess' is not a method (exact, estimate, sample)");
    CHECK(complaint("\"complete\": true", "\"complete\": 1") ==
          "result.json: run.complete: expected true or false, found number");
    CHECK(complaint("\"duration_ms\": 812", "\"duration_ms\": 812.5") ==
          "result.json: run.duration_ms: expected a whole number, found number");
    CHECK(complaint("\"duration_ms\": 812", "\"duration_ms\": null") ==
          "result.json: run.duration_ms: expected a whole number, found null");
    CHECK(complaint("\"evidence\": {}", "\"evidence\": []") ==
          "result.json: checks[0].evidence: expected an object, found array");
    CHECK(complaint("\"notes\": [", "\"notes\": [7,") ==
          "result.json: notes[0]: expected a text, found number");
    CHECK(complaint("\"exit_code\": 3", "\"exit_code\": 3000000000") ==
          "result.json: run.exit_code: 3000000000 is too large");
    CHECK(complaint("\"started_at\": \"2026", "\"started_at\": \"yesterday 2026") ==
          "result.json: run.started_at: 'yesterday 2026-11-20T18:40:03Z' is not a time such as "
          "2026-01-31T06:00:00Z");
    CHECK(complaint("\"columns\": [\n        {", "\"columns\": [ 5, {") ==
          "result.json: tables[0].columns[0]: expected an object, found number");
}

TEST_CASE("a missing key that nothing can stand for is named") {
    CHECK(complaint("\"run\": {", "\"ran\": {") == "result.json: 'run' is missing");
    CHECK(complaint("\"checks\": [", "\"cheques\": [") == "result.json: 'checks' is missing");
    CHECK(complaint("\"status\": \"error\"", "\"state\": \"error\"") ==
          "result.json: checks[3]: 'status' is missing");
}

TEST_CASE("case 277: one key twice in one object is refused") {
    CHECK(complaint("\"complete\": true", "\"complete\": false, \"complete\": true") ==
          "result.json: the key 'complete' stands twice in one object");
    CHECK(complaint("\"evidence\": {}", "\"evidence\": {\"\\u001b[1m\": 1, \"\\u001b[1m\": 2}") ==
          "result.json: the key '\\x1b[1m' stands twice in one object");
}

TEST_CASE("case 283: deep nesting is refused before it can do harm") {
    const auto nested = [](std::size_t levels) {
        return "\"evidence\": {\"x\": " + std::string(levels, '[') + std::string(levels, ']') + "}";
    };
    CHECK(complaint("\"evidence\": {}", nested(50)) == "no complaint");
    CHECK(complaint("\"evidence\": {}", nested(70)) == "result.json: nested deeper than 64 levels");
    CHECK(complaint_about(std::string(200'000, '[')) ==
          "result.json: nested deeper than 64 levels");
}

TEST_CASE("a hostile file name and hostile content cannot reach the terminal") {
    try {
        read_json("{\"schema_version\": \"\x1b[2J\"", "\x1b]0;x\x07.json");
        FAIL("no complaint");
    } catch (const Error& error) {
        CHECK(std::string(error.what()).find('\x1b') == std::string::npos);
        CHECK_THAT(error.what(), Contains("\\x1b]0;x\\x07.json"));
    }
    CHECK_THAT(complaint("\"status\": \"error\"", "\"status\": \"\\u001b[2J\""),
               Contains("'\\x1b[2J' is not a status"));
}

} // namespace assay::test
