// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace assay {

/// Connect to a Postgres server, begin a read-only transaction and take its snapshot.
/// @throws Error of kind usage (the connection string is malformed), connection, permission,
/// timeout or locked.
std::unique_ptr<Session> open_postgres(const Location& location, const SessionOptions& options);

/// A connection string without its secrets, completed from libpq's defaults:
/// "postgresql://app@db1:5433/shop", "postgresql://app@/shop?host=/run/postgresql". Hosts keep
/// their order; a string that cannot be parsed shows nothing of itself. Not escaped.
std::string display_postgres(std::string_view conninfo);

} // namespace assay
