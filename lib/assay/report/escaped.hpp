// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace assay {

/// Text that may be printed in a format. Literals of the source may; a string may not, as it could
/// come from a database: the compiler takes only what the escaping function of the format gives.
/// @tparam Format a tag: what is safe in one format need not be in another
template <typename Format>
class Escaped {
public:
    Escaped() = default;
    template <std::size_t size>
    Escaped(const char (&literal)[size]) : m_text(literal, size - 1) {} // NOLINT(*-c-arrays)
    template <std::size_t size>
    Escaped(char (&buffer)[size]) = delete; // NOLINT(*-c-arrays)

    /// What assay made itself, such as a number or the name of an enumerator, or has just escaped.
    static Escaped trusted(std::string_view text) {
        Escaped escaped;
        escaped.m_text = text;
        return escaped;
    }

    const std::string& text() const noexcept { return m_text; }
    operator std::string_view() const noexcept { return m_text; }
    bool empty() const noexcept { return m_text.empty(); }
    std::size_t size() const noexcept { return m_text.size(); }

    Escaped& operator+=(const Escaped& more) {
        m_text += more.m_text;
        return *this;
    }
    friend Escaped operator+(Escaped left, const Escaped& right) {
        left.m_text += right.m_text;
        return left;
    }
    friend auto operator<=>(const Escaped&, const Escaped&) = default;
    friend bool operator==(const Escaped&, const Escaped&) = default;

private:
    std::string m_text;
};

/// Numbers and literals are printable in every format.
template <typename T, typename Format>
concept PrintableIn =
    std::is_same_v<T, Escaped<Format>> || std::is_arithmetic_v<T> || std::is_array_v<T>;

/// fmt::format() of what may be printed.
template <typename Format, PrintableIn<Format>... Args>
Escaped<Format> compose_in(fmt::format_string<const Args&...> format, const Args&... args) {
    return Escaped<Format>::trusted(fmt::format(format, args...));
}

} // namespace assay

template <typename Format>
struct fmt::formatter<assay::Escaped<Format>> : fmt::formatter<std::string_view> {
    template <typename Context>
    auto format(const assay::Escaped<Format>& escaped, Context& context) const {
        return fmt::formatter<std::string_view>::format(escaped, context);
    }
};
