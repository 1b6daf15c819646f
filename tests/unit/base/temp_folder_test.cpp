// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/temp_folder.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

using namespace assay;
using namespace assay::test;
namespace fs = std::filesystem;

namespace {

TempFolder make_in(const TempDir& parent) {
    return TempFolder(parent.path().string(), "mine-", "find another");
}

/// What a process that ended long ago left.
fs::path abandon(const TempDir& parent, const std::string& name) {
    const fs::path path = parent.path() / name;
    fs::create_directory(path);
    std::ofstream(path / "copy.db") << "rows";
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(1));
    return path;
}

} // namespace

TEST_CASE("a temporary folder goes with its owner and with all that is in it") {
    const TempDir parent;
    {
        const TempFolder folder = make_in(parent);
        std::ofstream(fs::path(folder.path()) / "copy.db") << "rows";
        CHECK((fs::status(folder.path()).permissions() & fs::perms::all) == fs::perms::owner_all);
    }
    CHECK(fs::is_empty(parent.path()));
}

TEST_CASE("the folder of a killed process goes with the next one") {
    const TempDir parent;
    const auto left = abandon(parent, "mine-abcdef");
    const TempFolder folder = make_in(parent);
    CHECK_FALSE(fs::exists(left));
    CHECK(fs::exists(folder.path()));
}

TEST_CASE("a temporary folder that is in use stays, however old it is") {
    const TempDir parent;
    const TempFolder used = make_in(parent);
    fs::last_write_time(used.path(), fs::file_time_type::clock::now() - std::chrono::hours(1));
    const TempFolder next = make_in(parent);
    CHECK(fs::exists(used.path()));
}

TEST_CASE("a temporary folder that was just made stays, and so does what has another name") {
    const TempDir parent;
    const fs::path young = parent.path() / "mine-abcdef";
    fs::create_directory(young);
    const auto other = abandon(parent, "mine-abcdefg");
    const auto target = abandon(parent, "target");
    fs::create_directory_symlink(target, parent.path() / "mine-ghijkl");
    const TempFolder folder = make_in(parent);
    CHECK(fs::exists(young));
    CHECK(fs::exists(other));
    CHECK(fs::exists(target / "copy.db"));
}

TEST_CASE("without a place for it a temporary folder names the place and what to do") {
    try {
        const TempFolder folder("/nowhere", "mine-", "find another");
        FAIL("it was made");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::output);
        CHECK(std::string(error.what()).find("'/nowhere'") != std::string::npos);
        CHECK(error.hint() == "find another");
    }
}
