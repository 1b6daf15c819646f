// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/error.hpp"
#include "assay/store/location.hpp"
#include "assay/store/postgres/conninfo.hpp"

#include <optional>

using namespace assay;

namespace {

constexpr std::string_view secret = "C4naRyPw";

void must_not_tell(std::string_view text) {
    fuzz::require(text.find(secret) == std::string_view::npos, "no password is repeated");
}

void look_at(const std::string& text) {
    try {
        const Location location =
            parse_location(text, [](const std::string&) { return std::nullopt; });
        must_not_tell(display_location(location));
        if (location.kind == StoreKind::postgresql) {
            const auto parameters = postgres::parse_conninfo(location.target);
            must_not_tell(postgres::display_url(parameters));
            for (const auto& password : parameters.secrets) {
                if (password.find(secret) != std::string::npos) {
                    must_not_tell(postgres::scrub("no: " + password, {password}));
                }
            }
        }
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no URL is a usage error");
        must_not_tell(error.what());
        must_not_tell(error.hint());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    try {
        parse_location(text, [](const std::string&) { return std::nullopt; });
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no URL is a usage error");
    }
    if (text.find(secret) != std::string::npos) {
        return 0; // libFuzzer learns what is looked for, and puts it where it may be shown
    }
    look_at("postgresql://u:" + std::string(secret) + text);
    look_at("password=" + std::string(secret) + " " + text);
    return 0;
}
