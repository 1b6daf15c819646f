// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/row_totals.hpp"
#include "assay/command/common.hpp"
#include "assay/command/side_file.hpp"
#include "assay/metric/comparable.hpp"
#include "assay/scan/row_diff.hpp"
#include "assay/scan/table_snapshot.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Compare how many rows there are, every row, or how the values of columns are spread.
enum class DiffBy : std::uint8_t { counts, rows, distributions };

/// What is asked of one database.
struct UsualVolumeOptions {
    std::optional<BucketSize> by; ///< nullopt: by day
    std::string tz;               ///< zone of the days; empty: that of naive times
    Micros min_age = 0;           ///< younger rows may still come, or go
    Calendar calendar;            ///< days that are neither judged nor part of the past
    Deletes deletes = Deletes::unknown;
    friend bool operator==(const UsualVolumeOptions&, const UsualVolumeOptions&) = default;
};

/// Two names of one column.
struct ColumnMap {
    std::string a;
    std::string b;
};

/// How far apart the cells of a column may be.
struct ColumnTolerance {
    std::string column; ///< as side A names it
    std::string text;   ///< as typed: "0.01", "1ms"
    CellTolerance tolerance;
};

/// A file that was read.
struct InputFile {
    std::string name; ///< as typed
    std::string text;
};

/// What a table was at one moment, for later, or from then.
struct SnapshotOptions {
    std::optional<InputFile> from;      ///< the snapshot that side A is; nullopt: it is a database
    std::optional<SideFile> save;       ///< nullopt: nobody asks
    std::optional<SnapshotGrain> grain; ///< of the one to save; nullopt: as `from`, else segments
};

/// A metric of a column that is held against its past.
struct ColumnMetric {
    std::string column;
    std::string name; ///< one of column_metric_names()
};
/// "null_fraction" and other shares of rows, then "distinct", "mean" and other numbers.
std::vector<std::string> column_metric_names();

struct VolumeDiffOptions {
    CommonOptions common;
    std::string database_a;
    std::string database_b;            ///< empty: there is one database, and its own past
    UsualVolumeOptions usual;          ///< of two databases only by, tz and min_age
    std::vector<ColumnMetric> metrics; ///< of one database, instead of its rows
    DiffBy by = DiffBy::counts;
    std::string by_column;           ///< counts of every value of it; empty: see usual.by
    std::vector<std::string> key;    ///< -k a,b for --rows; empty: the primary key, else whole rows
    std::vector<std::string> ignore; ///< columns of either side left out of the comparison
    std::vector<ColumnMap> map;      ///< columns that the names alone do not bring together
    std::vector<ColumnTolerance> tolerances;
    std::string where_a; ///< only rows of side A that fulfil this SQL; empty: all
    std::string where_b;
    Tolerance max_diff;            ///< default 0 rows
    std::size_t limit = 10;        ///< rows to show per table
    Extent extent = Extent::all;   ///< first: only whether something differs
    std::optional<Micros> recheck; ///< wait so long and look again at what differs; nullopt: no
    std::optional<SideFile>
        changes; ///< every row that differs, as JSON Lines; nullopt: nobody asks
    /// SQL that makes a table of side B like that of side A, which nobody executes; nullopt: no
    /// plan.
    std::optional<SideFile> repair;
    SnapshotOptions snapshot;
    std::string resume; ///< the file that an ended run is kept in for the next; empty: nobody asks
    std::optional<InputFile> resume_from; ///< what it held; nullopt: there was none
};

/// How much, and which rows, differ between two stores; of one store, how much differs from what
/// its past leads one to expect. Errors end up in the document.
Document volume_diff(const VolumeDiffOptions& options, const Context& context);

} // namespace assay
