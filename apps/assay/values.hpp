// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/base/tolerance.hpp"
#include "assay/check/deadline.hpp"
#include "assay/check/freshness.hpp"
#include "assay/check/slo.hpp"
#include "assay/command/dedupe_check.hpp"
#include "assay/command/volume_diff.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

// Values of flags. `flag` is the long name with its dashes, for messages. Every function throws an
// Error of kind usage that names the flag, the value and an example.

/// A text that must not be empty.
std::string parse_text(std::string_view flag, const std::string& text);
/// "90s", "24h": microseconds, zero allowed.
Micros parse_age(std::string_view flag, const std::string& text);
/// A time limit: at least 1 ms, at most 24 days (what Postgres can hold).
std::chrono::milliseconds parse_limit(std::string_view flag, const std::string& text);
/// "256MiB", "1GB", "1.5GiB": bytes; a bare number is refused.
std::size_t parse_size(std::string_view flag, const std::string& text);
/// A whole number from `least` to `most`.
std::size_t parse_whole(std::string_view flag, const std::string& text, std::size_t least,
                        std::size_t most);
/// "50" or "50%", from 1 to 100.
unsigned parse_percent(std::string_view flag, const std::string& text);
/// "0", "100", "0.5%".
Tolerance parse_share(std::string_view flag, const std::string& text);
/// "2x=critical", "1.5x=warning".
Escalation parse_escalation(std::string_view flag, const std::string& text);
/// "99.5%/30d".
Slo parse_promise(std::string_view flag, const std::string& text);
/// "07:00 Europe/Berlin mon-fri".
Deadline parse_by_time(std::string_view flag, const std::string& text);
/// The days that a file lists.
Calendar read_calendar(std::string_view flag, const std::string& path);
/// "30d": at least an hour, at most ten years.
Micros parse_past(std::string_view flag, const std::string& text);
/// "90d": at least a second.
Micros parse_retention(std::string_view flag, const std::string& text);
/// "0.9": above 0, at most 1.
double parse_probability(std::string_view flag, const std::string& text);
/// "shop.db:people", "postgresql://db1/shop:sales.people": what stands behind the last colon is the
/// table.
OtherTable parse_other_table(std::string_view flag, const std::string& text);
/// RFC 3339 with a zone.
Micros parse_instant(std::string_view flag, const std::string& text);
/// The name of an IANA time zone.
std::string parse_zone(std::string_view flag, const std::string& text);
/// "a,b" or "\"a,b\",c": names between commas, with the double quotes of SQL. The quotes are taken
/// off; blanks around plain names do not count.
std::vector<std::string> parse_names(std::string_view flag, const std::string& text);
/// "email:case,trim": a column, which may stand in double quotes, and words about it; or words
/// alone.
struct ColumnWords {
    std::optional<std::string> column;
    std::vector<std::string> words;
};
ColumnWords parse_column_words(std::string_view flag, const std::string& text);
/// "a:b", "\"a:x\":b": two names of a column, with the double quotes of SQL.
ColumnMap parse_column_map(std::string_view flag, const std::string& text);
/// "amount=0.01", "ts=1ms": a column and how far apart its cells may be. The name may stand in
/// double quotes.
ColumnTolerance parse_column_tolerance(std::string_view flag, const std::string& text);
/// "orders.amount.null_fraction", "\"a.b\".c.blank_fraction": a table as for -t, a column and one
/// of its metrics.
struct TableMetric {
    std::string table;
    ColumnMetric metric;
};
TableMetric parse_metric(std::string_view flag, const std::string& text);
/// The refusal of a word that is not one of `choices`, with the nearest one.
[[noreturn]] void refuse_choice(std::string_view flag, const std::string& text,
                                const std::vector<std::string>& choices);

} // namespace assay::cli
