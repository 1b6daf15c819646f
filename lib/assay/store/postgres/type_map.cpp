// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/type_map.hpp"

namespace assay::postgres {

ColumnType column_type(Oid type, char typtype) noexcept {
    if (typtype == 'e') {
        return ColumnType::text;
    }
    switch (type) {
    case type_oid::boolean: return ColumnType::boolean;
    case type_oid::int2:
    case type_oid::int4:
    case type_oid::int8: return ColumnType::integer;
    case type_oid::float4:
    case type_oid::float8: return ColumnType::real;
    case type_oid::numeric: return ColumnType::decimal;
    case type_oid::single_char:
    case type_oid::name:
    case type_oid::text:
    case type_oid::bpchar:
    case type_oid::varchar: return ColumnType::text;
    case type_oid::date: return ColumnType::date;
    case type_oid::time: return ColumnType::time;
    case type_oid::timestamp: return ColumnType::timestamp;
    case type_oid::timestamptz: return ColumnType::timestamptz;
    case type_oid::interval: return ColumnType::interval;
    case type_oid::uuid: return ColumnType::uuid;
    case type_oid::bytea: return ColumnType::bytes;
    case type_oid::json:
    case type_oid::jsonb: return ColumnType::json;
    default: return ColumnType::other;
    }
}

} // namespace assay::postgres
