// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_snapshot.hpp"

#include "assay/base/error.hpp"
#include "assay/base/hash.hpp"
#include "assay/base/text.hpp"
#include "assay/check/snapshot_change.hpp"
#include "assay/command/run.hpp"
#include "assay/command/snapshot_layout.hpp"
#include "assay/command/table_record.hpp"
#include "assay/command/values.hpp"
#include "assay/report/writer.hpp"
#include "assay/scan/snapshot_file.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <set>
#include <utility>

namespace assay {
namespace {

std::vector<SnapshotColumn> columns_of(const TableSchema& table,
                                       const std::vector<ReadColumn>& columns) {
    std::vector<SnapshotColumn> named;
    for (const ReadColumn& column : columns) {
        named.push_back({table.columns[column.ordinal].name, table.columns[column.ordinal].type});
    }
    return named;
}

Fact shown_key(std::int64_t key, ValuesPolicy values) {
    return shown(Value{ColumnType::integer, CellKind::integer, key, 0, {}}, values, 0);
}

/// The keys of the rows that are told and that a snapshot knows by their hashes alone, as far as
/// they may be shown and the table still has them.
KeysByHash keys_to_tell(Workers& workers, const TableSchema& table, const RowLayout& layout,
                        const TableSnapshot& before, const SnapshotDiff& diff,
                        const VolumeDiffOptions& options) {
    if (before.form != KeyForm::hash || options.common.values == ValuesPolicy::none) {
        return {};
    }
    const std::size_t told = options.changes ? diff.changed_keys.size()
                                             : std::min(diff.changed_keys.size(), options.limit);
    std::set<std::int64_t> hashes;
    for (std::size_t i = 0; i < told; ++i) {
        if (diff.changed_keys[i].kind != ChangeKind::only_a) {
            hashes.insert(diff.changed_keys[i].key);
        }
    }
    return hashes.empty() ? KeysByHash() : read_keys(workers.first(), table, layout, hashes);
}

/// How what changed is told.
class Teller {
public:
    Teller(const TableSnapshot& before, KeysByHash keys, const VolumeDiffOptions& options)
        : m_before(before), m_keys(std::move(keys)), m_values(options.common.values) {}

    Facts tell(const ChangedRange& range) const {
        const std::string name = m_before.key.empty() ? "key" : m_before.key.front().name;
        Fact key = "no integer";
        if (range.keys) {
            key = m_values == ValuesPolicy::none
                      ? "(hidden)"
                      : fmt::format("{}..{}", range.keys->first, range.keys->last);
        }
        return {{"change", range.rows_a == 0   ? "+"
                           : range.rows_b == 0 ? "-"
                                               : "~"},
                {"key", Facts{{name, std::move(key)}}},
                {"columns", Facts{{"rows", Facts{{"a", range.rows_a}, {"b", range.rows_b}}}}}};
    }
    Facts tell(const ChangedKey& change) const {
        return {{"change", change.kind == ChangeKind::changed  ? "~"
                           : change.kind == ChangeKind::only_a ? "-"
                                                               : "+"},
                {"key", key_of(change)}};
    }
    /// A range of hashes tells nobody anything.
    bool has_ranges() const noexcept { return m_before.form == KeyForm::value; }

private:
    Facts key_of(const ChangedKey& change) const {
        if (m_before.form == KeyForm::value) {
            return {{m_before.key.front().name, shown_key(change.key, m_values)}};
        }
        const auto found = m_keys.find(change.key);
        if (found == m_keys.end()) {
            return {{"hash", hex64(std::bit_cast<std::uint64_t>(change.key))}};
        }
        const auto& columns = m_before.key.empty() ? m_before.other : m_before.key;
        Facts key;
        for (std::size_t i = 0; i < found->second.size(); ++i) {
            key.emplace_back(columns[i].name, shown(found->second[i], m_values, 0));
        }
        return key;
    }

