// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/history/history.hpp"
#include "temp_dir.hpp"

#include <filesystem>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace assay::test {

inline const HistorySubject orders{"shop.db", "main.orders", "at"};

inline HistoryEntry entry_of(const std::string& id, Micros at, std::optional<std::int64_t> newest) {
    HistoryEntry entry;
    entry.run = {id, "freshness", at};
    entry.metrics = {{orders, "newest", newest, Method::exact},
                     {{"shop.db", "main.orders", ""}, "rows", 7, Method::estimate}};
    entry.results = {{orders, "freshness.max_age", "fail", "critical", "0123456789abcdef"}};
    entry.sketches = {{orders, "lag", std::string("\0\x01state", 7)}};
    return entry;
}

inline ErrorKind kind_of(const std::function<void()>& work) {
    try {
        work();
    } catch (const Error& error) {
        return error.kind();
    }
    return ErrorKind::internal;
}

inline std::vector<std::string> files_in(const TempDir& folder) {
    std::vector<std::string> names;
    for (const auto& file : std::filesystem::directory_iterator(
             std::filesystem::path(folder.file("x")).parent_path())) {
        names.push_back(file.path().filename());
    }
    return names;
}

/// A process of its own that runs `work` and ends without any cleaning up.
inline pid_t start_process(const std::function<void()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        try {
            work();
            ::_exit(0);
        } catch (const std::exception& error) {
            std::cerr << error.what() << '\n'; // else nobody would know
            ::_exit(1);
        }
    }
    return child;
}

inline bool ends_well(pid_t child) {
    int status = 0;
    return ::waitpid(child, &status, 0) == child && status == 0;
}

} // namespace assay::test
