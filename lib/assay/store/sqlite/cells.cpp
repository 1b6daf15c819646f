// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/sqlite/cells.hpp"

#include "assay/store/sqlite/connection.hpp"

#include <sqlite3.h>

namespace assay {

Value value_at(SQLite::Statement& row, int index, ColumnType type) {
    Value value;
    value.type = type;
    const SQLite::Column column = row.getColumn(index);
    switch (column.getType()) {
    case SQLITE_INTEGER:
        value.kind = CellKind::integer;
        value.integer = column.getInt64();
        break;
    case SQLITE_FLOAT:
        value.kind = CellKind::real;
        value.real = column.getDouble();
        break;
    case SQLITE_TEXT:
        value.kind = CellKind::text;
        value.bytes = text_at(row, index);
        break;
    case SQLITE_BLOB: {
        value.kind = CellKind::blob;
        const auto* data = static_cast<const char*>(column.getBlob());
        value.bytes.assign(data == nullptr ? "" : data,
                           static_cast<std::size_t>(column.getBytes()));
        break;
    }
    default: break;
    }
    return value;
}

void bind(SQLite::Statement& statement, int index, const Value& value) {
    switch (value.kind) {
    case CellKind::integer: statement.bind(index, value.integer); return;
    case CellKind::real: statement.bind(index, value.real); return;
    case CellKind::text: statement.bind(index, value.bytes); return;
    case CellKind::null:
    case CellKind::blob: statement.bind(index); return;
    }
}

} // namespace assay
