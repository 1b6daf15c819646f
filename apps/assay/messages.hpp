// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/observer.hpp"
#include "assay/report/document.hpp"
#include "assay/report/writer.hpp"

#include <mutex>
#include <string>
#include <string_view>

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
    void error(const ErrorRecord& error);
    /// Something that happens right now, such as an interrupt.
    void notice(std::string_view message);

private:
    void print(const std::string& text);

    int m_descriptor;
    Level m_level;
    Colour m_colour;
    std::mutex m_mutex;
};

} // namespace assay::cli
