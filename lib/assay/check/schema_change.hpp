// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/time.hpp"
#include "assay/check/check.hpp"
#include "assay/table/table.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// What became of a part of a definition.
enum class SchemaChangeKind : std::uint8_t {
    column_added,
    column_removed,
    column_renamed, ///< a guess: another name at the same place, with the same type
    column_retyped,
    null_allowed,
    null_forbidden,
    key_added,
    key_removed
};
/// "column added", ...
std::string_view to_string(SchemaChangeKind kind) noexcept;
/// Will statements fail, or values be what readers do not expect?
bool is_breaking(SchemaChangeKind kind) noexcept;

struct SchemaChange {
    SchemaChangeKind kind = SchemaChangeKind::column_added;
    std::string name;   ///< of the column as it was, or a key as text: "UNIQUE (email)"; raw
    std::string before; ///< type, or empty
    std::string after;  ///< type or new name, or empty
    friend bool operator==(const SchemaChange&, const SchemaChange&) = default;
};

/// What differs between two definitions of one table, in the order of the columns. Types are
/// compared as they are declared, but for the case of letters; the names of constraints and the
/// order of columns do not count.
std::vector<SchemaChange> schema_changes(const TableSchema& before, const TableSchema& now);

/// The definition that an earlier run saw.
struct SchemaSeen {
    Micros at = 0; ///< of the run
    TableSchema table;
};

/// Is the table still defined as the last run saw it? Of severity info where nothing that readers
/// rely on has changed. Skipped without an earlier run.
CheckResult check_schema_change(const TableSchema& now, const std::optional<SchemaSeen>& seen);

} // namespace assay
