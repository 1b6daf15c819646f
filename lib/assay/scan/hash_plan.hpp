// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/scan/row_diff.hpp"
#include "assay/scan/server_hash.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// One side of a comparison, as far as it matters to what the hashes of its rows cost.
struct HashedSide {
    Route route = Route::file;
    std::int64_t rows = 0;
    std::vector<ColumnType> columns; ///< of the key and besides it
    double text_bytes = 0;           ///< of the texts of a row, on average
};

/// How many sums servers send instead of rows.
struct SentSums {
    std::int64_t places = 0;        ///< segments or buckets
    bool in_each_statement = false; ///< do the rows of one statement belong to all of them?
};

/// Estimated, of one side, without what is read again where rows differ.
struct HashCost {
    std::int64_t bytes = 0; ///< that leave the server
    double seconds = 0; ///< of the processors of server and client and, between them, the network
    friend bool operator==(const HashCost&, const HashCost&) = default;
};

/// What it costs to have the client hash the rows.
HashCost client_hash_cost(const HashedSide& side);

/// What it costs to have the server hash them and send sums.
HashCost server_hash_cost(const HashedSide& side, const SentSums& sums, HashFunction function);

/// What it costs to have the client hash rows of SQLite as the server of the other side does.
HashCost like_server_hash_cost(const HashedSide& side);

/// Both costs of one side. Without `server`, no server can hash its rows; of SQLite it is what the
/// client takes to hash as the other side's server does.
struct HashCosts {
    HashCost client;
    std::optional<HashCost> server{};
};

/// Are the servers to hash the rows? Not where the client is sure to take less: as these are
/// estimates, by a fifth.
bool servers_shall_hash(const HashCosts& a, const HashCosts& b) noexcept;

/// Who hashes the rows of a comparison, and why.
struct HashPlan {
    std::optional<ServerHash> hash; ///< how the servers do; nullopt: the client does
    HashCosts a;
    HashCosts b;
    std::string obstacle; ///< why the servers cannot; empty if they can
};

/// Weigh what it costs to let the servers hash the rows against what it costs to have them sent:
/// by the numbers of rows and the average widths of the catalogs, and by the way to the servers.
HashPlan plan_hash(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request);

} // namespace assay
