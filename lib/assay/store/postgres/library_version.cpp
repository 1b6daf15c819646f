// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/library_versions.hpp"

#include <fmt/format.h>

#include <libpq-fe.h>

namespace assay {

std::string libpq_version() {
    // Two parts since version 10, the only ones that we can meet.
    constexpr int part = 10'000;
    return fmt::format("{}.{}", PQlibVersion() / part, PQlibVersion() % part);
}

} // namespace assay
