// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/check/check.hpp"

#include <algorithm>

namespace assay {

const std::vector<CheckRule>& check_rules() {
    static const std::vector<CheckRule> rules{
        {"table.readable", Severity::critical, "The table could be read as a whole.",
         "Grant SELECT, or look at the reason and run again."},
        {"table.populated", Severity::warning, "A materialized view has been filled.",
         "Run REFRESH MATERIALIZED VIEW."},
        {"table.not_empty", Severity::warning, "The table holds at least one row.",
         "Look at the job that loads it, or drop the table."},
        {"schema.primary_key", Severity::warning, "The table has a primary key.",
         "Declare a primary key, so that rows can be told apart and repaired."},
        {"schema.foreign_key_index", Severity::info,
         "An index starts with the columns of the foreign key.",
         "Create the index: deletes and updates of the parent read the whole table without it."},
        {"schema.duplicate_index", Severity::info, "No two indexes do the same work.",
         "Drop one of the two: every write pays for both."},
        {"schema.changed", Severity::warning,
         "The table is defined as the last run in --history saw it.",
         "Find out who changed it, and adapt what reads the table."},
        {"integrity.orphans", Severity::critical, "Every foreign key value has its parent row.",
         "Load the missing parent rows, or repair or delete the orphans."},
        {"integrity.storage", Severity::critical,
         "With --verify: a table of SQLite and its indexes hold the same rows.",
         "Restore a backup, or read the table out and load it anew; REINDEX if only indexes are "
         "wrong."},
        {"validity.declared_type", Severity::warning,
         "Every value fits the type that its column declares.",
         "Convert the values, and declare the table STRICT."},
        {"completeness.all_null", Severity::warning, "The column holds at least one value.",
         "Find out who should fill the column, or drop it."},
        {"distribution.constant", Severity::info, "The column holds more than one value.",
         "Check that the value is meant, or drop the column."},
        {"freshness.max_age", Severity::critical, "The newest row is not older than --max-age.",
         "Look at the job that loads the table, then load the missing window."},
        {"freshness.warn_age", Severity::warning, "The newest row is not older than --warn-age.",
         "Look at the job that loads the table before it breaks its promise."},
        {"freshness.cadence", Severity::warning,
         "Without a limit: the newest row is not older than is usual at this time of the week.",
         "Look at the job that loads the table, or say with --max-age how old it may be."},
        {"freshness.by_group", Severity::critical,
         "Every group that --by names is as recent as the table should be.",
         "Look at the sources that fell silent: the others hide them."},
        {"freshness.deadline", Severity::critical,
         "The load that was due last, as --by-time says, has come.",
         "Look at the job that loads the table, then tell its readers when it will be there."},
        {"freshness.slo", Severity::critical, "The promise of --slo holds for the last window.",
         "Stop what burns the error budget; once it is used up, let reliability go first."},
        {"freshness.backcast", Severity::info,
         "Arrivals of the last time tell how often the table was late.",
         "Take the proposed limits, or those that its readers were promised."},
        {"freshness.missing_windows", Severity::warning,
         "No window of the time that --backcast names is without rows for too long.",
         "Load the rows of these windows again: each has a condition that chooses them."},
        {"freshness.lag", Severity::critical,
         "Rows arrive within --max-lag of their event, up to --max-late of them.",
         "Look at what delays the load, or at the days whose rows came late."},
        {"freshness.negative_lag", Severity::warning, "No row arrives before its event.",
         "Compare the clocks and the zones of what writes the two columns."},
        {"freshness.moved_backwards", Severity::critical,
         "The newest row is not older than the last run saw it.",
         "Find out who deleted or replaced the newest rows, and load them again."},
        {"freshness.not_advancing", Severity::warning,
         "The newest row changes from run to run, as often as rows usually come.",
         "Look at the job that loads the table: it may run and bring nothing new."},
        {"freshness.retention", Severity::critical,
         "No row is older than --retention says rows are kept.",
         "Look at the job that deletes old rows: the law may want them gone."},
        {"freshness.empty", Severity::critical, "A table whose age is asked for holds rows.",
         "Look at the job that loads the table; if it was emptied on purpose, leave it out with "
         "--exclude."},
        {"freshness.undated", Severity::critical,
         "At least one row has a time that is not in the future.",
         "Name another column with --column, or repair the one that was read."},
        {"freshness.future_rows", Severity::warning, "No row is dated in the future.",
         "Repair the dates: they hide how old the table is from every tool that asks for the "
         "maximum."},
        {"freshness.unparsable_rows", Severity::warning,
         "Every value of the time column can be read as a time.",
         "Store ISO 8601 text, or seconds since 1970."},
        {"duplicates.surplus", Severity::critical,
         "No more rows than --max-surplus say what another row says already.",
         "Delete the surplus rows, then declare the key UNIQUE."},
        {"duplicates.across", Severity::critical,
         "No more rows than --max-surplus have a key that the table of --against has as well.",
         "Find out which load wrote both, and delete the rows from one of the tables."},
        {"duplicates.folded", Severity::warning,
         "No more rows than --max-surplus repeat another one once --fold has taken away what does "
         "not count.",
         "Write the values in one form before they are stored, then merge the rows."},
        {"duplicates.retries", Severity::warning,
         "No more rows than --max-surplus say what the same actor said within --within before.",
         "Give each request an id that stays when it is sent again, and declare it UNIQUE."},
        {"duplicates.near", Severity::warning,
         "No more rows than --max-surplus are probably about the same thing as another one.",
         "Look at the groups with --values all, and merge the rows that are one."},
        {"volume.row_count", Severity::critical,
         "Both sides hold the same number of rows, up to --max-diff.",
         "Run volume-diff with --rows to see which rows differ."},
        {"volume.groups", Severity::critical,
         "Both sides hold the same number of rows in every group of --by, up to --max-diff.",
         "Load the hours, days, weeks or groups that differ once more."},
        {"volume.missing_table", Severity::critical, "Every table stands on both sides.",
         "Create and load the table on the side that lacks it."},
        {"volume.columns", Severity::critical, "Both sides have the same columns.",
         "Add what is missing, or leave it out with --ignore: it was not compared."},
        {"volume.trailing_blanks", Severity::warning,
         "Rows that two stores of different kinds share have the same trailing blanks.",
         "Trim the texts on one side: SQL may or may not see the blanks, depending on the type."},
        {"volume.rows", Severity::critical, "Both sides hold the same rows, up to --max-diff.",
         "Load the rows that are missing and repair those that differ."},
        {"volume.distribution", Severity::warning,
         "The numbers, times or texts of a column are spread alike on both sides.",
         "Look at the quantiles or shares: rows are missing, or values are computed in another "
         "way."},
        {"volume.snapshot", Severity::critical,
         "The rows are those that the snapshot was taken of, up to --max-diff.",
         "Find out what wrote to the rows since; if it was meant to, save a new snapshot."},
        {"volume.anomaly", Severity::critical,
         "The last finished hour, day or week has as many rows as its past leads one to expect.",
         "Look at the job that loads the table: rows are missing, or came twice."},
        {"volume.unfinished", Severity::critical,
         "The hour, day or week that is not over has as many rows as those before it had by then.",
         "Look at the job that loads the table before its readers do."},
        {"volume.growth", Severity::critical,
         "The table grew by as much as earlier runs in --history lead one to expect.",
         "Look at the job that loads the table: rows are missing, or came twice. If it is right, "
         "--accept keeps it as the past."},
        {"volume.metric", Severity::critical,
         "A metric of a column is what earlier runs in --history lead one to expect.",
         "Look at the job that loads the column: values are missing, or came in another form. If "
         "it is right, --accept keeps it as the past."},
        {"volume.shrunk", Severity::critical,
         "A table that only grows has no fewer rows than the last run in --history counted.",
         "Find out who deleted or replaced rows, and load them again. If they were to go, --accept "
         "keeps that as the past."},
        {"history.pruned", Severity::info,
         "Runs older than --keep are gone from the history, but for the newest of a table.",
         "Run it from cron, so that the history stays as small as it is useful."},
    };
    return rules;
}

const CheckRule& check_rule(std::string_view id) {
    const auto& rules = check_rules();
    const auto found =
        std::find_if(rules.begin(), rules.end(), [&](const auto& rule) { return rule.id == id; });
    if (found == rules.end()) {
        throw Error(ErrorKind::internal, "no rule has the id '" + std::string(id) + "'");
    }
    return *found;
}

} // namespace assay
