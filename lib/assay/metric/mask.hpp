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

/// "A{2}-9{4}" for "AB-0012"; a single character has no braces.
std::string exact_mask(std::string_view text);
/// "a+9+@a+.a+" for "bob77@mail.org", "A+a+_A+" for "Ann B"; a single space or mark of punctuation
/// has no plus.
std::string general_mask(std::string_view text);

} // namespace assay
