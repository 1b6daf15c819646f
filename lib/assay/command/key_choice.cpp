// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/key_choice.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace assay {
namespace {

using Columns = std::vector<std::size_t>;

/// What things are known by outside of a database, best first, without what stands between words.
constexpr std::array<std::string_view, 23> known_names{
    "externalid", "businesskey", "naturalkey", "isbn", "issn", "gtin",  "ean",  "upc",
    "sku",        "iban",        "vin",        "imei", "ssn",  "email", "mail", "emailaddress",
    "username",   "login",       "loginname",  "uuid", "guid", "slug",  "id"};
/// Behind the name of the table: customer_number.
constexpr std::array<std::string_view, 11> endings{
    "number", "no", "nr", "num", "code", "key", "ref", "reference", "uuid", "guid", "id"};

/// "Customer_No" is "customerno".
std::string bare(std::string_view name) {
    std::string text = to_lower_ascii(name);
    std::erase_if(text, [](char c) { return c == '_' || c == '-' || c == ' '; });
    return text;
}

/// The names of one thing of a table of many: "addresses" may be of "addresse" or "address".
std::vector<std::string> singulars(const TableSchema& table) {
    const std::string name = bare(table.ref.name);
    std::vector<std::string> found{name};
    const auto cut = [&](std::string_view ending, std::string_view instead) {
        if (name.size() > ending.size() && name.ends_with(ending)) {
            found.push_back(name.substr(0, name.size() - ending.size()) + std::string(instead));
        }
    };
    cut("ies", "y");
    cut("es", "");
    cut("s", "");
    return found;
}

bool names_the_thing(const std::string& name, const std::vector<std::string>& things) {
    return std::any_of(things.begin(), things.end(), [&](const std::string& thing) {
        return name.starts_with(thing) && std::find(endings.begin(), endings.end(),
                                                    name.substr(thing.size())) != endings.end();
    });
}

bool can_be_key(const ColumnSpec& column) noexcept {
    return column.readable &&
           (column.type == ColumnType::text || column.type == ColumnType::integer ||
            column.type == ColumnType::decimal || column.type == ColumnType::uuid ||
            column.type == ColumnType::other);
}

bool refers(const TableSchema& table, const std::string& name) {
    return std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const auto& key) {
        return std::find(key.columns.begin(), key.columns.end(), name) != key.columns.end();
    });
}

/// The less, the more a column looks like a key; nullopt if it does not.
std::optional<std::size_t> rank_of(const TableSchema& table, const ColumnSpec& column,
                                   const std::vector<std::string>& things) {
    const std::string name = bare(column.name);
    if (names_the_thing(name, things)) {
        return 0;
    }
    const auto known = std::find(known_names.begin(), known_names.end(), name);
    if (known == known_names.end() || (*known == "id" && table.primary_key)) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(known - known_names.begin()) + 1;
}

/// The ordinals of names, sorted; nullopt with an expression among them.
std::optional<Columns> ordinals_of(const TableSchema& table,
                                   const std::vector<std::string>& names) {
    Columns columns;
    for (const auto& name : names) {
        const auto ordinal = table.find_column(name);
        if (!ordinal) {
            return std::nullopt;
        }
        columns.push_back(*ordinal);
    }
    return columns;
}

bool is_same(Columns left, Columns right) {
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

bool is_generated(const ColumnSpec& column) {
    const std::string by = to_lower_ascii(column.default_sql.value_or(""));
    return column.generated == Generated::identity ||
           (column.type == ColumnType::integer && by.find("nextval(") != std::string::npos) ||
           (column.type == ColumnType::uuid && by.find("uuid") != std::string::npos);
}

/// By its name and its type.
bool looks_like_number_of_rows(const TableSchema& table, const ColumnSpec& column) {
    const std::string name = bare(column.name);
    const bool is_uuid = name == "uuid" || name == "guid";
    const auto things = singulars(table);
    const bool is_id = name == "id" || std::any_of(things.begin(), things.end(), [&](auto& thing) {
                           return name == thing + "id";
                       });
    return ((is_id || is_uuid) && column.type == ColumnType::uuid) ||
           (is_id && column.type == ColumnType::integer) ||
           (is_uuid && column.type == ColumnType::text);
}

/// The first one that is declared unique and looks like it.
std::optional<std::size_t> number_of_rows(const TableSchema& table) {
    const auto declared = declared_keys(table);
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const bool is_unique =
            std::find(declared.begin(), declared.end(), Columns{i}) != declared.end();
        if (is_unique && looks_like_number_of_rows(table, table.columns[i])) {
            return i;
        }
    }
    return std::nullopt;
}

} // namespace

std::vector<Columns> declared_keys(const TableSchema& table) {
    std::vector<Columns> keys;
    const auto add = [&](const std::vector<std::string>& names) {
        auto columns = ordinals_of(table, names);
        const bool is_new = columns && !columns->empty() &&
                            std::none_of(keys.begin(), keys.end(), [&](const Columns& known) {
                                return is_same(known, *columns);
                            });
        if (is_new) {
            keys.push_back(std::move(*columns));
        }
    };
    if (table.primary_key) {
        add(table.primary_key->columns);
    }
    for (const Key& key : table.unique_keys) {
        add(key.columns);
    }
    for (const Index& index : table.indexes) {
        if (index.unique && !index.partial) {
            add(index.columns);
        }
    }
    return keys;
}

std::optional<std::size_t> guess_key(const TableSchema& table) {
    const auto declared = declared_keys(table);
    const auto things = singulars(table);
    std::optional<std::size_t> best;
    std::size_t best_rank = 0;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnSpec& column = table.columns[i];
        const bool is_declared =
            std::find(declared.begin(), declared.end(), Columns{i}) != declared.end();
        if (is_declared || !can_be_key(column) || refers(table, column.name)) {
            continue;
        }
        const auto rank = rank_of(table, column, things);
        if (rank && (!best || *rank < best_rank)) {
            best = i;
            best_rank = *rank;
        }
    }
    return best;
}

namespace {

bool is_numbered_by_primary_key(const TableSchema& table) {
    if (!table.primary_key || table.primary_key->columns.size() != 1) {
        return false;
    }
    const std::string& name = table.primary_key->columns.front();
    const auto ordinal = table.find_column(name);
    const ColumnType type = ordinal ? table.columns[*ordinal].type : ColumnType::other;
    return type == ColumnType::integer || type == ColumnType::uuid || bare(name) == "id" ||
           bare(name) == "uuid" || bare(name) == "guid";
}

} // namespace

bool numbers_rows(const TableSchema& table, const ColumnSpec& column) {
    if (is_generated(column)) {
        return true;
    }
    if (is_numbered_by_primary_key(table)) {
        return table.primary_key->columns.front() == column.name;
    }
    const auto number = number_of_rows(table);
    return number && table.columns[*number].name == column.name;
}

} // namespace assay
