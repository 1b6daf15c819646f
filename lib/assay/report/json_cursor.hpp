// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/fact.hpp"
#include "assay/base/time.hpp"
#include "assay/report/json_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// A place in untrusted JSON that can say where it is ("checks[3].status"). Valid as long as the
/// JSON and the cursors above it.
///
/// Every read() of an object's member leaves `out` as it is where the member is missing, and throws
/// Error of kind usage where it has the wrong type. null is only taken for an optional.
class JsonCursor {
public:
    /// @param file what to call the input in messages.
    JsonCursor(const Json& json, std::string_view file) : m_json(json), m_file(file) {}

    /// A cursor on a member, or nullopt where it is missing or null.
    std::optional<JsonCursor> member(std::string_view key) const;
    /// @throws Error if it is missing or null.
    JsonCursor required(std::string_view key) const;
    /// Call `visit` with a cursor on every element of the list under `key`.
    template <typename Visit>
    void for_each(std::string_view key, Visit visit) const {
        if (const auto list = find(key)) {
            list->expect(list->m_json.is_array(), "a list");
            for (std::size_t i = 0; i < list->m_json.size(); ++i) {
                visit(list->element(i));
            }
        }
    }

    void read(std::string_view key, std::string& out) const;
    void read(std::string_view key, bool& out) const;
    void read(std::string_view key, int& out) const;
    /// A number without a fraction, or its digits as a string.
    void read(std::string_view key, std::int64_t& out) const;
    void read(std::string_view key, std::optional<std::int64_t>& out) const;
    void read(std::string_view key, std::optional<double>& out) const;
    void read(std::string_view key, std::vector<std::string>& out) const;
    void read(std::string_view key, Fact& out) const;
    void read(std::string_view key, Facts& out) const;
    /// RFC 3339 text; null leaves `out`.
    void read_instant(std::string_view key, Micros& out) const;
    /// A word that `parse` knows.
    /// @param what "a status (pass, fail, error, skipped)"
    template <typename Out, typename Parse>
    void read_word(std::string_view key, Out& out, Parse parse, std::string_view what) const {
        if (const auto place = find(key)) {
            const std::string word = place->as_text();
            if (const auto parsed = parse(word)) {
                out = *parsed;
            } else {
                place->fail_word(word, what);
            }
        }
    }

    std::string as_text() const;
    Fact as_fact() const;
    void expect_object() const { expect(m_json.is_object(), "an object"); }
    /// @throws Error "FILE: PLACE: PROBLEM".
    [[noreturn]] void fail(const std::string& problem) const;

private:
    JsonCursor(const Json& json, const JsonCursor& parent, std::string_view key, std::size_t index)
        : m_json(json), m_file(parent.m_file), m_parent(&parent), m_key(key), m_index(index) {}

    std::optional<JsonCursor> find(std::string_view key) const;
    JsonCursor element(std::size_t index) const { return {m_json[index], *this, {}, index}; }
    std::int64_t as_integer() const;
    void expect(bool is_right, std::string_view what) const;
    [[noreturn]] void fail_word(std::string_view word, std::string_view what) const;
    std::string path() const;

    const Json& m_json;
    std::string_view m_file;
    const JsonCursor* m_parent = nullptr;
    std::string_view m_key; ///< empty for an element of a list
    std::size_t m_index = 0;
};

} // namespace assay
