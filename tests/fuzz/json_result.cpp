// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/error.hpp"
#include "assay/report/writer.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    Document document;
    try {
        document = read_json(text, "result.json");
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no result is a usage error");
        return 0;
    }
    const std::string once = write_json(document);
    fuzz::require(write_json(read_json(once, "again")) == once, "JSON is stable when read again");
    fuzz::require(fuzz::is_printable(write_text(document, {})), "text drives no terminal");
    fuzz::require(fuzz::is_printable(write_markdown(document)), "Markdown drives no terminal");
    fuzz::require(fuzz::is_printable(write_nagios(document)), "Nagios drives no terminal");
    return 0;
}
