// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/report/document.hpp"
#include "assay/report/pen.hpp"

#include <utility>
#include <vector>

namespace assay {

/// A label and what stands beside it.
using LabelledWords = std::pair<TerminalText, TerminalText>;

/// Does a dry run tell what it learned?
bool is_lesson(const CheckResult& check);

/// What a dry run learned of a series: what from, what was left out, what comes next, and which
/// points of the past would have been findings; empty of any other evidence.
std::vector<LabelledWords> lesson_words(const Facts& evidence);

} // namespace assay
