// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/error.hpp"
#include "assay/base/temp_file.hpp"
#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/resource.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace assay;
using namespace assay::test;

namespace {

std::string text_at(const TempFile& file, std::int64_t offset, std::size_t size) {
    std::string text(size, '?');
    file.read(offset, text);
    return text;
}

} // namespace

TEST_CASE("what was written to a temporary file is read again, from any place") {
    const TempDir folder;
    TempFile file(folder.path().string());
    const std::array<std::string_view, 3> pieces{"one", "", "two"};
    CHECK(file.append(pieces) == 0);
    CHECK(file.append(std::array<std::string_view, 1>{"three"}) == 6);
    CHECK(file.size() == 11);
    CHECK(text_at(file, 0, 6) == "onetwo");
    CHECK(text_at(file, 4, 3) == "wot");
    CHECK(text_at(file, 6, 5) == "three");
    CHECK(text_at(file, 11, 0).empty());
}

TEST_CASE("a temporary file is never seen in its folder") {
    const TempDir folder;
    {
        TempFile file(folder.path().string());
        CHECK(folder_content(folder.path()).empty());
        file.append(std::array<std::string_view, 1>{"a secret"});
        CHECK(folder_content(folder.path()).empty());
    }
    CHECK(folder_content(folder.path()).empty());
}

TEST_CASE("threads that write to one temporary file do not write over each other") {
    const TempDir folder;
    TempFile file(folder.path().string());
    std::vector<std::vector<std::int64_t>> offsets(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            threads.emplace_back([&file, &own = offsets[i], i] {
                const std::string text(100 + i, static_cast<char>('a' + i));
                for (int turn = 0; turn < 50; ++turn) {
                    own.push_back(file.append(std::array<std::string_view, 1>{text}));
                }
            });
        }
    }
    for (std::size_t i = 0; i < offsets.size(); ++i) {
        for (const std::int64_t offset : offsets[i]) {
            CHECK(text_at(file, offset, 100 + i) ==
                  std::string(100 + i, static_cast<char>('a' + i)));
        }
    }
}

TEST_CASE("a folder that is not there is named, and only when it is needed") {
    const TempDir folder;
    TempFile file(folder.file("nowhere"));
    try {
        file.append(std::array<std::string_view, 1>{"x"});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::output);
        CHECK(std::string(error.what()).find("nowhere': No such file or directory") !=
              std::string::npos);
        CHECK(error.hint().find("TMPDIR") != std::string::npos);
        CHECK(error.hint().find("--memory") != std::string::npos);
    }
    CHECK_FALSE(std::filesystem::exists(folder.file("nowhere")));
}

TEST_CASE("a file that may not grow is an error, not a short one") {
    const TempDir folder;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{1000, before.rlim_max};
    TempFile file(folder.path().string());
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const std::string text(700, 'x');
    file.append(std::array<std::string_view, 1>{text});
    bool failed = false;
    try {
        file.append(std::array<std::string_view, 1>{text});
    } catch (const Error& error) {
        failed = error.kind() == ErrorKind::output &&
                 std::string_view(error.what()).find("cannot write a temporary file in '") == 0;
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    CHECK(failed);
}