    const TableSnapshot& m_before;
    KeysByHash m_keys;
    ValuesPolicy m_values;
};

SnapshotChange::Counts counts_of(const SnapshotDiff& diff) {
    SnapshotChange::Counts counts;
    for (const ChangedKey& change : diff.changed_keys) {
        ++(change.kind == ChangeKind::only_a   ? counts.only_a
           : change.kind == ChangeKind::only_b ? counts.only_b
                                               : counts.changed);
    }
    counts.only_b += diff.odd_rows;
    return counts;
}

std::vector<std::string> names_of(const std::vector<SnapshotColumn>& columns) {
    std::vector<std::string> names;
    for (const auto& column : columns) {
        names.push_back(column.name);
    }
    return names;
}

/// Tells the first few changes as samples, and all of them to --changes.
template <typename Changes>
void tell_all(const Changes& changes, const Teller& teller, const TableRef& table,
              const VolumeDiffOptions& options, Fact::List& samples) {
    for (const auto& change : changes) {
        Facts told = teller.tell(change);
        if (options.changes) {
            Facts line{{"table", qualified_name(table)}};
            line.insert(line.end(), told.begin(), told.end());
            options.changes->write(write_json_line(line));
        }
        if (samples.size() < options.limit) {
            samples.emplace_back(std::move(told));
        }
    }
}

CheckResult compare(Workers& workers, const TableSchema& table, const RowLayout& layout,
                    const TableSnapshot& before, const VolumeDiffOptions& options) {
    const SnapshotDiff diff = compare_with_snapshot(workers, table, layout, before);
    SnapshotChange change;
    change.table = table.ref;
    change.key = names_of(before.key);
    change.taken = before.taken;
    change.grain = to_string(before.grain);
    change.placed_by = to_string(before.form);
    change.rows_a = diff.rows_a;
    change.rows_b = diff.rows_b;
    change.unchanged = diff.unchanged;
    change.least = diff.least;
    change.most = diff.most;
    change.segments = diff.segments;
    change.changed_segments = diff.changed_segments;
    const Teller teller(before, keys_to_tell(workers, table, layout, before, diff, options),
                        options);
    if (before.grain == SnapshotGrain::rows) {
        change.counts = counts_of(diff);
        tell_all(diff.changed_keys, teller, table.ref, options, change.samples);
    } else if (teller.has_ranges()) {
        tell_all(diff.ranges, teller, table.ref, options, change.samples);
    }
    return check_snapshot(change, options.max_diff);
}

/// One run: a table of a source, what it was, and what is asked.
struct Run {
    const VolumeDiffOptions& options;
    Source& source;
    const TableSchema& table;
    const TableSnapshot* before; ///< nullptr: there is nothing to compare with
    RowLayout layout;            ///< no key: whole rows

