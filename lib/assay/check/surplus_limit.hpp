// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/tolerance.hpp"
#include "assay/check/check.hpp"

#include <cstdint>
#include <optional>

namespace assay {

/// How many rows may repeat another one, as the user set it; nullopt: nobody did, and none may.
using SurplusLimit = std::optional<Tolerance>;

/// May `surplus` of so many rows repeat another one?
bool allows(const SurplusLimit& limit, std::int64_t surplus, std::int64_t rows) noexcept;

/// Tell what a result is judged by. A limit that the user set is critical, whatever its rule is.
void note_limit(const SurplusLimit& limit, CheckResult& result);

} // namespace assay
