// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/json_text.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <unordered_set>
#include <vector>

namespace assay {
namespace {

constexpr std::size_t size_cap = std::size_t{256} << 20;
constexpr int depth_cap = 64;

/// Watches a parse as it goes: nlohmann/json itself takes any depth and lets the last of two equal
/// keys win.
class Watch {
public:
    explicit Watch(std::string_view name) : m_name(name) {}

    void operator()(int depth, Json::parse_event_t event, const Json& parsed) {
        switch (event) {
        case Json::parse_event_t::object_start:
            check_depth(depth);
            m_keys.emplace_back();
            return;
        case Json::parse_event_t::array_start: check_depth(depth); return;
        case Json::parse_event_t::object_end: m_keys.pop_back(); return;
        case Json::parse_event_t::key: check_key(parsed.get_ref<const std::string&>()); return;
        case Json::parse_event_t::array_end:
        case Json::parse_event_t::value: return;
        }
    }

private:
    void check_depth(int depth) const {
        if (depth >= depth_cap) {
            throw Error(
                ErrorKind::usage,
                fmt::format("{}: nested deeper than {} levels", escape_text(m_name), depth_cap),
                "assay never writes this: check where the file comes from");
        }
    }
    void check_key(const std::string& key) {
        if (!m_keys.back().insert(key).second) {
            throw Error(ErrorKind::usage,
                        fmt::format("{}: the key '{}' stands twice in one object",
                                    escape_text(m_name), escape_text(key)),
                        "assay never writes this: check who edited the file");
        }
    }

    std::string_view m_name;
    std::vector<std::unordered_set<std::string>> m_keys;
};

/// What nlohmann/json says, without its own name in front.
std::string reason(const Json::exception& error) {
    const std::string_view what = error.what();
    const auto bracket = what.find("] ");
    return escape_text(bracket == std::string_view::npos ? what : what.substr(bracket + 2));
}

} // namespace

Json parse_json(std::string_view text, std::string_view name) {
    if (text.size() > size_cap) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: {} is more than the {} that a result may have",
                                escape_text(name),
                                format_bytes(static_cast<std::int64_t>(text.size())),
                                format_bytes(static_cast<std::int64_t>(size_cap))));
    }
    if (text.find('\0') != std::string_view::npos) { // the library would stop reading there
        throw Error(ErrorKind::usage,
                    fmt::format("{}: not JSON: it holds a NUL byte", escape_text(name)),
                    "give a file that 'assay ... --format json' wrote");
    }
    Watch watch(name);
    try {
        return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
            watch(depth, event, parsed);
            return true;
        });
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::usage,
                    fmt::format("{}: not JSON: {}", escape_text(name), reason(error)),
                    "give a file that 'assay ... --format json' wrote");
    }
}

std::string print_json(const Json& json) {
    return json.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace assay
