// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/json_cursor.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <limits>

namespace assay {
namespace {

constexpr std::size_t shown_width = 40;

Fact number_fact(const Json& json) {
    if (json.is_number_float()) {
        return json.get<double>();
    }
    if (json.is_number_unsigned() &&
        json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        return std::to_string(json.get<std::uint64_t>());
    }
    return json.get<std::int64_t>();
}

Fact fact(const Json& json);

Facts facts(const Json& json) {
    Facts facts;
    facts.reserve(json.size());
    for (const auto& [key, value] : json.items()) {
        facts.emplace_back(key, fact(value));
    }
    return facts;
}

Fact::List fact_list(const Json& json) {
    Fact::List list;
    list.reserve(json.size());
    for (const auto& element : json) {
        list.push_back(fact(element));
    }
    return list;
}

/// Depth is bounded by parse_json().
Fact fact(const Json& json) {
    if (json.is_null()) {
        return {};
    }
    if (json.is_boolean()) {
        return json.get<bool>();
    }
    if (json.is_number()) {
        return number_fact(json);
    }
    if (json.is_string()) {
        return json.get<std::string>();
    }
    return json.is_array() ? Fact(fact_list(json)) : Fact(facts(json));
}

} // namespace

std::optional<JsonCursor> JsonCursor::find(std::string_view key) const {
    expect_object();
    const auto found = m_json.find(key);
    if (found == m_json.end()) {
        return std::nullopt;
    }
    return JsonCursor(*found, *this, key, 0);
}

std::optional<JsonCursor> JsonCursor::member(std::string_view key) const {
    const auto found = find(key);
    if (!found || found->m_json.is_null()) {
        return std::nullopt;
    }
    return JsonCursor(found->m_json, *this, key, 0);
}

JsonCursor JsonCursor::required(std::string_view key) const {
    const auto found = find(key);
    if (!found) {
        fail(fmt::format("'{}' is missing", key));
    }
    return JsonCursor(found->m_json, *this, key, 0);
}

void JsonCursor::read(std::string_view key, std::string& out) const {
    if (const auto place = find(key)) {
        out = place->as_text();
    }
}

void JsonCursor::read(std::string_view key, bool& out) const {
    if (const auto place = find(key)) {
        place->expect(place->m_json.is_boolean(), "true or false");
        out = place->m_json.get<bool>();
    }
}

void JsonCursor::read(std::string_view key, int& out) const {
    if (const auto place = find(key)) {
        const std::int64_t number = place->as_integer();
        if (number < std::numeric_limits<int>::min() || number > std::numeric_limits<int>::max()) {
            place->fail(fmt::format("{} is too large", number));
        }
        out = static_cast<int>(number);
    }
}

void JsonCursor::read(std::string_view key, std::int64_t& out) const {
    if (const auto place = find(key)) {
        out = place->as_integer();
    }
}

void JsonCursor::read(std::string_view key, std::optional<std::int64_t>& out) const {
    if (const auto place = member(key)) {
        out = place->as_integer();
    }
}

void JsonCursor::read(std::string_view key, std::optional<double>& out) const {
    if (const auto place = member(key)) {
        place->expect(place->m_json.is_number(), "a number");
        out = place->m_json.get<double>();
    }
}

void JsonCursor::read(std::string_view key, std::vector<std::string>& out) const {
    for_each(key, [&](const JsonCursor& element) { out.push_back(element.as_text()); });
}

void JsonCursor::read(std::string_view key, Fact& out) const {
    if (const auto place = find(key)) {
        out = place->as_fact();
    }
}

void JsonCursor::read(std::string_view key, Facts& out) const {
    if (const auto place = find(key)) {
        place->expect_object();
        out = facts(place->m_json);
    }
}

void JsonCursor::read_instant(std::string_view key, Micros& out) const {
    const auto place = member(key);
    if (!place) {
        return;
    }
    const std::string text = place->as_text();
    const auto time = parse_time(text);
    if (text == "infinity" || text == "-infinity") {
        using Limits = std::numeric_limits<Micros>;
        out = text == "infinity" ? Limits::max() : Limits::min();
    } else if (time && time->has_zone) {
        out = time->micros;
    } else {
        place->fail_word(text, "a time such as 2026-01-31T06:00:00Z");
    }
}

std::string JsonCursor::as_text() const {
    expect(m_json.is_string(), "a text");
    return m_json.get<std::string>();
}

Fact JsonCursor::as_fact() const { return fact(m_json); }

std::int64_t JsonCursor::as_integer() const {
    if (m_json.is_string()) {
        const auto& text = m_json.get_ref<const std::string&>();
        std::int64_t number = 0;
        const char* end = text.data() + text.size();
        const auto [stop, error] = std::from_chars(text.data(), end, number);
        if (error == std::errc() && stop == end) {
            return number;
        }
        fail_word(text, "a whole number of 64 bits");
    }
    expect(m_json.is_number_integer(), "a whole number");
    if (m_json.is_number_unsigned() &&
        m_json.get<std::uint64_t>() > std::numeric_limits<std::int64_t>::max()) {
        fail_word(m_json.dump(), "a whole number of 64 bits");
    }
    return m_json.get<std::int64_t>();
}

void JsonCursor::expect(bool is_right, std::string_view what) const {
    if (!is_right) {
        fail(fmt::format("expected {}, found {}", what, m_json.type_name()));
    }
}

void JsonCursor::fail_word(std::string_view word, std::string_view what) const {
    fail(fmt::format("'{}' is not {}", truncate_to_width(escape_text(word), shown_width), what));
}

void JsonCursor::fail(const std::string& problem) const {
    const std::string place = path();
    throw Error(ErrorKind::usage, fmt::format("{}: {}{}{}", escape_text(m_file), place,
                                              place.empty() ? "" : ": ", problem));
}

std::string JsonCursor::path() const {
    if (m_parent == nullptr) {
        return {};
    }
    const std::string above = m_parent->path();
    if (m_key.empty()) {
        return fmt::format("{}[{}]", above, m_index);
    }
    return above.empty() ? std::string(m_key) : fmt::format("{}.{}", above, m_key);
}

} // namespace assay
