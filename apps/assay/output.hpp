// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace assay::cli {

/// What became of a write to a stream.
enum class Written : std::uint8_t { all, reader_gone };

/// Write every byte, or learn that the reader has closed its end.
/// @param name what the stream is called in messages.
/// @throws Error of kind output.
Written write_all(int descriptor, std::string_view bytes, std::string_view name);

/// Takes a piece of a text.
using PieceSink = std::function<Written(std::string_view piece)>;
/// Hands a text to a sink, piece by piece.
using PieceSource = std::function<void(const PieceSink& sink)>;

/// Put a file in place whole or not at all: a temporary file in the same folder, fsync, rename. A
/// new file is readable by its owner only, an existing one keeps its permissions; a device or pipe
/// is written to directly, and what check_replaceable() refuses is not touched.
/// @throws Error of kind output; the old file is as it was.
void replace_file(const std::string& path, std::string_view bytes);
/// The same for a text that need not be in memory.
void replace_file(const std::string& path, const PieceSource& source);

/// Find out before a long run that replace_file() could not work.
/// @throws Error of kind output: no such folder, a folder itself, or a SQLite database.
void check_replaceable(const std::string& path);

} // namespace assay::cli
