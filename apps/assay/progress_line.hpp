// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/report/writer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

/// What a terminal shows while tables are read: one line, written again and again. It makes the
/// bytes to write and writes nothing itself; for one thread at a time.
class ProgressLine {
public:
    using Clock = std::chrono::steady_clock;

    struct World {
        std::function<std::size_t()> width; ///< cells of the terminal as it is now; 0: no limit
        std::function<Clock::time_point()> now;
        Glyphs glyphs = Glyphs::ascii;
    };

    explicit ProgressLine(World world);

    void scan_began(const ScanStart& scan);
    void part_began(std::string_view table);
    void rows_read(std::string_view table, std::int64_t rows);
    void scan_ended(std::string_view table);

    /// What to write now: the line if it is time to show it or to show it anew, else nothing. A run
    /// that is over soon shows none.
    std::string update();
    /// What takes the line off the screen; nothing if none is there.
    std::string erase();

private:
    /// A table that is read right now, by one scan or more.
    struct Reading {
        std::string table; ///< raw
        Clock::time_point since;
        std::optional<std::int64_t> expected; ///< rows
        std::int64_t rows = 0;
        std::size_t parts = 0;
        std::size_t parts_begun = 0;
        std::size_t scans = 0;
    };

    /// The number of rows that there should be. Where a line is narrow, the share has to do.
    enum class Expected : std::uint8_t { told, left_out };

    Reading* find(std::string_view table);
    std::string line(const Reading& reading) const;
    std::string behind_name(const Reading& reading, Expected expected) const;
    static std::string numbers(const Reading& reading, std::chrono::duration<double> elapsed,
                               Expected expected);

    World m_world;
    Clock::time_point m_start;
    std::optional<Clock::time_point> m_drawn; ///< the last time; nullopt: never
    bool m_shown = false;
    std::vector<Reading> m_readings; ///< in the order in which they began
};

} // namespace assay::cli
