// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/location.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/postgres_driver.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace assay {
namespace {

constexpr const char* supported =
    "supported are a path, sqlite:PATH, file:PATH?mode=ro, postgresql://USER@HOST/DATABASE and "
    "'host=... dbname=...'";
constexpr const char* encode_hint =
    "percent-encode it (%2F for /, %40 for @, %25 for %), or put it in ~/.pgpass";

[[noreturn]] void fail(const std::string& message, std::string hint = {}) {
    throw Error(ErrorKind::usage, message, std::move(hint));
}

/// Where URLs of one kind decode differently.
enum class Plus : std::uint8_t { stays, is_blank };

/// One key=value of a URL, decoded.
struct Parameter {
    std::string key;
    std::string value;
};

bool is_alpha(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

int hex_value(char c) noexcept {
    if (is_digit(c)) {
        return c - '0';
    }
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Never repeats the text: it may be a password.
std::string percent_decode(std::string_view text, Plus plus = Plus::stays) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus == Plus::is_blank) {
            decoded.push_back(' ');
            continue;
        }
        if (text[i] != '%') {
            decoded.push_back(text[i]);
            continue;
        }
        const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
        const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
        if (high < 0 || low < 0) {
            fail("the database URL has a % that is not followed by two hex digits",
                 "write %25 for a % of a name or a password");
        }
        const int byte = high * 16 + low;
        if (byte == 0) {
            fail("the database URL has a %00, which no name can hold");
        }
        decoded.push_back(static_cast<char>(byte));
        i += 2;
    }
    return decoded;
}

std::string percent_encode(std::string_view text) {
    std::string encoded;
    for (const char c : text) {
        if (is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            encoded.push_back(c);
        } else {
            fmt::format_to(std::back_inserter(encoded), "%{:02X}", static_cast<unsigned char>(c));
        }
    }
    return encoded;
}

/// Cut at the first `separator`, which goes to neither part.
std::pair<std::string_view, std::string_view> cut(std::string_view text, char separator) {
    const std::size_t position = text.find(separator);
    if (position == std::string_view::npos) {
        return {text, {}};
    }
    return {text.substr(0, position), text.substr(position + 1)};
}

std::vector<Parameter> parse_query(std::string_view query, Plus plus = Plus::stays) {
    std::vector<Parameter> parameters;
    while (!query.empty()) {
        const auto [pair, rest] = cut(query, '&');
        query = rest;
        if (!pair.empty()) {
            const auto [key, value] = cut(pair, '=');
            parameters.push_back({percent_decode(key, plus), percent_decode(value, plus)});
        }
    }
    return parameters;
}

/// The scheme of "scheme:rest" in lower case, empty if the text does not begin with one.
std::string scheme_of(std::string_view text) {
    const std::size_t end = std::min(text.find(':'), text.size());
    const auto scheme = text.substr(0, end);
    const bool is_scheme =
        end < text.size() && !scheme.empty() && is_alpha(scheme.front()) &&
        std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
        });
    return is_scheme ? to_lower_ascii(scheme) : std::string();
}

// ------------------------------------------------------------------------------------- SQLite

bool parse_flag(const Parameter& parameter) {
    const std::string value = to_lower_ascii(parameter.value);
    if (value == "1" || value == "true" || value == "yes" || value == "on") {
        return true;
    }
    if (value == "0" || value == "false" || value == "no" || value == "off") {
        return false;
    }
    fail(fmt::format("'{}={}' is neither on nor off", parameter.key, parameter.value),
         "write immutable=1, or leave it out");
}

Location sqlite_location(std::string path, std::string_view query) {
    if (path.empty() || path == ":memory:") {
        fail("an in-memory SQLite database holds nothing to check", "name a database file");
    }
    Location location{StoreKind::sqlite, std::move(path), false, {}};
    for (const Parameter& parameter : parse_query(query)) {
        if (parameter.key == "immutable") {
            location.immutable = parse_flag(parameter);
        } else if (parameter.key == "mode" && parameter.value != "ro") {
            fail(fmt::format("'mode={}' is not possible: assay only reads", parameter.value),
                 "write mode=ro, or leave it out");
        } else if (parameter.key != "mode") {
            fail(fmt::format("the SQLite parameter '{}' is not supported", parameter.key),
                 "supported are mode=ro and immutable=1");
        }
    }
    return location;
}

/// sqlite:PATH, and as SQLAlchemy has it sqlite:///relative and sqlite:////absolute.
Location parse_sqlite_url(std::string_view rest) {
    const auto [path, query] = cut(rest, '?');
    if (!path.starts_with("//")) {
        return sqlite_location(std::string(path), query);
    }
    const auto tail = path.substr(2);
    if (!tail.empty() && tail.front() != '/') {
        fail(
            "a SQLite URL has three slashes before a relative path and four before an absolute one",
            fmt::format("write sqlite:///{} or sqlite:{}", tail, tail));
    }
    return sqlite_location(std::string(tail.substr(std::min<std::size_t>(1, tail.size()))), query);
}

