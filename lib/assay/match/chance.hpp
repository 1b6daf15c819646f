// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/fellegi_sunter.hpp"
#include "assay/match/pattern_count.hpp"

namespace assay {

/// Find which fields foretell which others among pairs that do not match: the postcode agrees
/// where the city does, the street where the telephone does. Fields are put in an order as in the
/// trees of Chow and Liu (1968), by how much better the candidates are explained, and each is
/// foretold by fields before it, as in the networks of limited dependence of Sahami (1996).
void find_what_foretells(std::vector<FieldModel>& fields, const Records& records,
                         const PatternCounts& patterns);

/// Learn how far each field agrees by chance where those that foretell it are known.
void learn_foretold(std::vector<FieldModel>& fields, const PatternCounts& patterns);

/// How probable each level of a field is by chance, by the levels of the two fields that foretell
/// it best among those that the pair has.
const LevelShares& chance_of(const FieldModel& field, Agreement pattern);

/// log2 of how probable an agreement is by chance.
double log_chance(const LinkModel& model, Agreement pattern);

} // namespace assay
