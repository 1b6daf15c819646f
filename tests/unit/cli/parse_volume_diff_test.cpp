// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "invocations.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace assay;
using namespace assay::test;

TEST_CASE("volume-diff takes what makes two sides comparable that are not quite alike") {
    const auto diff = options_of<VolumeDiffOptions>({"volume-diff", "a",
                                                     "b",           "--rows",
                                                     "--map",       "amount:total",
                                                     "--map",       "\"a:x\":\"b\"",
                                                     "--tol",       "amount=0.010",
                                                     "--tol",       "\"at=\"= 1ms",
                                                     "--min-age",   "5m",
                                                     "-c",          "at",
                                                     "--where-a",   "x > 1",
                                                     "--where-b",   "y > 1"});
    REQUIRE(diff.map.size() == 2);
    CHECK(diff.map[0].a == "amount");
    CHECK(diff.map[0].b == "total");
    CHECK(diff.map[1].a == "a:x");
    CHECK(diff.map[1].b == "b");
    REQUIRE(diff.tolerances.size() == 2);
    CHECK(diff.tolerances[0].column == "amount");
    CHECK(diff.tolerances[0].tolerance == CellTolerance{"0.01", 0});
    CHECK(diff.tolerances[1].column == "at=");
    CHECK(diff.tolerances[1].tolerance == CellTolerance{"", 1000});
    CHECK(diff.usual.min_age == 300 * micros_per_second);
    CHECK(diff.where_a == "x > 1");
    CHECK(diff.where_b == "y > 1");
    for (const std::string wrong : {"a", "a:", ":b", "a:b:c", "\"a:b"}) {
        CHECK(refusal({"volume-diff", "a", "b", "--rows", "--map", wrong})
                  .starts_with("--map: '" + wrong + "' is not two columns"));
    }
    for (const std::string wrong : {"a", "a=", "=1", "a=-1", "a=x", "a=1%"}) {
        CHECK(refusal({"volume-diff", "a", "b", "--rows", "--tol", wrong})
                  .starts_with("--tol: '" + wrong + "' is not a column and a tolerance"));
    }
    CHECK(diff.extent == Extent::all);
    const auto exit_only = [](Words more) {
        Words words{"volume-diff", "a", "b", "--rows", "-qq"};
        words.insert(words.end(), more.begin(), more.end());
        return options_of<VolumeDiffOptions>(words).extent == Extent::first;
    };
    CHECK(exit_only({}));
    CHECK_FALSE(exit_only({"--changes", "-"}));
    CHECK_FALSE(exit_only({"--recheck", "30s"}));
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--rows", "--recheck", "30s"})
              .recheck == 30 * micros_per_second);
    CHECK(refusal({"volume-diff", "a", "b", "--rows", "--recheck", "2h"})
              .starts_with("--recheck: '2h' is too long"));
    CHECK(refusal({"volume-diff", "a", "b", "--recheck", "2s"})
              .starts_with("--recheck means nothing"));
    CHECK(refusal({"volume-diff", "a", "b", "--rechek", "2s"}).ends_with("'--recheck'?"));
    CHECK_FALSE(exit_only({"-o", "x"}));
    CHECK_FALSE(exit_only({"--export", "json=x"}));
    CHECK_FALSE(exit_only({"--history", "h"}));
    CHECK_FALSE(exit_only({"--max-diff", "1"}));
    CHECK(refusal({"volume-diff", "a", "b", "--maps", "a:b"}).ends_with("'--map'?"));
    CHECK(refusal({"volume-diff", "a", "b", "--where-c", "x"}).find("'--where-") !=
          std::string::npos);
    CHECK(refusal({"volume-diff", "a", "--where-a", "x"}).starts_with("--where-a and --where-b"));
}

