// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/writer.hpp"

namespace assay {

const std::vector<std::string>& format_names() {
    static const std::vector<std::string> names{"text", "json", "markdown", "nagios"};
    return names;
}

std::optional<Format> parse_format(std::string_view text) noexcept {
    if (text == "text") {
        return Format::text;
    }
    if (text == "json") {
        return Format::json;
    }
    if (text == "markdown" || text == "md") {
        return Format::markdown;
    }
    if (text == "nagios") {
        return Format::nagios;
    }
    return std::nullopt;
}

} // namespace assay
