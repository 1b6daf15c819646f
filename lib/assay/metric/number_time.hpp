// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/metric/time_accumulator.hpp"
#include "assay/table/row_batch.hpp"

#include <optional>
#include <string>

namespace assay {

/// How a column of numbers tells times, judged by the number of it that is farthest from 0, as
/// TimeAccumulator does. @return nullopt where numbers of that size could mean anything
std::optional<TimeEncoding> encoding_of_numbers(double largest) noexcept;

/// The moment of a Julian day, to the millisecond: a double holds one to about 40 microseconds, and
/// SQLite rounds likewise. @return nullopt for one that is too far away
std::optional<Micros> moment_of_julian_day(double day) noexcept;

/// The moment that a number tells, without what is less than a microsecond; a Julian day without
/// what is less than a millisecond, as a double holds no more.
/// @param encoding epoch_seconds to julian_day
/// @return nullopt for a cell that is no number, and for a moment that 64 bits do not hold
std::optional<Micros> moment_of_number(TimeEncoding encoding, const Column& column,
                                       std::size_t row);

/// The decimal number that tells a moment; nullopt for an encoding that does not tell all of them.
std::optional<std::string> number_of_moment(TimeEncoding encoding, Micros moment);

} // namespace assay
