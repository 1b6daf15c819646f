// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/match/remainder.hpp"

#include "assay/match/agreed.hpp"
#include "assay/match/edit_distance.hpp"
#include "assay/match/field_choice.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// Stands for what is left where nothing is: that says something too, unlike a missing value.
constexpr std::u32string_view nothing = U"\u2205";

bool is_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

constexpr std::size_t shortest_word = 2;

/// Words of two and more letters and digits, whatever stands between them.
std::vector<std::u32string_view> words_of(std::u32string_view text) {
    constexpr std::size_t most = 12;
    std::vector<std::u32string_view> words;
    auto begin = text.begin();
    while (begin != text.end() && words.size() < most) {
        begin = std::find_if(begin, text.end(), is_letter_or_digit);
        const auto end = std::find_if_not(begin, text.end(), is_letter_or_digit);
        if (static_cast<std::size_t>(end - begin) >= shortest_word) {
            words.emplace_back(begin, end);
        }
        begin = end;
    }
    return words;
}

/// Part of a text.
struct Part {
    std::size_t begin = 0;
    std::size_t size = 0; ///< 0: none
};

/// The longest beginning of a word, of three letters at least, that is in the text.
Part find_beginning(std::u32string_view text, std::u32string_view word) {
    constexpr std::size_t shortest = 3;
    Part longest;
    for (std::size_t size = std::min(shortest, word.size()); size <= word.size(); ++size) {
        const std::size_t begin = text.find(word.substr(0, size), longest.begin);
        if (begin == std::u32string_view::npos) {
            break;
        }
        longest = {begin, size};
    }
    return longest;
}

/// Does something else begin here than a letter behind letters or a digit behind digits?
bool is_boundary(std::u32string_view text, std::size_t at) {
    if (at == 0 || at == text.size()) {
        return true;
    }
    const auto sort_of = [&](std::size_t i) {
        return is_digit(text[i]) ? 2 : is_letter_or_digit(text[i]) ? 1 : 0;
    };
    return sort_of(at - 1) != sort_of(at);
}

/// The part that is the word but for one error; of several the one with the best boundaries, then
/// the shortest.
Part find_with_error(std::u32string_view text, std::u32string_view word) {
    constexpr std::size_t shortest = 4;
    Part best;
    int best_boundaries = -1;
    for (std::size_t size = word.size() - 1; word.size() >= shortest && size <= word.size() + 1;
         ++size) {
        for (std::size_t begin = 0; begin + size <= text.size(); ++begin) {
            const int boundaries =
                int{is_boundary(text, begin)} + int{is_boundary(text, begin + size)};
            if (boundaries > best_boundaries && osa_distance(text.substr(begin, size), word) == 1) {
                best = {begin, size};
                best_boundaries = boundaries;
            }
        }
    }
    return best;
}

/// Of longer texts only the beginning is looked at.
constexpr std::size_t most_points = 200;

/// Take a word out, or most of it.
/// @return is it there?
bool take_out(std::u32string& text, std::u32string_view word) {
    const auto looked_at = std::u32string_view(text).substr(0, most_points);
    Part part = find_beginning(looked_at, word);
    if (part.size < word.size()) {
        const Part with_error = find_with_error(looked_at, word);
        part = with_error.size > 0 ? with_error : part;
    }
    text.erase(part.begin, part.size);
    return part.size > 0;
}

/// Take out a value as it stands, or else word by word.
/// @return is anything of it there?
bool take_out_words(std::u32string& text, std::u32string_view of) {
    const std::size_t begin = std::u32string_view(text).substr(0, most_points).find(of);
    if (of.size() >= shortest_word && begin != std::u32string_view::npos) {
        text.erase(begin, of.size());
        return true;
    }
    bool found = false;
    for (const auto word : words_of(of)) {
        found = take_out(text, word) || found;
    }
    return found;
}

/// Without the signs around it.
std::u32string trimmed(const std::u32string& text) {
    const auto begin = std::find_if(text.begin(), text.end(), is_letter_or_digit);
    const auto end = std::find_if(text.rbegin(), text.rend(), is_letter_or_digit).base();
    return begin < end ? std::u32string(begin, end) : std::u32string(nothing);
}

const std::u32string& text_of(const Field& field, std::uint32_t record) {
    return field.values[field.of_record[record]];
}

double mean_size(const Field& field) {
    double sum = 0;
    for (std::size_t v = 1; v < field.values.size(); ++v) {
        sum += static_cast<double>(field.counts[v]) * static_cast<double>(field.values[v].size());
    }
    return sum / std::max(1.0, static_cast<double>(field.present));
}

/// The shortest first: words are taken out of the longer of two fields.
std::vector<std::size_t> by_size(const std::vector<Field>& fields) {
    std::vector<std::pair<double, std::size_t>> sizes;
    for (std::size_t f = 0; f < fields.size(); ++f) {
        sizes.emplace_back(mean_size(fields[f]), f);
    }
    std::sort(sizes.begin(), sizes.end());
    std::vector<std::size_t> order;
    std::transform(sizes.begin(), sizes.end(), std::back_inserter(order),
                   [](const auto& size) { return size.second; });
    return order;
}

/// Some records, and for each another one.
class Sample {
public:
    explicit Sample(const Records& records) : m_size(records.size) {}

    template <typename Visit>
    void for_each(const Visit& visit) const {
        constexpr std::size_t most = 1000;
        const std::size_t count = std::min(most, m_size);
        for (std::size_t n = 0; n < count; ++n) {
            const std::size_t record = n * m_size / count;
            const std::size_t other = (record + m_size / 2 + n % 7) % m_size;
            visit(static_cast<std::uint32_t>(record), static_cast<std::uint32_t>(other));
        }
    }

private:
    std::size_t m_size;
};

