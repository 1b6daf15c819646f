// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/server_hash.hpp"

#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace assay {
namespace {

/// What fits into the seed, with two bits for each column.
constexpr std::size_t most_columns = 31;

/// The kind of a type as the catalog spells it; nullopt for domains, enumerations and all else.
std::optional<HashKind> kind_of(std::string_view type) {
    if (type == "smallint" || type == "integer") {
        return HashKind::small_integer;
    }
    if (type == "bigint") {
        return HashKind::integer;
    }
    if (type == "numeric" || type.starts_with("numeric(")) {
        return HashKind::decimal;
    }
    if (type == "real") {
        return HashKind::real;
    }
    if (type == "double precision") {
        return HashKind::wide_real;
    }
    if (type == "boolean") {
        return HashKind::boolean;
    }
    if (type == "text" || type == "character varying" || type.starts_with("character varying(")) {
        return HashKind::text;
    }
    if (type == "uuid") {
        return HashKind::uuid;
    }
    if (type.starts_with("timestamp")) {
        return HashKind::moment;
    }
    if (type.starts_with("time") && type.ends_with("without time zone")) {
        return HashKind::time_of_day;
    }
    return type == "date" ? std::optional(HashKind::date) : std::nullopt;
}

bool is_integer(std::optional<HashKind> kind) noexcept {
    return kind == HashKind::integer || kind == HashKind::small_integer;
}

/// The kind in which the values of both columns are hashed.
std::optional<HashKind> common_kind(const ColumnSpec& a, const ColumnSpec& b) {
    const auto in_a = kind_of(a.declared_type);
    const auto in_b = kind_of(b.declared_type);
    if (in_a != in_b && is_integer(in_a) && is_integer(in_b)) {
        return HashKind::integer;
    }
    return in_a == in_b && a.type == b.type ? in_a : std::nullopt;
}

bool has_hashes(const SourceInfo& source) {
    constexpr int first_with_seeds = 11;
    int major = 0;
    const std::string& version = source.server_version;
    std::from_chars(version.data(), version.data() + version.size(), major);
    return source.kind == StoreKind::postgresql && major >= first_with_seeds;
}

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

} // namespace

std::optional<ServerHash> server_hash(const DiffSide& a, const DiffSide& b,
                                      const RowDiffRequest& request) {
    if (!has_hashes(a.session.source()) || !has_hashes(b.session.source()) ||
        request.key.size() + request.other.size() > most_columns) {
        return std::nullopt;
    }
    ServerHash kinds;
    for (const auto* pairs : {&request.key, &request.other}) {
        for (const ColumnPair& pair : *pairs) {
            const ColumnSpec& in_a = a.table.columns[pair.a];
            const ColumnSpec& in_b = b.table.columns[pair.b];
            const auto kind = common_kind(in_a, in_b);
            if (!kind || pair.comparison == Comparison::padded_text) {
                return std::nullopt;
            }
            kinds.push_back(*kind);
        }
    }
    return kinds;
}

bool hash_alike(Session& a, Session& b) {
    const std::vector<std::string> values{"NULL::pg_catalog.int8",
                                          "'-12345678901'::pg_catalog.int8",
                                          "'-123456789'::pg_catalog.int4",
                                          "'-12.340'::pg_catalog.numeric",
                                          "'0.1'::pg_catalog.float4",
                                          "'0.1'::pg_catalog.float8",
                                          "true",
                                          "'user0000001@example.com'::pg_catalog.text",
                                          "'d4a980a4-850f-47c8-91d5-aecbc7abe0ed'::pg_catalog.uuid",
                                          "'2024-02-29 12:34:56.789012'::pg_catalog.timestamp",
                                          "'3024-02-28 12:34:56.789012'::pg_catalog.timestamp",
                                          "'12:34:56.789012'::pg_catalog.time",
                                          "'2024-02-29'::pg_catalog.date"};
    const ServerHash kinds{HashKind::integer, HashKind::integer, HashKind::small_integer,
                           HashKind::decimal, HashKind::real,    HashKind::wide_real,
                           HashKind::boolean, HashKind::text,    HashKind::uuid,
                           HashKind::moment,  HashKind::moment,  HashKind::time_of_day,
                           HashKind::date};
    // Texts are hashed as the server keeps them: in two encodings, equal bytes may be other texts.
    const Query query{"SELECT " + row_hash_sql(kinds, values) +
                          ", pg_catalog.getdatabaseencoding()::pg_catalog.text",
                      {ColumnType::integer, ColumnType::text}};
    return a.query_row(query) == b.query_row(query);
}

std::string row_hash_sql(const ServerHash& kinds, const std::vector<std::string>& columns) {
    std::string seed;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        seed += fmt::format("{}({})", i == 0 ? "" : " OPERATOR(pg_catalog.+) ",
                            flags_sql(kinds[i], columns[i], i));
    }
    std::string hash = "(" + seed + ")";
    for (std::size_t i = kinds.size(); i-- > 0;) {
        // The key comes last: the hash of a numeric is no good end, as it differs in its last bits
        // only where the exponent does.
        hash = hash_sql(kinds[i], columns[i], hash);
    }
    return hash;
}

std::string obstacle_to_server_hash(const DiffSide& a, const DiffSide& b,
                                    const RowDiffRequest& request) {
    if (!has_hashes(a.session.source()) || !has_hashes(b.session.source())) {
        return "not both sides are Postgres 11 or later";
    }
    if (!server_hash(a, b, request)) {
        return fmt::format("the columns are more than {}, or one is of a type that servers do not "
                           "hash, or not of the same one on both sides",
                           most_columns);
    }
    return hash_alike(a.session, b.session) ? "" : "the servers hash known values differently";
}

} // namespace assay
