// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace assay {

enum class Pause : std::uint8_t { none, over };

/// "as long as 'FILE' exists" while it does, whatever it is, else empty.
/// @param path empty: there is none. One that cannot be looked at is not there.
std::string reason_of_file(const std::string& path);

/// Hold still as long as there is a reason, and tell the observer so.
/// @param reason why, in words that follow "paused"; empty: there is none
/// @param wait is called again and again meanwhile: sleeps for a moment, and throws to end it
Pause wait_while(const std::function<std::string()>& reason, Observer& observer,
                 const std::function<void()>& wait);

} // namespace assay
