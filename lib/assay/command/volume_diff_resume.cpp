// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_resume.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/run.hpp"
#include "assay/report/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace assay {
namespace {

[[noreturn]] void refuse(const InputFile& file, const std::string& why) {
    throw Error(ErrorKind::usage, fmt::format("--resume '{}': {}", escape_text(file.name), why),
                "remove the file to begin anew, or name another one");
}

bool is_same(const SourceRecord& left, const SourceRecord& right) {
    return left.id == right.id && left.kind == right.kind && left.url == right.url &&
           left.server_version == right.server_version;
}

bool is_same_table(const TableRecord& left, const TableRecord& right) {
    return left.source == right.source && left.schema == right.schema && left.name == right.name;
}

/// Is the table defined as it was?
bool is_as_before(const TableRecord& table, const Document& before) {
    return std::any_of(before.tables.begin(), before.tables.end(), [&](const TableRecord& old) {
        return is_same_table(old, table) && old.columns == table.columns &&
               old.primary_key == table.primary_key;
    });
}

/// Is the table of that name defined otherwise now, on either side?
bool is_altered(std::string_view qualified, const Document& earlier, const Document& later) {
    const auto& tables = later.tables;
    const auto named = std::find_if(tables.begin(), tables.end(), [&](const TableRecord& table) {
        return qualified_name({table.schema, table.name}) == qualified;
    });
    return named != tables.end() &&
           std::any_of(tables.begin(), tables.end(), [&](const TableRecord& table) {
               return table.name == named->name && !is_as_before(table, earlier);
           });
}

/// Is what was known of a table of no use to a later run, whose table or plan is another one?
bool is_stale(const CheckResult& check, const Document& earlier, const Document& later) {
    const std::string_view plan = plan_in_progress(check.evidence);
    const auto has_other_plan = [&](const CheckResult& now) {
        const std::string_view other = plan_in_progress(now.evidence);
        return now.table == check.table && !other.empty() && other != plan;
    };
    return is_altered(check.table, earlier, later) ||
           (!plan.empty() && std::any_of(later.checks.begin(), later.checks.end(), has_other_plan));
}

/// Tables whose rows a run compared, and rows of the others that it need not read again, as far as
/// they are of use to a later one.
std::pair<std::int64_t, std::int64_t> knowledge_of(const Document& document,
                                                   const Document& later) {
    std::pair<std::int64_t, std::int64_t> known;
    for (const CheckResult& check : document.checks) {
        if (is_stale(check, document, later)) {
            continue;
        }
        if (check.id == "volume.rows" && check.status != Status::error) {
            ++known.first;
        }
        known.second += rows_in_progress(check.evidence);
    }
    return known;
}

} // namespace

EarlierRun::EarlierRun(const InputFile& file, const Document& document)
    : m_document(read_json(file.text, file.name)) {
    if (!is_unfinished(m_document)) {
        refuse(file, "it is a result, but not of a run that was ended early");
    }
    if (m_document.run.command != document.run.command) {
        refuse(file, "that run was another command");
    }
    // One that was ended before it had opened both has compared nothing.
    const auto& before = m_document.sources;
    const auto& now = document.sources;
    if (before.size() == now.size() &&
        !std::equal(before.begin(), before.end(), now.begin(), is_same)) {
        refuse(file, "that run compared other databases");
    }
    if (before.size() != now.size()) {
        m_document.checks.clear();
    }
}

std::optional<Micros> EarlierRun::seen_at(const TableRecord& table) const {
    const auto old =
        std::find_if(m_document.tables.begin(), m_document.tables.end(),
                     [&](const TableRecord& one) { return is_same_table(one, table); });
    return old == m_document.tables.end() ? std::nullopt : moment_of(*old, m_document);
}

std::optional<PairProgress> EarlierRun::progress(const TableRecord& a, const TableRecord& b) const {
    for (const CheckResult& check : m_document.checks) {
        const Fact* const resume = find_fact(check.evidence, "resume");
        if (resume != nullptr && check.id == "volume.rows" && check.status == Status::error &&
            check.table == qualified_name({a.schema, a.name}) && is_as_before(a, m_document) &&
            is_as_before(b, m_document)) {
            return read_progress(*resume);
        }
    }
    return std::nullopt;
}

std::vector<CheckResult> EarlierRun::results(const TableRecord& a, const TableRecord& b) const {
    std::vector<CheckResult> results;
    bool is_compared = false;
    for (const CheckResult& check : m_document.checks) {
        if (check.table != qualified_name({a.schema, a.name})) {
            continue;
        }
        if (check.status == Status::error) {
            return {};
        }
        is_compared = is_compared || check.id == "volume.rows";
        results.push_back(check);
    }
    if (!is_compared || !is_as_before(a, m_document) || !is_as_before(b, m_document)) {
        return {};
    }
    const Micros moment = seen_at(a).value_or(m_document.sources.front().snapshot_at);
    for (CheckResult& result : results) {
        // A run that was ended may have gone on from another one itself.
        if (find_fact(result.evidence, "compared_at") == nullptr) {
            result.evidence.emplace_back("compared_at", format_instant(moment));
        }
    }
    return results;
}

bool knows_as_much(const Document& document, const Document& earlier) {
    return knowledge_of(document, document) >= knowledge_of(earlier, document);
}

bool is_unfinished(const Document& document) noexcept {
    return !document.run.complete || !document.errors.empty() ||
           std::any_of(document.checks.begin(), document.checks.end(),
                       [](const CheckResult& check) { return check.status == Status::error; });
}

} // namespace assay
