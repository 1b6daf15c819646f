// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/pause_file.hpp"

#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using namespace assay;
using namespace assay::test;

namespace {

class Told final : public Observer {
public:
    void note(std::string_view) override {}
    void sql(std::string_view, std::string_view) override {}
    void paused(std::string_view file) override { log += "paused " + std::string(file) + "; "; }
    void resumed() override { log += "resumed; "; }

    std::string log;
};

} // namespace

TEST_CASE("a run holds still as long as the pause file is there, and says so") {
    const TempDir dir;
    const std::string path = (dir.path() / "stop").string();
    Told told;
    int waits = 0;
    const auto wait = [&] {
        if (++waits == 3) {
            std::filesystem::remove(path);
        }
    };
    CHECK(wait_while_there("", told, wait) == Pause::none);
    CHECK(wait_while_there(path, told, wait) == Pause::none);
    CHECK(wait_while_there(path + "/in/no/folder", told, wait) == Pause::none);
    CHECK(told.log.empty());
    std::ofstream(path).close();
    CHECK(wait_while_there(path, told, wait) == Pause::over);
    CHECK(waits == 3);
    CHECK(told.log == "paused " + path + "; resumed; ");
}

TEST_CASE("a pause that is cancelled is over") {
    const TempDir dir;
    Told told;
    CHECK_THROWS_AS(
        wait_while_there(dir.path().string(), told, [] { throw std::runtime_error("cancelled"); }),
        std::runtime_error);
    CHECK(told.log == "paused " + dir.path().string() + "; resumed; ");
}
