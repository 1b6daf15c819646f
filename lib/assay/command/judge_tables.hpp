// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/check/check.hpp"
#include "assay/command/run.hpp"
#include "assay/scan/parallel.hpp"
#include "assay/store/store.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace assay {

/// Judges the i-th table with the workers it is given; again, from the start, when locks were in
/// the way (turns.hpp).
using Judge = std::function<std::vector<CheckResult>(Workers&, std::size_t i)>;

/// Judge `count` tables on up to --jobs sessions: first those that `is_large` says are worth all of
/// them, one after the other; then the others, each by one. Before a table is begun, a snapshot
/// that is too old is renewed. The results stand in the document in the order of the tables, and so
/// does what was finished when an error ended the run, which is thrown again.
/// @param is_large splits a table for all sessions, in the snapshot of that moment
/// @param hold firm where another session must keep its snapshot, which may be of the same file
void judge_tables(Source& source, std::size_t count, const CommonOptions& options,
                  const Context& context, Document& document, const Judge& judge,
                  const std::function<bool(std::size_t)>& is_large = {},
                  Hold hold = Hold::until_awaited);

} // namespace assay
