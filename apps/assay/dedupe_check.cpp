// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "choices.hpp"
#include "common_options.hpp"
#include "subcommands.hpp"
#include "values.hpp"

#include "assay/base/error.hpp"

#include <fmt/format.h>

namespace assay::cli {

namespace {

const Choices<FoldRule>& fold_choices() {
    static const Choices<FoldRule> choices = [] {
        Choices<FoldRule> words;
        for (const Fold fold : all_folds()) {
            words.emplace_back(std::string(to_string(fold)), FoldRule{FoldOrigin::named, {fold}});
        }
        words.emplace_back("auto", FoldRule{FoldOrigin::automatic});
        words.emplace_back("none", FoldRule{FoldOrigin::nothing});
        return words;
    }();
    return choices;
}

/// auto and none say all there is to say of a column.
void add_fold(const std::string& word, const FoldRule& more, FoldRule& rule) {
    if (rule.origin == FoldOrigin::unsaid) {
        rule.origin = more.origin;
    } else if (rule.origin != more.origin) {
        throw Error(
            ErrorKind::usage,
            fmt::format("--fold: '{}' does not go with another word for the same columns", word),
            "auto and none stand alone; name the column of the other words, as in "
            "--fold auto --fold email:case,trim");
    }
    rule.folds.insert(rule.folds.end(), more.folds.begin(), more.folds.end());
}

void append_folds(const std::string& text, FoldRules& rules) {
    const ColumnWords given = parse_column_words("--fold", text);
    FoldRule& rule = given.column ? rules.of(*given.column) : rules.others;
    for (const auto& word : given.words) {
        add_fold(word, choose<FoldRule>("--fold", word, fold_choices()), rule);
    }
}

void add_keys(CommandLine& line, DedupeCheckOptions& options) {
    line.flags.push_back(
        {'k', "key", "COL,...",
         "columns that name a row; give it again for another key (without it: the keys that are "
         "declared and the one that looks like one, else whole rows)",
         Section::command,
         [&](const auto& text) { options.keys.push_back(parse_names("--key", text)); }});
    line.flags.push_back({0, "whole-rows", "", "compare whole rows, beside any --key",
                          Section::command, [&](const auto&) { options.whole_rows = true; }});
    line.flags.push_back({0, "verify", "",
                          "count also the keys that a unique index guarantees, for when it may be "
                          "damaged",
                          Section::command, [&](const auto&) { options.verify = true; }});
    line.flags.push_back(
        {0, "ignore", "COL,...", "columns that do not count; without --key: of whole rows",
         Section::command, [&](const auto& text) {
             const auto names = parse_names("--ignore", text);
             options.ignore.insert(options.ignore.end(), names.begin(), names.end());
         }});
}

void add_repair(CommandLine& line, DedupeCheckOptions& options) {
    line.flags.push_back(
        {0, "repair", "FILE|-",
         "write SQL that deletes the surplus rows, for you to look at and run", Section::command,
         [&](const auto& text) { options.repair = SideFile{parse_text("--repair", text)}; }});
    line.flags.push_back(
        {0, "keep", "WHAT",
         "with --repair: the row of each group that stays: first (default), last or most-complete",
         Section::command, [&](const auto& text) {
             options.keep = choose<Keep>("--keep", text,
                                         {{"first", Keep::first},
                                          {"last", Keep::last},
                                          {"most-complete", Keep::most_complete}});
         }});
}

void add_retries(CommandLine& line, DedupeCheckOptions& options) {
    line.flags.push_back(
        {0, "within", "DUR",
         "look for retries: rows that say the same as another one at most this long before",
         Section::command,
         [&](const auto& text) { options.within = parse_age("--within", text); }});
    line.flags.push_back({0, "actor", "COL",
                          "with --within: the column that says who; only the same one repeats "
                          "itself",
                          Section::command,
                          [&](const auto& text) { options.actor = parse_text("--actor", text); }});
}

void add_near(CommandLine& line, DedupeCheckOptions& options) {
    line.flags.push_back({0, "near", "",
                          "find rows that are probably about one thing, in spite of typing errors, "
                          "swaps and gaps",
                          Section::command,
                          [&](const auto&) { options.likeness = Likeness::near; }});
    line.flags.push_back(
        {0, "against", "DB:TABLE",
         "keys that stand in this table as well; with --near: link the rows with its rows, one to "
         "one",
         Section::command,
         [&](const auto& text) { options.against = parse_other_table("--against", text); }});
    line.flags.push_back({0, "min-probability", "P",
                          "with --near: tell pairs from this probability on (default 0.9; with "
                          "--against 0.5)",
                          Section::command, [&](const auto& text) {
                              options.min_probability =
                                  parse_probability("--min-probability", text);
                          }});
}

} // namespace

void add_dedupe_check(CommandLine& line, Invocation& invocation) {
    auto& options = invocation.options.emplace<DedupeCheckOptions>();
    line.usage = "assay dedupe-check [DB] -t TABLE [-k COL,...] [flags]";
    line.about = "Counts rows that occur more than once, exactly: by a key, or as whole rows. "
                 "Surplus rows are those that would go if every group kept one.";
    line.examples = {
        {"assay dedupe-check shop.db -t customers -k email", "one row per address?"},
        {"assay dedupe-check shop.db -t customers -k email -k last_name,born",
         "two keys, in one scan"},
        {"assay dedupe-check shop.db -t events --ignore id,loaded_at",
         "whole rows, without the columns that always differ"},
        {"assay dedupe-check shop.db -t events -k a,b --max-surplus 0.1%", "a few are allowed"},
        {"assay dedupe-check shop.db -t customers -k email --fold case,trim,email",
         "what exact comparing misses"},
        {"assay dedupe-check shop.db -t customers -k email,city --fold auto",
         "the same, in the way that fits each column"},
        {"assay dedupe-check shop.db -t customers -k email --repair plan.sql --keep last",
         "SQL to get rid of them"},
        {"assay dedupe-check shop.db -t payments --within 30s --actor user_id",
         "requests that were sent twice"},
        {"assay dedupe-check shop.db -t orders -k order_no --against archive.db:orders",
         "keys that were loaded into both"},
        {"assay dedupe-check shop.db -t customers --near", "the same person, written differently"},
        {"assay dedupe-check shop.db -t customers --near --against crm.db:contacts",
         "who stands in both"},
    };
    line.positionals.push_back(database_argument("DB", 0, options.database));
    add_keys(line, options);
    line.flags.push_back({0, "nulls", "HOW",
                          "NULL in a key: distinct (as UNIQUE, default), equal (as GROUP BY, "
                          "default for whole rows) or skip",
                          Section::command, [&](const auto& text) {
                              options.nulls =
                                  choose<NullPolicy>("--nulls", text,
                                                     {{"distinct", NullPolicy::distinct},
                                                      {"equal", NullPolicy::equal},
                                                      {"skip", NullPolicy::skip}});
                          }});
    line.flags.push_back({0, "fold", "[COL:]WHAT,...",
                          "differences that do not count, in one column or in the others: case, "
                          "trim, space, nfkc, punct, accents, digits, email, phone, none, or auto, "
                          "which chooses",
                          Section::command,
                          [&](const auto& text) { append_folds(text, options.folds); }});
    add_repair(line, options);
    add_retries(line, options);
    add_near(line, options);
    line.flags.push_back(
        {0, "max-surplus", "N|P%", "surplus rows to allow (default 0)", Section::command,
         [&](const auto& text) { options.max_surplus = parse_share("--max-surplus", text); }});
    line.flags.push_back(
        {0, "limit", "N", "groups to show (default 5)", Section::command,
         [&](const auto& text) { options.limit = parse_whole("--limit", text, 0, 1'000'000); }});
    add_history(line, options.common);
    add_selection(line, options.common);
    add_since(line, options.common);
    add_output(line, invocation.output);
    add_values(line, options.common);
    add_limits(line, options.common);
    add_jobs(line, options.common);
    add_memory(line, options.common, "for exact and folded keys, before a temporary file is used");
}

} // namespace assay::cli
