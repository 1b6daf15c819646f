// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "invocations.hpp"

#include "assay/subcommands.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace assay;
using namespace assay::cli;
using namespace assay::test;

TEST_CASE("flags stand before or after the subcommand") {
    for (const Words& words : {Words{"--json", "-t", "orders", "audit", "shop.db"},
                               Words{"audit", "shop.db", "-t", "orders", "--json"},
                               Words{"audit", "--table=orders", "-fjson", "shop.db"}}) {
        const Invocation invocation = invoke(words);
        CHECK(invocation.command == "audit");
        CHECK(invocation.output.format == Format::json);
        const auto options = std::get<AuditOptions>(invocation.options);
        CHECK(options.database == "shop.db");
        CHECK(options.common.tables == Words{"orders"});
    }
}

TEST_CASE("a flag of one subcommand may stand before it too") {
    const auto options = options_of<DedupeCheckOptions>({"-k", "a,b", "dedupe-check", "x.db"});
    CHECK(options.keys == std::vector<Words>{{"a", "b"}});
}

TEST_CASE("audit without flags has the documented defaults") {
    const Invocation invocation = invoke({"audit"});
    const auto options = std::get<AuditOptions>(invocation.options);
    CHECK(options.database.empty());
    CHECK(options.common.command == "audit");
    CHECK(options.common.arguments == Words{"audit"});
    CHECK(options.common.depth == Depth::full);
    CHECK(options.common.values == ValuesPolicy::safe);
    CHECK(options.common.mode == Mode::run);
    CHECK(invocation.output.format == Format::text);
    CHECK(invocation.output.path == "-");
    CHECK(invocation.output.fail_on == FailOn::critical);
}

