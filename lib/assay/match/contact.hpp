// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <string>
#include <string_view>

namespace assay {

/// An e-mail address in one form: lower case (ASCII), and before gmail.com and googlemail.com,
/// which are one, without dots and without what follows a plus. Another text stays.
std::string folded_email(std::string_view text);

/// A phone number as its digits: without a leading 00, and of eleven digits that begin with the 1
/// of North America the last ten. What has a letter or not 7 to 17 digits is no number and stays.
std::string folded_phone(std::string_view text);

/// Only the ASCII digits of a text that has any; another text stays.
std::string only_digits(std::string_view text);

/// Is there one @, with something before it and a dot behind it?
bool looks_like_email(std::string_view text) noexcept;
/// Digits, blanks and the signs that stand between the digits of phone numbers, 7 to 17 digits.
bool looks_like_phone(std::string_view text) noexcept;

} // namespace assay
