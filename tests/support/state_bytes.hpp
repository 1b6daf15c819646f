// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/sketch/state_io.hpp"

#include <string>

namespace assay::test {

/// What a sketch writes of itself.
template <typename Sketch>
std::string state_of(const Sketch& sketch) {
    std::string bytes;
    StateWriter writer(bytes);
    sketch.write(writer);
    return bytes;
}

} // namespace assay::test
