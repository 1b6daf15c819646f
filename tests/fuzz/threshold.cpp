// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/error.hpp"
#include "assay/base/tolerance.hpp"
#include "assay/scan/selection.hpp"
#include "assay/store/sql.hpp"

#include "assay/values.hpp"

using namespace assay;

namespace {

/// A value that is refused is a mistake in the call, and the flag is named.
template <typename Parse>
void refuse_or_take(Parse parse) {
    try {
        parse();
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "a value that is refused is a usage error");
        fuzz::require(std::string_view(error.what()).size() > 0, "and says why");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    static_cast<void>(parse_tolerance(text));
    refuse_or_take([&] { cli::parse_age("--x", text); });
    refuse_or_take([&] { cli::parse_limit("--x", text); });
    refuse_or_take([&] { cli::parse_size("--x", text); });
    refuse_or_take([&] { cli::parse_whole("--x", text, 1, 64); });
    refuse_or_take([&] { cli::parse_share("--x", text); });
    refuse_or_take([&] { cli::parse_escalation("--x", text); });
    refuse_or_take([&] { cli::parse_promise("--x", text); });
    refuse_or_take([&] { cli::parse_by_time("--x", text); });
    refuse_or_take([&] { cli::parse_past("--x", text); });
    refuse_or_take([&] { cli::parse_retention("--x", text); });
    refuse_or_take([&] { cli::parse_probability("--x", text); });
    refuse_or_take([&] { cli::parse_other_table("--x", text); });
    refuse_or_take([&] { cli::parse_instant("--x", text); });
    refuse_or_take([&] { cli::parse_names("--x", text); });
    refuse_or_take([&] { parse_table_pattern(text); });
    refuse_or_take([&] { check_condition(text); });
    return 0;
}
