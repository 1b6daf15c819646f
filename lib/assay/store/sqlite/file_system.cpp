// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/file_system.hpp"

#include <sys/vfs.h>

#include <array>
#include <utility>

namespace assay {

std::string_view remote_file_system(std::uint64_t kind) noexcept {
    // linux/magic.h, which has not all of them
    static constexpr std::array<std::pair<std::uint64_t, std::string_view>, 7> known{{
        {0x6969, "NFS"},
        {0x517b, "SMB"},
        {0xff53'4d42, "CIFS"},
        {0xfe53'4d42, "SMB"},
        {0x00c3'6400, "Ceph"},
        {0x5346'414f, "AFS"},
        {0x7461'636f, "OCFS2"},
    }};
    for (const auto& [number, name] : known) {
        if (number == kind) {
            return name;
        }
    }
    return {};
}

std::string_view remote_file_system_of(const std::string& path) noexcept {
    struct statfs status {};
    if (::statfs(path.c_str(), &status) != 0) {
        return {};
    }
    // The kernel gives 32 bits, and some of its types extend a sign.
    return remote_file_system(static_cast<std::uint32_t>(status.f_type));
}

} // namespace assay
