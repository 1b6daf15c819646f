// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"

#include "invocation.hpp"

#include <string>
#include <vector>

namespace assay::cli {

/// What a run may use of the world outside the process.
struct World {
    Commands commands;
    Environment environment;
    int input = 0;  ///< descriptor of stdin
    int output = 1; ///< descriptor of stdout: the result and nothing else
    int error = 2;  ///< descriptor of stderr
};

/// The world as it is.
World real_world();

/// Understand the arguments after the program name, run the command, write its result.
/// @return the exit status; 128+n when signal n ended the run.
int run(const std::vector<std::string>& arguments, const World& world);

} // namespace assay::cli
