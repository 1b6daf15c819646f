// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace assay {

/// How a mask writes a run of characters of one class: exact "A{2}-9{4}", general "A+-9+".
enum class MaskStyle : std::uint8_t { exact, general };

/// The shape of texts, without their content. Classes: 9 digit, a lower-case letter, A upper-case
/// letter (all ASCII), _ white space, U everything else that is not ASCII punctuation, such as
/// letters and digits of other scripts, control characters and bytes that are not UTF-8.
/// Punctuation stands for itself, except that "_" and "\\" have a backslash before them; a run of
/// one mark counts as a class. A mask of more than 64 bytes is cut and ends in "…". The mask of an
/// empty text is empty.
class MaskWriter {
public:
    static constexpr std::size_t max_bytes = 64;

    /// @return the mask, valid until the next call.
    std::string_view write(std::string_view text, MaskStyle style) noexcept;

private:
    enum class Room : std::uint8_t { left, full };
    Room append(char symbol, std::size_t run, MaskStyle style) noexcept;
    void cut() noexcept;

    std::array<char, max_bytes> m_bytes{};
    std::size_t m_size = 0;
    std::size_t m_cut_size = 0; ///< where the last piece ends that leaves room for the ellipsis
};

/// The general mask of an ASCII text before it is written: one symbol per run, two for a run of
/// more than one mark. Texts have equal outlines exactly if they have equal masks. Made to be fast:
/// most texts of a column have masks that were seen before.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): m_symbols is set as far as m_size says
class MaskOutline {
public:
    /// Longer outlines are those of masks that may be cut.
    static constexpr std::size_t max_symbols = 32;

    /// @return false if the outline is too long or the text has control characters, whose mask is
    /// that of other scripts too; then it must not be used.
    bool read(std::string_view ascii_text) noexcept;
    std::string_view symbols() const noexcept { return {m_symbols.data(), m_size}; }

private:
    /// Only the first m_size are set. There is room for sixteen that turn out to be too many.
    std::array<char, max_symbols + 16> m_symbols;
    std::size_t m_size = 0;
};

/// "A{2}-9{4}" for "AB-0012"; a single character has no braces.
std::string exact_mask(std::string_view text);
/// "a+9+@a+.a+" for "bob77@mail.org", "A+a+_A+" for "Ann B"; a single space or mark of punctuation
/// has no plus.
std::string general_mask(std::string_view text);

} // namespace assay
