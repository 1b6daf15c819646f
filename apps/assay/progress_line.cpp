// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "progress_line.hpp"

#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/report/pen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace assay::cli {

namespace {

using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds patience{500}; ///< before anything is shown
constexpr std::chrono::milliseconds pause{200};    ///< between two lines
/// Begin of the line, and everything behind the cursor gone.
constexpr std::string_view clear_line = "\r\x1b[K";

/// A speed changes all the time: three digits say enough.
std::string brief_count(double number) {
    double unit = 1;
    while (number / unit >= 1000) {
        unit *= 10;
    }
    return group_digits(static_cast<std::int64_t>(std::round(number / unit) * unit));
}

/// How much of the table is read, 0 to 1. Parts of a table are known, its rows are a guess.
/// nullopt: nobody knows.
std::optional<double> share_read(std::int64_t rows, std::optional<std::int64_t> expected,
                                 std::size_t parts, std::size_t parts_done) {
    if (parts > 0) {
        return static_cast<double>(parts_done) / static_cast<double>(parts);
    }
    if (expected && *expected > 0 && rows <= *expected) {
        return static_cast<double>(rows) / static_cast<double>(*expected);
    }
    return std::nullopt;
}

} // namespace

ProgressLine::ProgressLine(World world) : m_world(std::move(world)), m_start(m_world.now()) {}

ProgressLine::Reading* ProgressLine::find(std::string_view table) {
    const auto found = std::find_if(m_readings.begin(), m_readings.end(),
                                    [table](const Reading& each) { return each.table == table; });
    return found == m_readings.end() ? nullptr : &*found;
}

void ProgressLine::scan_began(const ScanStart& scan) {
    Reading* reading = find(scan.table);
    if (reading == nullptr) {
        reading = &m_readings.emplace_back();
        reading->table = scan.table;
        reading->since = m_world.now();
        reading->expected = scan.rows;
    }
    reading->parts += scan.parts;
    ++reading->scans;
}

void ProgressLine::part_began(std::string_view table) {
    if (Reading* reading = find(table)) {
        ++reading->parts_begun;
    }
}

void ProgressLine::rows_read(std::string_view table, std::int64_t rows) {
    if (Reading* reading = find(table)) {
        reading->rows += rows;
    }
}

void ProgressLine::scan_ended(std::string_view table) {
    Reading* reading = find(table);
    if (reading != nullptr && --reading->scans == 0) {
        m_readings.erase(m_readings.begin() + (reading - m_readings.data()));
    }
}

std::string ProgressLine::numbers(const Reading& reading, Seconds elapsed, Expected expected) {
    std::string text = count_of(reading.rows, "row");
    if (expected == Expected::told && reading.expected && reading.rows <= *reading.expected) {
        text += fmt::format(" of about {}", group_digits(*reading.expected));
    }
    const std::size_t begun = std::max(reading.parts_begun, reading.scans);
    const auto share =
        share_read(reading.rows, reading.expected, reading.parts, begun - reading.scans);
    if (share) {
        text += fmt::format(", {:.0f} %", std::floor(*share * 100));
    }
    constexpr Seconds telling{1}; // from here on a speed says something
    if (elapsed < telling || reading.rows == 0) {
        return text;
    }
    text += fmt::format(", {} rows/s",
                        brief_count(static_cast<double>(reading.rows) / elapsed.count()));
    constexpr double least_share = 0.01;
    if (share && *share >= least_share) {
        const double left = elapsed.count() * (1 - *share) / *share;
        text +=
            fmt::format(", about {} left",
                        format_duration(static_cast<Micros>(std::ceil(left)) * micros_per_second));
    }
    return text;
}

std::string ProgressLine::behind_name(const Reading& reading, Expected expected) const {
    std::string rest = ": " + numbers(reading, m_world.now() - reading.since, expected);
    if (m_readings.size() > 1) {
        rest += ", and " + count_of(static_cast<std::int64_t>(m_readings.size() - 1), "more table");
    }
    return rest;
}

std::string ProgressLine::line(const Reading& reading) const {
    std::string rest = behind_name(reading, Expected::told);
    const TerminalText name = terminal::escaped(reading.table);
    const std::size_t width = m_world.width();
    if (width == 0) {
        return (name + terminal::ours(rest)).text();
    }
    // The last cell stays free: some terminals go to the next line when it is written.
    const std::size_t room = std::max<std::size_t>(width, 2) - 1;
    constexpr std::size_t least_name = 10;
    if (display_width(rest) + std::min(least_name, display_width(name.text())) > room) {
        rest = behind_name(reading, Expected::left_out); // the share says as much
    }
    const std::size_t taken = std::min(display_width(rest), room);
    const Pen pen({width, Colour::off, Verbosity::normal, m_world.glyphs});
    const TerminalText shown = pen.fit(name, std::max(least_name, room - taken));
    return pen.fit(shown + terminal::ours(rest), room).text();
}

std::string ProgressLine::update() {
    const auto now = m_world.now();
    const bool is_time = m_drawn ? now - *m_drawn >= pause : now - m_start >= patience;
    if (!is_time) {
        return {};
    }
    if (m_readings.empty()) {
        return erase();
    }
    m_drawn = now;
    m_shown = true;
    return std::string(clear_line) + line(m_readings.front());
}

std::string ProgressLine::erase() {
    return std::exchange(m_shown, false) ? std::string(clear_line) : std::string();
}

} // namespace assay::cli