/// file:PATH, file:///PATH and file://localhost/PATH, percent-encoded, as SQLite reads them.
Location parse_file_uri(std::string_view rest) {
    rest = cut(rest, '#').first;
    auto [path, query] = cut(rest, '?');
    if (path.starts_with("//")) {
        path.remove_prefix(2);
        const auto authority = path.substr(0, path.find('/'));
        if (!authority.empty() && authority != "localhost") {
            fail("a file: URI cannot name a host", "write file:/PATH or file:///PATH");
        }
        path.remove_prefix(authority.size());
    }
    return sqlite_location(percent_decode(path), query);
}

// ----------------------------------------------------------------------------------- Postgres

[[noreturn]] void fail_password() {
    fail("the password in the database URL contains / or @, so its end cannot be seen",
         encode_hint);
}

struct Url {
    std::string_view user;     ///< before '@', encoded; "user:password"
    std::string_view host;     ///< hosts and ports, encoded
    std::string_view database; ///< encoded
    std::string_view query;
    bool has_user = false;
};

/// Take a URL apart as libpq does: whichever of '@' and '/' comes first ends the user part.
Url split_url(std::string_view rest) {
    Url url;
    const std::size_t mark = rest.find_first_of("@/");
    if (mark != std::string_view::npos && rest[mark] == '@') {
        url.has_user = true;
        url.user = rest.substr(0, mark);
        rest.remove_prefix(mark + 1);
    }
    const auto [place, query] = cut(rest, '?');
    url.query = query;
    if (place.find('@') != std::string_view::npos) {
        fail_password();
    }
    const auto [host, database] = cut(place, '/');
    url.host = host;
    url.database = database;
    return url;
}

/// A port that is no number is most likely the beginning of a password.
void require_port(std::string_view hosts, bool has_user) {
    while (!hosts.empty()) {
        const auto [host, rest] = cut(hosts, ',');
        hosts = rest;
        const std::size_t address_end = host.starts_with('[') ? host.find(']') : 0;
        const std::size_t colon = host.find(':', std::min(address_end, host.size()));
        if (colon == std::string_view::npos) {
            continue;
        }
        const auto port = host.substr(colon + 1);
        if (!std::all_of(port.begin(), port.end(), is_digit)) {
            fail("the port in the database URL is not a number",
                 has_user
                     ? "write postgresql://USER@HOST:PORT/DATABASE"
                     : std::string("if it is a password with a special character, ") + encode_hint);
        }
    }
}

/// Names that drivers of other languages use for parameters of libpq.
std::string libpq_name(const Parameter& parameter) {
    constexpr std::array<std::pair<std::string_view, const char*>, 5> names{
        {{"ApplicationName", "application_name"},
         {"connectTimeout", "connect_timeout"},
         {"loginTimeout", "connect_timeout"},
         {"tcpKeepAlive", "keepalives"},
         {"ssl", "sslmode"}}};
    for (const auto& [driver_name, name] : names) {
        if (parameter.key == driver_name) {
            return name;
        }
    }
    return parameter.key;
}

std::string libpq_value(const Parameter& parameter) {
    if (parameter.key == "ssl") {
        const std::string value = to_lower_ascii(parameter.value);
        return value == "true" || value.empty() ? "require" : value == "false" ? "disable" : value;
    }
    if (parameter.key == "tcpKeepAlive") {
        return to_lower_ascii(parameter.value) == "false" ? "0" : "1";
    }
    return parameter.value;
}

/// @param rest what follows "postgresql://"
Location parse_postgres_url(std::string_view rest, Plus plus) {
    const Url url = split_url(rest);
    require_port(url.host, url.has_user);
    percent_decode(url.user);
    percent_decode(url.host);
    percent_decode(url.database);
    Location location{StoreKind::postgresql, {}, false, {}};
    std::string user(url.user);
    std::string password;
    std::string query;
    for (const Parameter& parameter : parse_query(url.query, plus)) {
        if (parameter.key == "schema" || parameter.key == "currentSchema") {
            location.default_schema = parameter.value;
        } else if (parameter.key == "user" && !url.has_user) {
            user = percent_encode(parameter.value);
        } else if (parameter.key == "password" && !url.has_user) {
            password = ":" + percent_encode(parameter.value);
        } else {
            query += fmt::format("{}{}={}", query.empty() ? "?" : "&",
                                 percent_encode(libpq_name(parameter)),
                                 percent_encode(libpq_value(parameter)));
        }
    }
    user += password;
    location.target = fmt::format("postgresql://{}{}{}{}{}{}", user, user.empty() ? "" : "@",
                                  url.host, url.database.empty() ? "" : "/", url.database, query);
    return location;
}

bool is_postgres_scheme(std::string_view scheme) {
    const auto name = cut(scheme, '+').first;
    return name == "postgresql" || name == "postgres";
}

