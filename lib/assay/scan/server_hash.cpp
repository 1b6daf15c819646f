// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/server_hash.hpp"

#include "assay/base/error.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

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

/// Has the server functions with a seed?
bool has_lookup3(const SourceInfo& source) {
    constexpr int first_with_seeds = 11;
    int major = 0;
    const std::string& version = source.server_version;
    std::from_chars(version.data(), version.data() + version.size(), major);
    return major >= first_with_seeds;
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

std::string lookup3_sql(const std::vector<HashKind>& kinds,
                        const std::vector<std::string>& columns) {
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

std::optional<std::vector<HashKind>> kinds_of(const DiffSide& a, const DiffSide& b,
                                              const RowDiffRequest& request) {
    if (request.key.size() + request.other.size() > most_columns) {
        return std::nullopt;
    }
    std::vector<HashKind> kinds;
    for (const auto* pairs : {&request.key, &request.other}) {
        for (const ColumnPair& pair : *pairs) {
            const auto kind = common_kind(a.table.columns[pair.a], b.table.columns[pair.b]);
            if (!kind || pair.comparison == Comparison::padded_text) {
                return std::nullopt;
            }
            kinds.push_back(*kind);
        }
    }
    return kinds;
}

/// A value of each kind, and NULL.
const std::vector<std::string>& known_values() {
    static const std::vector<std::string> values{
        "NULL::pg_catalog.int8",
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
    return values;
}

std::vector<HashKind> known_kinds() {
    return {HashKind::integer, HashKind::integer,   HashKind::small_integer, HashKind::decimal,
            HashKind::real,    HashKind::wide_real, HashKind::boolean,       HashKind::text,
            HashKind::uuid,    HashKind::moment,    HashKind::moment,        HashKind::time_of_day,
            HashKind::date};
}

std::string encoding_of(Session& session) {
    return session
        .query_row({"SELECT pg_catalog.getdatabaseencoding()::pg_catalog.text", {ColumnType::text}})
        .at(0)
        .bytes;
}

std::optional<HashFunction> common_function(Session& a, Session& b) {
    const std::string in_a = encoding_of(a);
    const std::string in_b = encoding_of(b);
    // Equal bytes may be other texts in two encodings.
    if (in_a == in_b && has_lookup3(a.source()) && has_lookup3(b.source()) &&
        hash_alike(a, b, HashFunction::lookup3)) {
        return HashFunction::lookup3;
    }
    constexpr std::string_view bytes_alone = "SQL_ASCII"; // which need not be UTF-8
    if (in_a != bytes_alone && in_b != bytes_alone && hash_alike(a, b, HashFunction::md5)) {
        return HashFunction::md5;
    }
    return std::nullopt;
}

} // namespace

ServerHashChoice choose_server_hash(const DiffSide& a, const DiffSide& b,
                                    const RowDiffRequest& request) {
    if (a.session.source().kind != StoreKind::postgresql ||
        b.session.source().kind != StoreKind::postgresql) {
        return {{}, "not both sides are Postgres"};
    }
    auto kinds = kinds_of(a, b, request);
    if (!kinds) {
        return {{},
                fmt::format("the columns are more than {}, or one is of a type that servers do not "
                            "hash, or not of the same one on both sides",
                            most_columns)};
    }
    if (const auto function = common_function(a.session, b.session)) {
        return {ServerHash{*function, std::move(*kinds)}, {}};
    }
    return {{}, "the servers hash known values differently"};
}

bool hash_alike(Session& a, Session& b, HashFunction function) {
    const Query query{"SELECT " + first_half_sql(function, row_hash_sql({function, known_kinds()},
                                                                        known_values())),
                      {ColumnType::integer}};
    try {
        return a.query_row(query) == b.query_row(query);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::query) {
            throw;
        }
        return false; // where only approved functions are allowed, MD5 is not one of them
    }
}

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
