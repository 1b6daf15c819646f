// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/time_column.hpp"

#include "assay/base/name_words.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace assay {
namespace {

/// Beginnings of words in a column's name, and what a row's time of that name stands for.
struct Hint {
    std::string_view word;
    int score;
    std::string_view meaning;
};

constexpr std::array hints{
    Hint{"load", 50, "when the row was loaded"},
    Hint{"ingest", 50, "when the row was loaded"},
    Hint{"insert", 50, "when the row was loaded"},
    Hint{"sync", 50, "when the row was loaded"},
    Hint{"updat", 40, "when the row changed"},
    Hint{"modif", 40, "when the row changed"},
    Hint{"change", 40, "when the row changed"},
    Hint{"creat", 30, "when the row was made"},
    Hint{"timestamp", 25, "a time"},
    Hint{"event", 20, "when it happened"},
    Hint{"occur", 20, "when it happened"},
    Hint{"order", 15, "a time"},
    Hint{"invoice", 15, "a time"},
};

// Words of times that say nothing about when the row came, and beginnings of such words.
constexpr std::array<std::string_view, 18> never_words{
    "dob",      "due",  "until", "start", "starts", "started", "end",     "ends",     "ended",
    "required", "hire", "hired", "from",  "to",     "plan",    "planned", "birthday", "death"};
constexpr std::array<std::string_view, 4> never_beginnings{"birth", "expir", "valid", "delet"};

bool never_counts(const std::vector<std::string>& words) {
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
        const auto begins = [&](std::string_view start) { return word.starts_with(start); };
        return std::find(never_words.begin(), never_words.end(), word) != never_words.end() ||
               std::any_of(never_beginnings.begin(), never_beginnings.end(), begins);
    });
}

bool has_word_like(const std::vector<std::string>& words, std::string_view beginning) {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return word.starts_with(beginning); });
}

/// Does the name alone promise a time?
bool named_like_time(std::string_view name) {
    static constexpr std::array<std::string_view, 7> endings{"_at",  "_on",  "_ts",      "_time",
                                                             "time", "date", "timestamp"};
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

bool may_hold_time(const ColumnSpec& column, std::string_view name) {
    if (is_temporal(column.type)) {
        return true;
    }
    const bool loose = column.type == ColumnType::text || column.type == ColumnType::integer ||
                       column.type == ColumnType::real || column.type == ColumnType::other;
    return !column.enforced && loose && named_like_time(name);
}

struct Rated {
    int score = 0;
    std::string_view meaning = "a time";
};

std::optional<Rated> rate(const ColumnSpec& column) {
    const std::string name = to_lower_ascii(column.name);
    const auto words = name_words(column.name);
    if (!column.readable || !may_hold_time(column, name) || never_counts(words)) {
        return std::nullopt;
    }
    // A column of a time type beats one that only has the name of one.
    Rated rated{is_temporal(column.type) ? 5 : 1, "a time"};
    for (const auto& hint : hints) {
        if (has_word_like(words, hint.word)) {
            rated.score += hint.score;
            rated.meaning = hint.meaning;
            break;
        }
    }
    return rated;
}

} // namespace

std::optional<TimeColumn> guess_time_column(const TableSchema& table) {
    std::optional<TimeColumn> best;
    int best_score = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto rated = rate(table.columns[i]);
        if (rated && rated->score > best_score) {
            best_score = rated->score;
            best = TimeColumn{i, fmt::format("its name says {}, its type is {}", rated->meaning,
                                             to_string(table.columns[i].type))};
        }
    }
    return best;
}

} // namespace assay
