// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/storage.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

namespace assay {

CheckResult check_storage(const TableSchema& table, const std::string& faults) {
    CheckResult result = make_result("integrity.storage", table.ref, {});
    Fact::List lines;
    std::istringstream text(faults);
    for (std::string line; std::getline(text, line);) {
        lines.emplace_back(line);
    }
    const auto count = static_cast<std::int64_t>(lines.size());
    result.observed = {count, "faults"};
    result.expected = "0 faults";
    if (count == 0) {
        result.message = "the table and its indexes hold the same rows";
        return result;
    }
    result.status = Status::fail;
    result.message =
        fmt::format("the store finds {}{}: {}", count < most_storage_faults ? "" : "at least ",
                    count_of(count, "fault"), faults.substr(0, faults.find('\n')));
    result.evidence = {{"faults", std::move(lines)}};
    return result;
}

} // namespace assay
