// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"

#include "cli.hpp"
#include "invocation.hpp"
#include "messages.hpp"

namespace assay::cli {

/// Write a finished document wherever the flags say, then its errors to stderr. An output that
/// fails becomes an error of the document.
/// @param signal the signal that ended the run, or 0.
/// @return the exit status, which the document also holds.
int deliver(Document& document, const OutputOptions& options, const World& world,
            Messages& messages, int signal);

} // namespace assay::cli