TEST_CASE("volume-diff of one database takes the flags of its past") {
    const auto alone =
        options_of<VolumeDiffOptions>({"volume-diff", "a.db", "-c", "at", "--by", "hour", "--tz",
                                       "Europe/Berlin", "--min-age", "2h"});
    CHECK(alone.database_b.empty());
    CHECK(alone.common.since_column == "at");
    CHECK(alone.usual.by == BucketSize::hour);
    CHECK(alone.usual.tz == "Europe/Berlin");
    CHECK(alone.usual.min_age == 7200 * micros_per_second);
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a.db"}).usual == UsualVolumeOptions{});
    CHECK(refusal({"volume-diff", "a.db", "--by", "days"}).find("'day'") != std::string::npos);
    CHECK(refusal({"volume-diff", "a.db", "--min-ag", "2h"}).ends_with("'--min-age'?"));
    CHECK(refusal({"volume-diff", "a.db", "--min-age", "20000000000h"})
              .starts_with("--min-age: '20000000000h' is"));
    CHECK(refusal({"volume-diff", "a.db", "--min-age", "3y"}).starts_with("--min-age: '3y' is"));
    CHECK(refusal({"volume-diff", "a.db", "--min-age", "400d"}).find("too long") !=
          std::string::npos);
    CHECK(refusal({"volume-diff", "a.db", "--since", "2d"})
              .starts_with("--since means nothing with one database"));
    CHECK(refusal({"volume-diff", "a.db", "b.db", "--append-only"})
              .starts_with("--calendar and --append-only mean nothing"));
    const auto days = options_of<VolumeDiffOptions>(
        {"volume-diff", "a", "b", "--by", "shop", "--by", "day", "--tz", "UTC", "-c", "at"});
    CHECK(days.usual.by == BucketSize::day);
    CHECK(days.by_column.empty());
    const auto shops =
        options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--by", "day", "--by", "\"day\""});
    CHECK_FALSE(shops.usual.by);
    CHECK(shops.by_column == "\"day\"");
    CHECK(refusal({"volume-diff", "a", "b", "--by", "day", "--rows"})
              .starts_with("--by means nothing with --rows"));
    CHECK(refusal({"volume-diff", "a", "b", "--depth", "catalog", "--rows"})
              .starts_with("--depth catalog means nothing with --rows"));
    CHECK(
        options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--depth", "full", "--rows"}).by ==
        DiffBy::rows);
    CHECK(
        refusal({"volume-diff", "a.db", "--append-only"}) ==
        "--append-only compares with earlier runs | name where they are kept with --history FILE");
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "--append-only", "--history", "h"})
              .usual.deletes == Deletes::never);
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "--accept", "--history", "h"})
              .common.findings == Findings::accepted);
    const std::string not_accepted =
        "--accept keeps what one database has as the past of later runs | leave out B and --rows, "
        "and name where runs are kept with --history FILE";
    CHECK(refusal({"volume-diff", "a", "--accept"}) == not_accepted);
    CHECK(refusal({"volume-diff", "a", "--accept", "--history", "none"}) == not_accepted);
    CHECK(refusal({"volume-diff", "a", "b", "--accept", "--history", "h"}) == not_accepted);
    CHECK(refusal({"volume-diff", "a", "-t", "t", "--rows", "--save-snapshot", "s", "--accept",
                   "--history", "h"}) == not_accepted);
    CHECK(refusal({"volume-diff", "a.db", "b.db", "-c", "at"})
              .starts_with("--column means nothing without --since"));
}

TEST_CASE("volume-diff writes a plan only where it may hold values") {
    const auto diff = options_of<VolumeDiffOptions>(
        {"volume-diff", "a", "b", "--rows", "--repair", "plan.sql", "--values", "all", "-qq"});
    REQUIRE(diff.repair);
    CHECK(diff.repair->path == "plan.sql");
    CHECK(diff.extent == Extent::all);
    const auto refused = [](Words more) {
        Words words{"volume-diff", "a", "b", "--repair", "plan.sql"};
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    CHECK(refused({"--rows"}).starts_with("--repair writes the values of rows into the plan"));
    CHECK(refused({"--rows", "--values", "none"}).ends_with("may see them"));
    CHECK(refused({"--values", "all"}).starts_with("--repair means nothing without --rows"));
    CHECK(refused({"--rows", "--values", "all", "--recheck", "2s"})
              .starts_with("--repair means nothing with --recheck"));
    CHECK(refused({"--rows", "--values", "all", "-o", "plan.sql"}).starts_with("--repair and a"));
    CHECK(refused({"--rows", "--values", "all", "--changes", "plan.sql"})
              .starts_with("--repair and --changes both name 'plan.sql'"));
    CHECK(refusal({"volume-diff", "a", "b", "--reapir", "x"}).ends_with("'--repair'?"));
}

TEST_CASE("volume-diff asks one question of two sides") {
    const auto diff = options_of<VolumeDiffOptions>(
        {"volume-diff", "a", "b", "--distribution", "--map", "x:y", "--ignore", "z"});
    CHECK(diff.by == DiffBy::distributions);
    CHECK(diff.extent == Extent::all);
    const auto refused = [](Words more) {
        Words words{"volume-diff", "a", "b", "--distribution"};
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    CHECK(refused({"--rows"}).starts_with("--rows and --distribution are two questions"));
    CHECK(refused({"--by", "day"}).starts_with("--by means nothing with"));
    CHECK(refused({"-k", "id"}).starts_with("--key, --tol, --max-diff and --depth mean nothing"));
    CHECK(refused({"--max-diff", "1"}).find("--max-diff") != std::string::npos);
    CHECK(refused({"--depth", "catalog"}).find("--depth") != std::string::npos);
    CHECK(refusal({"volume-diff", "a", "--distribution"})
              .starts_with("volume-diff --distribution needs B, or earlier runs"));
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "--distribution", "--history", "h"})
              .by == DiffBy::distributions);
    CHECK(refusal({"volume-diff", "a", "--distribution", "--history", "h", "--tz", "UTC"})
              .starts_with("with one database, --distribution takes none of --by"));
    CHECK(refusal({"volume-diff", "a", "b", "--distributon"}).ends_with("'--distribution'?"));
}

