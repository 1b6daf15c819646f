// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/records.hpp"

#include "assay/base/hash.hpp"
#include "assay/match/code_points.hpp"
#include "assay/match/contact.hpp"
#include "assay/match/field_choice.hpp"
#include "assay/match/fold.hpp"
#include "assay/match/remainder.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace assay {
namespace {

/// What a text is made like. Dates such as 1958-07-02 are like phone numbers.
enum class Make : std::uint8_t { words, email, phone, number };

Make make_of(std::string_view text) {
    return looks_like_email(text)   ? Make::email
           : looks_like_phone(text) ? Make::phone
           : is_plain_number(text)  ? Make::number
                                    : Make::words;
}

/// What four of five texts are made like; else words.
Make make_of(const TextColumn& column) {
    std::array<std::size_t, 4> counts{};
    for (const auto& text : column.texts()) {
        ++counts[static_cast<std::size_t>(make_of(text))];
    }
    const auto* most = std::max_element(counts.begin(), counts.end());
    return *most * 5 >= column.texts().size() * 4 ? static_cast<Make>(most - counts.begin())
                                                  : Make::words;
}

/// A folded text without blanks and the marks that folding leaves in numbers.
std::string run_together(std::string text) {
    const auto is_between = [](char c) {
        return std::string_view(" -.,:/'").find(c) != std::string_view::npos;
    };
    text.erase(std::remove_if(text.begin(), text.end(), is_between), text.end());
    return text;
}

/// Words among numbers or addresses may be such with a typing error: they keep the signs that those
/// keep, so that 1958-07-s02 stays near 19580702.
std::string form_of_words(std::string_view text, Make others) {
    static const std::vector<Fold> all{Fold::nfkc,  Fold::letter_case, Fold::accents,
                                       Fold::punct, Fold::space,       Fold::trim};
    static const std::vector<Fold> but_punct{Fold::nfkc, Fold::letter_case, Fold::accents,
                                             Fold::space, Fold::trim};
    if (others == Make::email || others == Make::number) {
        return folded(text, but_punct);
    }
    const std::string form = folded(text, all);
    return others == Make::phone ? run_together(form) : form;
}

/// The form in which texts are compared; a number keeps its point and its sign.
std::string comparable_form(std::string_view text, Make others) {
    switch (make_of(text)) {
    case Make::email: return folded_email(text);
    case Make::phone: return folded_phone(text);
    case Make::number: return std::string(text);
    case Make::words: break;
    }
    return form_of_words(text, others);
}

bool says_something(std::u32string_view text) {
    return std::any_of(text.begin(), text.end(), is_letter_or_digit);
}

/// That a field takes, and while it is made once more for the heads of its texts.
std::size_t bytes_of_field(std::size_t rows, std::size_t texts, std::size_t points) {
    constexpr std::size_t heads = 2 * sizeof(std::u32string) + heap_bytes(1, 0);
    constexpr std::size_t numbers = 3 * sizeof(std::uint32_t);
    return rows * sizeof(std::uint32_t) + texts * (heads + numbers) + points * sizeof(char32_t);
}

std::size_t bytes_of_field(const TextColumn& column) {
    const auto& texts = column.texts();
    const auto points =
        std::accumulate(texts.begin(), texts.end(), std::size_t{0},
                        [](std::size_t sum, const auto& text) { return sum + text.size(); });
    return bytes_of_field(column.rows(), texts.size(), points);
}

/// A column in the form in which it is compared.
Field field_of(const TextColumn& column, const Effort& effort) {
    std::vector<std::u32string> forms;
    forms.reserve(column.texts().size() + 1);
    forms.emplace_back();
    const Make others = make_of(column);
    for (const auto& text : column.texts()) {
        effort.check();
        auto form = code_points(comparable_form(text, others));
        forms.push_back(says_something(form) ? std::move(form) : std::u32string{});
    }
    Field field = sorted_field(std::move(forms), column.of_row());
    field.name = column.name();
    return field;
}

/// All fields one behind the other; long ones come last, so that they do not hide the others.
Field as_one(std::vector<Field> fields, std::size_t rows) {
    std::stable_partition(fields.begin(), fields.end(),
                          [](const Field& field) { return field.kind != FieldKind::long_text; });
    std::vector<std::u32string> texts{{}};
    std::vector<std::uint32_t> place;
    for (std::size_t row = 0; row < rows; ++row) {
        std::u32string text;
        for (const auto& field : fields) {
            const auto& value = field.values[field.of_record[row]];
            text += (text.empty() || value.empty() ? U"" : U" ") + value;
        }
        place.push_back(static_cast<std::uint32_t>(texts.size()));
        texts.push_back(std::move(text));
    }
    Field whole = sorted_field(std::move(texts), place);
    whole.kind = FieldKind::whole_text;
    return whole;
}

std::size_t bytes_of_whole(const std::vector<Field>& fields, std::size_t rows) {
    std::size_t points = 0;
    for (const auto& field : fields) {
        for (const std::uint32_t value : field.of_record) {
            points += field.values[value].size() + 1;
        }
    }
    return bytes_of_field(rows, rows, points);
}

/// Rows of one table that agree in every field become one record.
class RecordFinder {
public:
    RecordFinder(const std::vector<Field>& fields, std::size_t split, std::size_t rows)
        : m_fields(fields), m_split(split), m_order(rows) {
        std::iota(m_order.begin(), m_order.end(), 0U);
        std::sort(m_order.begin(), m_order.end(), [this](std::uint32_t a, std::uint32_t b) {
            const int order = compare(a, b);
            return order != 0 ? order < 0 : a < b;
        });
    }