/// Which share of the words of one field, on average, is in another one of the same record by more
/// than chance brings those of other records there.
double repeated_share(const Sample& sample, const Field& part, const Field& whole) {
    double records = 0;
    double excess = 0;
    const auto found_in = [&](const auto& words, std::u32string_view text) {
        return static_cast<double>(
            std::count_if(words.begin(), words.end(), [&](std::u32string_view word) {
                return find_beginning(text.substr(0, most_points), word).size > 0;
            }));
    };
    sample.for_each([&](std::uint32_t record, std::uint32_t other) {
        const auto words = words_of(text_of(part, record));
        const std::u32string_view own = text_of(whole, record);
        const std::u32string_view others = text_of(whole, other);
        if (!words.empty() && !own.empty() && !others.empty()) {
            ++records;
            excess += (found_in(words, own) - found_in(words, others)) /
                      static_cast<double>(words.size());
        }
    });
    constexpr double fewest = 20;
    return records < fewest ? 0 : excess / records;
}

/// The field with what is left of its values.
Remainder remainder_of(const Records& records, std::size_t f, std::vector<std::size_t> without,
                       const Effort& effort) {
    const Field& field = records.fields[f];
    std::vector<std::u32string> texts{{}};
    std::vector<std::uint32_t> place;
    Remainder remainder{std::move(without), {}, {}};
    for (std::uint32_t r = 0; r < records.size; ++r) {
        effort.check();
        if (field.of_record[r] == 0) {
            place.push_back(0);
            remainder.taken.push_back(0);
            continue;
        }
        std::u32string text = text_of(field, r);
        std::uint32_t taken = 0;
        for (std::size_t i = 0; i < remainder.without.size(); ++i) {
            const auto& part = text_of(records.fields[remainder.without[i]], r);
            taken |= take_out_words(text, part) ? std::uint32_t{1} << i : 0;
        }
        remainder.taken.push_back(taken);
        place.push_back(static_cast<std::uint32_t>(texts.size()));
        texts.push_back(trimmed(text));
    }
    remainder.field = sorted_field(std::move(texts), place);
    remainder.field.name = field.name;
    remainder.field.kind = kind_of(remainder.field);
    count_records(remainder.field);
    return remainder;
}

std::size_t bytes_of(const Field& field) {
    return std::accumulate(field.values.begin(), field.values.end(), std::size_t{0},
                           [](std::size_t sum, const auto& value) {
                               return sum + sizeof(value) + sizeof(std::uint32_t) +
                                      heap_bytes(value.size() * sizeof(char32_t), 0);
                           }) +
           2 * field.of_record.size() * sizeof(std::uint32_t);
}

bool differs_in(const Records& records, std::size_t field, Agreement pattern) {
    const std::size_t levels = levels_of(records.fields[field].kind);
    return differs(level_in(pattern, field), static_cast<Level>(levels - 1));
}

/// Does it repeat words of a field in which the pair differs?
bool other_parts_differ(const Records& records, std::size_t field, Candidate pair,
                        Agreement pattern) {
    const Remainder& remainder = records.remainders[field];
    const std::uint32_t taken = remainder.taken[pair.left] | remainder.taken[pair.right];
    for (std::size_t i = 0; i < remainder.without.size(); ++i) {
        if (((taken >> i) & 1U) != 0 && differs_in(records, remainder.without[i], pattern)) {
            return true;
        }
    }
    return false;
}

} // namespace

void take_out_repeated_words(Records& records, NearMemory& memory, const Effort& effort) {
    constexpr double often = .3;
    const Sample sample(records);
    const auto order = by_size(records.fields);
    records.remainders.resize(records.fields.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        std::vector<std::size_t> without;
        std::copy_if(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(i),
                     std::back_inserter(without), [&](std::size_t part) {
                         return repeated_share(sample, records.fields[part],
                                               records.fields[order[i]]) > often;
                     });
        if (!without.empty()) {
            std::reverse(without.begin(), without.end()); // the longest first
            Remainder& remainder = records.remainders[order[i]];
            remainder = remainder_of(records, order[i], std::move(without), effort);
            memory.hold(bytes_of(remainder.field));
            records.repeating.push_back(order[i]);
        }
    }
    for (std::size_t f = 0; f < records.fields.size(); ++f) {
        records.fields[f].kind = records.telling(f).kind;
        records.compared[f].kind = records.fields[f].kind;
    }
}

Agreement without_other_parts(const Records& records, Candidate pair, Agreement pattern) {
    Agreement result = pattern;
    for (const std::size_t f : records.repeating) {
        const auto& of_record = records.fields[f].of_record;
        if (of_record[pair.left] != of_record[pair.right] && !differs_in(records, f, pattern) &&
            other_parts_differ(records, f, pair, pattern)) {
            result |= Agreement{missing_level} << (level_bits * f);
        }
    }
    return result;
}

std::u32string left_of(const Records& records, std::size_t field, std::uint32_t record,
                       std::uint32_t other) {
    const Remainder& remainder = records.remainders[field];
    std::u32string text = text_of(remainder.field, record);
    for (const std::size_t part : remainder.without) {
        if (records.fields[part].of_record[record] == 0) {
            take_out_words(text, text_of(records.fields[part], other));
        }
    }
    return trimmed(text);
}

} // namespace assay
