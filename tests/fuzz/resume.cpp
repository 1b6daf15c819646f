// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "fuzz.hpp"

#include "assay/base/error.hpp"
#include "assay/command/pair_progress.hpp"
#include "assay/report/writer.hpp"

#include <algorithm>
#include <optional>

using namespace assay;

namespace {

/// The JSON of a value, within a result.
std::string result_with(const std::string& resume) {
    const std::string place = "the place";
    Document document;
    CheckResult check;
    check.id = "volume.rows";
    check.evidence = {{"resume", place}};
    document.checks.push_back(check);
    std::string json = write_json(document);
    return json.replace(json.find('"' + place + '"'), place.size() + 2, resume);
}

std::optional<Fact> resume_in(const std::string& json) {
    try {
        const Document document = read_json(json, "state.json");
        for (const CheckResult& check : document.checks) {
            for (const auto& [name, fact] : check.evidence) {
                if (name == "resume") {
                    return fact;
                }
            }
        }
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no result is a usage error");
    }
    return std::nullopt;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto fact = resume_in(result_with(fuzz::text_of(data, size)));
    if (!fact) {
        return 0;
    }
    try {
        const PairProgress progress = read_progress(*fact);
        fuzz::require(fact_of(read_progress(fact_of(progress))) == fact_of(progress),
                      "progress is the same when read again");
        fuzz::require(fuzz::is_printable(words_of(progress)), "its words drive no terminal");
    } catch (const Error& error) {
        fuzz::require(error.kind() == ErrorKind::usage, "what is no progress is a usage error");
        fuzz::require(fuzz::is_printable(error.what()), "the message drives no terminal");
    }
    return 0;
}
