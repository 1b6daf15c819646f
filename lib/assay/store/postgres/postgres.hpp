// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace assay {

// See PostgresDriver.
std::unique_ptr<Session> open_postgres(const Location& location, const SessionOptions& options);
std::string display_postgres(std::string_view conninfo);

} // namespace assay