TEST_CASE("volume-diff saves a snapshot of one database") {
    const auto save = options_of<VolumeDiffOptions>(
        {"volume-diff", "a", "--rows", "-t", "t", "--save-snapshot", "x", "--grain", "rows"});
    REQUIRE(save.snapshot.save.has_value());
    CHECK(save.snapshot.save->path == "x");
    CHECK(save.snapshot.grain == SnapshotGrain::rows);
    CHECK_FALSE(save.snapshot.from.has_value());
    CHECK_FALSE(options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--rows"}).snapshot.save);
    const Words call{"volume-diff", "a", "--rows", "--save-snapshot", "x"};
    const auto with = [&](Words more) {
        Words words = call;
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    CHECK(with({"--grain", "row"}).find("did you mean 'rows'?") != std::string::npos);
    CHECK(with({"-o", "x"}).starts_with("--save-snapshot and a result both name 'x'"));
    CHECK(with({"--changes", "x"}).starts_with("--changes and --save-snapshot both name 'x'"));
    CHECK(refusal({"volume-diff", "a", "b", "--rows", "--grain", "rows"})
              .starts_with("--grain means nothing without --save-snapshot"));
    CHECK(refusal({"volume-diff", "a", "--rows", "--save-snapshots", "x"})
              .ends_with("'--save-snapshot'?"));
    CHECK(refusal({"volume-diff", "a", "--rows"}).starts_with("volume-diff needs B"));
}

TEST_CASE("every command that reads a database takes a pause file") {
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--pause-file", "stop"})
              .common.pause_file == "stop");
    CHECK(options_of<AuditOptions>({"audit", "a", "--pause-file", "stop"}).common.pause_file ==
          "stop");
    CHECK(refusal({"audit", "a", "--pause-fil", "stop"}).ends_with("'--pause-file'?"));
}

TEST_CASE("volume-diff holds metrics of one table against their past") {
    const auto diff = options_of<VolumeDiffOptions>(
        {"volume-diff", "a", "--history", "h", "--metric", "shop.\"or.ders\".amount.null_fraction",
         "--metric", "shop.\"or.ders\".\"a.b\".blank_fraction"});
    CHECK(diff.common.tables == Words{"shop.\"or.ders\""});
    REQUIRE(diff.metrics.size() == 2);
    CHECK(diff.metrics[0].column == "amount");
    CHECK(diff.metrics[0].name == "null_fraction");
    CHECK(diff.metrics[1].column == "a.b");
    CHECK(diff.metrics[1].name == "blank_fraction");
    const auto refused = [](const std::string& metric, Words more = {"--history", "h"}) {
        Words words{"volume-diff", "a", "--metric", metric};
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    for (const std::string wrong : {"t", "t.c", ".c.null_fraction", "\"t.c.null_fraction"}) {
        CHECK(refused(wrong).starts_with("--metric: '" + wrong + "' is not a table, a column"));
    }
    CHECK(refused("t..null_fraction").starts_with("--metric: 't..null_fraction' is not"));
    CHECK(refused("t.c.null_fracton").ends_with("did you mean 'null_fraction'?"));
    CHECK(refused("t.c.maen").find("did you mean 'mean'") != std::string::npos);
    CHECK(refused("t.c.null_fraction", {}).starts_with("--metric compares one database"));
    CHECK(refused("t.c.null_fraction", {"b", "--history", "h"}).starts_with("--metric compares"));
    CHECK(refused("t.c.null_fraction", {"--history", "h", "--by", "day"})
              .starts_with("--metric means nothing with"));
    CHECK(refused("t.c.null_fraction", {"--history", "h", "--metric", "u.c.null_fraction"})
              .starts_with("--metric: 'u.c.null_fraction' is about another table than 't'"));
    CHECK(refused("t.c.null_fraction", {"--history", "h", "-t", "u"})
              .starts_with("--metric names its table itself"));
    CHECK(refusal({"volume-diff", "a", "--metrc", "x"}).ends_with("'--metric'?"));
}

TEST_CASE("volume-diff goes on from a run that was ended early") {
    CHECK(options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--rows", "--resume", "x"})
              .resume == "x");
    const auto with = [](Words more) {
        Words words{"volume-diff", "a", "b", "--rows", "--resume", "x"};
        words.insert(words.end(), more.begin(), more.end());
        return refusal(words);
    };
    CHECK(with({"--history", "h"}).starts_with("--resume means nothing with --recheck"));
    CHECK(with({"--changes", "c"}).starts_with("--resume means nothing with --recheck"));
    CHECK(with({"--recheck", "1s"}).starts_with("--resume means nothing with --recheck"));
    CHECK(with({"-o", "x"}).starts_with("--resume and a result both name 'x'"));
    CHECK(refusal({"volume-diff", "a", "b", "--rows", "--resume", "-"})
              .starts_with("--resume '-' is no file"));
    CHECK(refusal({"volume-diff", "a", "b", "--resume", "x"})
              .starts_with("--resume means nothing without --rows"));
    CHECK(refusal({"volume-diff", "a", "b", "--rows", "--resum", "x"}).ends_with("'--resume'?"));
}
