// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

namespace assay {

/// How likely chi square with so many degrees of freedom is this large or larger.
double chi_square_probability(double value, int degrees);

/// What it exceeds in one of 1,000 cases.
double chi_square_limit(int degrees);

} // namespace assay
