// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/schema_change.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay {
namespace {

using Kind = SchemaChangeKind;

std::string type_of(const ColumnSpec& column) {
    return column.declared_type.empty() ? std::string(to_string(column.type))
                                        : column.declared_type;
}

bool same_type(const ColumnSpec& before, const ColumnSpec& now) {
    return to_lower_ascii(type_of(before)) == to_lower_ascii(type_of(now));
}

std::string names_of(const std::vector<std::string>& columns) {
    std::string words;
    for (const auto& column : columns) {
        words += (words.empty() ? "" : ", ") + column;
    }
    return words;
}

std::set<std::string> keys_of(const TableSchema& table) {
    std::set<std::string> keys;
    if (table.primary_key) {
        keys.insert(fmt::format("PRIMARY KEY ({})", names_of(table.primary_key->columns)));
    }
    for (const auto& key : table.unique_keys) {
        keys.insert(fmt::format("UNIQUE ({})", names_of(key.columns)));
    }
    for (const auto& key : table.foreign_keys) {
        keys.insert(fmt::format("FOREIGN KEY ({}) REFERENCES {} ({})", names_of(key.columns),
                                qualified_name(key.referenced), names_of(key.referenced_columns)));
    }
    return keys;
}

/// The column that stands where `i` stood, if it is new, of the same type, and has the same
/// neighbour before it, so that it is likely the same under another name.
const ColumnSpec* renamed(const TableSchema& before, std::size_t i, const TableSchema& now) {
    if (i >= now.columns.size() || before.columns.size() != now.columns.size()) {
        return nullptr;
    }
    const ColumnSpec& there = now.columns[i];
    const bool is_new = !before.find_column(there.name);
    const bool same =
        same_type(before.columns[i], there) && before.columns[i].nullable == there.nullable;
    return is_new && same ? &there : nullptr;
}

void add_column_changes(const ColumnSpec& before, const ColumnSpec& now,
                        std::vector<SchemaChange>& changes) {
    if (!same_type(before, now)) {
        changes.push_back({Kind::column_retyped, before.name, type_of(before), type_of(now)});
    }
    if (before.nullable != now.nullable) {
        changes.push_back(
            {now.nullable ? Kind::null_allowed : Kind::null_forbidden, before.name, "", ""});
    }
}

void add_key_changes(const TableSchema& before, const TableSchema& now,
                     std::vector<SchemaChange>& changes) {
    const auto old_keys = keys_of(before);
    const auto new_keys = keys_of(now);
    for (const auto& key : old_keys) {
        if (!new_keys.contains(key)) {
            changes.push_back({Kind::key_removed, key, "", ""});
        }
    }
    for (const auto& key : new_keys) {
        if (!old_keys.contains(key)) {
            changes.push_back({Kind::key_added, key, "", ""});
        }
    }
}

/// "column added paid_at timestamp", "column retyped amount integer to text"
std::string words_of(const SchemaChange& change) {
    std::string words = fmt::format("{} {}", to_string(change.kind), change.name);
    switch (change.kind) {
    case Kind::column_added: return words + " " + change.after;
    case Kind::column_removed: return words + " " + change.before;
    case Kind::column_renamed: return fmt::format("{} to {} (a guess)", words, change.after);
    case Kind::column_retyped:
        return fmt::format("{} from {} to {}", words, change.before, change.after);
    default: return words;
    }
}

/// Whole seconds are enough for people.
std::string second_of(Micros moment) { return format_instant(moment - moment % micros_per_second); }

std::string sentence(const std::vector<SchemaChange>& changes, Micros since) {
    constexpr std::size_t most_named = 5;
    std::string words;
    for (std::size_t i = 0; i < std::min(changes.size(), most_named); ++i) {
        words += (words.empty() ? "" : "; ") + words_of(changes[i]);
    }
    if (changes.size() > most_named) {
        words += fmt::format("; and {} more",
                             group_digits(static_cast<std::int64_t>(changes.size() - most_named)));
    }
    return fmt::format("since {}: {}", second_of(since), words);
}

Fact::List evidence_of(const std::vector<SchemaChange>& changes) {
    const auto if_any = [](const std::string& text) { return text.empty() ? Fact() : Fact(text); };
    Fact::List list;
    for (const auto& change : changes) {
        list.push_back(Facts{{"change", to_string(change.kind)},
                             {"name", change.name},
                             {"before", if_any(change.before)},
                             {"after", if_any(change.after)},
                             {"breaking", is_breaking(change.kind)}});
    }
    return list;
}

} // namespace

std::string_view to_string(SchemaChangeKind kind) noexcept {
    switch (kind) {
    case Kind::column_added: return "column added";
    case Kind::column_removed: return "column removed";
    case Kind::column_renamed: return "column renamed";
    case Kind::column_retyped: return "column retyped";
    case Kind::null_allowed: return "NULL allowed in";
    case Kind::null_forbidden: return "NULL forbidden in";
    case Kind::key_added: return "key added";
    case Kind::key_removed: return "key removed";
    }
    return "column added";
}

bool is_breaking(SchemaChangeKind kind) noexcept {
    return kind != Kind::column_added && kind != Kind::null_forbidden && kind != Kind::key_added;
}

std::vector<SchemaChange> schema_changes(const TableSchema& before, const TableSchema& now) {
    std::vector<SchemaChange> changes;
    std::set<std::string> known;
    for (std::size_t i = 0; i < before.columns.size(); ++i) {
        const ColumnSpec& column = before.columns[i];
        known.insert(column.name);
        if (const auto place = now.find_column(column.name)) {
            add_column_changes(column, now.columns[*place], changes);
        } else if (const ColumnSpec* other = renamed(before, i, now)) {
            known.insert(other->name);
            changes.push_back({Kind::column_renamed, column.name, type_of(column), other->name});
        } else {
            changes.push_back({Kind::column_removed, column.name, type_of(column), ""});
        }
    }
    for (const auto& column : now.columns) {
        if (!known.contains(column.name)) {
            changes.push_back({Kind::column_added, column.name, "", type_of(column)});
        }
    }
    add_key_changes(before, now, changes);
    return changes;
}

CheckResult check_schema_change(const TableSchema& now, const std::optional<SchemaSeen>& seen) {
    CheckResult result = make_result("schema.changed", now.ref, {});
    if (!seen) {
        result.status = Status::skipped;
        result.message = "learning: no earlier run saw the definition of this table";
        return result;
    }
    const auto changes = schema_changes(seen->table, now);
    result.observed = {static_cast<std::int64_t>(changes.size()), "changes"};
    result.expected = "0 changes";
    result.evidence = {{"since", format_instant(seen->at)}, {"changes", evidence_of(changes)}};
    if (changes.empty()) {
        result.message = fmt::format("defined as on {}", second_of(seen->at));
        return result;
    }
    result.status = Status::fail;
    const bool breaking = std::any_of(changes.begin(), changes.end(),
                                      [](const auto& change) { return is_breaking(change.kind); });
    result.severity = breaking ? Severity::warning : Severity::info;
    result.message = sentence(changes, seen->at);
    return result;
}

} // namespace assay
