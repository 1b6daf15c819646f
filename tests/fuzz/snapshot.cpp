// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "assay/scan/snapshot_file.hpp"

using namespace assay;

namespace {

void look_at(const std::string& text) {
    TableSnapshot snapshot;
    try {
        snapshot = read_snapshot(text, "x.snapshot");
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no snapshot is a usage error");
        fuzz::require(std::string_view(error.what()).starts_with("x.snapshot:"),
                      "the file and the line are named");
        fuzz::require(fuzz::is_printable(error.what()), "the message drives no terminal");
        return;
    }
    fuzz::require(read_snapshot(write_snapshot(snapshot), "again") == snapshot,
                  "a snapshot is the same when read again");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text = fuzz::text_of(data, size);
    look_at(text);
    // No change would get beyond the hash of the last line.
    const std::string body = text.substr(0, text.rfind("end "));
    look_at(body + "end " + hex64(hash64(body)) + "\n");
    return 0;
}
