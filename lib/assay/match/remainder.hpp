// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/comparer.hpp"
#include "assay/match/records.hpp"

#include <cstdint>
#include <string>

namespace assay {

/// Take out of each field the words of other fields of the same record, where they are there more
/// often than by chance: the names out of an e-mail address or a full name. That agrees wherever
/// the names do, so it is no evidence of its own; what is left of it is. Of two fields words are
/// taken out of the longer one.
/// @param memory holds what is left
void take_out_repeated_words(Records& records, NearMemory& memory, const Effort& effort);

/// What is left of a value of a record where another one has words that it lacks: no name says of
/// anna.smith5@example.org what to take out, but that of the other record does.
std::u32string left_of(const Records& records, std::size_t field, std::uint32_t record,
                       std::uint32_t other);

/// What a pair agrees in without fields that differ in the words that they repeat, though what is
/// left of them agrees: anna.smith5@example.org and ben.smith5@example.org. Of one person whose
/// name is wrong in one of the records the address would be equal, so that is no sign of a match.
Agreement without_other_parts(const Records& records, Candidate pair, Agreement pattern);

} // namespace assay