    /// @return the first row of each record, in the order of records.
    std::vector<std::uint32_t> number(Records& records) const {
        std::vector<std::uint32_t> first;
        records.of_row.resize(m_order.size());
        for (std::size_t i = 0; i < m_order.size(); ++i) {
            if (i == 0 || compare(m_order[i - 1], m_order[i]) != 0) {
                first.push_back(m_order[i]);
                records.weight.push_back(0);
                records.split += m_order[i] < m_split ? 1U : 0U;
            }
            ++records.weight.back();
            records.of_row[m_order[i]] = static_cast<std::uint32_t>(first.size() - 1);
        }
        return first;
    }

private:
    /// By table, then by the values of the fields, in order.
    int compare(std::uint32_t a, std::uint32_t b) const {
        if ((a < m_split) != (b < m_split)) {
            return a < m_split ? -1 : 1;
        }
        for (const auto& field : m_fields) {
            if (field.of_record[a] != field.of_record[b]) {
                return field.of_record[a] < field.of_record[b] ? -1 : 1;
            }
        }
        return 0;
    }

    const std::vector<Field>& m_fields;
    std::size_t m_split;
    std::vector<std::uint32_t> m_order;
};

void keep_records(Field& field, const std::vector<std::uint32_t>& first_rows) {
    std::vector<std::uint32_t> of_record;
    of_record.reserve(first_rows.size());
    for (const std::uint32_t row : first_rows) {
        of_record.push_back(field.of_record[row]);
    }
    field.of_record = std::move(of_record);
    count_records(field);
}

} // namespace

Field sorted_field(std::vector<std::u32string> texts, const std::vector<std::uint32_t>& place) {
    std::vector<std::uint32_t> order(texts.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return texts[a] < texts[b]; });
    Field field;
    std::vector<std::uint32_t> ranks(texts.size());
    for (const std::uint32_t text : order) {
        if (field.values.empty() || field.values.back() != texts[text]) {
            field.values.push_back(std::move(texts[text]));
        }
        ranks[text] = static_cast<std::uint32_t>(field.values.size() - 1);
    }
    field.of_record.reserve(place.size());
    for (const std::uint32_t text : place) {
        field.of_record.push_back(ranks[text]);
    }
    return field;
}

void count_records(Field& field) {
    field.counts.assign(field.values.size(), 0);
    for (const std::uint32_t value : field.of_record) {
        ++field.counts[value];
    }
    field.present = field.of_record.size() - field.counts[0];
}

std::size_t TextColumn::bytes() const noexcept {
    constexpr std::size_t in_map = 80;
    return m_of_row.capacity() * sizeof(std::uint32_t) + m_texts.size() * sizeof(std::string) +
           m_known.size() * in_map + m_heap_bytes;
}

std::uint32_t TextColumn::add(std::string_view text) {
    std::string kept(text.substr(0, most_kept));
    if (text.size() > most_kept) {
        kept += " " + hex64(hash64(text.substr(most_kept)));
    }
    auto place = m_known.find(kept);
    if (place == m_known.end()) {
        m_texts.push_back(std::move(kept));
        m_heap_bytes += heap_bytes(m_texts.back().size(), std::string().capacity());
        place = m_known.emplace(m_texts.back(), static_cast<std::uint32_t>(m_texts.size())).first;
    }
    m_of_row.push_back(place->second);
    return place->second;
}

std::string_view to_string(FieldKind kind) noexcept {
    switch (kind) {
    case FieldKind::code: return "code";
    case FieldKind::short_text: return "short text";
    case FieldKind::long_text: return "long text";
    case FieldKind::whole_text: return "whole text";
    }
    return "";
}

Records make_records(const std::vector<TextColumn>& columns, std::size_t split,
                     RowNumbers row_numbers, NearMemory& memory, const Effort& effort) {
    Records records;
    for (const auto& column : columns) {
        memory.hold(bytes_of_field(column));
        Field field = field_of(column, effort);
        if (auto left_out = reason_to_leave_out(field, split, row_numbers)) {
            records.left_out.push_back(std::move(*left_out));
        } else {
            field.kind = kind_of(field);
            records.fields.push_back(std::move(field));
        }
    }
    keep_most_telling(records);
    const bool whole = are_few_long_texts(records.fields);
    for (const auto& field : records.fields) {
        records.compared.push_back({field.name, whole ? FieldKind::whole_text : field.kind});
    }
    const std::size_t rows = columns.empty() ? 0 : columns.front().rows();
    if (whole) {
        memory.hold(bytes_of_whole(records.fields, rows));
        records.fields = {as_one(std::move(records.fields), rows)};
    }
    memory.hold(rows * 4 * sizeof(std::uint32_t));
    const auto first_rows = RecordFinder(records.fields, split, rows).number(records);
    records.size = first_rows.size();
    for (auto& field : records.fields) {
        keep_records(field, first_rows);
    }
    if (!whole) {
        take_out_repeated_words(records, memory, effort);
    }
    return records;
}

} // namespace assay
