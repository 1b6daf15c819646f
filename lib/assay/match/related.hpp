// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/fellegi_sunter.hpp"
#include "assay/match/first_matches.hpp"
#include "assay/match/pattern_count.hpp"

namespace assay {

/// Find which sets of fields tell related things apart: pairs that differ entirely in just these
/// are more than half as many as those that differ in none, and most of them agree verbatim in all
/// other fields. Matches are neither: an entry seldom has one field wrong in more than a third of
/// them (a bound by prior knowledge, as in Winkler 1993), and what was entered twice errs here and
/// there, while sizes of one product or sisters at one address share what was entered once. Without
/// a pair that differs in no field nothing is found: there is no sign of anything finer. Patterns
/// of such pairs are marked as related.
void find_related(LinkModel& model, const Records& records, const Telling& telling,
                  PatternCounts& patterns);

/// How probable an agreement is by pairs of related things.
double chance_of_related(const LinkModel& model, Agreement pattern);

/// Which share of the pairs of each pattern that do not match is related.
void expect_related(const LinkModel& model, PatternCounts& patterns);

/// Learn how frequent each sort of related things is, and how far the fields agree in which they
/// differ: colleagues of one name have one address of e-mail. @param total of all pairs
void learn_related(LinkModel& model, const PatternCounts& patterns, double total);

} // namespace assay
