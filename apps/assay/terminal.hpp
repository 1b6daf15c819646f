// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/writer.hpp"
#include "assay/store/location.hpp"

#include "invocation.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace assay::cli {

/// What stands behind a stream.
enum class Target : std::uint8_t { terminal, other };
Target target_of(int descriptor) noexcept;
/// Columns of the terminal behind a descriptor; nullopt if it does not say.
std::optional<std::size_t> terminal_columns(int descriptor) noexcept;

/// Colour for one stream: the flag, ASSAY_COLOR, NO_COLOR, CLICOLOR_FORCE or FORCE_COLOR,
/// TERM=dumb, then whether it is a terminal.
/// @throws Error of kind usage for a word in ASSAY_COLOR that is not auto, always or never.
Colour choose_colour(std::optional<When> flag, const Environment& environment, Target target);

/// The flag, else unicode when LC_ALL, LC_CTYPE or LANG (the first that is set) names UTF-8.
Glyphs choose_glyphs(std::optional<Glyphs> flag, const Environment& environment);

/// The flag; else for a terminal COLUMNS, its own width, or 80; else 0, which cuts nothing.
std::size_t choose_width(std::optional<std::size_t> flag, const Environment& environment,
                         Target target, std::optional<std::size_t> columns);

} // namespace assay::cli
