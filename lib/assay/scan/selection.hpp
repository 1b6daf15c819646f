// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// Views are read only when a pattern names them, or when asked for.
enum class Views : std::uint8_t { named, all };

/// Which tables to look at, as the user said it.
struct Selection {
    std::vector<std::string> patterns; ///< "orders", "sales.ord*", "\"odd.name\""; empty = all
    std::vector<std::string> exclude;
    std::optional<std::string> schema; ///< exact, or nullopt for all
    Views views = Views::named;
};

/// The selected tables, in catalog order, and what was left out.
struct SelectedTables {
    std::vector<const TableSchema*> tables; ///< into the catalog
    std::vector<std::string> notes;
};

/// A part of a pattern: in double quotes it is a name to the letter, else `*` and `?` match.
struct NamePattern {
    std::string text;
    bool quoted = false;
    bool has_wildcard() const noexcept;
};

/// Split "schema.table" by SQL's quoting rules: one or two parts.
/// @throws Error of kind usage for three parts, an open quote or an empty part.
std::vector<NamePattern> parse_table_pattern(std::string_view pattern);

/// Does the name match: quoted to the letter, else as a glob, exact case first?
bool matches(const NamePattern& pattern, std::string_view name);

/// The tables that a selection names. Names without a wildcard match to the letter, or else without
/// regard to ASCII case where that is unambiguous. Without patterns: every table, except partitions
/// (their parent stands for them), views, foreign and virtual tables, which are noted.
/// @throws Error of kind not_found when a pattern matches nothing, or nothing is selected.
SelectedTables select_tables(const Catalog& catalog, const Selection& selection);

/// The ordinal of the column that the user means: to the letter, or else without regard to ASCII
/// case where that is unambiguous. Quotes around the name are understood.
/// @throws Error of kind not_found with the nearest names.
std::size_t require_column(const TableSchema& table, std::string_view name);
/// The column of that name, if the table has one; of several that only differ in case, none.
std::optional<std::size_t> find_named(const TableSchema& table, std::string_view name);
/// The same of several, in their order.
std::vector<std::size_t> require_columns(const TableSchema& table,
                                         const std::vector<std::string>& names);
/// The names behind ordinals, in their order.
std::vector<std::string> names_of(const TableSchema& table,
                                  const std::vector<std::size_t>& columns);

} // namespace assay
