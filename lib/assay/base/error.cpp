// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"

namespace assay {

std::string_view to_string(ErrorKind kind) noexcept {
    switch (kind) {
    case ErrorKind::usage: return "usage";
    case ErrorKind::not_found: return "not_found";
    case ErrorKind::connection: return "connection";
    case ErrorKind::permission: return "permission";
    case ErrorKind::query: return "query";
    case ErrorKind::timeout: return "timeout";
    case ErrorKind::limit: return "limit";
    case ErrorKind::locked: return "locked";
    case ErrorKind::interrupted: return "interrupted";
    case ErrorKind::changed: return "changed";
    case ErrorKind::output: return "output";
    case ErrorKind::cancelled: return "cancelled";
    case ErrorKind::internal: return "internal";
    }
    return "internal";
}

} // namespace assay
