// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace assay {

enum class Pause : std::uint8_t { none, over };

/// Hold still as long as a file exists, whatever it is, and tell the observer so.
/// @param path empty: there is none. One that cannot be looked at is not there.
/// @param wait is called again and again meanwhile: sleeps for a moment, and throws to end it
Pause wait_while_there(const std::string& path, Observer& observer,
                       const std::function<void()>& wait);

} // namespace assay
