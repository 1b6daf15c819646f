// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/field_choice.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace assay {
namespace {

bool is_digit(char32_t point) noexcept { return point >= U'0' && point <= U'9'; }

bool has_digit(std::u32string_view text) { return std::any_of(text.begin(), text.end(), is_digit); }

std::size_t words_of(std::u32string_view text) {
    return 1 + static_cast<std::size_t>(std::count(text.begin(), text.end(), U' '));
}

/// How many rows have each value.
std::vector<std::uint32_t> row_counts(const Field& field) {
    std::vector<std::uint32_t> counts(field.values.size());
    for (const std::uint32_t value : field.of_record) {
        ++counts[value];
    }
    return counts;
}

/// Whole numbers that leave few gaps: a counter, unlike phone numbers.
bool are_dense(const Field& field) {
    constexpr double most_gaps = 20;
    constexpr std::size_t most_digits = 15;
    double lowest = HUGE_VAL;
    double highest = 0;
    for (auto value = field.values.begin() + 1; value != field.values.end(); ++value) {
        if (value->size() > most_digits || !std::all_of(value->begin(), value->end(), is_digit)) {
            return false;
        }
        const double number = std::stod(std::string(value->begin(), value->end()));
        lowest = std::min(lowest, number);
        highest = std::max(highest, number);
    }
    return highest - lowest < most_gaps * static_cast<double>(field.of_record.size());
}

/// Letters that make a word, as in "report 17 of spring" or asmith17: four and more in a row,
/// unless they may be digits of a hexadecimal number.
std::u32string word_letters(std::u32string_view text) {
    constexpr std::ptrdiff_t fewest = 4;
    const auto is_letter = [](char32_t c) { return !is_digit(c) && is_letter_or_digit(c); };
    const auto is_hexadecimal = [](char32_t c) { return c >= U'a' && c <= U'f'; };
    std::u32string words;
    for (auto begin = text.begin(); begin != text.end();) {
        begin = std::find_if(begin, text.end(), is_letter);
        const auto end = std::find_if_not(begin, text.end(), is_letter);
        if (end - begin >= fewest && !std::all_of(begin, end, is_hexadecimal)) {
            words.append(begin, end).append(1, U' ');
        }
        begin = end;
    }
    return words;
}

/// Letters and digits together, as in R-0017 or a UUID. Words in it say more than which row it is,
/// unless they are the same in all.
bool are_labels(const Field& field) {
    const std::u32string words = word_letters(field.values[1]);
    return std::all_of(field.values.begin() + 1, field.values.end(), [&](const auto& value) {
        return has_digit(value) && value.find(U'@') == value.npos &&
               std::any_of(value.begin(), value.end(),
                           [](char32_t c) { return !is_digit(c) && is_letter_or_digit(c); }) &&
               words_of(value) <= 5 && word_letters(value) == words;
    });
}

/// One value in every row, each another one, and made like a number or a label of a row.
bool numbers_rows(const Field& field) {
    return field.values.size() == field.of_record.size() + 1 &&
           (are_dense(field) || are_labels(field));
}

/// Bits that an agreement on the field is worth on average, times how often it has a value.
double information(const Field& field) {
    const auto counts = row_counts(field);
    const auto rows = static_cast<double>(field.of_record.size());
    const double present = rows - static_cast<double>(counts[0]);
    double bits = 0;
    for (std::size_t i = 1; i < counts.size(); ++i) {
        const double share = static_cast<double>(counts[i]) / present;
        bits -= share > 0 ? share * std::log2(share) : 0;
    }
    return bits * present / rows;
}

} // namespace

bool is_letter_or_digit(char32_t point) noexcept {
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(point));
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO) ||
           category == UTF8PROC_CATEGORY_SO; // emoji
}

bool is_plain_number(std::string_view text) noexcept {
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        text.remove_prefix(1);
    }
    const auto digits =
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    const auto points = std::count(text.begin(), text.end(), '.');
    return digits > 0 && points <= 1 && static_cast<std::size_t>(digits + points) == text.size();
}

std::optional<LeftOut> reason_to_leave_out(const Field& field, std::size_t split,
                                           RowNumbers row_numbers) {
    const std::size_t distinct = field.values.size() - 1;
    if (distinct == 0) {
        return LeftOut{field.name, "it has no value"};
    }
    if (distinct == 1) {
        return LeftOut{field.name, "all its values are the same"};
    }
    const bool one_table = split == field.of_record.size();
    if (one_table && row_numbers == RowNumbers::leave_out && numbers_rows(field)) {
        return LeftOut{field.name, "it numbers the rows", true};
    }
    return std::nullopt;
}

FieldKind kind_of(const Field& field) {
    constexpr double mostly = .7;
    constexpr double words_of_long = 3;
    constexpr double size_of_long = 30;
    const auto counts = row_counts(field);
    double rows = 0;
    double words = 0;
    double size = 0;
    double codes = 0;
    for (std::size_t i = 1; i < counts.size(); ++i) {
        const auto& value = field.values[i];
        const auto n = static_cast<double>(counts[i]);
        rows += n;
        words += n * static_cast<double>(words_of(value));
        size += n * static_cast<double>(value.size());
        codes += has_digit(value) && words_of(value) == 1 ? n : 0;
    }
    if (codes >= mostly * rows) {
        return FieldKind::code;
    }
    return words >= words_of_long * rows || size >= size_of_long * rows ? FieldKind::long_text
                                                                        : FieldKind::short_text;
}

bool are_few_long_texts(const std::vector<Field>& fields) {
    constexpr std::size_t few = 3;
    return fields.size() <= few &&
           std::any_of(fields.begin(), fields.end(),
                       [](const Field& field) { return field.kind == FieldKind::long_text; });
}

void keep_most_telling(Records& records) {
    if (records.fields.size() <= most_fields) {
        return;
    }
    std::vector<std::pair<double, std::size_t>> ranked;
    for (std::size_t i = 0; i < records.fields.size(); ++i) {
        ranked.emplace_back(-information(records.fields[i]), i);
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.resize(most_fields);
    std::vector<Field> kept;
    for (std::size_t i = 0; i < records.fields.size(); ++i) {
        const bool chosen = std::any_of(ranked.begin(), ranked.end(),
                                        [&](const auto& rank) { return rank.second == i; });
        if (chosen) {
            kept.push_back(std::move(records.fields[i]));
        } else {
            records.left_out.push_back({records.fields[i].name, "other columns tell more"});
        }
    }
    records.fields = std::move(kept);
}

} // namespace assay
