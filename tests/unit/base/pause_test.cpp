// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/pause.hpp"

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
    void paused(std::string_view reason) override { log += "paused " + std::string(reason) + "; "; }
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
    const auto hold_still = [&] {
        return wait_while([&] { return reason_of_file(path); }, told, wait);
    };
    CHECK(reason_of_file("").empty());
    CHECK(reason_of_file(path + "/in/no/folder").empty());
    CHECK(hold_still() == Pause::none);
    CHECK(told.log.empty());
    std::ofstream(path).close();
    CHECK(hold_still() == Pause::over);
    CHECK(waits == 3);
    CHECK(told.log == "paused as long as '" + path + "' exists; resumed; ");
}

TEST_CASE("a pause that is cancelled is over") {
    Told told;
    CHECK_THROWS_AS(wait_while([] { return "for a reason"; }, told,
                               [] { throw std::runtime_error("cancelled"); }),
                    std::runtime_error);
    CHECK(told.log == "paused for a reason; resumed; ");
}
