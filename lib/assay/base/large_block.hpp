// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstddef>
#include <cstdlib>
#include <memory>

namespace assay {

/// Memory in one piece, which the system is asked to back with large pages: many small ones take
/// longer to come by than to fill.
class LargeBlock {
public:
    static constexpr std::size_t page_bytes = std::size_t{2} << 20U;

    /// @throws std::bad_alloc
    explicit LargeBlock(std::size_t bytes);

    std::byte* data() const noexcept { return m_data.get(); }

private:
    struct Free {
        // NOLINTNEXTLINE(cppcoreguidelines-no-malloc): what aligned_alloc() gave goes no other way
        void operator()(std::byte* data) const noexcept { std::free(data); }
    };
    std::unique_ptr<std::byte, Free> m_data;
};

} // namespace assay
