// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres_driver.hpp"

#include "assay/base/error.hpp"

#include <dlfcn.h>

namespace assay {
namespace {

/// Without a folder: the program says where to look, see apps/CMakeLists.txt.
constexpr const char* module_name = "assay-postgres.so";

[[noreturn]] void fail_to_load(const char* reason) {
    throw Error(ErrorKind::internal,
                std::string("the Postgres driver cannot be loaded: ") +
                    (reason == nullptr ? module_name : reason),
                "install assay again, with the files beside the program");
}

/// Stays loaded until the process ends.
const PostgresDriver& load_driver() {
    void* const module = dlopen(module_name, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) {
        fail_to_load(dlerror()); // NOLINT(concurrency-mt-unsafe): of this thread, in glibc
    }
    // The only way from a symbol to a function that C++ knows.
    const auto find = reinterpret_cast<const PostgresDriver* (*)()>( // NOLINT(*-reinterpret-cast)
        dlsym(module, "assay_postgres_driver"));
    if (find == nullptr) {
        fail_to_load(dlerror()); // NOLINT(concurrency-mt-unsafe): of this thread, in glibc
    }
    const PostgresDriver& driver = *find();
    if (driver.build != PostgresDriver::this_build) {
        fail_to_load("assay-postgres.so is of another build");
    }
    return driver;
}

} // namespace

const PostgresDriver& postgres_driver() {
    static const PostgresDriver& driver = load_driver();
    return driver;
}

} // namespace assay
