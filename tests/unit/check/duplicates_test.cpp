// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/duplicate_cause.hpp"
#include "assay/check/duplicates.hpp"
#include "assay/check/duplicates_across.hpp"
#include "assay/check/duplicates_folded.hpp"
#include "assay/check/duplicates_near.hpp"
#include "assay/check/duplicates_retried.hpp"

#include <catch2/catch.hpp>

using namespace assay;

namespace {

FoldedFacts folded_facts() {
    FoldedFacts facts;
    facts.table = {"main", "people"};
    facts.key = {"email"};
    facts.columns = {{"a", {"case", "trim"}}};
    facts.rows = 100;
    facts.exact_surplus = 3;
    facts.folded_surplus = 5;
    facts.groups_missed = 2;
    facts.rows_in_them = 6;
    return facts;
}

NearFacts near_facts() {
    NearFacts facts;
    facts.table = {"main", "people"};
    facts.rows = 100;
    facts.groups_found = 4;
    facts.surplus_rows = 5;
    facts.largest_group = 3;
    facts.pairs = 6;
    facts.predicted_precision = .985;
    facts.compared = {Facts{{"column", "name"}, {"kind", "short text"}}};
    return facts;
}

} // namespace

TEST_CASE("a key that an index guarantees has no surplus, and no number that nobody counted") {
    DuplicateFacts facts;
    facts.table = {"main", "people"};
    facts.key = {"email"};
    facts.guarantor = "odd, name";
    const auto check = check_duplicates(facts, {});
    CHECK(check.status == Status::pass);
    CHECK(check.message ==
          "no key occurs twice: guaranteed by index \"odd, name\", nothing was read");
    CHECK(*find_fact(check.evidence, "surplus_rows") == Fact(0));
    CHECK(find_fact(check.evidence, "rows")->is_null());
    CHECK_FALSE(check.rows_examined);
    facts.guarantor = unnamed_primary_key;
    CHECK(check_duplicates(facts, {}).message ==
          "no key occurs twice: guaranteed by the primary key, nothing was read");
}

TEST_CASE("keys that stand in two tables are judged by the rows of the first one") {
    AcrossFacts facts;
    facts.table = {"main", "orders"};
    facts.key = {"id"};
    facts.against = {"main", "archive"};
    facts.rows = 10;
    facts.rows_against = 20;
    facts.shared_keys = 1;
    facts.shared_rows = 2;
    facts.shared_rows_against = 3;
    const auto check = check_across(facts, {});
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::critical);
    CHECK(check.observed.value == Fact(2));
    CHECK(check.message ==
          "2 of 10 rows have a key that stands in archive as well: 1 key, in 3 rows there");
    CHECK(check_across(facts, Tolerance{2, {}}).status == Status::pass);
    facts.shared_keys = facts.shared_rows = 0;
    CHECK(check_across(facts, {}).message == "no key of 10 rows stands in archive as well");
}

TEST_CASE("a guessed key is a warning, and none where most rows repeat another one") {
    DuplicateFacts facts;
    facts.table = {"main", "people"};
    facts.key = {"email"};
    facts.origin = KeyOrigin::guessed;
    facts.counts = {10, 5, 5, 5, 2, 0};
    const auto check = check_duplicates(facts, {});
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::warning);
    CHECK(check.message.ends_with("that this is the key was guessed, --key names another one"));
    facts.counts = {11, 5, 5, 6, 3, 0};
    CHECK(check_duplicates(facts, {}).status == Status::skipped);
    CHECK(check_duplicates(facts, {}).message ==
          "it has the name of a key, but is none: 5 values in 11 rows");
    facts.origin = KeyOrigin::declared;
    CHECK(check_duplicates(facts, {}).severity == Severity::critical);
    facts.origin = KeyOrigin::guessed;
    facts.counts = {};
    CHECK(check_duplicates(facts, {}).status == Status::pass);
}

TEST_CASE("folding is judged by what exact comparing misses") {
    const auto check = check_folded_duplicates(folded_facts(), {});
    CHECK(check.id == "duplicates.folded");
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::warning);
    CHECK(check.observed.value == Fact(2));
    CHECK(check.message ==
          "2 of 100 rows repeat another one only without case and trim: 2 groups of 6 rows in all");
    CHECK(check_folded_duplicates(folded_facts(), Tolerance{2, {}}).status == Status::pass);
    CHECK(check_folded_duplicates(folded_facts(), Tolerance{1, {}}).status == Status::fail);
}

TEST_CASE("a share is one of the rows that are compared, also of folding and of two tables") {
    const Tolerance a_fifth{{}, 0.2};
    FoldedFacts folded = folded_facts();
    folded.rows = 10;
    folded.null_key_rows = 5;
    CHECK(check_folded_duplicates(folded, a_fifth).status == Status::pass);
    folded.nulls = NullPolicy::skip;
    CHECK(check_folded_duplicates(folded, a_fifth).status == Status::fail);
    CHECK(check_folded_duplicates(folded, a_fifth).message.starts_with("2 of 5 compared rows "));
    AcrossFacts across;
    across.rows = 10;
    across.rows_against = 1;
    across.null_key_rows = 5;
    across.shared_keys = 1;
    across.shared_rows = 2;
    CHECK(check_across(across, a_fifth).status == Status::pass);
    across.nulls = NullPolicy::skip;
    CHECK(check_across(across, a_fifth).status == Status::fail);
    CHECK(check_across(across, a_fifth).message.starts_with("2 of 5 compared rows have a key "));
}