TEST_CASE("every flag of audit reaches its option") {
    const Invocation invocation = invoke({"audit",
                                          "--schema",
                                          "public",
                                          "--views",
                                          "--exclude",
                                          "tmp*",
                                          "--exclude",
                                          "old",
                                          "--depth",
                                          "sample",
                                          "-j",
                                          "7",
                                          "--timeout",
                                          "90s",
                                          "--lock-timeout",
                                          "1ms",
                                          "--max-runtime",
                                          "2h",
                                          "--copy",
                                          "--memory",
                                          "1.5GiB",
                                          "--values",
                                          "none",
                                          "--explain",
                                          "--fail-on",
                                          "never",
                                          "-qq",
                                          "-vv",
                                          "--color",
                                          "always",
                                          "--ascii",
                                          "--width",
                                          "100",
                                          "-o",
                                          "x.txt",
                                          "--export",
                                          "json=a.json",
                                          "--export",
                                          "md=b.md",
                                          "shop.db"});
    const auto common = std::get<AuditOptions>(invocation.options).common;
    CHECK(common.schema == "public");
    CHECK(common.views);
    CHECK(common.exclude == Words{"tmp*", "old"});
    CHECK(common.depth == Depth::sample);
    CHECK(common.jobs == 7);
    CHECK(common.timeout == std::chrono::seconds(90));
    CHECK(common.lock_timeout == std::chrono::milliseconds(1));
    CHECK(common.max_runtime == std::chrono::hours(2));
    CHECK(common.copy);
    CHECK(common.memory == 1'610'612'736);
    CHECK(common.values == ValuesPolicy::none);
    CHECK(common.mode == Mode::explain);
    const OutputOptions& output = invocation.output;
    CHECK(output.fail_on == FailOn::never);
    CHECK(output.quiet == 2);
    CHECK(output.verbose == 2);
    CHECK(output.colour == When::always);
    CHECK(output.glyphs == Glyphs::ascii);
    CHECK(output.width == 100U);
    CHECK(output.path == "x.txt");
    REQUIRE(output.exports.size() == 2);
    CHECK(output.exports[1].format == Format::markdown);
    CHECK(output.exports[1].path == "b.md");
}

TEST_CASE("freshness, dedupe-check and volume-diff take their own flags") {
    const auto fresh = options_of<FreshnessOptions>(
        {"freshness", "x.db", "-c", "seen at", "--max-age", "1d12h", "--warn-age", "90s"});
    CHECK(fresh.column == "seen at");
    CHECK(fresh.max_age == 129'600 * micros_per_second);
    CHECK(fresh.warn_age == 90 * micros_per_second);

    const auto due = options_of<FreshnessOptions>(
        {"freshness", "x.db", "--grace", "30m", "--by-time", "07:00 Europe/Berlin mon-fri",
         "--arrival-column", "loaded_at", "--slo", "99%/90d", "--calendar", "/dev/null"});
    REQUIRE(due.by_time);
    CHECK(due.by_time->zone == "Europe/Berlin");
    CHECK(due.grace == 1800 * micros_per_second);
    CHECK(due.calendar == Calendar{});
    CHECK(due.arrival_column == "loaded_at");
    CHECK(options_of<FreshnessOptions>({"freshness", "x.db", "--retention", "90d"}).retention ==
          90 * micros_per_day);

    const auto dedupe = options_of<DedupeCheckOptions>({"dedupe-check", "x.db", "--ignore", "id",
                                                        "--nulls", "skip", "--max-surplus", "0.5%",
                                                        "--limit", "0", "--memory", "64KiB"});
    CHECK(dedupe.common.memory == 65'536);
    CHECK(dedupe.ignore == Words{"id"});
    CHECK(dedupe.nulls == NullPolicy::skip);
    REQUIRE(dedupe.max_surplus);
    CHECK(dedupe.max_surplus->fraction == Approx(0.005));
    CHECK(dedupe.limit == 0);
    CHECK(dedupe.likeness == Likeness::exact);
    CHECK_FALSE(dedupe.repair);
    CHECK_FALSE(dedupe.within);
    const auto retries = options_of<DedupeCheckOptions>(
        {"dedupe-check", "x.db", "--within", "30s", "--actor", "user_id"});
    CHECK(retries.within == 30 * micros_per_second);
    CHECK(retries.actor == "user_id");
    const auto repaired = options_of<DedupeCheckOptions>(
        {"dedupe-check", "x.db", "--repair", "plan.sql", "--keep", "most-complete", "-c", "at"});
    CHECK(repaired.repair->path == "plan.sql");
    CHECK(repaired.keep == Keep::most_complete);
    CHECK(repaired.common.since_column == "at");

    const auto folded = options_of<DedupeCheckOptions>(
        {"dedupe-check", "x.db", "--fold", "case,trim", "--fold", "phone"});
    CHECK(folded.folds.others.folds ==
          std::vector<Fold>{Fold::letter_case, Fold::trim, Fold::phone});
    CHECK(folded.folds.columns.empty());
    const auto by_column = options_of<DedupeCheckOptions>(
        {"dedupe-check", "x.db", "--fold", "auto", "--fold", "email:case,trim", "--fold",
         "\"a:b\":none", "--fold", "email: email"});
    CHECK(by_column.folds.others.origin == FoldOrigin::automatic);
    REQUIRE(by_column.folds.columns.size() == 2);
    CHECK(by_column.folds.columns[0].first == "email");
    CHECK(by_column.folds.columns[0].second.folds ==
          std::vector<Fold>{Fold::letter_case, Fold::trim, Fold::email});
    CHECK(by_column.folds.columns[1].first == "a:b");
    CHECK(by_column.folds.columns[1].second.origin == FoldOrigin::nothing);

    const auto near = options_of<DedupeCheckOptions>({"dedupe-check", "x.db", "--near", "--against",
                                                      "postgresql://db1:5433/crm:sales.people",
                                                      "--min-probability", "0.75"});
    CHECK(near.likeness == Likeness::near);
    REQUIRE(near.against.has_value());
    CHECK(near.against->database == "postgresql://db1:5433/crm");
    CHECK(near.against->table == "sales.people");
    CHECK(near.min_probability == Approx(.75));
    const auto quoted = options_of<DedupeCheckOptions>(
        {"dedupe-check", "x.db", "--against", "b.db:main.\"https://a\"\":1/\""});
    REQUIRE(quoted.against.has_value());
    CHECK(quoted.against->database == "b.db");
    CHECK(quoted.against->table == "main.\"https://a\"\":1/\"");

    const auto diff = options_of<VolumeDiffOptions>(
        {"volume-diff", "a.db", "service=b", "--rows", "-k", "id", "--max-diff", "10"});
    CHECK(diff.database_a == "a.db");
    CHECK(diff.database_b == "service=b");
    CHECK(diff.by == DiffBy::rows);
    CHECK(diff.max_diff.rows == 10);
}

TEST_CASE("report takes files, and report diff exactly two") {
    const auto merge = options_of<ReportRequest>({"report", "a.json", "-", "b.json"});
    CHECK(merge.what == ReportRequest::What::merge);
    CHECK(merge.files == Words{"a.json", "-", "b.json"});
    CHECK(options_of<ReportRequest>({"report"}).files.empty());
    const auto diff = options_of<ReportRequest>({"report", "diff", "old", "new"});
    CHECK(diff.what == ReportRequest::What::diff);
    CHECK(diff.files == Words{"old", "new"});
    CHECK(refusal({"report", "diff", "old"}) ==
          "report diff needs NEW | name the result to compare it with: assay report diff OLD NEW");
    CHECK(refusal({"report", "diff", "-", "-"}).starts_with("stdin (-) can be read only once"));
    CHECK(refusal({"report", "diff", "a", "b", "c"}).starts_with("report diff: unexpected"));
}

TEST_CASE("a history is named in every command that reads a database") {
    for (const char* command : {"audit", "freshness", "dedupe-check"}) {
        const auto common = [command](const std::string& file) {
            const Invocation invocation = invoke({command, "a.db", "--history", file});
            return std::visit(
                [](const auto& options) {
                    if constexpr (requires { options.common; }) {
                        return std::pair(options.common.history, options.common.run_id);
                    } else {
                        return std::pair<std::string, std::string>();
                    }
                },
                invocation.options);
        };
        CHECK(common("h.db").first == "h.db");
        CHECK(common("h.db").second.size() == 36);
        CHECK(common("none").first.empty());
        CHECK(refusal({command, "a.db", "--history", ""}).find("--history") != std::string::npos);
    }
    CHECK(
        options_of<VolumeDiffOptions>({"volume-diff", "a", "b", "--history", "h"}).common.history ==
        "h");
    CHECK(refusal({"audit", "a.db", "--histroy", "h"}) ==
          "unknown flag '--histroy' | did you mean '--history'?");
}

TEST_CASE("the lag needs two columns, and its limits each other") {
    const auto lag = options_of<FreshnessOptions>({"freshness", "a.db", "--event-column", "at",
                                                   "--arrival-column", "loaded", "--max-lag", "1h",
                                                   "--max-late", "0.5%"});
    CHECK(lag.event_column == "at");
    CHECK(lag.arrival_column == "loaded");
    CHECK(lag.max_lag == 3600 * micros_per_second);
    CHECK(lag.max_late == Tolerance{0, 0.005});
    CHECK(
        options_of<FreshnessOptions>({"freshness", "--arrival-column", "loaded"}).arrival_column ==
        "loaded");
    CHECK(refusal({"freshness", "--event-column", "at"})
              .starts_with("--event-column needs --arrival-column | for example"));
    CHECK(refusal({"freshness", "--max-lag", "1h"})
              .starts_with("--max-lag needs --event-column and --arrival-column"));
    CHECK(refusal({"freshness", "--event-column", "a", "--arrival-column", "b", "--max-late", "3"})
              .starts_with("--max-late needs --max-lag"));
    CHECK(refusal({"freshness", "--max-lag", "long"}).starts_with("--max-lag: 'long'"));
    CHECK(refusal({"freshness", "--max-late", "110%"}).starts_with("--max-late: '110%'"));
    CHECK(refusal({"freshness", "--event-colum", "at"}) ==
          "unknown flag '--event-colum' | did you mean '--event-column'?");
}

TEST_CASE("report prune names a history and how long runs stay") {
    const auto prune = options_of<PruneOptions>(
        {"report", "prune", "--history", "h.db", "--keep", "90d", "--now", "2024-01-31T00:00:00Z"});
    CHECK(prune.common.history == "h.db");
    CHECK(prune.common.command == "report prune");
    CHECK(prune.common.now == 1'706'659'200 * micros_per_second);
    CHECK(prune.keep == 90 * micros_per_day);
    CHECK(refusal({"report", "prune", "--keep", "90d"}) ==
          "report prune needs --history | for example: assay report prune --history assay.db "
          "--keep 90d");
    CHECK(
        refusal({"report", "prune", "--history", "h.db"}).starts_with("report prune needs --keep"));
    CHECK(
        refusal({"report", "prune", "--history", "h.db", "--keep", "90"}).starts_with("--keep: "));
    CHECK(
        refusal({"report", "prune", "--history", "h.db", "--keep", "1s"}).starts_with("--keep: "));
    CHECK(refusal({"report", "prune", "--histroy", "h.db"}).find("--history") != std::string::npos);
    CHECK(refusal({"report", "prune", "h.db", "--history", "h.db", "--keep", "9d"})
              .starts_with("report prune: unexpected argument 'h.db'"));
    CHECK(refusal({"report", "--keep", "90d"}).starts_with("report has no flag --keep"));
}

TEST_CASE("of a flag that is given twice the last one counts, lists add up") {
    const Invocation invocation =
        invoke({"dedupe-check", "x",         "--limit", "1",        "--limit", "2",
                "--json",       "-f",        "text",    "-k",       "a",       "-k",
                "b,c",          "--ignore",  "x",       "--ignore", "y,z",     "--color",
                "always",       "--no-color"});
    const auto options = std::get<DedupeCheckOptions>(invocation.options);
    CHECK(options.limit == 2);
    CHECK(options.ignore == Words{"x", "y", "z"});
    CHECK(options.keys == std::vector<Words>{{"a"}, {"b", "c"}});
    CHECK(invocation.output.format == Format::text);
    CHECK(invocation.output.colour == When::never);
}

TEST_CASE("what is about one key takes one") {
    for (const Words& flags :
         {Words{"--near"}, Words{"--within", "30s"}, Words{"--repair", "plan.sql"}}) {
        Words words{"dedupe-check", "x", "-k", "a", "-k", "b"};
        words.insert(words.end(), flags.begin(), flags.end());
        CHECK(refusal(words).starts_with(flags.front() + " takes one --key, but 2 are given"));
    }
}

TEST_CASE("whole rows and verification are for keys that are counted") {
    const auto options =
        options_of<DedupeCheckOptions>({"dedupe-check", "x", "--whole-rows", "--verify"});
    CHECK(options.whole_rows);
    CHECK(options.verify);
    CHECK(refusal({"dedupe-check", "x", "--verify", "--near"})
              .starts_with("--verify means nothing with --near"));
    CHECK(refusal({"dedupe-check", "x", "--whole-rows", "--within", "1s"})
              .starts_with("--whole-rows means nothing with --within"));
    CHECK(refusal({"dedupe-check", "x", "--whole-rows", "-k", "a", "--repair", "p"})
              .starts_with("--whole-rows means nothing with --repair and --key"));
}

TEST_CASE("an overridden value must be right all the same") {
    CHECK(
        refusal({"audit", "-j", "x", "-j", "2"}).starts_with("--jobs: 'x' is not a whole number"));
}

TEST_CASE("names in a list are quoted as in SQL") {
    const auto key = [](const std::string& text) {
        return options_of<DedupeCheckOptions>({"dedupe-check", "x", "-k", text}).keys.at(0);
    };
    CHECK(key("a, b") == Words{"a", "b"});
    CHECK(key("\"a,b\",c") == Words{"a,b", "c"});
    CHECK(key(" \"say \"\"hi\"\"\" , \" x \"") == Words{"say \"hi\"", " x "});
    for (const char* wrong : {",", "a,", ",a", "a,,b", "\"a", "\"a\"b", "a\"b", "\"\"", " "}) {
        CHECK(refusal({"dedupe-check", "x", "-k", wrong}).find("not a list of columns") !=
              std::string::npos);
    }
}

TEST_CASE("case 276: a mistyped subcommand, flag or word is answered with the near one") {
    CHECK(refusal({"audti", "x.db"}) == "unknown command 'audti' | did you mean 'audit'?");
    CHECK(refusal({"audit", "--tabel", "x"}) == "unknown flag '--tabel' | did you mean '--table'?");
    CHECK(refusal({"audit", "--colour=never"}) ==
          "unknown flag '--colour' | did you mean '--color'?");
    CHECK(refusal({"audit", "-f", "jsn"}) ==
          "--format: 'jsn' is not one of text, json, markdown, nagios | did you mean 'json'?");
    CHECK(refusal({"audit", "--fail-on", "warnings"}).ends_with("did you mean 'warning'?"));
    CHECK(refusal({"help", "fresness"}).ends_with("did you mean 'freshness'?"));
}

TEST_CASE("an unknown flag is named even when its value looks like a command") {
    CHECK(refusal({"--colour", "never", "audit", "x"}).starts_with("unknown flag '--colour'"));
}

TEST_CASE("a database without a command is answered with the whole call") {
    CHECK(refusal({"shop.db"}) ==
          "unknown command 'shop.db' | a command comes first: assay audit shop.db");
}

TEST_CASE("a flag of another subcommand is sent there") {
    CHECK(refusal({"audit", "x.db", "--rows"}) ==
          "audit has no flag --rows | --rows belongs to volume-diff");
    CHECK(refusal({"report", "x", "--jobs", "2"}).find("audit") != std::string::npos);
}

TEST_CASE("a missing B says what is needed") {
    CHECK(refusal({"volume-diff", "a.db", "--rows"}) ==
          "volume-diff needs B for --rows, --max-diff and --depth | name the database to compare "
          "it with: assay volume-diff A B");
    CHECK(refusal({"volume-diff"}).starts_with("volume-diff needs A"));
}

TEST_CASE(
    "cases 278, 280: values without a unit, negative or not a number are refused with an example") {
    const std::map<std::string, Words> wrong{
        {"--max-age: '24' is not a duration", {"freshness", "--max-age", "24"}},
        {"--max-age: '-1d' is not a duration", {"freshness", "--max-age", "-1d"}},
        {"--max-age: 'nan' is not a duration", {"freshness", "--max-age", "nan"}},
        {"--timeout: '0s' is too short", {"audit", "--timeout", "0s"}},
        {"--timeout: '30d' is too long", {"audit", "--timeout", "30d"}},
        {"--memory: '256' is not a size", {"audit", "--memory", "256"}},
        {"--memory: '-1GB' is out of range", {"audit", "--memory", "-1GB"}},
        {"--memory: 'nanGB' is not a size", {"audit", "--memory", "nanGB"}},
        {"--memory: '1kB' is out of range", {"audit", "--memory", "1kB"}},
        {"--memory: '65535B' is out of range", {"dedupe-check", "x", "--memory", "65535B"}},
        {"--jobs: '0' is not a whole number from 1 to 64", {"audit", "-j", "0"}},
        {"--jobs: '-5' is not a whole number from 1 to 64", {"audit", "-j", "-5"}},
        {"--jobs: '65' is not a whole number from 1 to 64", {"audit", "-j65"}},
        {"--max-surplus: '-1' is neither", {"dedupe-check", "--max-surplus", "-1"}},
        {"--max-surplus: 'NaN%' is neither", {"dedupe-check", "--max-surplus", "NaN%"}},
        {"--max-diff: '101%' is neither", {"volume-diff", "a", "b", "--max-diff", "101%"}},
        {"--width: '7' is not a whole number", {"audit", "--width", "7"}},
        {"--retention: '90' is not a duration", {"freshness", "--retention", "90"}},
        {"--retention: '0d' is too short", {"freshness", "--retention", "0d"}},
        {"--now: 'now' is not a timestamp", {"freshness", "--now", "now"}},
        {"--assume-tz: 'Mars/Base' is not a known time zone",
         {"freshness", "--assume-tz", "Mars/Base"}},
        {"--export: 'x.json' names no file", {"audit", "--export", "x.json"}},
        {"--export: 'json=-' names no file", {"audit", "--export", "json=-"}},
    };
    for (const auto& [message, words] : wrong) {
        const std::string answer = refusal(words);
        CHECK(answer.starts_with(message));
        CHECK_FALSE(answer.ends_with("| "));
    }
}

TEST_CASE("case 279: a number that no integer holds is refused, and not cut to one") {
    const std::string huge = "99999999999999999999";
    const std::string two_to_the_64_and_1 = "18446744073709551617";
    for (const auto& number : {huge, two_to_the_64_and_1}) {
        for (const Words& words :
             std::vector<Words>{{"audit", "--jobs", number},
                                {"audit", "--width", number},
                                {"audit", "--timeout", number + "s"},
                                {"audit", "--memory", number + "MiB"},
                                {"freshness", "--max-age", number + "d"},
                                {"dedupe-check", "--limit", number},
                                {"dedupe-check", "--max-surplus", number},
                                {"volume-diff", "a", "b", "--max-diff", number}}) {
            CHECK(refusal(words).find(number) != std::string::npos);
        }
    }
}

TEST_CASE("a clock reading without a zone is refused with the hint how to add one") {
    CHECK(refusal({"freshness", "--now", "2026-01-31 06:00"}) ==
          "--now: '2026-01-31 06:00' is without a time zone | add Z for UTC, or an offset: "
          "2026-01-31 06:00Z, 2026-01-31 06:00+01:00");
}

TEST_CASE("an empty argument is refused, it comes from a variable that is not set") {
    CHECK(refusal({"audit", ""}).starts_with("DB: the argument is empty"));
    CHECK(refusal({"report", ""}).starts_with("FILE: the argument is empty"));
    CHECK(refusal({"audit", "-t", ""}).starts_with("--table: the value is empty"));
    // CLI11 would take the database for the value.
    CHECK(refusal({"audit", "--schema=", "shop.db"}).starts_with("--schema needs a value"));
}

TEST_CASE("a flag without its value, or with one too many, is refused") {
    CHECK(refusal({"audit", "x", "-t"}).starts_with("--table needs a value"));
    CHECK(refusal({"audit", "x", "-vt"}).starts_with("--table needs a value"));
    CHECK(refusal({"audit", "-t", "--json", "x"}).starts_with("--table needs a value, but"));
    CHECK(refusal({"audit", "x", "--json=yes"}).starts_with("--json takes no value"));
    CHECK(refusal({"audit", "x", "--views=false"}).starts_with("--views takes no value"));
}

TEST_CASE("two dashes end the flags") {
    CHECK(options_of<AuditOptions>({"audit", "--", "--json"}).database == "--json");
    CHECK(options_of<ReportRequest>({"report", "--", "-h", "--", "x"}).files ==
          Words{"-h", "--", "x"});
}

TEST_CASE("words that mean something to CLI11 are plain words here") {
    for (const char* word : {"[a,b]", "{x}", "++", "%%", "/x", "a=b", "-5", "-"}) {
        CHECK(options_of<ReportRequest>({"report", word}).files == Words{word});
        CHECK(options_of<AuditOptions>({"audit", "x", "-t", word}).common.tables == Words{word});
    }
}

TEST_CASE("there is no abbreviation of flags or commands") {
    CHECK(refusal({"audit", "--js"}).starts_with("unknown flag '--js'"));
    CHECK(refusal({"aud", "x"}).starts_with("unknown command 'aud'"));
}

TEST_CASE("help wins over everything else, wherever it stands") {
    for (const Words& words :
         {Words{"audit", "--help"}, Words{"-h", "audit"}, Words{"help", "audit"},
          Words{"audit", "--nonsense", "-h"}, Words{"audit", "-j", "zero", "--help"},
          Words{"audit", "-t", "-h"}, Words{"audit", "-vh"}, Words{"--version", "audit", "-h"}}) {
        const Parsed parsed = parse(words);
        CHECK(parsed.intent == Intent::help);
        CHECK(parsed.command == "audit");
    }
    CHECK(parse({"help"}).command.empty());
    CHECK(parse({"help", "help"}).command.empty());
    CHECK(parse({"report", "diff", "-h"}).command == "report diff");
    CHECK(parse({"help", "report", "diff"}).command == "report diff");
    CHECK(parse({"-V"}).intent == Intent::version);
    CHECK(parse({"audit", "--version"}).intent == Intent::version);
    CHECK(parse({}).intent == Intent::concise_help);
    CHECK(refusal({"--json"}).starts_with("no command given"));
}

TEST_CASE("case 287: rules between flags are checked") {
    CHECK(refusal({"freshness", "--max-age", "1h", "--warn-age", "1h"})
              .starts_with("--warn-age must be shorter than --max-age"));
    CHECK(refusal({"freshness", "--grace", "30m"})
              .starts_with("--grace means nothing without --by-time"));
    CHECK(refusal({"freshness", "--calendar", "/dev/null"})
              .starts_with("--calendar means nothing without --by-time"));
    CHECK(refusal({"freshness", "x.db", "-c", "at", "--arrival-column", "loaded_at"})
              .starts_with("--arrival-column means nothing beside --column alone"));
    CHECK(refusal({"freshness", "--slo", "99%/90d"})
              .starts_with("--slo needs to know how old is too old"));
    CHECK(refusal({"volume-diff", "a", "b", "-k", "id"})
              .ends_with("add --rows to compare every row"));
    CHECK(refusal({"audit", "--export", "json=x", "--export", "md=x"}).find("twice") !=
          std::string::npos);
    CHECK(refusal({"audit", "--export", "json=x", "-o", "x"}).starts_with("--export and --output"));
}

TEST_CASE("case 289: a refusal never repeats a password") {
    const std::string secret = "postgresql://app:hunter2@db/shop";
    for (const Words& words :
         {Words{secret}, Words{"audit", "x", secret}, Words{"audit", "--max-age", secret},
          Words{"audit", "-j", secret}, Words{"audit", "x", "password=hunter2 host=db"}}) {
        CHECK(refusal(words).find("hunter2") == std::string::npos);
    }
    const auto options = options_of<AuditOptions>({"audit", secret});
    CHECK(options.database == secret);
    CHECK(options.common.arguments == Words{"audit", "postgresql://app:***@db/shop"});
}

TEST_CASE("JSON is recognised on a command line that cannot be understood") {
    CHECK(asked_format({"audit", "--json", "--nonsense"}) == Format::json);
    CHECK(asked_format({"-fjson", "audit"}) == Format::json);
    CHECK(asked_format({"audit", "-f", "json"}) == Format::json);
    CHECK(asked_format({"audit", "--format", "json"}) == Format::json);
    CHECK(asked_format({"audit", "--format=json"}) == Format::json);
    CHECK(asked_format({"audit", "--json", "-f", "text"}) == Format::text);
    CHECK(asked_format({"audit", "-f", "jsn"}) == Format::text);
    CHECK(asked_format({"freshness", "-fnagios", "--nonsense"}) == Format::nagios);
    CHECK(asked_format({"audit", "--", "--json"}) == Format::text);
    CHECK(guess_command({"-x", "y", "report", "diff"}) == "report diff");
    CHECK(guess_command({"nothing"}).empty());
}

TEST_CASE("a name means the same kind of flag on every subcommand") {
    std::map<std::string, std::pair<char, std::string>> seen;
    for (const auto& subcommand : subcommands()) {
        Invocation invocation;
        CommandLine line;
        subcommand.add(line, invocation);
        std::map<std::string, int> count;
        for (const auto& flag : line.flags) {
            CHECK(++count[flag.name] == 1);
            const auto meaning = std::pair(flag.letter, flag.value);
            const auto [known, fresh] = seen.emplace(flag.name, meaning);
            CHECK((fresh || known->second == meaning));
        }
    }
}
