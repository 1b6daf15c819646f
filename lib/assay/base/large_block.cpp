// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/large_block.hpp"

#include <algorithm>
#include <new>

#include <sys/mman.h>

namespace assay {

LargeBlock::LargeBlock(std::size_t bytes) {
    const std::size_t rounded = (bytes + page_bytes - 1) / page_bytes * page_bytes;
    // One touch makes all of a large page resident: there is to be nearly nothing but the block.
    constexpr std::size_t most_waste = 16;
    const bool is_large = bytes > 0 && rounded - bytes <= bytes / most_waste;
    const std::size_t size = is_large ? rounded : std::max<std::size_t>(bytes, 1);
    // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): m_data owns it from here on
    void* data = is_large ? std::aligned_alloc(page_bytes, size) : std::malloc(size);
    if (data == nullptr) {
        throw std::bad_alloc();
    }
    m_data.reset(static_cast<std::byte*>(data));
#ifdef MADV_HUGEPAGE
    if (is_large) {
        madvise(data, size, MADV_HUGEPAGE); // only advice: small pages do as well
    }
#endif
}

} // namespace assay