TEST_CASE("folding that finds nothing passes, and so does an empty table") {
    FoldedFacts facts = folded_facts();
    facts.folded_surplus = facts.exact_surplus;
    const auto check = check_folded_duplicates(facts, {});
    CHECK(check.status == Status::pass);
    CHECK(check.message == "without case and trim no further one of 100 rows repeats another");
    CHECK(check_folded_duplicates({}, {}).status == Status::pass);
}

TEST_CASE("what is folded is told column by column") {
    FoldedFacts facts = folded_facts();
    facts.columns = {
        {"a", {"case", "trim"}, "by its name alone"}, {"b", {"trim", "phone"}}, {"c", {}}};
    const auto check = check_folded_duplicates(facts, {});
    CHECK(check.message ==
          "2 of 100 rows repeat another one only once folded: 2 groups of 6 rows in all");
    CHECK(*find_fact(check.evidence, "folded") == Fact::List{"case", "trim", "phone"});
    facts.folded_surplus = facts.exact_surplus;
    CHECK(check_folded_duplicates(facts, {}).message ==
          "once folded (a without case and trim; b without trim and phone; c as it is) no further "
          "one of 100 rows repeats another");
    const Fact none;
    CHECK(*find_fact(check.evidence, "foldings") ==
          Fact::List{Facts{{"column", "a"},
                           {"folded", Fact::List{"case", "trim"}},
                           {"why", "by its name alone"}},
                     Facts{{"column", "b"}, {"folded", Fact::List{"trim", "phone"}}, {"why", none}},
                     Facts{{"column", "c"}, {"folded", Fact::List()}, {"why", none}}});
}

TEST_CASE("near duplicates are judged by the surplus rows, and say how sure they are") {
    const auto check = check_near_duplicates(near_facts(), {});
    CHECK(check.id == "duplicates.near");
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::warning);
    CHECK(check.method == Method::estimate);
    CHECK(check.message == "5 of 100 rows probably repeat another one: 4 groups, the largest of 3 "
                           "rows; about 98.5 % of 6 pairs should be right");
    CHECK(check_near_duplicates(near_facts(), Tolerance{5, {}}).status == Status::pass);
}

TEST_CASE("rows that stand in another table are told as such") {
    NearFacts facts = near_facts();
    facts.against = TableRef{"crm", "odd \"name"};
    facts.rows_against = 50;
    facts.surplus_rows = 1;
    facts.pairs = 1;
    const auto check = check_near_duplicates(facts, {});
    CHECK(check.message == "1 of 100 rows probably stands in \"odd \"\"name\" too; about 98.5 % of "
                           "1 pair should be right");
    REQUIRE(find_fact(check.evidence, "against") != nullptr);
}

TEST_CASE("without a column to compare there is no verdict, but an empty table has no duplicates") {
    NearFacts facts = near_facts();
    facts.compared.clear();
    CHECK(check_near_duplicates(facts, {}).status == Status::skipped);
    facts.rows = 1;
    facts.surplus_rows = 0;
    CHECK(check_near_duplicates(facts, {}).status == Status::pass);
    CHECK(check_near_duplicates(facts, {}).message == "the table holds one row");
    facts.against = TableRef{"crm", "people"};
    CHECK(check_near_duplicates(facts, {}).message == "the other table, people, holds no row");
    facts.rows_against = 1;
    CHECK(check_near_duplicates(facts, {}).status == Status::skipped);
    const auto empty = check_near_duplicates({}, {});
    CHECK(empty.status == Status::pass);
    CHECK(empty.message == "the table holds no row to compare");
}

TEST_CASE("the cause of a group follows from the columns that differ") {
    using enum DuplicateCause;
    CHECK(cause_of({}, "at", Compared::all).cause == reinsert);
    CHECK(cause_of({"at"}, "at", Compared::all).cause == reload);
    CHECK(cause_of({"at"}, "", Compared::all).cause == versions);
    CHECK(cause_of({"at", "price"}, "at", Compared::all).cause == versions);
    CHECK(cause_of({"at", "price"}, "at", Compared::all).conflicts.size() == 2);
}

TEST_CASE("what was compared in part is only known to conflict, never to be the same") {
    CHECK(cause_of({}, "at", Compared::part).cause == DuplicateCause::unknown);
    CHECK(cause_of({"at"}, "at", Compared::part).cause == DuplicateCause::unknown);
    CHECK(cause_of({"price"}, "at", Compared::part).cause == DuplicateCause::versions);
}

