// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/cancellation.hpp"
#include "assay/base/error.hpp"

#include "assay/input.hpp"
#include "assay/output.hpp"

#include "temp_dir.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;
using namespace assay;
using namespace assay::cli;

namespace {

mode_t permissions(const fs::path& path) {
    struct stat facts {};
    REQUIRE(::stat(path.c_str(), &facts) == 0);
    return facts.st_mode & 0777U;
}

std::size_t files_in(const fs::path& folder) {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

template <typename Call>
Error error_of(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return {ErrorKind::internal, ""};
}

} // namespace

TEST_CASE(
    "case 272: a new file is written whole, for its owner only, and leaves nothing beside it") {
    const test::TempDir folder;
    const fs::path path = folder.file("result.json");
    replace_file(path, "hello");
    CHECK(test::read_file(path) == "hello");
    CHECK(permissions(path) == 0600);
    CHECK(files_in(folder.path()) == 1);
}

TEST_CASE("an existing file keeps its permissions, a symbolic link stays one") {
    const test::TempDir folder;
    const fs::path path = folder.file("result.json");
    test::write_file(path, "old and longer");
    ::chmod(path.c_str(), 0644);
    fs::create_symlink(path, folder.file("link"));
    replace_file(folder.file("link"), "new");
    CHECK(test::read_file(path) == "new");
    CHECK(permissions(path) == 0644);
    CHECK(fs::is_symlink(folder.file("link")));
}

TEST_CASE("a device is written to, not replaced") {
    replace_file("/dev/null", "x");
    CHECK(fs::is_character_file("/dev/null"));
    const Error error = error_of([] { replace_file("/dev/full", "x"); });
    CHECK(error.kind() == ErrorKind::output);
    CHECK(std::string(error.what()) == "could not write '/dev/full': No space left on device");
}

TEST_CASE("an output that could not work is found before the run") {
    const test::TempDir folder;
    CHECK_NOTHROW(check_replaceable(folder.file("new")));
    CHECK_NOTHROW(check_replaceable("just-a-name"));
    CHECK(error_of([&] { check_replaceable(folder.path()); }).kind() == ErrorKind::output);
    CHECK_THROWS_WITH(check_replaceable(folder.file("no/file")),
                      Catch::Contains("there is no folder"));
    CHECK_THROWS_WITH(replace_file(folder.file("no/file"), "x"),
                      Catch::Contains("could not write"));
}

TEST_CASE("a SQLite database is never written over") {
    const test::TempDir folder;
    test::write_file(folder.file("shop.db"), std::string("SQLite format 3\0rest", 20));
    test::write_file(folder.file("text.db"), "SQLite format 3 is what I am not");
    CHECK_THROWS_WITH(check_replaceable(folder.file("shop.db")),
                      Catch::Contains("SQLite database"));
    CHECK_THROWS_WITH(replace_file(folder.file("shop.db"), "x"), Catch::Contains("will not write"));
    CHECK(test::read_file(folder.file("shop.db")) == std::string("SQLite format 3\0rest", 20));
    CHECK_NOTHROW(check_replaceable(folder.file("text.db")));
}

TEST_CASE("case 261: a reader that has gone is no error, a full disk is") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    ::close(ends[0]);
    auto* const before = ::signal(SIGPIPE, SIG_IGN);
    CHECK(write_all(ends[1], "x", "stdout") == Written::reader_gone);
    ::signal(SIGPIPE, before);
    ::close(ends[1]);
    const int full = ::open("/dev/full", O_WRONLY);
    CHECK(error_of([&] { write_all(full, "x", "stdout"); }).kind() == ErrorKind::output);
    CHECK(write_all(full, "", "stdout") == Written::all);
    ::close(full);
}

TEST_CASE("a saved result is read from a file or from stdin") {
    const test::TempDir folder;
    const Cancellation cancellation;
    test::write_file(folder.file("a.json"), "{}");
    CHECK(read_input(folder.file("a.json"), 0, cancellation) == "{}");
    const int input = ::open(folder.file("a.json").c_str(), O_RDONLY);
    CHECK(read_input("-", input, cancellation) == "{}");
    ::close(input);
}

TEST_CASE("a result that is missing, a folder or empty says so and is exit status 3") {
    const test::TempDir folder;
    const Cancellation cancellation;
    test::write_file(folder.file("empty.json"), "");
    const auto read = [&](const std::string& path) {
        return error_of([&] { read_input(path, 0, cancellation); });
    };
    for (const auto& error :
         {read(folder.file("no.json")), read(folder.path()), read(folder.file("empty.json"))}) {
        CHECK(error.kind() == ErrorKind::connection);
        CHECK_FALSE(error.hint().empty());
    }
    CHECK_THAT(read(folder.file("no.json")).what(), Catch::EndsWith("No such file or directory"));
    CHECK_THAT(read(folder.path()).what(), Catch::EndsWith("Is a directory"));
    CHECK_THAT(read(folder.file("empty.json")).what(), Catch::EndsWith("is empty"));
}

TEST_CASE("waiting for stdin ends when the run is cancelled") {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    Cancellation cancellation;
    cancellation.request(SIGTERM);
    CHECK(error_of([&] { read_input("-", ends[0], cancellation); }).kind() == ErrorKind::cancelled);
    ::close(ends[0]);
    ::close(ends[1]);
}
