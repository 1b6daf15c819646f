// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/match/records.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Fields that are compared at most: a pattern of agreement fits one word.
inline constexpr std::size_t most_fields = 20;

bool is_letter_or_digit(char32_t point) noexcept;
/// An optional sign, digits, at most one point.
bool is_plain_number(std::string_view text) noexcept;

/// Why a column says nothing of who a row is about; nullopt if it may. Here `of_record` still has
/// one entry per row.
std::optional<LeftOut> reason_to_leave_out(const Field& field, std::size_t split,
                                           RowNumbers row_numbers);

/// How the values of a field want to be compared.
FieldKind kind_of(const Field& field);

/// One to three fields with a long text among them: too few to learn what an agreement of each is
/// worth, and better compared as one text.
bool are_few_long_texts(const std::vector<Field>& fields);

/// Leave out the fields that tell least where there are more than most_fields.
void keep_most_telling(Records& records);

} // namespace assay
