// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "messages.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include "output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace assay::cli {

namespace {

std::string one_line(std::string_view text) {
    std::string line(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return escape_text(line);
}

bool is_wrong_call(const ErrorRecord& error) {
    return error.kind == to_string(ErrorKind::usage) ||
           error.kind == to_string(ErrorKind::not_found);
}

} // namespace

void Messages::note(std::string_view message) {
    if (m_level == Level::everything) {
        print(fmt::format("assay: note: {}\n", escape_text(message)));
    }
}

void Messages::sql(std::string_view connection, std::string_view statement) {
    if (m_level == Level::everything) {
        print(fmt::format("assay: sql {}: {}\n", escape_text(connection), one_line(statement)));
    }
}

void Messages::error(const ErrorRecord& error) {
    // Who calls in a wrong way would never learn of it from the status alone.
    if (m_level == Level::silent && !is_wrong_call(error)) {
        return;
    }
    const bool colour = m_colour == Colour::on;
    std::string text = fmt::format("assay: {}error:{} {}\n", colour ? "\x1b[1;31m" : "",
                                   colour ? "\x1b[0m" : "", escape_text(error.message));
    if (!error.hint.empty()) {
        text += fmt::format("  {}hint:{} {}\n", colour ? "\x1b[1m" : "", colour ? "\x1b[0m" : "",
                            escape_text(error.hint));
    }
    print(text);
}

void Messages::notice(std::string_view message) {
    if (m_level != Level::silent) {
        print(fmt::format("assay: {}\n", escape_text(message)));
    }
}

void Messages::begin_progress(ProgressLine::World world) {
    const std::scoped_lock lock(m_mutex);
    m_progress = std::make_unique<ProgressLine>(std::move(world));
    m_ticker = std::jthread([this](const std::stop_token& stop) { draw_until(stop); });
}

/// By the clock and not by the rows: a statement that gives none for a long time is shown too.
void Messages::draw_until(const std::stop_token& stop) {
    constexpr std::chrono::milliseconds tick{100};
    std::unique_lock lock(m_mutex);
    while (!stop.stop_requested()) {
        m_tick.wait_for(lock, stop, tick, [] { return false; });
        if (m_progress && !stop.stop_requested()) {
            write(m_progress->update());
        }
    }
}

void Messages::end_progress() {
    m_ticker = {}; // which waits for it
    const std::scoped_lock lock(m_mutex);
    if (m_progress) {
        write(m_progress->erase());
        m_progress.reset();
    }
}

void Messages::scan_began(const ScanStart& scan) {
    const std::scoped_lock lock(m_mutex);
    if (m_progress) {
        m_progress->scan_began(scan);
    }
}

void Messages::part_began(std::string_view table) {
    const std::scoped_lock lock(m_mutex);
    if (m_progress) {
        m_progress->part_began(table);
    }
}

void Messages::rows_read(std::string_view table, std::int64_t rows) {
    const std::scoped_lock lock(m_mutex);
    if (m_progress) {
        m_progress->rows_read(table, rows);
    }
}

void Messages::scan_ended(std::string_view table) {
    const std::scoped_lock lock(m_mutex);
    if (m_progress) {
        m_progress->scan_ended(table);
    }
}

/// Also to those who have no progress shown: nothing else tells why nothing goes on.
void Messages::paused(std::string_view reason) {
    const std::scoped_lock lock(m_mutex);
    if (m_paused++ == 0 && m_level != Level::silent) {
        write_above(fmt::format("assay: paused {}\n", escape_text(reason)));
    }
}

void Messages::resumed() {
    const std::scoped_lock lock(m_mutex);
    if (--m_paused == 0 && m_level != Level::silent) {
        write_above("assay: the pause is over\n");
    }
}

void Messages::print(const std::string& text) {
    const std::scoped_lock lock(m_mutex);
    write_above(text);
}

void Messages::write_above(const std::string& text) {
    write((m_progress ? m_progress->erase() : "") + text);
}

void Messages::write(const std::string& text) {
    if (text.empty()) {
        return;
    }
    try {
        static_cast<void>(write_all(m_descriptor, text, "stderr"));
    } catch (const Error&) {
        // There is nobody left to tell.
        m_level = Level::silent;
        m_progress.reset();
    }
}

} // namespace assay::cli
