// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/side_output.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <optional>
#include <string>

using namespace assay;
using namespace assay::cli;
using namespace assay::test;

namespace {

World world_with(const std::string& temporary) {
    World world;
    world.environment = [temporary](const std::string& name) {
        return name == "TMPDIR" ? std::optional(temporary) : std::nullopt;
    };
    return world;
}

std::optional<SideFile> file_at(const std::string& path) {
    SideFile file;
    file.path = path;
    return file;
}

} // namespace

TEST_CASE("what a command writes beside its result is in its place when it is whole") {
    const TempDir folder;
    const TempDir temporary;
    const World world = world_with(temporary.path().string());
    auto file = file_at(folder.file("plan.sql"));
    SideOutput plan(file, "the plan", world);
    CHECK(plan.is_empty());
    std::string expected;
    for (int i = 0; i < 50'000; ++i) {
        const std::string line = "a line of text with the number " + std::to_string(i) + "\n";
        file->write(line);
        expected += line;
    }
    CHECK_FALSE(plan.is_empty());
    CHECK(folder_content(folder.path()).empty());
    Document document;
    plan.deliver(document);
    CHECK(document.errors.empty());
    CHECK(folder_content(folder.path()).at("plan.sql") == expected);
    CHECK(folder_content(temporary.path()).empty());
}

TEST_CASE("what cannot be put in its place is an error of the result") {
    const TempDir folder;
    const World world = world_with(folder.path().string());
    auto file = file_at(folder.file("no/plan.sql"));
    SideOutput plan(file, "the plan", world);
    file->write("text");
    Document document;
    plan.deliver(document);
    REQUIRE(document.errors.size() == 1);
    CHECK(document.errors.front().message.find("there is no folder") != std::string::npos);
}

TEST_CASE("where nobody asked for more than the result nothing is written") {
    const World world = world_with("/nowhere");
    std::optional<SideFile> nobody;
    SideOutput plan(nobody, "the plan", world);
    Document document;
    plan.deliver(document);
    CHECK(document.errors.empty());
}
