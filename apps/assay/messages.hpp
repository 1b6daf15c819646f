// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/report/document.hpp"
#include "assay/report/writer.hpp"

#include "progress_line.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

namespace assay::cli {

/// What people are told besides the result, on stderr. A stderr that cannot be written to is no
/// reason to fail. Thread-safe.
class Messages final : public Observer {
public:
    enum class Level : std::uint8_t { silent, errors, everything };

    Messages(int descriptor, Level level, Colour colour)
        : m_descriptor(descriptor), m_level(level), m_colour(colour) {}

    void note(std::string_view message) override;
    void sql(std::string_view connection, std::string_view statement) override;
    void scan_began(const ScanStart& scan) override;
    void part_began(std::string_view table) override;
    void rows_read(std::string_view table, std::int64_t rows) override;
    void scan_ended(std::string_view table) override;
    void paused(std::string_view reason) override;
    void resumed() override;
    /// Show from now on how far the scans are, below the messages. Signals are for other threads
    /// than the one that draws: call it where they are blocked.
    void begin_progress(ProgressLine::World world);
    /// Leave no trace of it.
    void end_progress();
    void error(const ErrorRecord& error);
    /// Something that happens right now, such as an interrupt.
    void notice(std::string_view message);

private:
    void print(const std::string& text);
    void write_above(const std::string& text); ///< the progress
    void write(const std::string& text);
    void draw_until(const std::stop_token& stop);

    int m_descriptor;
    Level m_level;
    Colour m_colour;
    std::mutex m_mutex;
    int m_paused = 0;                         ///< sessions that hold still; guarded by m_mutex
    std::unique_ptr<ProgressLine> m_progress; ///< nullptr: none is shown; guarded by m_mutex
    std::condition_variable_any m_tick;
    std::jthread m_ticker; // last: it uses the others
};

} // namespace assay::cli
