// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "redact.hpp"

#include "assay/base/text.hpp"

#include <algorithm>

namespace assay::cli {

namespace {

using Range = std::pair<std::size_t, std::size_t>;

/// The end of a value in single quotes, or of one up to a blank; a backslash protects.
std::size_t end_of_value(std::string_view text, std::size_t at) {
    const bool quoted = at < text.size() && text[at] == '\'';
    for (std::size_t i = quoted ? at + 1 : at; i < text.size(); ++i) {
        if (text[i] == '\\') {
            ++i;
        } else if (quoted ? text[i] == '\'' : text[i] == ' ') {
            return quoted ? i + 1 : i;
        }
    }
    return text.size();
}

std::size_t skip_blanks(std::string_view text, std::size_t at) {
    return std::min(text.find_first_not_of(' ', at), text.size());
}

/// The password between "://user:" and the last '@'.
void find_in_authority(std::string_view text, std::vector<Range>& ranges) {
    const std::size_t scheme = text.find("://");
    const std::size_t at = text.rfind('@');
    if (scheme == std::string_view::npos || at == std::string_view::npos || at < scheme + 3) {
        return;
    }
    const std::size_t colon = text.find(':', scheme + 3);
    if (colon < at) {
        ranges.emplace_back(colon + 1, at - colon - 1);
    }
}

void find_in_parameters(std::string_view text, std::vector<Range>& ranges) {
    const std::string lower = to_lower_ascii(text);
    const bool url = text.find("://") != std::string_view::npos;
    for (const std::string_view word : {"password", "passwd", "pwd"}) {
        std::size_t at = 0;
        while ((at = lower.find(word, at)) != std::string::npos) {
            at += word.size();
            const std::size_t equals = skip_blanks(text, at);
            if (equals >= text.size() || text[equals] != '=') {
                continue;
            }
            const std::size_t begin = skip_blanks(text, equals + 1);
            const std::size_t end =
                url ? std::min(text.find('&', begin), text.size()) : end_of_value(text, begin);
            ranges.emplace_back(begin, end - begin);
            at = end;
        }
    }
}

} // namespace

std::vector<std::pair<std::size_t, std::size_t>> secret_ranges(std::string_view text) {
    std::vector<Range> found;
    find_in_authority(text, found);
    find_in_parameters(text, found);
    std::sort(found.begin(), found.end());
    std::vector<Range> ranges;
    for (const auto& [begin, length] : found) {
        if (length == 0) {
            continue;
        }
        if (!ranges.empty() && begin <= ranges.back().first + ranges.back().second) {
            auto& last = ranges.back();
            last.second = std::max(last.second, begin + length - last.first);
        } else {
            ranges.emplace_back(begin, length);
        }
    }
    return ranges;
}

std::string redact(std::string_view text) {
    std::string result;
    std::size_t at = 0;
    for (const auto& [begin, length] : secret_ranges(text)) {
        result += text.substr(at, begin - at);
        result += "***";
        at = begin + length;
    }
    return result += text.substr(at);
}

std::vector<std::string> redact(const std::vector<std::string>& arguments) {
    std::vector<std::string> result;
    result.reserve(arguments.size());
    for (const auto& argument : arguments) {
        result.push_back(redact(argument));
    }
    return result;
}

} // namespace assay::cli
