// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"

#include "assay/progress_line.hpp"

#include <catch2/catch.hpp>

using namespace assay;
using namespace assay::cli;
using namespace std::chrono_literals;

namespace {

const std::string clear = "\r\x1b[K";

/// A line with a clock and a terminal of its own.
struct Screen {
    ProgressLine::Clock::time_point now{};
    std::size_t width = 100;
    ProgressLine line{{[this] { return width; }, [this] { return now; }, Glyphs::ascii}};

    /// What is written when rows come in.
    std::string after(std::chrono::milliseconds time, std::string_view table, std::int64_t rows) {
        now += time;
        line.rows_read(table, rows);
        return line.update();
    }
};

} // namespace

TEST_CASE("a run that is over soon shows no progress") {
    Screen screen;
    screen.line.scan_began({"t", 100, 0});
    CHECK(screen.line.update().empty());
    CHECK(screen.after(499ms, "t", 50).empty());
    screen.line.scan_ended("t");
    CHECK(screen.line.update().empty());
    CHECK(screen.line.erase().empty());
}

TEST_CASE("progress tells table, rows, share, speed and time left") {
    Screen screen;
    screen.line.scan_began({"public.orders", 4'000'000, 0});
    CHECK(screen.after(2s, "public.orders", 1'000'000) ==
          clear + "public.orders: 1,000,000 rows of about 4,000,000, 25 %, 500,000 rows/s, "
                  "about 6 s left");
}

TEST_CASE("a terminal of 80 columns shows the time left of a table of billions, too") {
    Screen screen;
    screen.width = 80;
    screen.line.scan_began({"public.orders", 4'000'000'000, 0});
    CHECK(screen.after(1000s, "public.orders", 1'000'000'000) ==
          clear + "public.orders: 1,000,000,000 rows, 25 %, 1,000,000 rows/s, about 50 min left");
    screen.line.scan_began({"public.customers", 4'000'000, 0});
    const std::string shown = screen.after(1s, "public.orders", 1);
    CHECK(shown.find("about 50 min") != std::string::npos);
    CHECK(display_width(shown.substr(clear.size())) < 80);
}

TEST_CASE("progress is drawn five times a second at most") {
    Screen screen;
    screen.line.scan_began({"t", std::nullopt, 0});
    CHECK(screen.after(600ms, "t", 1) == clear + "t: 1 row");
    CHECK(screen.after(199ms, "t", 1).empty());
    CHECK(screen.after(1ms, "t", 1) == clear + "t: 3 rows");
}

TEST_CASE("without an idea of the size there is no time left, only speed") {
    Screen screen;
    screen.line.scan_began({"t", std::nullopt, 0});
    CHECK(screen.after(2s, "t", 12'345) == clear + "t: 12,345 rows, 6,170 rows/s");
}

TEST_CASE("more rows than were expected are not told as a share of them") {
    Screen screen;
    screen.line.scan_began({"t", 10, 0});
    CHECK(screen.after(2s, "t", 200) == clear + "t: 200 rows, 100 rows/s");
}

TEST_CASE("the parts of a table that several scans have read tell the share") {
    Screen screen;
    screen.line.scan_began({"t", std::nullopt, 6});
    screen.line.scan_began({"t", std::nullopt, 4});
    for (int i = 0; i < 7; ++i) {
        screen.line.part_began("t"); // the last two are not read yet
    }
    CHECK(screen.after(5s, "t", 5'000) ==
          clear + "t: 5,000 rows, 50 %, 1,000 rows/s, about 5 s left");
    screen.line.scan_ended("t");
    CHECK(screen.after(200ms, "t", 0).find(", 60 %") != std::string::npos);
}

TEST_CASE("with several tables at a time the oldest is shown, and how many others there are") {
    Screen screen;
    screen.line.scan_began({"a", std::nullopt, 0});
    screen.line.scan_began({"b", std::nullopt, 0});
    screen.line.scan_began({"c", std::nullopt, 0});
    CHECK(screen.after(600ms, "c", 1) == clear + "a: 0 rows, and 2 more tables");
    screen.line.scan_ended("a");
    CHECK(screen.after(300ms, "b", 7) == clear + "b: 7 rows, and 1 more table");
}

TEST_CASE("progress is erased once, and when nothing is read any more") {
    Screen screen;
    screen.line.scan_began({"t", std::nullopt, 0});
    CHECK_FALSE(screen.after(1s, "t", 1).empty());
    CHECK(screen.line.erase() == clear);
    CHECK(screen.line.erase().empty());
    CHECK_FALSE(screen.after(1s, "t", 1).empty());
    screen.line.scan_ended("t");
    screen.now += 1s;
    CHECK(screen.line.update() == clear);
    CHECK(screen.line.update().empty());
}

TEST_CASE("a hostile name cannot leave its line") {
    Screen screen;
    const std::string name = "a\x1b[2J\n\xff" + std::string(200, 'x') + "\u65e5\u672c";
    screen.line.scan_began({name, 1'000'000, 0});
    for (const std::size_t width : {10U, 20U, 40U, 80U, 1000U}) {
        screen.width = width;
        const std::string shown = screen.after(3s, name, 10'000);
        REQUIRE(shown.starts_with(clear));
        const std::string line = shown.substr(clear.size());
        CHECK(display_width(line) < width);
        CHECK(line.find('\x1b') == std::string::npos);
        CHECK(line.find('\n') == std::string::npos);
        if (width >= 80) {
            CHECK(line.find("0,000 rows") != std::string::npos);
        }
    }
}

TEST_CASE("what is said of a table that nobody reads is passed over") {
    Screen screen;
    screen.line.part_began("x");
    screen.line.scan_ended("x");
    CHECK(screen.after(2s, "x", 5).empty());
}
