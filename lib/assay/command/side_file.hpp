// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace assay {

/// A file besides the result, written when all is known.
struct SideFile {
    std::string path; ///< "-": stdout; for who calls
    /// Takes the text, piece by piece.
    std::function<void(std::string_view)> write = [](std::string_view) {};
};

} // namespace assay
