// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/store/postgres/setup.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::postgres {

/// How far a server's clock is ahead of ours (behind: negative), as far as the time that passed
/// between asking and hearing cannot explain it.
/// @param server its clock, read between `before` and `after` on ours
/// @return nullopt: within five seconds, which no age of a row depends on
std::optional<Micros> clock_skew(Micros server, Micros before, Micros after) noexcept;

/// What a reader of a report must know of the server it was made of: an unprotected connection, a
/// standby that lags, a clock that is off, a version that nobody has tried.
/// @param version as libpq counts, 150018 for 15.18
std::vector<std::string> server_notes(const SourceInfo& source, const ServerFacts& server,
                                      int version);

/// Indexes that were sorted by another version of their collation than the one that the server has
/// now: a look into them may miss rows. Postgres 15 and later say it of the database itself too.
std::vector<std::string> collation_notes(Connection& connection);

} // namespace assay::postgres
