// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/declared_fit.hpp"

#include "assay/base/time.hpp"

namespace assay {

bool kind_fits(ColumnType type, CellKind kind) noexcept {
    switch (type) {
    case ColumnType::integer: return kind == CellKind::integer;
    case ColumnType::real:
    case ColumnType::decimal:
    case ColumnType::date:
    case ColumnType::timestamp:
    case ColumnType::timestamptz: return kind == CellKind::integer || kind == CellKind::real;
    case ColumnType::text:
    case ColumnType::uuid:
    case ColumnType::json:
    case ColumnType::interval:
    case ColumnType::time: return kind == CellKind::text;
    case ColumnType::bytes:
    case ColumnType::other: return true;
    case ColumnType::boolean: return false;
    }
    return true;
}

bool cell_fits(ColumnType type, const Column& column, std::size_t row) noexcept {
    const CellKind kind = column.kind(row);
    if (is_temporal(type)) {
        return kind == CellKind::text && parse_time(column.bytes(row));
    }
    return type == ColumnType::boolean && kind == CellKind::integer &&
           (column.integer(row) == 0 || column.integer(row) == 1);
}

} // namespace assay
