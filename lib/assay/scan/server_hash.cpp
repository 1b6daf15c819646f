// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/server_hash.hpp"

#include "assay/scan/like_server.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <string_view>

namespace assay {
namespace {

/// What a NULL is hashed as; the seed tells it from the value.
std::string_view null_sql(HashKind kind) {
    switch (kind) {
    case HashKind::text:
    case HashKind::date: return "''";
    case HashKind::boolean: return "false";
    case HashKind::uuid: return "'00000000-0000-0000-0000-000000000000'::pg_catalog.uuid";
    case HashKind::integer:
    case HashKind::small_integer:
    case HashKind::decimal:
    case HashKind::real:
    case HashKind::wide_real:
    case HashKind::moment:
    case HashKind::time_of_day: break;
    }
    return "0";
}

/// The value in the type that is hashed.
std::string value_sql(HashKind kind, const std::string& column) {
    switch (kind) {
    case HashKind::date:
        // As a number it could be out of the range of a timestamp.
        return fmt::format("{}::pg_catalog.text", column);
    case HashKind::moment:
    case HashKind::time_of_day: return fmt::format("pg_catalog.date_part('epoch', {})", column);
    case HashKind::integer: return fmt::format("{}::pg_catalog.int8", column);
    case HashKind::small_integer: return fmt::format("{}::pg_catalog.int4", column);
    case HashKind::real: return fmt::format("{}::pg_catalog.float8", column);
    case HashKind::text: return fmt::format("{}::pg_catalog.text", column);
    case HashKind::decimal:
    case HashKind::wide_real:
    case HashKind::boolean:
    case HashKind::uuid: break;
    }
    return column;
}

/// As a double, the seconds of times within 2^33 of them around 1970 tell microseconds apart; of
/// others this does. It takes as long as several hashes.
std::string far_micros_sql(const std::string& column) {
    return fmt::format("CASE WHEN {0} OPERATOR(pg_catalog.>=) '1700-01-01 00:00:00+00' AND {0} "
                       "OPERATOR(pg_catalog.<) '2242-01-01 00:00:00+00' THEN 0 ELSE "
                       "COALESCE(pg_catalog.date_part('microseconds', {0}), 0) END",
                       column);
}

std::string hash_sql(HashKind kind, const std::string& column, const std::string& seed) {
    const std::string value =
        fmt::format("COALESCE({}, {})", value_sql(kind, column), null_sql(kind));
    switch (kind) {
    case HashKind::integer:
        // The first hash is of both halves folded into one.
        return fmt::format("pg_catalog.hashint4extended(({0} OPERATOR(pg_catalog.>>) "
                           "32)::pg_catalog.int4, pg_catalog.hashint8extended({0}, {1}))",
                           value, seed);
    case HashKind::decimal:
        return fmt::format("pg_catalog.hash_numeric_extended({}, {})", value, seed);
    case HashKind::small_integer:
        return fmt::format("pg_catalog.hashint4extended({}, {})", value, seed);
    case HashKind::moment:
        return fmt::format("pg_catalog.hashfloat8extended({}, pg_catalog.hashfloat8extended({}, "
                           "{}))",
                           value, far_micros_sql(column), seed);
    case HashKind::time_of_day:
    case HashKind::real:
    case HashKind::wide_real:
        return fmt::format("pg_catalog.hashfloat8extended({}, {})", value, seed);
    case HashKind::boolean:
        return fmt::format("pg_catalog.hashint4extended({}::pg_catalog.int4, {})", value, seed);
    case HashKind::uuid: return fmt::format("pg_catalog.uuid_hash_extended({}, {})", value, seed);
    case HashKind::text:
    case HashKind::date: break;
    }
    return fmt::format("pg_catalog.hashtextextended({} COLLATE pg_catalog.\"C\", {})", value, seed);
}

/// Two bits: whether it is NULL, and of a numeric what its hash does not say.
std::string flags_sql(HashKind kind, const std::string& column, std::size_t index) {
    const std::uint64_t unit = std::uint64_t{1} << (2 * index);
    const std::string more =
        kind == HashKind::decimal
            ? fmt::format(" WHEN {0} OPERATOR(pg_catalog.<) 0 THEN {1}::pg_catalog.int8"
                          " WHEN {0} OPERATOR(pg_catalog.=) 'NaN'::pg_catalog.numeric"
                          " THEN {2}::pg_catalog.int8",
                          column, 2 * unit, 3 * unit)
            : "";
    return fmt::format("CASE WHEN {} IS NULL THEN {}::pg_catalog.int8{} ELSE 0 END", column, unit,
                       more);
}

std::string lookup3_sql(const std::vector<HashKind>& kinds,
                        const std::vector<std::string>& columns) {
    std::string flags;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        flags += fmt::format("{}({})", i == 0 ? "" : " OPERATOR(pg_catalog.+) ",
                             flags_sql(kinds[i], columns[i], i));
    }
    std::string hash = "(" + flags + ")";
    for (std::size_t i = kinds.size(); i-- > 0;) {
        // The key comes last: the hash of a numeric is no good end, as it differs in its last bits
        // only where the exponent does.
        const std::int64_t turn = turn_of_seed(kinds[i], i);
        const std::string seed =
            turn == 0
                ? hash
                : fmt::format("({} OPERATOR(pg_catalog.#) '{}'::pg_catalog.int8)", hash, turn);
        hash = hash_sql(kinds[i], columns[i], seed);
    }
    return hash;
}

/// Equal values have equal texts, on every server.
std::string text_sql(HashKind kind, const std::string& column) {
    const std::string text = fmt::format("{}::pg_catalog.text", column);
    switch (kind) {
    case HashKind::decimal:
        // Without zeros at the end, for which older servers have no function.
        return fmt::format("CASE WHEN pg_catalog.strpos({0}, '.') OPERATOR(pg_catalog.>) 0 THEN "
                           "pg_catalog.rtrim(pg_catalog.rtrim({0}, '0'), '.') ELSE {0} END",
                           text);
    case HashKind::real:
    case HashKind::wide_real:
        // -0 becomes 0.
        return fmt::format("pg_catalog.encode(pg_catalog.float8send({}::pg_catalog.float8 "
                           "OPERATOR(pg_catalog.+) '0'::pg_catalog.float8), 'hex')",
                           column);
    case HashKind::integer:
    case HashKind::small_integer:
    case HashKind::boolean:
    case HashKind::text:
    case HashKind::uuid:
    case HashKind::moment:
    case HashKind::time_of_day:
    case HashKind::date: break;
    }
    return text;
}

std::string md5_sql(const std::vector<HashKind>& kinds, const std::vector<std::string>& columns) {
    std::string texts;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const std::string text = text_sql(kinds[i], columns[i]);
        texts += fmt::format("{}COALESCE(pg_catalog.char_length({})::pg_catalog.text "
                             "OPERATOR(pg_catalog.||) ':' OPERATOR(pg_catalog.||) ({}), '-')",
                             i == 0 ? "" : " OPERATOR(pg_catalog.||) ", text, text);
    }
    return fmt::format("pg_catalog.md5(pg_catalog.convert_to({}, 'UTF8'))", texts);
}

} // namespace

std::string row_hash_sql(const ServerHash& hash, const std::vector<std::string>& columns) {
    return hash.function == HashFunction::md5 ? md5_sql(hash.kinds, columns)
                                              : lookup3_sql(hash.kinds, columns);
}

std::string first_half_sql(HashFunction function, std::string_view row_hash) {
    return function == HashFunction::md5
               ? fmt::format("('x' OPERATOR(pg_catalog.||) pg_catalog.substr({}, 1, "
                             "16))::pg_catalog.bit(64)::pg_catalog.int8",
                             row_hash)
               : std::string(row_hash);
}

std::string second_half_sql(HashFunction function, std::string_view row_hash) {
    return function == HashFunction::md5
               ? fmt::format("('x' OPERATOR(pg_catalog.||) pg_catalog.substr({}, "
                             "17))::pg_catalog.bit(64)::pg_catalog.int8",
                             row_hash)
               : fmt::format("pg_catalog.hashint8extended({}, 1)", row_hash);
}

} // namespace assay