TEST_CASE("causes are told together, with the columns that conflict most") {
    CauseFacts facts;
    facts.duplicated_keys = 3;
    facts.time_column = "at";
    facts.groups = {{DuplicateCause::versions, {"d", "c", "b", "a"}},
                    {DuplicateCause::versions, {"odd \"name"}},
                    {DuplicateCause::versions, {"d"}}};
    CHECK(cause_words(facts) ==
          "3 with conflicting versions (d in 2, a in 1, b in 1 and 2 more columns)");
    facts.groups = {{DuplicateCause::reload, {"at"}}, {DuplicateCause::unknown, {}}};
    CHECK(cause_words(facts) ==
          "of the 2 largest groups 1 loaded again (only at differs), 1 too large to tell");
    const Facts evidence = cause_evidence(facts);
    CHECK(*find_fact(evidence, "groups") == Fact(2));
    CHECK(*find_fact(evidence, "unknown") == Fact(1));
    CHECK(*find_fact(evidence, "conflicts") == Fact(Facts{}));
}

TEST_CASE("rows that are skipped because of NULL are told, and are rows of the table") {
    DuplicateFacts facts;
    facts.key = {"email"};
    facts.nulls = NullPolicy::skip;
    facts.counts = {3, 2, 1, 1, 2, 2};
    const auto check = check_duplicates(facts, Tolerance{0, .4});
    CHECK(check.status == Status::pass); // 1 of 3, not of 5
    CHECK(check.rows_examined == 5);
    CHECK(*find_fact(check.evidence, "rows") == Fact(5));
    CHECK(*find_fact(check.evidence, "compared_rows") == Fact(3));
    CHECK(check.message == "1 of 3 compared rows repeats another one: 1 key occurs more than once, "
                           "the most frequent 2 times; 2 of 5 rows have NULL in the key and are "
                           "skipped");
    CHECK(check_duplicates(facts, Tolerance{0, .3}).status == Status::fail);
    facts.counts = {0, 0, 0, 0, 0, 1};
    CHECK(check_duplicates(facts, {}).message ==
          "the table holds no row to compare; 1 of 1 row has NULL in the key and is skipped");
}

TEST_CASE("a limit that the user set is critical in every search for duplicates") {
    RetryFacts retries;
    retries.rows = 10;
    retries.retries = 3;
    for (const SurplusLimit& limit : {SurplusLimit(Tolerance{}), SurplusLimit({0, .001})}) {
        for (const auto& check :
             {check_folded_duplicates(folded_facts(), limit),
              check_near_duplicates(near_facts(), limit), check_retries(retries, limit)}) {
            INFO(check.id);
            CHECK(check.status == Status::fail);
            CHECK(check.severity == Severity::critical);
        }
    }
    CHECK(check_folded_duplicates(folded_facts(), {}).expected == "<= 0 rows");
}

TEST_CASE("without a look at the rows there is no cause") {
    DuplicateFacts facts;
    facts.counts = {5, 2, 2, 3, 3, 0};
    CHECK(find_fact(check_duplicates(facts, {}).evidence, "why") == nullptr);
    facts.cause = CauseFacts{};
    CHECK(find_fact(check_duplicates(facts, {}).evidence, "why") == nullptr);
    facts.cause->groups = {{DuplicateCause::reinsert, {}}};
    CHECK(*find_fact(check_duplicates(facts, {}).evidence, "why") == Fact("1 exact re-insert"));
}

TEST_CASE("retries are judged by the rows that follow an equal one") {
    RetryFacts facts;
    facts.table = {"main", "payments"};
    facts.actor = "user id";
    facts.within = 30 * micros_per_second;
    facts.rows = 10;
    CHECK(check_retries(facts, {}).status == Status::pass);
    CHECK(check_retries(facts, {}).message ==
          "none of 10 rows repeats another one of the same user id within 30 s");
    facts.retries = 3;
    facts.bursts = 2;
    facts.largest_burst = 3;
    facts.undated_rows = 2;
    facts.actorless_rows = 1;
    const auto check = check_retries(facts, {});
    CHECK(check.id == "duplicates.retries");
    CHECK(check.status == Status::fail);
    CHECK(check.severity == Severity::warning);
    CHECK(check.message == "3 of 7 compared rows repeat another one of the same user id within 30 "
                           "s: 2 bursts, the largest of 3 rows; left out: 2 rows without a time "
                           "and 1 row without user id");
    CHECK(check_retries(facts, Tolerance{3, {}}).status == Status::pass);
    // A share is one of the rows that could be compared, three of seven.
    CHECK(check_retries(facts, Tolerance{{}, 0.42}).status == Status::fail);
    CHECK(check_retries(facts, Tolerance{{}, 0.43}).status == Status::pass);
}

TEST_CASE("where no row says when and who, nobody knows of retries") {
    RetryFacts facts;
    CHECK(check_retries(facts, {}).status == Status::pass); // empty
    facts.rows = 2;
    facts.undated_rows = 1;
    facts.actorless_rows = 1;
    CHECK(check_retries(facts, {}).status == Status::skipped);
}
