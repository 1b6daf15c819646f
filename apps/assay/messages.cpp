// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "messages.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include "output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {

namespace {

std::string one_line(std::string_view text) {
    std::string line(text);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return escape_text(line);
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
    if (m_level == Level::silent) {
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

void Messages::print(const std::string& text) {
    const std::scoped_lock lock(m_mutex);
    try {
        static_cast<void>(write_all(m_descriptor, text, "stderr"));
    } catch (const Error&) {
        // There is nobody left to tell.
        m_level = Level::silent;
    }
}

} // namespace assay::cli
