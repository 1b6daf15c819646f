// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/cancellation.hpp"
#include "assay/check/duplicates_retried.hpp"
#include "assay/command/common.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// Which rows are retries of others.
struct RetryRequest {
    std::optional<std::size_t> actor; ///< its rows only are compared with each other
    std::vector<std::size_t> payload; ///< ordinals of what must be the same; NULL equals NULL
    std::size_t time = 0;             ///< when a row is from
    Micros within = 0;                ///< between a row and the next equal one, at most
    std::size_t limit = 5;            ///< bursts to show
    std::string where = {};           ///< which rows count; empty: all
    ValuesPolicy values = ValuesPolicy::safe;
    std::size_t memory = std::size_t{256} << 20U; ///< bytes for events
    std::string spill_folder = "/tmp";            ///< for events beyond that
    const Cancellation* cancellation = nullptr;   ///< asked now and then while nothing is read
};

/// What an actor says when nobody names it: all but who, when, the primary key, and what else
/// numbers the rows (numbers_rows()).
std::vector<std::size_t> payload_of(const TableSchema& table, const RetryRequest& request,
                                    const std::vector<std::size_t>& ignored);

/// Read a table in one scan, 24 bytes a row, in memory or beyond it in a file, and find the
/// retries; a second scan fetches the largest bursts, and where they stand. Nothing but
/// spilled_bytes depends on memory or the order of rows.
/// @throws Error of kind changed if they are not there any more; of kind output if the temporary
/// file cannot be written.
RetryFacts scan_retries(Session& session, const TableSchema& table, const RetryRequest& request);

} // namespace assay
