// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/store/store.hpp"

#include <memory>

namespace assay {

/// Open a SQLite file for reading and take the snapshot. Nothing is created, and the file, its
/// side files and its directory stay as they are.
/// @throws Error of kind connection (missing, a directory, empty, no database, damaged, in need of
/// recovery), permission, locked, timeout or changed.
std::unique_ptr<Session> open_sqlite(const Location& location, const SessionOptions& options);

} // namespace assay
