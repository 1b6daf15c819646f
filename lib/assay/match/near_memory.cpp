// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/near_memory.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <algorithm>

namespace assay {

std::size_t NearMemory::most_held() const noexcept { return std::max(m_bytes / 4 * 3, least_held); }

void NearMemory::hold(std::size_t bytes) {
    if (!fits(bytes)) {
        refuse();
    }
    m_held += bytes;
}

std::size_t memory_needed(const NearSize& size) noexcept {
    // As measured with short texts, long ones and many columns. A text is held as it was read, as
    // it is compared and by its words; one to three columns may be compared as one text, whose
    // 3-grams are held as well.
    constexpr double per_row = 500;
    constexpr double per_text = 350;
    constexpr std::size_t most_in_one = 3;
    const double per_byte = size.columns <= most_in_one ? 20 : 6;
    const double held =
        per_row * static_cast<double>(size.rows) + per_text * size.texts + per_byte * size.bytes;
    return static_cast<std::size_t>(held / 3 * 4);
}

void NearMemory::expect(const NearSize& size) noexcept {
    m_rows = size.rows;
    m_needed = memory_needed(size);
}

void NearMemory::refuse() const {
    constexpr std::size_t mib = std::size_t{1} << 20U;
    constexpr std::size_t step = 16;
    const std::size_t needed = std::max(m_needed, m_bytes) / mib;
    throw Error(ErrorKind::limit,
                "near duplicates among " + count_of(static_cast<std::int64_t>(m_rows), "row") +
                    " take more memory than --memory allows",
                "about --memory " + std::to_string((needed / step + 1) * step) +
                    "MiB should do; or name fewer columns with -k, or fewer rows with --where");
}

} // namespace assay
