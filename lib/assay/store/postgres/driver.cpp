// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres_driver.hpp"

#include "assay/store/postgres/postgres.hpp"

/// What postgres_driver() looks for in the module.
extern "C" const assay::PostgresDriver* assay_postgres_driver() {
    static constexpr assay::PostgresDriver driver{assay::PostgresDriver::this_build,
                                                  &assay::open_postgres, &assay::display_postgres};
    return &driver;
}
