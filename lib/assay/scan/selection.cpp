// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/selection.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace assay {
namespace {

/// Glob match with `*` and `?` over bytes; `*` backtracks to its last place only, so it is linear
/// in practice and quadratic at worst.
bool glob(std::string_view pattern, std::string_view name) noexcept {
    std::size_t p = 0;
    std::size_t n = 0;
    std::size_t star = std::string_view::npos;
    std::size_t star_name = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
            ++p;
            ++n;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            star_name = n;
        } else if (star != std::string_view::npos) {
            p = star + 1;
            n = ++star_name;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

[[noreturn]] void bad_pattern(std::string_view pattern, std::string_view why) {
    throw Error(ErrorKind::usage,
                fmt::format("'{}' is not a table name: {}", escape_text(pattern), why),
                "write table or schema.table; put a name with a dot in double quotes");
}

/// A name in double quotes at the front of `rest`, quotes inside doubled.
NamePattern take_quoted(std::string_view pattern, std::string_view& rest) {
    NamePattern part{{}, true};
    rest.remove_prefix(1);
    while (true) {
        const auto quote = rest.find('"');
        if (quote == std::string_view::npos) {
            bad_pattern(pattern, "a double quote is not closed");
        }
        part.text += rest.substr(0, quote);
        rest.remove_prefix(quote + 1);
        if (!rest.starts_with('"')) {
            return part;
        }
        part.text += '"';
        rest.remove_prefix(1);
    }
}

/// Its kind, but that of a partition which has partitions itself is one of the others: the topmost
/// parent stands for both.
TableKind kind_of(const Catalog& catalog, const TableSchema& table) {
    if (table.kind != TableKind::partitioned) {
        return table.kind;
    }
    const bool is_partition =
        std::any_of(catalog.tables.begin(), catalog.tables.end(), [&](const TableSchema& other) {
            return other.kind == TableKind::partitioned &&
                   std::any_of(other.descendants.begin(), other.descendants.end(),
                               [&](const Descendant& below) { return below.ref == table.ref; });
        });
    return is_partition ? TableKind::partition : table.kind;
}

bool left_out_by_default(TableKind kind, Views views) noexcept {
    switch (kind) {
    case TableKind::partition:
    case TableKind::foreign:
    case TableKind::virtual_table: return true;
    case TableKind::view: return views == Views::named;
    case TableKind::table:
    case TableKind::partitioned:
    case TableKind::materialized_view: return false;
    }
    return false;
}

std::string_view plural_of(TableKind kind) noexcept {
    switch (kind) {
    case TableKind::partition: return "partitions, whose parent stands for them";
    case TableKind::foreign: return "foreign tables";
    case TableKind::virtual_table: return "virtual tables";
    case TableKind::view: return "views";
    case TableKind::table:
    case TableKind::partitioned:
    case TableKind::materialized_view: break;
    }
    return "tables";
}

/// Exact or not: how the parts of a pattern are held against a table.
enum class Case : std::uint8_t { exact, folded };

bool part_matches(const NamePattern& part, std::string_view name, Case compare) {
    if (compare == Case::exact || part.quoted) {
        return matches(part, name);
    }
    return glob(to_lower_ascii(part.text), to_lower_ascii(name));
}

bool table_matches(const std::vector<NamePattern>& parts, const TableSchema& table, Case compare) {
    return part_matches(parts.back(), table.ref.name, compare) &&
           (parts.size() == 1 || part_matches(parts.front(), table.ref.schema, compare));
}

bool in_schema(const Selection& selection, const TableSchema& table) {
    return !selection.schema || *selection.schema == table.ref.schema;
}

std::vector<std::string> known_names(const Catalog& catalog) {
    std::vector<std::string> names;
    for (const auto& table : catalog.tables) {
        names.push_back(table.ref.name);
    }
    return names;
}

/// Where a table of that very name stands, although not where the user looked; or empty.
std::string other_schemas(const Catalog& catalog, std::string_view name) {
    std::vector<std::string> names;
    for (const auto& table : catalog.tables) {
        if (table.ref.name == name) {
            names.push_back("'" + escape_text(qualified_name(table.ref)) + "'");
        }
    }
    return names.empty() ? "" : "there is " + join_and(names);
}

std::vector<std::string> known_schemas(const Catalog& catalog) {
    std::set<std::string> schemas;
    for (const auto& table : catalog.tables) {
        schemas.insert(table.ref.schema);
    }
    return {schemas.begin(), schemas.end()};
}

std::string schemas_searched(const Catalog& catalog, const Selection& selection) {
    if (selection.schema) {
        return escape_text(*selection.schema);
    }
    auto schemas = known_schemas(catalog);
    for (auto& schema : schemas) {
        schema = escape_text(schema);
    }
    return join_and(schemas);
}

[[noreturn]] void no_such_table(const Catalog& catalog, const Selection& selection,
                                const std::string& pattern, const std::vector<NamePattern>& parts) {
    std::string hint = other_schemas(catalog, parts.back().text);
    if (hint.empty()) {
        hint = did_you_mean(parts.back().text, known_names(catalog));
    }
    if (hint.empty()) {
        hint = catalog.tables.empty() ? "the database holds no tables"
                                      : "looked in schema " + schemas_searched(catalog, selection);
    }
    throw Error(ErrorKind::not_found, fmt::format("no table matches '{}'", escape_text(pattern)),
                hint);
}

using Chosen = std::set<const TableSchema*>;

/// What a pattern is for.
enum class Purpose : std::uint8_t { choose, exclude };

Chosen find_tables(const Catalog& catalog, const Selection& selection,
                   const std::vector<NamePattern>& parts, Case compare, Purpose purpose) {
    Chosen found;
    for (const auto& table : catalog.tables) {
        // A glob chooses among the tables that no pattern at all would mean; a name means what it
        // names, and what is excluded may be of any kind.
        const bool hidden = purpose == Purpose::choose && parts.back().has_wildcard() &&
                            left_out_by_default(kind_of(catalog, table), selection.views);
        if (!hidden && in_schema(selection, table) && table_matches(parts, table, compare)) {
            found.insert(&table);
        }
    }
    return found;
}

/// @param names all that the pattern can mean, escaped.
[[noreturn]] void ambiguous(const std::string& pattern, std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    throw Error(ErrorKind::not_found,
                fmt::format("'{}' can mean {}", escape_text(pattern), join_and(names)),
                "write the name with the same upper and lower case");
}

bool same_schema_twice(const Chosen& found) {
    std::set<std::string> schemas;
    return !std::all_of(found.begin(), found.end(), [&](const auto* table) {
        return schemas.insert(table->ref.schema).second;
    });
}

Chosen resolve(const Catalog& catalog, const Selection& selection, const std::string& pattern,
               Purpose purpose) {
    const auto parts = parse_table_pattern(pattern);
    auto found = find_tables(catalog, selection, parts, Case::exact, purpose);
    if (found.empty()) {
        found = find_tables(catalog, selection, parts, Case::folded, purpose);
        if (!parts.back().has_wildcard() && same_schema_twice(found)) {
            std::vector<std::string> names;
            for (const auto* table : found) {
                names.push_back("'" + escape_text(qualified_name(table->ref)) + "'");
            }
            ambiguous(pattern, std::move(names));
        }
    }
    return found;
}

void note_left_out(const std::map<TableKind, std::int64_t>& left_out,
                   std::vector<std::string>& notes) {
    for (const auto& [kind, count] : left_out) {
        const auto what = kind == TableKind::partition && count == 1
                              ? std::string("partition, whose parent stands for it")
                              : std::string(count == 1 ? to_string(kind) : plural_of(kind));
        notes.push_back(fmt::format("left out {} {}{}", count, what,
                                    kind == TableKind::partition ? ""
                                    : count == 1                 ? ": name it with -t"
                                                                 : ": name them with -t"));
    }
}

[[noreturn]] void nothing_selected(const Catalog& catalog, const Selection& selection,
                                   const std::map<TableKind, std::int64_t>& left_out) {
    std::string hint = left_out.empty() ? "" : "views are read with --views or when -t names them";
    if (hint.empty() && selection.schema) {
        const auto schemas = known_schemas(catalog);
        const bool known =
            std::find(schemas.begin(), schemas.end(), *selection.schema) != schemas.end();
        hint = known ? "" : did_you_mean(*selection.schema, schemas);
    }
    throw Error(ErrorKind::not_found,
                selection.schema ? fmt::format("no table is selected in schema '{}'",
                                               escape_text(*selection.schema))
                                 : "no table is selected: there is nothing to check",
                hint);
}

} // namespace

bool NamePattern::has_wildcard() const noexcept {
    return !quoted && text.find_first_of("*?") != std::string::npos;
}

std::vector<NamePattern> parse_table_pattern(std::string_view pattern) {
    std::vector<NamePattern> parts;
    std::string_view rest = pattern;
    while (true) {
        if (rest.starts_with('"')) {
            parts.push_back(take_quoted(pattern, rest));
        } else {
            const auto end = std::min(rest.find('.'), rest.size());
            parts.push_back({std::string(rest.substr(0, end)), false});
            rest.remove_prefix(end);
            if (parts.back().text.empty()) {
                bad_pattern(pattern, "a name is empty");
            }
        }
        if (rest.empty()) {
            break;
        }
        if (!rest.starts_with('.')) {
            bad_pattern(pattern, "something follows the closing quote");
        }
        rest.remove_prefix(1);
    }
    if (parts.size() > 2) {
        bad_pattern(pattern, "it has more than two parts");
    }
    return parts;
}

bool matches(const NamePattern& pattern, std::string_view name) {
    return pattern.quoted ? pattern.text == name : glob(pattern.text, name);
}

SelectedTables select_tables(const Catalog& catalog, const Selection& selection) {
    Chosen chosen;
    std::map<TableKind, std::int64_t> left_out;
    for (const auto& pattern : selection.patterns) {
        const auto found = resolve(catalog, selection, pattern, Purpose::choose);
        if (found.empty()) {
            no_such_table(catalog, selection, pattern, parse_table_pattern(pattern));
        }
        chosen.insert(found.begin(), found.end());
    }
    if (selection.patterns.empty()) {
        for (const auto& table : catalog.tables) {
            if (!in_schema(selection, table)) {
                continue;
            }
            const TableKind kind = kind_of(catalog, table);
            if (left_out_by_default(kind, selection.views)) {
                ++left_out[kind];
            } else {
                chosen.insert(&table);
            }
        }
    }
    for (const auto& pattern : selection.exclude) {
        for (const auto* table : resolve(catalog, selection, pattern, Purpose::exclude)) {
            chosen.erase(table);
        }
    }
    if (chosen.empty()) {
        nothing_selected(catalog, selection, left_out);
    }
    SelectedTables selected;
    for (const auto& table : catalog.tables) {
        if (chosen.contains(&table)) {
            selected.tables.push_back(&table);
        }
    }
    note_left_out(left_out, selected.notes);
    return selected;
}

std::size_t require_column(const TableSchema& table, std::string_view name) {
    if (const auto exact = table.find_column(name)) {
        return *exact;
    }
    std::string wanted(name);
    bool quoted = false;
    if (name.size() >= 2 && name.starts_with('"') && name.ends_with('"')) {
        std::string_view rest = name;
        const std::string inside = take_quoted(name, rest).text;
        quoted = rest.empty();
        wanted = quoted ? inside : wanted;
    }
    std::vector<std::size_t> found;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const auto& candidate = table.columns[i].name;
        names.push_back(candidate);
        if (quoted ? candidate == wanted : to_lower_ascii(candidate) == to_lower_ascii(wanted)) {
            found.push_back(i);
        }
    }
    if (found.size() == 1) {
        return found.front();
    }
    if (found.size() > 1) {
        std::vector<std::string> meant;
        for (const std::size_t ordinal : found) {
            meant.push_back("'" + escape_text(names[ordinal]) + "'");
        }
        ambiguous(wanted, meant);
    }
    std::string hint = did_you_mean(wanted, names);
    if (hint.empty()) {
        for (auto& column : names) {
            column = escape_text(column);
        }
        names.resize(std::min<std::size_t>(names.size(), 12));
        hint = names.empty() ? "it has no columns" : "its columns are " + join_and(names);
    }
    throw Error(ErrorKind::not_found,
                fmt::format("table {} has no column '{}'", display_identifier(table.ref.name),
                            escape_text(wanted)),
                hint);
}

std::optional<std::size_t> find_named(const TableSchema& table, std::string_view name) {
    try {
        return require_column(table, name);
    } catch (const Error&) {
        return std::nullopt;
    }
}

std::vector<std::size_t> require_columns(const TableSchema& table,
                                         const std::vector<std::string>& names) {
    std::vector<std::size_t> ordinals;
    ordinals.reserve(names.size());
    for (const auto& name : names) {
        ordinals.push_back(require_column(table, name));
    }
    return ordinals;
}

std::vector<std::string> names_of(const TableSchema& table,
                                  const std::vector<std::size_t>& columns) {
    std::vector<std::string> names;
    names.reserve(columns.size());
    for (const std::size_t ordinal : columns) {
        names.push_back(table.columns[ordinal].name);
    }
    return names;
}

} // namespace assay
