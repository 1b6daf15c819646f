// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "cli.hpp"
#include "process.hpp"

int main(int argc, char** argv) {
    assay::cli::prepare_process();
    const auto arguments = assay::cli::take_arguments(argc, argv);
    return assay::cli::finish_process(assay::cli::run(arguments, assay::cli::real_world()));
}
