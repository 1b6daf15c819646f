// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/base/text.hpp"

#include <algorithm>
#include <utility>

namespace assay {
namespace {

/// Case and underscores do not count as a difference.
std::string fold(std::string_view word) {
    std::string folded = to_lower_ascii(word);
    std::erase(folded, '_');
    return folded;
}

/// Damerau-Levenshtein distance in its optimal string alignment form: a swap of neighbours is one.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        before_last.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

} // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t most) {
    // Names beyond this are not typed by hand, and the distance costs their product.
    constexpr std::size_t longest = 256;
    const std::string folded = fold(word.substr(0, longest));
    const std::size_t limit = std::max<std::size_t>(2, folded.size() / 3);
    std::vector<std::pair<std::size_t, std::string>> found;
    for (const auto& candidate : candidates) {
        const std::string other = fold(std::string_view(candidate).substr(0, longest));
        const std::size_t gap = distance(folded, other);
        // A word of which nothing is left after the changes is not near.
        if (gap <= limit && gap < std::max(folded.size(), other.size())) {
            found.emplace_back(gap, candidate);
        }
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<std::string> names;
    for (auto& [gap, name] : found) {
        if (names.size() < most && std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(std::move(name));
        }
    }
    return names;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
    const auto names = nearest(word, candidates);
    if (names.empty()) {
        return {};
    }
    std::string text = "did you mean ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += i == 0 ? "" : (i + 1 == names.size() ? " or " : ", ");
        text += "'" + escape_text(names[i]) + "'";
    }
    return text + "?";
}

} // namespace assay
