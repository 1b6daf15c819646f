// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/unicode.hpp"

#include "assay/base/text.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace assay {
namespace {

/// Takes the next grapheme cluster off the front of `text`.
struct Cluster {
    std::string_view bytes;
    std::size_t width = 0; ///< that of the first code point
};

std::size_t width_of(std::int32_t code_point) noexcept {
    const int width = code_point < 0 ? 1 : utf8proc_charwidth(code_point);
    return width > 0 ? static_cast<std::size_t>(width) : 0;
}

Cluster take_cluster(std::string_view& text) noexcept {
    CodePoint current = next_code_point(text);
    Cluster cluster{{}, width_of(current.value)};
    std::size_t size = current.size;
    utf8proc_int32_t state = 0;
    while (size < text.size()) {
        const CodePoint next = next_code_point(text.substr(size));
        if (current.value < 0 || next.value < 0 ||
            utf8proc_grapheme_break_stateful(current.value, next.value, &state)) {
            break;
        }
        size += next.size;
        current = next;
    }
    cluster.bytes = text.substr(0, size);
    text.remove_prefix(size);
    return cluster;
}

utf8proc_int32_t class_of(std::int32_t code_point) noexcept {
    return code_point < 0 ? utf8proc_int32_t{UTF8PROC_BOUNDCLASS_START}
                          : utf8proc_get_property(code_point)->boundclass;
}

/// The last character of valid UTF-8 apart from marks that only change its look; -1 without one.
std::int32_t last_base(std::string_view text) noexcept {
    while (!text.empty()) {
        std::size_t start = text.size() - 1;
        while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) {
            --start;
        }
        const CodePoint last = next_code_point(text.substr(start));
        if (class_of(last.value) != UTF8PROC_BOUNDCLASS_EXTEND) {
            return last.value;
        }
        text = text.substr(0, start);
    }
    return -1;
}

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

} // namespace

CodePoint next_code_point(std::string_view text) noexcept {
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        return {first, 1};
    }
    utf8proc_int32_t value = -1;
    const auto* bytes =
        reinterpret_cast<const utf8proc_uint8_t*>(text.data()); // the library's own byte type
    const auto size = utf8proc_iterate(bytes, static_cast<utf8proc_ssize_t>(text.size()), &value);
    return size > 0 ? CodePoint{value, static_cast<std::size_t>(size)} : CodePoint{};
}

bool joins_emoji(std::string_view shown, std::string_view rest) noexcept {
    constexpr std::int32_t zero_width_joiner = 0x200D;
    const CodePoint joiner = next_code_point(rest);
    if (joiner.value != zero_width_joiner || joiner.size == rest.size()) {
        return false;
    }
    const CodePoint next = next_code_point(rest.substr(joiner.size));
    return class_of(next.value) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC &&
           class_of(last_base(shown)) == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

std::size_t count_code_points(std::string_view text) noexcept {
    std::size_t count = 0;
    while (!text.empty()) {
        text.remove_prefix(next_code_point(text).size);
        ++count;
    }
    return count;
}

bool is_valid_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const CodePoint next = next_code_point(text);
        if (next.value < 0) {
            return false;
        }
        text.remove_prefix(next.size);
    }
    return true;
}

std::size_t display_width(std::string_view text) noexcept {
    if (is_ascii(text)) {
        return text.size();
    }
    std::size_t width = 0;
    while (!text.empty()) {
        width += take_cluster(text).width;
    }
    return width;
}

std::string truncate_to_width(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) {
        return std::string(text);
    }
    std::string out;
    std::size_t used = 0;
    while (!text.empty() && width > 0) {
        const Cluster cluster = take_cluster(text);
        if (used + cluster.width > width - 1) {
            break;
        }
        used += cluster.width;
        out.append(cluster.bytes);
    }
    return width > 0 ? out + "…" : out;
}

} // namespace assay