    RowLayout to_read() const { return read_layout(layout, options.common); }
};

/// Save what the table is. @return what to say of it
std::string save(const Run& run, Workers& workers, std::int64_t& rows) {
    const SnapshotOptions& wanted = run.options.snapshot;
    const SnapshotGrain grain =
        wanted.grain.value_or(run.before == nullptr ? SnapshotGrain::segments : run.before->grain);
    // By hash, no value of the table is in the file.
    const bool by_value = run.options.common.values != ValuesPolicy::none &&
                          has_integer_key(run.table, run.layout.key);
    TableSnapshot snapshot = take_snapshot(
        workers, {run.table, run.to_read(), by_value ? KeyForm::value : KeyForm::hash, grain});
    snapshot.taken = run.source.session->source().snapshot_at;
    snapshot.where = run.options.common.where;
    snapshot.key = columns_of(run.table, run.layout.key);
    snapshot.other = columns_of(run.table, run.layout.other);
    wanted.save->write(write_snapshot(snapshot));
    rows = snapshot.rows;
    const auto segments = static_cast<std::int64_t>(
        std::count_if(snapshot.segments.begin(), snapshot.segments.end(),
                      [](const SegmentSums& sums) { return sums.rows > 0; }));
    return fmt::format("{} saved to {}{}", count_of(rows, "row"), wanted.save->path,
                       grain == SnapshotGrain::rows
                           ? ", each with its key"
                           : fmt::format(" as {} of {}", count_of(segments, "sum"),
                                         snapshot.form == KeyForm::value ? "ranges of the key"
                                                                         : "groups of keys"));
}

CheckResult readable(const TableRef& table, std::int64_t rows) {
    CheckResult result = make_result("table.readable", table, {});
    result.rows_examined = rows;
    result.observed = {rows, "rows"};
    result.message = count_of(rows, "row") + " read";
    return result;
}

/// The check that the run is about.
std::string_view check_id(const Run& run) noexcept {
    return run.before == nullptr ? "table.readable" : "volume.snapshot";
}

void judge(const Run& run, Document& document) {
    Workers workers(*run.source.session, run.options.common.jobs);
    const auto add = [&](CheckResult result) {
        result.source = run.source.id;
        document.checks.push_back(std::move(result));
    };
    if (run.before != nullptr) {
        add(compare(workers, run.table, run.to_read(), *run.before, run.options));
    }
    if (run.options.snapshot.save) {
        std::int64_t rows = 0;
        document.notes.push_back(save(run, workers, rows));
        if (run.before == nullptr) {
            add(readable(run.table.ref, rows));
        }
    }
    add_cost(document, workers.cost());
    note_row_counts(document);
}

void judge_or_tell(const Run& run, const Context& context, Document& document) {
    const TableRef& table = run.table.ref;
    if (const std::string reason = reason_not_to_read(run.table); !reason.empty()) {
        document.checks.push_back(unread_result(check_id(run), table, {}, reason, Unread::error));
        return;
    }
    try {
        judge(run, document);
    } catch (const Error& error) {
        document.checks.push_back(
            error_result(check_id(run), table, {}, error, context.cancellation));
    }
    add_cost(document, run.source.session->cost());
}

void explain(const Run& run, Document& document) {
    document.plan.push_back(catalog_step(run.source));
    const auto step = [&](std::string why) {
        const ScanRequest scan = scan_of(run.table, run.to_read());
        PlanRecord record = scan_step(run.source, scan, std::move(why));
        note_parts(record, run.source.session->split(scan), run.options.common.jobs,
                   run.source.session->source().kind);
        document.plan.push_back(std::move(record));
    };
    if (run.before != nullptr) {
        const bool names_by_hash =
            run.before->grain == SnapshotGrain::rows && run.before->form == KeyForm::hash;
        step(fmt::format("hashes of its rows, held against those of the snapshot{}",
                         names_by_hash ? "; if rows came or changed, once more for their keys"
                                       : ""));
    }
    if (run.options.snapshot.save) {
        step("hashes of its rows, for the snapshot to save");
    }
}

SourceRecord record_of(const InputFile& file, const TableSnapshot& snapshot) {
    SourceRecord record;
    record.id = "a";
    record.kind = "snapshot";
    record.url = file.name;
    record.snapshot_at = snapshot.taken;
    record.read_only = true;
    return record;
}

} // namespace

Document volume_diff_snapshot(const VolumeDiffOptions& options, const Context& context) {
    const CommonOptions& common = options.common;
    return fill_document(common, [&](Document& document) {
        require_possible(options);
        const auto& from = options.snapshot.from;
        std::optional<TableSnapshot> before;
        if (from) {
            before = read_snapshot(from->text, escape_text(from->name));
            document.sources.push_back(record_of(*from, *before));
        }
        Source source =
            open_source(from ? "b" : "a", from ? options.database_b : options.database_a, common,
                        context, document);
        const TableSnapshot* known = before ? &*before : nullptr;
        const TableSchema& table = find_table(source, known, common, document);
        const Run run{options, source, table, known,
                      before ? layout_of_snapshot(*before, table, options)
                             : layout_to_save(table, options)};
        if (common.mode == Mode::explain) {
            explain(run, document);
            return;
        }
        document.tables.push_back(catalog_record(source.id, table));
        judge_or_tell(run, context, document);
    });
}

} // namespace assay
