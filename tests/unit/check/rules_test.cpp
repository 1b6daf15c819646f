// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/check/check.hpp"
#include "assay/check/content.hpp"
#include "assay/check/deadline_check.hpp"
#include "assay/check/distribution.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/check/duplicates_across.hpp"
#include "assay/check/duplicates_folded.hpp"
#include "assay/check/duplicates_near.hpp"
#include "assay/check/duplicates_retried.hpp"
#include "assay/check/freshness.hpp"
#include "assay/check/group_freshness.hpp"
#include "assay/check/lag.hpp"
#include "assay/check/missing_windows.hpp"
#include "assay/check/progress.hpp"
#include "assay/check/promise.hpp"
#include "assay/check/retention.hpp"
#include "assay/check/row_totals.hpp"
#include "assay/check/schema_change.hpp"
#include "assay/check/snapshot_change.hpp"
#include "assay/check/storage.hpp"
#include "assay/check/structure.hpp"
#include "assay/check/volume.hpp"
#include "fake_session.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

/// One of every result that the check functions can give for a table with everything in it.
std::vector<CheckResult> every_result() {
    std::vector<CheckResult> all;
    const auto add = [&all](const std::vector<CheckResult>& more) {
        all.insert(all.end(), more.begin(), more.end());
    };
    TableSchema table = table_schema("t", {column_spec("id", ColumnType::integer)});
    table.columns[0].enforced = false;
    table.foreign_keys = {{"fk", {"id"}, {"public", "parent"}, {"id"}, true}};
    table.indexes.resize(2);
    table.indexes[0].columns = table.indexes[1].columns = {"id"};
    add(check_structure(table));
    TableSchema view = table;
    view.kind = TableKind::materialized_view;
    add(check_structure(view));
    add({check_schema_change(table, std::nullopt), check_schema_change(table, SchemaSeen{0, view}),
         check_schema_change(table, SchemaSeen{0, TableSchema()})});
    TableProfile profile;
    profile.schema = table;
    profile.rows_examined = 9;
    profile.columns.resize(1);
    profile.columns[0].rows = 9;
    add(check_content(profile));
    add({check_storage(table, "")});
    add({check_orphans(table, table.foreign_keys.front(), {5, 1})});
    FreshnessFacts facts;
    facts.table = table.ref;
    add(check_freshness(facts, {micros_per_day, micros_per_day}));
    facts.times.rows = facts.times.nulls = 1;
    add(check_freshness(facts, {micros_per_day, micros_per_day}));
    facts.newest = facts.now;
    add(check_freshness(facts, {micros_per_day, micros_per_day}));
    facts.cadence = Cadence{};
    add(check_freshness(facts, {}));
    add({check_groups(table.ref, "at", "source", {{"a", 1, {}}}, {micros_per_day, {}}, 0)});
    LagFacts lag;
    lag.table = table.ref;
    add({check_lag(lag, {}), check_negative_lag(lag)});
    add({check_moved_backwards({}), check_advancing({})});
    add({check_missing_windows({}, {}, {}, micros_per_day, {})});
    add({check_retention({}, micros_per_day)});
    add({check_deadline({}, parse_deadline("07:00 UTC"))});
    add({check_slo({}, {}, micros_per_day), check_backcast({}, micros_per_day, {})});
    add({check_folded_duplicates({}, {}), check_near_duplicates({}, {}), check_retries({}, {}),
         check_across({}, {})});
    add({check_duplicates({}, {}), check_row_counts({}, {}), missing_table(table.ref, "A"),
         check_columns({}), check_rows({}, {}), check_trailing_blanks(table.ref, 5, 1)});
    DistributionFacts distribution;
    distribution.table = table.ref;
    distribution.column = "a";
    RowShareFacts share;
    share.table = table.ref;
    share.column = "a";
    add({check_distribution(distribution), check_row_share(share)});
    add({check_group_counts({table.ref, "at", "day", "day", "UTC", {{"2024-01-01", 1, 2}}}, {},
                            1)});
    add({check_snapshot({}, {})});
    VolumeFacts volume;
    volume.table = table.ref;
    volume.buckets = bucket_starts(BucketSize::day, 0, "");
    add({check_usual_volume(volume), check_volume_so_far(volume)});
    RowTotalFacts totals;
    totals.table = table.ref;
    add({check_row_total(totals), check_growth(totals), check_shrunk(totals)});
    return all;
}

