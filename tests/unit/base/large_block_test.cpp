// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/large_block.hpp"

#include <catch2/catch.hpp>

#include <cstddef>
#include <cstring>

using namespace assay;

TEST_CASE("a block of any size can be written to its end") {
    for (const std::size_t bytes :
         {std::size_t{1}, LargeBlock::page_bytes / 2, LargeBlock::page_bytes + 1}) {
        const LargeBlock block(bytes);
        std::memset(block.data(), 1, bytes);
        CHECK(block.data()[bytes - 1] == std::byte{1});
    }
}
