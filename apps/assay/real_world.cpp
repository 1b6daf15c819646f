// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "cli.hpp"

#include "process.hpp"

namespace assay::cli {

World real_world() {
    World world;
    world.commands = {audit,  freshness,   dedupe_check, volume_diff,
                      report, report_diff, report_prune};
    world.environment = read_environment;
    return world;
}

} // namespace assay::cli