/// "jdbc:postgresql://host/db", also "jdbc:postgresql:db".
Location parse_jdbc(std::string_view rest) {
    if (scheme_of(rest) != "postgresql") {
        fail("of JDBC URLs only jdbc:postgresql: is supported", supported);
    }
    rest.remove_prefix(rest.find(':') + 1);
    if (rest.starts_with("//")) {
        return parse_postgres_url(rest.substr(2), Plus::is_blank);
    }
    return parse_postgres_url(rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest),
                              Plus::is_blank);
}

/// A word as the value of a libpq keyword.
std::string quote_keyword_value(std::string_view word) {
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'' || c == '\\') {
            quoted.push_back('\\');
        }
        quoted.push_back(c);
    }
    return quoted + "'";
}

/// Does it begin with "keyword=" as libpq has it?
bool is_keyword_string(std::string_view text) {
    const auto key = trim_ascii(cut(text, '=').first);
    return key.size() < text.size() && text.find('=') != std::string_view::npos && !key.empty() &&
           std::all_of(key.begin(), key.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
}

// -------------------------------------------------------------------------------------- words

bool exists(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0;
}

/// ".db", ".sqlite3", ".snapshot": a dot within a word, a letter, and few letters or digits.
bool has_ending(std::string_view word) {
    constexpr std::size_t longest = 10;
    const std::size_t dot = word.rfind('.');
    if (dot == std::string_view::npos || dot == 0) {
        return false;
    }
    const auto ending = word.substr(dot + 1);
    return !ending.empty() && ending.size() <= longest && is_alpha(ending.front()) &&
           std::all_of(ending.begin(), ending.end(),
                       [](char c) { return is_alpha(c) || is_digit(c); });
}

bool looks_like_file(std::string_view word) {
    return word.find('/') != std::string_view::npos || word.starts_with('.') || has_ending(word);
}

/// "user:password@host/db": a URL that lost its beginning, which must not be shown as a path.
bool looks_like_credentials(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::size_t at = text.find('@');
    return at != std::string_view::npos && colon < at && text.find('/') > colon;
}

Location parse_word(std::string_view text) {
    const std::string word(text);
    if (exists(word) || word == ":memory:") {
        return sqlite_location(word, {});
    }
    if (is_keyword_string(text)) {
        return {StoreKind::postgresql, word, false, {}};
    }
    if (looks_like_credentials(text)) {
        fail("the database looks like a URL without its beginning",
             "write postgresql://USER:PASSWORD@HOST/DATABASE");
    }
    if (looks_like_file(text)) {
        return sqlite_location(word, {});
    }
    return {StoreKind::postgresql, "dbname=" + quote_keyword_value(text), false, {}};
}

/// Only the scheme is shown: what follows may hold a password.
[[noreturn]] void fail_scheme(const std::string& scheme) {
    const std::string near = did_you_mean(scheme, {"postgresql", "postgres", "sqlite", "file"});
    fail(fmt::format("'{}://' is not a database that assay can read", scheme),
         near.empty() ? supported : near + "; " + supported);
}

Location parse_text(std::string_view text) {
    const std::string scheme = scheme_of(text);
    const std::string_view rest = scheme.empty() ? text : text.substr(scheme.size() + 1);
    if (scheme == "sqlite" || scheme == "sqlite3" || scheme.starts_with("sqlite+")) {
        return parse_sqlite_url(rest);
    }
    if (scheme == "file") {
        return parse_file_uri(rest);
    }
    if (scheme == "jdbc") {
        return parse_jdbc(rest);
    }
    if (is_postgres_scheme(scheme)) {
        if (!rest.starts_with("//")) {
            fail(fmt::format("'{}:' must be followed by two slashes", scheme),
                 "write postgresql://USER@HOST/DATABASE");
        }
        return parse_postgres_url(rest.substr(2), Plus::stays);
    }
    if (!scheme.empty() && rest.starts_with("//")) {
        fail_scheme(scheme);
    }
    return parse_word(text);
}

} // namespace

std::string_view to_string(StoreKind kind) noexcept {
    switch (kind) {
    case StoreKind::sqlite: return "sqlite";
    case StoreKind::postgresql: return "postgresql";
    }
    return "sqlite";
}

Location parse_location(std::string_view text, const Environment& environment) {
    std::string from_environment;
    if (trim_ascii(text).empty()) {
        for (const char* name : {"ASSAY_DATABASE_URL", "DATABASE_URL"}) {
            from_environment = environment(name).value_or("");
            if (!trim_ascii(from_environment).empty()) {
                break;
            }
        }
        text = from_environment;
    }
    if (text.find('\0') != std::string_view::npos) {
        fail("the name of the database holds a NUL byte");
    }
    const auto trimmed = trim_ascii(text);
    if (trimmed.empty()) {
        return {StoreKind::postgresql, {}, false, {}};
    }
    // A path may begin or end with blanks.
    return exists(std::string(text)) ? parse_word(text) : parse_text(trimmed);
}

std::string display_location(const Location& location) {
    return location.kind == StoreKind::sqlite ? location.target
                                              : postgres_driver().display(location.target);
}

} // namespace assay
