// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/deadline.hpp"
#include "assay/check/freshness.hpp"
#include "assay/check/slo.hpp"
#include "assay/command/common.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// What of a table to read for its age.
enum class Reading : std::uint8_t {
    shortest, ///< the end of an index where there is one, else every row
    whole     ///< every row
};

struct FreshnessOptions {
    CommonOptions common;
    std::string database;
    std::optional<std::string> column; ///< nullopt: guess one per table, and say so
    std::optional<Micros> max_age;     ///< older is critical
    std::optional<Micros> warn_age;    ///< older is a warning
    std::vector<Escalation> escalations;
    std::optional<std::string> by;    ///< the column whose groups are judged each
    std::optional<Deadline> by_time;  ///< by when loads are due; without grace and calendar
    std::optional<Micros> grace;      ///< how much after by_time is on time still
    std::optional<Calendar> calendar; ///< days on which nothing is due
    std::optional<std::string> arrival_column; ///< that says when rows came; nullopt: `column` does
    std::optional<std::string> event_column;   ///< that says when it happened; for the lag
    std::optional<Micros> max_lag;             ///< longer is late; nullopt: nothing is
    Tolerance max_late;                        ///< default 0 rows
    std::optional<Slo> slo;                    ///< judged by by_time, else against max_age
    std::optional<Micros> backcast;            ///< how far to look back
    std::optional<Micros> retention;           ///< how long rows are kept
    Reading reading = Reading::shortest;
};

/// Is each selected table as recent as it should be? Errors end up in the document.
Document freshness(const FreshnessOptions& options, const Context& context);

} // namespace assay
