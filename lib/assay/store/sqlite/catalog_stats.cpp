// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/catalog_stats.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace assay {
namespace {

/// Files up to this size are read as a whole to know the size of each table.
constexpr std::int64_t cheap_file_bytes = std::int64_t{64} << 20;

using Sizes = std::map<std::string, std::int64_t>;

/// The first number of a line of sqlite_stat1: the rows of the index. Anybody may have written it.
std::optional<std::int64_t> first_number(const std::string& stat) {
    std::int64_t rows = 0;
    const auto [end, error] = std::from_chars(stat.data(), stat.data() + stat.size(), rows);
    const bool is_number =
        error == std::errc{} && rows >= 0 && (end == stat.data() + stat.size() || *end == ' ');
    return is_number ? std::optional<std::int64_t>(rows) : std::nullopt;
}

/// The second number: the rows with one value of the first column.
std::optional<std::int64_t> second_number(const std::string& stat) {
    const auto blank = stat.find(' ');
    return blank == std::string::npos ? std::nullopt : first_number(stat.substr(blank + 1));
}

void read_estimates(SqliteConnection& connection, Catalog& catalog) {
    bool has_statistics = false;
    connection.query(
        "SELECT count(*) FROM main.sqlite_schema "
        "WHERE type = 'table' AND name = 'sqlite_stat1'",
        [&](SQLite::Statement& row) { has_statistics = row.getColumn(0).getInt() > 0; });
    if (!has_statistics) {
        return;
    }
    Sizes rows_of;
    Sizes rows_per_value;
    connection.query("SELECT tbl, stat, idx FROM main.sqlite_stat1", [&](SQLite::Statement& row) {
        if (const auto rows = second_number(text_at(row, 1))) {
            rows_per_value[to_lower_ascii(text_at(row, 2))] = *rows;
        }
        // A partial index has fewer rows than its table.
        if (const auto rows = first_number(text_at(row, 1))) {
            auto& known = rows_of[to_lower_ascii(text_at(row, 0))];
            known = std::max(known, *rows);
        }
    });
    for (TableSchema& table : catalog.tables) {
        const auto rows = rows_of.find(to_lower_ascii(table.ref.name));
        if (table.kind == TableKind::table && rows != rows_of.end()) {
            table.stats.row_estimate = rows->second;
        }
        for (Index& index : table.indexes) {
            const auto own = rows_per_value.find(to_lower_ascii(index.name));
            if (own != rows_per_value.end()) {
                index.rows_per_value = own->second;
            }
        }
    }
}

void set_sizes(TableSchema& table, const Sizes& sizes) {
    const auto own = sizes.find(table.ref.name);
    if (table.kind != TableKind::table || own == sizes.end()) {
        return;
    }
    std::int64_t indexes = 0;
    for (Index& index : table.indexes) {
        if (const auto size = sizes.find(index.name); size != sizes.end()) {
            index.bytes = size->second;
            indexes += size->second;
        }
    }
    table.stats.table_bytes = own->second;
    table.stats.index_bytes = indexes;
    table.stats.total_bytes = own->second + indexes;
}

void read_sizes(SqliteConnection& connection, Catalog& catalog) {
    Sizes sizes;
    try {
        connection.query(
            "SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE",
            [&](SQLite::Statement& row) { sizes[text_at(row, 0)] += row.getColumn(1).getInt64(); });
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::cancelled || error.kind() == ErrorKind::timeout) {
            throw;
        }
        catalog.notes.push_back(fmt::format("sizes of tables are not known: {}", error.what()));
        return;
    }
    for (TableSchema& table : catalog.tables) {
        set_sizes(table, sizes);
    }
}

} // namespace

void read_catalog_stats(SqliteConnection& connection, TableSizes sizes, Catalog& catalog) {
    read_estimates(connection, catalog);
    std::int64_t file_bytes = 0;
    std::string encoding;
    connection.query("SELECT page_count * page_size, encoding "
                     "FROM pragma_page_count, pragma_page_size, pragma_encoding",
                     [&](SQLite::Statement& row) {
                         file_bytes = row.getColumn(0).getInt64();
                         encoding = text_at(row, 1);
                     });
    if (encoding != "UTF-8") {
        catalog.notes.push_back(
            fmt::format("texts are stored as {}; lengths and sizes are those of UTF-8", encoding));
    }
    if (sizes == TableSizes::read_if_small && file_bytes <= cheap_file_bytes) {
        read_sizes(connection, catalog);
    }
}

} // namespace assay
