// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "expectation.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string_view>

namespace assay::testing {

namespace {

using nlohmann::json;

void replace_all(std::string& text, const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
        text.replace(at, what.size(), by);
    }
}

/// Days between the date of an instant such as 2026-01-31T06:00:00Z and today.
long days_from_today(const std::string& instant) {
    std::tm date{};
    date.tm_year = std::stoi(instant.substr(0, 4)) - 1900;
    date.tm_mon = std::stoi(instant.substr(5, 2)) - 1;
    date.tm_mday = std::stoi(instant.substr(8, 2));
    constexpr long seconds_per_day = 86400;
    return std::labs(timegm(&date) - std::time(nullptr)) / seconds_per_day;
}

void replace_instants(std::string& text) {
    static const std::regex instant(
        R"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|UTC|\+00(:00)?))?)");
    std::string result;
    auto rest = text.cbegin();
    for (std::sregex_iterator match(text.begin(), text.end(), instant), end; match != end;
         ++match) {
        result.append(rest, (*match)[0].first);
        result += days_from_today(match->str()) < 2 ? "${NOW}" : match->str();
        rest = (*match)[0].second;
    }
    result.append(rest, text.cend());
    text = std::move(result);
}

/// Takes a path apart from left to right.
class PathReader {
public:
    explicit PathReader(std::string_view path) : m_rest(path) {}

    bool at_end() const { return m_rest.empty(); }
    bool take(char c) {
        if (!m_rest.starts_with(c)) {
            return false;
        }
        m_rest.remove_prefix(1);
        return true;
    }
    /// A quoted text, or everything up to one of `stops`.
    std::string word(std::string_view stops) {
        if (take('"')) {
            auto text = std::string(m_rest.substr(0, m_rest.find('"')));
            m_rest.remove_prefix(std::min(text.size() + 1, m_rest.size()));
            return text;
        }
        auto text = std::string(m_rest.substr(0, m_rest.find_first_of(stops)));
        m_rest.remove_prefix(text.size());
        return text;
    }

private:
    std::string_view m_rest;
};

std::string without_schema(const std::string& text) {
    for (const std::string_view schema : {"main.", "public."}) {
        if (text.starts_with(schema)) {
            return text.substr(schema.size());
        }
    }
    return text;
}

/// A value as a condition writes it; an array as its elements between commas.
std::string as_word(const json& value) {
    if (value.is_array()) {
        std::string words;
        for (const auto& element : value) {
            words += (words.empty() ? "" : ",") + as_word(element);
        }
        return words;
    }
    return value.is_string() ? without_schema(value.get<std::string>()) : value.dump();
}

using Conditions = std::vector<std::pair<std::string, std::string>>;

const json* first_match(const json& array, const Conditions& conditions) {
    for (const auto& element : array) {
        const auto holds = [&](const auto& condition) {
            const auto member = element.find(condition.first);
            return member != element.end() && as_word(*member) == condition.second;
        };
        if (std::all_of(conditions.begin(), conditions.end(), holds)) {
            return &element;
        }
    }
    return nullptr;
}

/// What stands in brackets: a number, "a name", or conditions.
const json* find_element(const json& place, PathReader& path) {
    std::string word = path.word("]=");
    if (path.take(']')) {
        if (place.is_object()) {
            const auto member = place.find(word);
            return member == place.end() ? nullptr : &*member;
        }
        std::size_t index = 0;
        const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), index);
        if (code != std::errc() || end != word.data() + word.size()) {
            throw std::runtime_error("not the number of an element: [" + word + "]");
        }
        return place.is_array() && index < place.size() ? &place[index] : nullptr;
    }
    Conditions conditions;
    while (path.take('=')) {
        conditions.emplace_back(word, path.word(",]"));
        if (path.take(',')) {
            word = path.word("=");
        }
    }
    if (!path.take(']')) {
        throw std::runtime_error("'[' without ']'");
    }
    return place.is_array() ? first_match(place, conditions) : nullptr;
}

/// Split at the first blank outside of brackets and quotes.
std::pair<std::string, std::string> path_and_value(const std::string& expectation) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t i = 0; i < expectation.size(); ++i) {
        const char c = expectation[i];
        quoted = quoted != (c == '"');
        depth += c == '[' ? 1 : (c == ']' ? -1 : 0);
        if (c == ' ' && depth == 0 && !quoted) {
            return {expectation.substr(0, i), expectation.substr(i + 1)};
        }
    }
    throw std::runtime_error("'-- json " + expectation + "' has no value");
}

/// Written numbers keep few digits; everything else is compared exactly.
bool same(const json& actual, const json& expected) {
    if (actual.is_string() && expected.is_string()) {
        return without_schema(actual.get<std::string>()) == expected.get<std::string>();
    }
    if (actual.is_number_float() && expected.is_number()) {
        const auto wanted = expected.get<double>();
        return std::abs(actual.get<double>() - wanted) <= 1e-9 * std::abs(wanted);
    }
    return actual == expected;
}

} // namespace

std::string normalised(std::string text, const Replacements& replacements) {
    for (const auto& [what, by] : replacements) {
        replace_all(text, what, by);
    }
    static const std::regex server(R"((SQLite|PostgreSQL) \d+(\.\d+)+(  (file|primary))?)");
    static const std::regex places(R"(\b(rowid|ctid) (\d+|\(\d+,\d+\))(, (\d+|\(\d+,\d+\)))*)");
    static const std::regex duration(R"(\bin \d+(\.\d+)? ?(us|µs|ms|s|min)\b)");
    static const std::regex read(R"(, \d[\d,]*(\.\d+)? (B|kB|MB|GB) read)");
    static const std::regex size(R"(\d[\d,]*(\.\d+)? (B|kB|MB|GB)\b)");
    text = std::regex_replace(text, server, "${SERVER}");
    text = std::regex_replace(text, places, "${PLACES}");
    text = std::regex_replace(text, duration, "in ${TIME}");
    text = std::regex_replace(text, read, "");
    text = std::regex_replace(text, size, "${SIZE}");
    replace_instants(text);
    return text;
}

const json* find(const json& document, std::string_view path, json& computed) {
    PathReader reader(path);
    const json* place = &document;
    while (place != nullptr && !reader.at_end()) {
        if (reader.take('[')) {
            place = find_element(*place, reader);
            continue;
        }
        reader.take('.');
        const auto name = reader.word(".[");
        if (name.empty()) {
            throw std::runtime_error("path not understood: " + std::string(path));
        }
        if (place->is_array() && name == "length") {
            computed = place->size();
            place = &computed;
            continue;
        }
        const auto member = place->find(name);
        place = place->is_object() && member != place->end() ? &*member : nullptr;
    }
    return place;
}

std::string check_json(const json& document, const std::string& expectation) {
    const auto [path, value] = path_and_value(expectation);
    json computed;
    const json* const actual = find(document, path, computed);
    const auto found = actual == nullptr ? "absent" : actual->dump();
    const bool holds = value == "absent" ? actual == nullptr
                                         : actual != nullptr && same(*actual, json::parse(value));
    return holds ? "" : path + ": expected " + value + ", got " + found;
}

std::string updated_json(const json& document, const std::string& expectation) {
    if (check_json(document, expectation).empty()) {
        return expectation;
    }
    const auto path = path_and_value(expectation).first;
    json computed;
    const json* const actual = find(document, path, computed);
    return path + " " + (actual == nullptr ? "absent" : actual->dump());
}

} // namespace assay::testing
