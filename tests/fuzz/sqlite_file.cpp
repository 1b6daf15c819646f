// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/observer.hpp"
#include "assay/command/audit.hpp"
#include "assay/report/writer.hpp"
#include "temp_dir.hpp"

#include <chrono>
#include <optional>

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const test::TempDir folder;
    const std::string path = folder.file("fuzz.db");
    const std::string bytes = fuzz::text_of(data, size);
    test::write_file(path, bytes);
    AuditOptions options;
    options.database = path;
    options.common.command = "audit";
    options.common.jobs = 1;
    options.common.timeout = std::chrono::milliseconds(500);
    options.common.views = true;
    SilentObserver observer;
    Cancellation cancellation;
    const Document document =
        audit(options, {observer, cancellation, [](const std::string&) { return std::nullopt; }});
    const std::string json = write_json(document);
    fuzz::require(write_json(read_json(json, "again")) == json, "JSON is stable when read again");
    fuzz::require(fuzz::is_printable(write_text(document, {})), "text drives no terminal");
    fuzz::require(fuzz::is_printable(write_markdown(document)), "Markdown drives no terminal");
    fuzz::require(fuzz::is_printable(write_nagios(document)), "Nagios drives no terminal");
    fuzz::require(test::read_file(path) == bytes, "the file is as it was");
    fuzz::require(test::folder_content(folder.path()).size() == 1, "nothing is beside it");
    return 0;
}
