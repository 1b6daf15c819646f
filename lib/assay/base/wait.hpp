// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"

#include <chrono>

namespace assay {

/// Wait, but not longer than the run lasts.
/// @throws Error of kind cancelled or timeout.
void wait_for(std::chrono::microseconds time, const Cancellation& cancellation);

} // namespace assay
