// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/history/schema_state.hpp"

#include "assay/sketch/state_io.hpp"

namespace assay {
namespace {

constexpr StateTag tag{"SCHM"};
constexpr std::uint8_t version = 1;

void write_names(StateWriter& writer, const std::vector<std::string>& names) {
    writer.varint(names.size());
    for (const auto& name : names) {
        writer.bytes(name);
    }
}

std::vector<std::string> read_names(StateReader& reader) {
    std::vector<std::string> names(reader.length(1));
    for (auto& name : names) {
        name = reader.bytes();
    }
    return names;
}

/// By the names that the document uses: the numbers of the enumeration may change.
template <typename Enum>
Enum read_enum(StateReader& reader, Enum last) {
    const std::string_view name = reader.bytes();
    for (int value = 0; value <= static_cast<int>(last); ++value) {
        if (to_string(static_cast<Enum>(value)) == name) {
            return static_cast<Enum>(value);
        }
    }
    reader.fail("names a kind or type that is not known");
}

void write_column(StateWriter& writer, const ColumnSpec& column) {
    writer.bytes(column.name);
    writer.bytes(to_string(column.type));
    writer.bytes(column.declared_type);
    writer.u8(column.nullable ? 1 : 0);
}

ColumnSpec read_column(StateReader& reader) {
    ColumnSpec column;
    column.name = reader.bytes();
    column.type = read_enum(reader, ColumnType::other);
    column.declared_type = reader.bytes();
    const std::uint8_t nullable = reader.u8();
    reader.expect(nullable <= 1, "has a column of an impossible sort");
    column.nullable = nullable == 1;
    return column;
}

void write_key(StateWriter& writer, const Key& key) {
    writer.bytes(key.name);
    write_names(writer, key.columns);
}

Key read_key(StateReader& reader) {
    Key key;
    key.name = reader.bytes();
    key.columns = read_names(reader);
    return key;
}

void write_foreign_key(StateWriter& writer, const ForeignKey& key) {
    writer.bytes(key.name);
    write_names(writer, key.columns);
    writer.bytes(key.referenced.schema);
    writer.bytes(key.referenced.name);
    write_names(writer, key.referenced_columns);
}

ForeignKey read_foreign_key(StateReader& reader) {
    ForeignKey key;
    key.name = reader.bytes();
    key.columns = read_names(reader);
    key.referenced.schema = reader.bytes();
    key.referenced.name = reader.bytes();
    key.referenced_columns = read_names(reader);
    return key;
}

template <typename Items, typename Write>
void write_all(StateWriter& writer, const Items& items, Write write) {
    writer.varint(items.size());
    for (const auto& item : items) {
        write(writer, item);
    }
}

/// @param least bytes that an item takes
template <typename Read>
auto read_all(StateReader& reader, std::size_t least, Read read) {
    std::vector<decltype(read(reader))> items;
    for (std::size_t left = reader.length(least); left > 0; --left) {
        items.push_back(read(reader));
    }
    return items;
}

} // namespace

std::string write_schema(const TableSchema& table) {
    std::string state;
    StateWriter writer(state);
    writer.begin(tag, version);
    writer.bytes(table.ref.schema);
    writer.bytes(table.ref.name);
    writer.bytes(to_string(table.kind));
    write_all(writer, table.columns, write_column);
    const auto primary = table.primary_key ? std::vector{*table.primary_key} : std::vector<Key>();
    write_all(writer, primary, write_key);
    write_all(writer, table.unique_keys, write_key);
    write_all(writer, table.foreign_keys, write_foreign_key);
    return state;
}

TableSchema read_schema(std::string_view state) {
    constexpr std::size_t least_column = 4;
    constexpr std::size_t least_key = 2;
    constexpr std::size_t least_foreign_key = 5;
    StateReader reader(state, "a kept definition of a table");
    reader.begin(tag, version);
    TableSchema table;
    table.ref.schema = reader.bytes();
    table.ref.name = reader.bytes();
    table.kind = read_enum(reader, TableKind::virtual_table);
    table.columns = read_all(reader, least_column, read_column);
    auto primary = read_all(reader, least_key, read_key);
    reader.expect(primary.size() <= 1, "has several primary keys");
    if (!primary.empty()) {
        table.primary_key = std::move(primary.front());
    }
    table.unique_keys = read_all(reader, least_key, read_key);
    table.foreign_keys = read_all(reader, least_foreign_key, read_foreign_key);
    reader.end();
    return table;
}

} // namespace assay
