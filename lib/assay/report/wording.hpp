// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"
#include "assay/report/pen.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay {

// How the parts of a document are put into words, for every format that people read.

/// A data value: texts in quotes only where they could be taken for something else.
TerminalText value_words(const Fact& value);
/// "1,204,330", "90.45": as near as people want to know it. What is no number is a data value.
TerminalText number_words(const Fact& value);
/// A number with its unit: "17 rows", "3 d 4 h" (s), "86.1 MB" (bytes), "2.3 %". Empty for null.
TerminalText quantity_words(const Fact& value, std::string_view unit);
/// "at most 1 d" for "<= 86400 s", "0 rows" for "<= 0 rows"; what is no limit stays as it is.
TerminalText expected_words(std::string_view expected);
/// "expected 0 rows, observed 17 rows", as far as both are there.
TerminalText comparison_words(const CheckResult& check);
/// "1,204,330", "~1,204,330" when it is not exact, empty when it is not known.
TerminalText count_words(const std::optional<Count>& count);
TerminalText bytes_words(const BytesRecord& bytes);
/// "~740 MB, ~8 s": what a step would cost, for a table of some size; else empty.
TerminalText cost_words(const PlanRecord& step);
/// "the server hashes: 3 MB sent, ~2 s; the client would take ..."; empty where nobody hashes.
TerminalText hashing_words(const PlanRecord& step);
/// "sample of 1 %", or empty where every row was read.
TerminalText sample_words(const TableRecord& table);
/// "2026-11-20 19:00:03 UTC", to the second.
TerminalText instant_words(Micros micros);
/// "shop.db", "SQLite 3.40.1", "standby", "snapshot ... UTC": what is known of a source.
std::vector<TerminalText> source_words(const SourceRecord& source);
/// "1 critical, 2 warnings, 1 info"; empty if there are none.
TerminalText findings_words(std::int64_t critical, std::int64_t warning, std::int64_t info);
/// "2 tables, 1,208,342 rows examined"
TerminalText coverage_words(const Document& document);
/// "41 checks: 36 passed, 3 failed, 2 skipped  in 0.8 s"
TerminalText outcome_words(const Document& document);

/// The last line of a report: a word, and what led to it.
struct Verdict {
    Mark mark = Mark::pass;
    TerminalText word; ///< PASS, WARN, FAIL, SKIP, ERROR, PLAN
    TerminalText detail;
};
Verdict verdict(const Document& document);

/// Does the document compare two runs?
bool is_comparison(const Document& document) noexcept;

} // namespace assay
