// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/canonical_json.hpp"

#include "assay/base/decimal.hpp"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace assay {
namespace {

using nlohmann::json;

constexpr std::size_t most_levels = 512;

/// The string within quotes, with the escapes that JSON asks for.
std::string json_string(const std::string& text) { return json(text).dump(); }

/// Takes the events of the parser, which hands out numbers as they are spelled.
class Canonical final : public nlohmann::json_sax<json> {
public:
    std::string text; ///< of the whole value, once it is read

    bool null() override { return add("null"); }
    bool boolean(bool value) override { return add(value ? "true" : "false"); }
    bool number_integer(number_integer_t value) override { return add(std::to_string(value)); }
    bool number_unsigned(number_unsigned_t value) override { return add(std::to_string(value)); }
    bool number_float(number_float_t /*value*/, const string_t& spelled) override {
        return add(canonical_decimal(spelled));
    }
    bool string(string_t& value) override { return add(json_string(value)); }
    bool binary(binary_t& /*value*/) override { return false; }
    bool start_object(std::size_t /*size*/) override { return open(); }
    bool key(string_t& value) override {
        m_open.back().name = json_string(value);
        return true;
    }
    bool end_object() override {
        std::string object = "{";
        for (const auto& [name, value] : m_open.back().members) {
            object.append(object.size() == 1 ? "" : ",").append(name).append(":").append(value);
        }
        return close(std::move(object) + "}");
    }
    bool start_array(std::size_t /*size*/) override { return open(); }
    bool end_array() override { return close("[" + std::move(m_open.back().elements) + "]"); }
    bool parse_error(std::size_t /*place*/, const std::string& /*token*/,
                     const json::exception& /*error*/) override {
        return false;
    }

private:
    /// An object or array that is not at its end.
    struct Open {
        std::map<std::string, std::string> members;
        std::string name; ///< of the member that comes; empty in an array
        std::string elements;
    };

    bool open() {
        m_open.emplace_back();
        return m_open.size() <= most_levels;
    }
    bool close(std::string value) {
        m_open.pop_back();
        return add(std::move(value));
    }
    bool add(std::string value) {
        if (m_open.empty()) {
            text = std::move(value);
        } else if (Open& open = m_open.back(); !open.name.empty()) {
            open.members[open.name] = std::move(value);
        } else {
            open.elements += (open.elements.empty() ? "" : ",") + value;
        }
        return true;
    }

    std::vector<Open> m_open;
};

} // namespace

std::optional<std::string> canonical_json(std::string_view text) {
    Canonical canonical;
    return json::sax_parse(text.begin(), text.end(), &canonical)
               ? std::optional(std::move(canonical.text))
               : std::nullopt;
}

} // namespace assay
