// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/run_series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

/// How many rows a table had at a moment.
struct RowTotal {
    Micros at = 0;
    std::int64_t rows = 0;
};

/// What is known of whether rows are ever deleted.
enum class Deletes : std::uint8_t {
    unknown, ///< the past tells
    never    ///< the user says so: the table only grows
};

/// The rows of a table, and those that earlier runs counted, exactly.
struct RowTotalFacts {
    TableRef table;
    RowTotal now;
    std::vector<RowTotal> past;        ///< oldest first
    BucketSize size = BucketSize::day; ///< how far apart totals are compared
    Deletes deletes = Deletes::unknown;
    Calendar calendar; ///< days that are no part of the past
    Judging judging = Judging::earnest;
    std::vector<DroppedRun> dropped; ///< runs whose counts do not count
};

/// Has the table at least the rows that the last run counted? Where nobody says that it only grows,
/// seven runs before have to show it; a table that had fewer rows before is skipped.
CheckResult check_shrunk(const RowTotalFacts& facts);

/// The rows of the table against those that runs counted one, two, ... days before.
CheckResult check_row_total(const RowTotalFacts& facts);

/// What the table grew by in a day against what it grew by in the days before.
CheckResult check_growth(const RowTotalFacts& facts);

/// How many rows a table had at a moment, and in how many of them something was so.
struct RowShare {
    Micros at = 0;
    std::int64_t rows = 0;
    std::int64_t counted = 0;
};

/// A share of the rows of a table, and those that earlier runs counted, exactly.
struct RowShareFacts {
    TableRef table;
    std::string column;
    std::string metric; ///< "null_fraction"
    std::string what;   ///< what is so with these rows: "NULL"
    RowShare now;
    std::vector<RowShare> past;        ///< oldest first
    BucketSize size = BucketSize::day; ///< how far apart shares are compared
    Calendar calendar;                 ///< days that are no part of the past
    Judging judging = Judging::earnest;
    std::vector<DroppedRun> dropped; ///< runs whose counts do not count
};

/// The share against those of one, two, ... days before, as the number of rows that these would be
/// of the rows of today: so that what counting does to it is known.
CheckResult check_row_share(const RowShareFacts& facts);

} // namespace assay
