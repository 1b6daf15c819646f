// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/server_hash_choice.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/like_server.hpp"

#include <fmt/format.h>

#include <bit>
#include <charconv>
#include <string_view>
#include <utility>
#include <vector>

namespace assay {
namespace {

/// What fits into the seed, with two bits for each column.
constexpr std::size_t most_columns = 31;

/// The kind of a type as the catalog spells it; nullopt for domains, enumerations and all else.
std::optional<HashKind> kind_of(std::string_view type) {
    if (type.ends_with("[]")) {
        return std::nullopt;
    }
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

bool is_postgres(const DiffSide& side) {
    return side.session.source().kind == StoreKind::postgresql;
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

/// The kind in which a server hashes the values of both columns, or a server those of one and the
/// client, for SQLite, those of the other.
std::optional<HashKind> kind_of_pair(const DiffSide& a, const DiffSide& b, const ColumnPair& pair) {
    const ColumnSpec& column_a = a.table.columns[pair.a];
    const ColumnSpec& column_b = b.table.columns[pair.b];
    if (is_postgres(a) && is_postgres(b)) {
        return pair.comparison == Comparison::padded_text ? std::nullopt
                                                          : common_kind(column_a, column_b);
    }
    const auto kind = kind_of((is_postgres(a) ? column_a : column_b).declared_type);
    return kind && hashes_like_server(*kind, pair.comparison) ? kind : std::nullopt;
}

/// The kinds alone, or what is in the way.
ServerHashChoice kinds_of(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    if (request.key.size() + request.other.size() > most_columns) {
        return {{}, fmt::format("there are more than {} columns", most_columns)};
    }
    ServerHash hash;
    for (const auto* pairs : {&request.key, &request.other}) {
        for (const ColumnPair& pair : *pairs) {
            const auto kind = kind_of_pair(a, b, pair);
            if (!kind) {
                return {{},
                        fmt::format("the column {} is of a type that servers do not hash, or not "
                                    "of the same one on both sides",
                                    a.table.columns[pair.a].name)};
            }
            hash.kinds.push_back(*kind);
        }
    }
    return {std::move(hash), {}};
}

/// A value as a server writes it, and as SQLite holds one that compares as equal.
struct KnownValue {
    HashKind kind;
    Comparison comparison;
    std::string sql;
    Value value;
};

Value integer(std::int64_t number) {
    return {ColumnType::integer, CellKind::integer, number, 0, {}};
}

Value text(std::string bytes, ColumnType type = ColumnType::text) {
    return {type, CellKind::text, 0, 0, std::move(bytes)};
}

/// NULL, and one of each kind.
std::vector<KnownValue> known_values() {
    const std::string email = "user0000001@example.com";
    const std::string uuid = "d4a980a4-850f-47c8-91d5-aecbc7abe0ed";
    const std::string near_time = "2024-02-29 12:34:56.789012";
    const std::string far_time = "3024-02-28 12:34:56.789012";
    return {
        {HashKind::integer, Comparison::number, "NULL::pg_catalog.int8", {}},
        {HashKind::integer, Comparison::number, "'-12345678901'::pg_catalog.int8",
         integer(-12'345'678'901)},
        {HashKind::small_integer, Comparison::number, "'-123456789'::pg_catalog.int4",
         integer(-123'456'789)},
        {HashKind::decimal, Comparison::number, "'-1234567.8900'::pg_catalog.numeric",
         text("-1234567.89", ColumnType::decimal)},
        {HashKind::real, Comparison::number, "'0.1'::pg_catalog.float4", {}},
        {HashKind::wide_real,
         Comparison::number,
         "'0.1'::pg_catalog.float8",
         {ColumnType::real, CellKind::real, 0, 0.1, {}}},
        {HashKind::boolean, Comparison::number, "true", integer(1)},
        {HashKind::text, Comparison::text, "'" + email + "'::pg_catalog.text", text(email)},
        {HashKind::uuid, Comparison::uuid, "'" + uuid + "'::pg_catalog.uuid", text(uuid)},
        {HashKind::moment, Comparison::time, "'" + near_time + "'::pg_catalog.timestamp",
         text(near_time)},
        {HashKind::moment, Comparison::time, "'" + far_time + "'::pg_catalog.timestamp",
         text(far_time)},
        {HashKind::time_of_day, Comparison::text, "'12:34:56.789012'::pg_catalog.time", {}},
        {HashKind::date, Comparison::time, "'2024-02-29'::pg_catalog.date", text("2024-02-29")}};
}

/// The first half of the hash of a row of such values.
Query known_hash(const std::vector<KnownValue>& values, HashFunction function) {
    ServerHash hash{function, {}};
    std::vector<std::string> columns;
    for (const KnownValue& value : values) {
        hash.kinds.push_back(value.kind);
        columns.push_back(value.sql);
    }
    return {"SELECT " + first_half_sql(function, row_hash_sql(hash, columns)),
            {ColumnType::integer}};
}

std::uint64_t hash_in_client(const std::vector<KnownValue>& values) {
    std::vector<HashKind> kinds;
    std::vector<Comparison> comparisons;
    RowBatch batch;
    batch.row_count = 1;
    for (const KnownValue& value : values) {
        kinds.push_back(value.kind);
        comparisons.push_back(value.comparison);
        append_value(batch.columns.emplace_back(value.value.type), value.value);
    }
    std::vector<std::uint64_t> hashes;
    std::string scratch;
    hash_like_server(kinds, comparisons, batch, hashes, scratch);
    return hashes.front();
}

/// @return nullopt where a function is not allowed, as MD5 where only approved ones are, or missing
std::optional<std::int64_t> answer_of(Session& server, const Query& query) {
    try {
        return server.query_row(query).at(0).integer;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::query && error.kind() != ErrorKind::permission) {
            throw;
        }
        return std::nullopt;
    }
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
    if (!is_postgres(a) && !is_postgres(b)) {
        return {{}, "neither side is Postgres"};
    }
    ServerHashChoice choice = kinds_of(a, b, request);
    if (!choice.hash) {
        return choice;
    }
    if (!is_postgres(a) || !is_postgres(b)) {
        return hashes_like_client((is_postgres(a) ? a : b).session)
                   ? choice
                   : ServerHashChoice{{}, "the server does not hash known values as assay does"};
    }
    const auto function = common_function(a.session, b.session);
    if (!function) {
        return {{}, "the servers hash known values differently"};
    }
    choice.hash->function = *function;
    return choice;
}

bool hash_alike(Session& a, Session& b, HashFunction function) {
    const Query query = known_hash(known_values(), function);
    const auto hash_a = answer_of(a, query);
    return hash_a && hash_a == answer_of(b, query);
}

bool hashes_like_client(Session& server) {
    if (encoding_of(server) != "UTF8" || !has_lookup3(server.source())) {
        return false;
    }
    std::vector<KnownValue> values = known_values();
    std::erase_if(values, [](const KnownValue& value) {
        return !hashes_like_server(value.kind, value.comparison);
    });
    return answer_of(server, known_hash(values, HashFunction::lookup3)) ==
           std::bit_cast<std::int64_t>(hash_in_client(values));
}

} // namespace assay
