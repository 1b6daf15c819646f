// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/report/pen.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace assay {

// Evidence that holds data of the user, for people to read.

/// The named facts that a fact is, or nullptr.
const Facts* facts_of(const Fact& fact) noexcept;
/// The list of that name, or nullptr.
const Fact::List* find_list(const Facts& facts, std::string_view name) noexcept;
/// What a fact of that name says; empty without one.
TerminalText words_of(const Facts& facts, std::string_view name);

/// A line of data: cut where a terminal ends, whole in a pipe.
/// @param indent cells of the line that are taken already
TerminalText data_line(const Pen& pen, std::size_t indent, const TerminalText& text);

} // namespace assay
