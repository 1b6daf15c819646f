// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// "NFS" and the like for the f_type of statfs(2), if other machines may write there whose locks
/// may not be seen; empty for all others.
std::string_view remote_file_system(std::uint64_t kind) noexcept;

/// The same for the file system that a file lies on; empty if nobody can tell.
std::string_view remote_file_system_of(const std::string& path) noexcept;

} // namespace assay