bool is_sentence(std::string_view text) {
    return text.size() > 3 && std::isupper(static_cast<unsigned char>(text.front())) != 0 &&
           text.ends_with('.') && text.find("  ") == std::string_view::npos;
}

} // namespace

TEST_CASE("every rule is used by a check, and every check has a rule") {
    // What commands find out themselves.
    std::set<std::string> used{"table.readable", "history.pruned"};
    for (const auto& result : every_result()) {
        used.insert(result.id);
        CHECK_FALSE(result.message.empty());
        CHECK_FALSE(result.remedy.empty());
        CHECK(result.fingerprint.size() == 16);
    }
    std::set<std::string> known;
    for (const auto& rule : check_rules()) {
        INFO(rule.id);
        CHECK(known.insert(std::string(rule.id)).second);
        CHECK(rule.id.find('.') != std::string_view::npos);
        CHECK(is_sentence(rule.what));
        CHECK(is_sentence(rule.remedy));
    }
    CHECK(used == known);
}

TEST_CASE("a message begins in lower case, has no full stop and counts right") {
    for (const auto& result : every_result()) {
        INFO(result.id << ": " << result.message);
        CHECK(std::isupper(static_cast<unsigned char>(result.message.front())) == 0);
        CHECK_FALSE(result.message.ends_with('.'));
        CHECK(result.message.find("1 rows") == std::string::npos);
        CHECK(result.message.find("1 values") == std::string::npos);
    }
}

TEST_CASE("to ask for an unknown rule is our own bug") {
    try {
        check_rule("no.such_rule");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::internal);
        CHECK(std::string(error.what()).find("no.such_rule") != std::string::npos);
    }
    CHECK(check_rule("volume.rows").severity == Severity::critical);
}

TEST_CASE("a result carries the severity, the remedy and the fingerprint of its rule") {
    const auto result = make_result("volume.rows", {"public", "orders"}, {"id"});
    CHECK(result.id == "volume.rows");
    CHECK(result.table == "public.orders");
    CHECK(result.columns == std::vector<std::string>{"id"});
    CHECK(result.status == Status::pass);
    CHECK(result.severity == Severity::critical);
    CHECK(result.remedy == check_rule("volume.rows").remedy);
    CHECK(result.fingerprint == check_fingerprint(result));
}

TEST_CASE("a fingerprint says which rule and which place, and nothing else") {
    auto base = make_result("volume.rows", {"public", "orders"}, {"a", "b"});
    auto other = base;
    other.status = Status::fail;
    other.message = "17 rows differ";
    other.observed = {17, "rows"};
    other.source = "b";
    other.severity = Severity::info;
    CHECK(check_fingerprint(other) == base.fingerprint);

    const std::vector<CheckResult> places = {
        base,
        make_result("volume.row_count", {"public", "orders"}, {"a", "b"}),
        make_result("volume.rows", {"public", "order"}, {"a", "b"}),
        make_result("volume.rows", {"sales", "orders"}, {"a", "b"}),
        make_result("volume.rows", {"public", "orders"}, {"b", "a"}),
        make_result("volume.rows", {"public", "orders"}, {"ab"}),
        make_result("volume.rows", {"public", "orders"}, {"a", "b", ""}),
        make_result("volume.rows", {"public", "orders"}, {"a,b"}),
        make_result("volume.rows", {"public", "orders"}, {})};
    std::set<std::string> prints;
    for (const auto& place : places) {
        CHECK(place.fingerprint.find_first_not_of("0123456789abcdef") == std::string::npos);
        prints.insert(place.fingerprint);
    }
    CHECK(prints.size() == places.size());
    // Stored in people's baselines: it must never change.
    CHECK(make_result("volume.rows", {"public", "orders"}, {}).fingerprint == "ea84b545872a6de5");
}

TEST_CASE("names of severities, states and methods are read back") {
    for (const auto severity : {Severity::info, Severity::warning, Severity::critical}) {
        CHECK(parse_severity(to_string(severity)) == severity);
    }
    for (const auto status : {Status::pass, Status::fail, Status::skipped, Status::error}) {
        CHECK(parse_status(to_string(status)) == status);
    }
    for (const auto method : {Method::exact, Method::estimate, Method::sample}) {
        CHECK(parse_method(to_string(method)) == method);
    }
    CHECK_FALSE(parse_severity("Critical").has_value());
    CHECK_FALSE(parse_status("").has_value());
    CHECK_FALSE(parse_method("exactly").has_value());
}
