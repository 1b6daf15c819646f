// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <functional>

namespace assay {

SessionCost& operator+=(SessionCost& total, const SessionCost& more) noexcept;

/// Call `work(session, i)` once for every i below `count`, on up to `jobs` sessions that share the
/// snapshot of `session` (fewer where the store cannot fork). Calls with different i may run at the
/// same time. The first exception stops the handing out and is thrown again after all have ended.
/// @return what the forked sessions cost; that of `session` is counted by itself.
SessionCost for_each_in_parallel(Session& session, unsigned jobs, std::size_t count,
                                 const std::function<void(Session&, std::size_t)>& work);

} // namespace assay
