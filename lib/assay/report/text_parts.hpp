// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"
#include "assay/report/pen.hpp"
#include "assay/report/table_names.hpp"

#include <string>
#include <vector>

namespace assay {

// The blocks of a text report. Each comes back as whole lines, or empty when there is nothing to
// say; who puts them together sets blank lines between them.

/// What every block needs.
struct TextContext {
    const Document& document;
    const TableNames& names;
    const Pen& pen;
    Verbosity verbosity = Verbosity::normal;
};

/// One line per table, with the worst result of its checks.
TerminalText text_table_list(const TextContext& context);
/// Every column of a table in one line; keys and indexes too when verbose.
TerminalText text_table_profile(const TextContext& context, const TableRecord& table);

/// Findings and errors in full, worst first; what else there is to say in one line each.
std::vector<TerminalText> text_checks(const TextContext& context);

/// What a finding rests on: the numbers, and some of the rows.
/// @param indent blanks in front of each line.
TerminalText text_evidence(const TextContext& context, const CheckResult& check,
                           std::size_t indent);

/// The windows without rows that a finding lists, each with its condition.
TerminalText text_windows(const TextContext& context, const Fact::List& list, std::size_t indent);
/// In what two tables differ: cells by column, where, why, and some of the rows.
TerminalText text_differences(const TextContext& context, const Facts& evidence,
                              std::size_t indent);
/// How columns were compared of which values may differ and yet count as equal; empty: of none.
TerminalText lossy_words(const Facts& evidence);
/// Groups of rows that say the same, or nearly.
TerminalText text_groups(const TextContext& context, const Fact::List& list, std::size_t indent);

} // namespace assay
