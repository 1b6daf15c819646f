// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/hash.hpp"

#include <fmt/format.h>

// Inline, because most values are short: the call would cost as much as the hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace assay {

std::uint64_t hash64(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

Fingerprint fingerprint(std::string_view bytes) noexcept {
    const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
    return {hash.high64, hash.low64};
}

std::string hex64(std::uint64_t hash) { return fmt::format("{:016x}", hash); }

} // namespace assay
