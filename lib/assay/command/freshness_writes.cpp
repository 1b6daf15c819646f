// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/freshness_writes.hpp"

#include "assay/base/error.hpp"
#include "assay/check/write_age.hpp"
#include "assay/scan/write_marks.hpp"

namespace assay {
namespace {

/// What the method is, and how far to believe it.
std::string_view trust_in(WriteMark mark) noexcept {
    switch (mark) {
    case WriteMark::commits: return "commit times (deletes do not show)";
    case WriteMark::row_counter: return "the rows that the server counts as written";
    case WriteMark::file_counter: return "the change counter of the file (all tables share it)";
    }
    return "";
}

} // namespace

bool tells_writes(Session& session, const FreshnessOptions& options) {
    return !options.common.history.empty() || keeps_commit_times(session);
}

std::vector<CheckResult> judge_writes(Session& session, FreshnessWork& work,
                                      const FreshnessOptions& options, Unread unread,
                                      const Context& context) {
    const TableSchema& table = *work.target.table;
    const FreshnessLimits limits{options.max_age, options.warn_age, options.escalations};
    try {
        const WriteMarks marks = read_write_marks(session, table, options.common.where);
        work.counter = marks.counter;
        if (!marks.committed && !marks.counter) {
            return {unread_result("freshness.max_age", table.ref, {},
                                  "no column looks like the time of a row, and nothing tells when "
                                  "the table was written",
                                  unread)};
        }
        return check_write_age({table.ref, std::string(to_string(marks.mark)),
                                std::string(trust_in(marks.mark)), marks.committed, marks.counter,
                                work.past.counters, now_of(options.common, session)},
                               limits);
    } catch (const Error& error) {
        return {error_result("freshness.max_age", table.ref, {}, error, context.cancellation)};
    }
}

} // namespace assay
