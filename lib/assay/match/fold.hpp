// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A difference between texts that does not count.
enum class Fold : std::uint8_t {
    letter_case, ///< "case": full Unicode case folding
    trim,        ///< blanks at both ends
    space,       ///< runs of blanks are one
    nfkc,        ///< one form for what looks the same (Unicode NFKC)
    punct,       ///< punctuation and symbols, but in numbers
    accents,     ///< marks on letters, and what makes Ø, Ł, ß and æ other letters
    digits,      ///< of a text with digits only they count
    email,       ///< case of an address; dots and +tags before gmail.com
    phone        ///< of a phone number only its digits, without +, 00 or the 1 of North America
};

/// "case", "trim", ... as on the command line.
std::string_view to_string(Fold fold) noexcept;
std::optional<Fold> parse_fold(std::string_view name) noexcept;
/// All of them, in the order of the manual.
const std::vector<Fold>& all_folds();

/// The text without what does not count, whatever the order in which `folds` names it. Bytes that
/// are not valid UTF-8 stay. What folding would leave nothing of stays as it is, unless it was only
/// blanks.
std::string folded(std::string_view text, const std::vector<Fold>& folds);

} // namespace assay
