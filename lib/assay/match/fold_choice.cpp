// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/fold_choice.hpp"

#include "assay/base/name_words.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/match/contact.hpp"
#include "assay/match/field_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace assay {
namespace {

constexpr std::array<std::string_view, 4> email_words{"email", "mail", "emailaddress", "emails"};
constexpr std::array<std::string_view, 10> phone_words{
    "phone", "phones", "telephone", "tel",     "mobile",
    "cell",  "fax",    "msisdn",    "phoneno", "phonenumber"};
constexpr std::array<std::string_view, 25> code_words{
    "id",   "ids",   "code", "no",   "nr",   "num", "number",  "key",  "ref",
    "sku",  "isbn",  "issn", "ean",  "gtin", "upc", "uuid",    "guid", "hash",
    "iban", "token", "vin",  "imei", "zip",  "plz", "postcode"};

/// "email2" and "work_email" say email.
bool says(std::string_view name, std::span<const std::string_view> meant) {
    const auto words = name_words(name);
    return std::any_of(words.begin(), words.end(), [&](std::string word) {
        while (word.size() > 1 && word.back() >= '0' && word.back() <= '9') {
            word.pop_back();
        }
        return std::find(meant.begin(), meant.end(), word) != meant.end();
    });
}

bool has_digit(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_one_word(std::string_view text) {
    return text.find_first_of(" \t\n") == std::string_view::npos;
}

bool is_fraction_or_signed(std::string_view text) {
    return is_plain_number(text) && text.find_first_of(".-+") != std::string_view::npos;
}

/// How many of some texts look like what.
struct Shapes {
    std::size_t texts = 0; ///< that are not blank
    std::size_t emails = 0;
    std::size_t phones = 0;
    std::size_t dialled = 0;  ///< phone numbers with a plus in front
    std::size_t measures = 0; ///< times, and numbers that are no row of digits
    std::size_t one_word = 0; ///< no blank in them
    std::size_t codes = 0;    ///< of these, with a digit

    bool mostly(std::size_t count) const noexcept { return count > 0 && count * 5 >= texts * 4; }
    bool half(std::size_t count) const noexcept { return count > 0 && count * 2 >= texts; }
};

Shapes shapes_of(const std::vector<std::string>& texts) {
    Shapes shapes;
    for (const auto& raw : texts) {
        const std::string_view text = trim_ascii(raw);
        if (text.empty()) {
            continue;
        }
        ++shapes.texts;
        shapes.emails += looks_like_email(text) ? 1 : 0;
        shapes.phones += looks_like_phone(text) ? 1 : 0;
        shapes.dialled += looks_like_phone(text) && text.front() == '+' ? 1 : 0;
        shapes.measures += is_fraction_or_signed(text) || parse_time(text) ? 1 : 0;
        shapes.one_word += is_one_word(text) ? 1 : 0;
        shapes.codes += is_one_word(text) && has_digit(text) ? 1 : 0;
    }
    return shapes;
}

const std::vector<Fold> of_email{Fold::letter_case, Fold::trim, Fold::email};
const std::vector<Fold> of_phone{Fold::phone};
const std::vector<Fold> of_code{Fold::trim};
const std::vector<Fold> of_words{Fold::letter_case, Fold::trim, Fold::space, Fold::accents};

FoldChoice by_name(std::string_view name) {
    const std::string why = "by its name alone";
    return says(name, email_words)   ? FoldChoice{of_email, why}
           : says(name, phone_words) ? FoldChoice{of_phone, why}
           : says(name, code_words)  ? FoldChoice{of_code, why}
                                     : FoldChoice{of_words, why};
}

std::string share(std::size_t count, std::size_t all, std::string_view what) {
    return fmt::format("{} of {} {}", group_digits(static_cast<std::int64_t>(count)),
                       count_of(static_cast<std::int64_t>(all), "sampled value"), what);
}

FoldChoice by_values(std::string_view name, const Shapes& shapes) {
    const auto because = [&](std::size_t count, std::string_view what) {
        return share(count, shapes.texts, what);
    };
    if (shapes.mostly(shapes.emails)) {
        return {of_email, because(shapes.emails, "look like addresses")};
    }
    if (says(name, phone_words) && shapes.half(shapes.phones)) {
        return {of_phone, because(shapes.phones, "look like phone numbers, and so does its name")};
    }
    if (shapes.mostly(shapes.phones) && shapes.half(shapes.dialled)) {
        return {of_phone, because(shapes.phones, "look like phone numbers")};
    }
    if (shapes.mostly(shapes.measures)) {
        return {{}, because(shapes.measures, "are numbers or times")};
    }
    if (shapes.mostly(shapes.codes)) {
        return {of_code, because(shapes.codes, "look like codes")};
    }
    if (says(name, code_words) && shapes.mostly(shapes.one_word)) {
        return {of_code, because(shapes.one_word, "have no blank, and its name is that of a code")};
    }
    return {of_words, fmt::format("{} are words", count_of(static_cast<std::int64_t>(shapes.texts),
                                                           "sampled value"))};
}

} // namespace

FoldChoice choose_folds(std::string_view name, const ColumnSample& sample) {
    const Shapes shapes = shapes_of(sample.texts);
    if (sample.others > shapes.texts) {
        return {{}, share(sample.others, sample.others + shapes.texts, "are no texts")};
    }
    return shapes.texts == 0 ? by_name(name) : by_values(name, shapes);
}

} // namespace assay
