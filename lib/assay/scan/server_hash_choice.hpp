// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

#include <optional>
#include <string>

namespace assay {

/// A hash that each side can make where its rows are, or why there is none.
struct ServerHashChoice {
    std::optional<ServerHash> hash;
    std::string obstacle; ///< empty if there is a hash
};

/// How the rows of two tables are hashed by their own servers, or by the one there is and, beside
/// it, by the client for SQLite. The functions of lookup3 are promised to be stable within a major
/// version only and differ by the byte order of the machine: the servers are asked for the hashes
/// of some known values, and for the encoding of their texts. Where these differ, two servers take
/// MD5. No server does it where two columns are not of one type, or there are too many of them.
ServerHashChoice choose_server_hash(const DiffSide& a, const DiffSide& b,
                                    const RowDiffRequest& request);

/// Do both servers hash known values alike?
bool hash_alike(Session& a, Session& b, HashFunction function);

/// Does a server hash known values with lookup3 as hash_like_server() does, and keep texts as
/// UTF-8?
bool hashes_like_client(Session& server);

} // namespace assay
