// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/table/table.hpp"

#include <cstdint>

namespace assay::postgres {

/// Numbers a type, a table or a role inside its server.
using Oid = std::uint32_t;

/// The built-in types whose binary form assay knows. Their OIDs are fixed for ever in the server's
/// catalog/pg_type.dat.
namespace type_oid {
inline constexpr Oid boolean = 16;
inline constexpr Oid bytea = 17;
inline constexpr Oid single_char = 18; ///< "char"
inline constexpr Oid name = 19;
inline constexpr Oid int8 = 20;
inline constexpr Oid int2 = 21;
inline constexpr Oid int4 = 23;
inline constexpr Oid text = 25;
inline constexpr Oid oid = 26;
inline constexpr Oid tid = 27; ///< where a row is
inline constexpr Oid json = 114;
inline constexpr Oid float4 = 700;
inline constexpr Oid float8 = 701;
inline constexpr Oid bpchar = 1042;
inline constexpr Oid varchar = 1043;
inline constexpr Oid date = 1082;
inline constexpr Oid time = 1083;
inline constexpr Oid timestamp = 1114;
inline constexpr Oid timestamptz = 1184;
inline constexpr Oid interval = 1186;
inline constexpr Oid numeric = 1700;
inline constexpr Oid uuid = 2950;
inline constexpr Oid jsonb = 3802;
} // namespace type_oid

/// What a type that is no domain holds, by its OID and its pg_type.typtype ('e' is an enum).
/// Everything that assay does not know is `other` and read by its text form.
ColumnType column_type(Oid type, char typtype) noexcept;

} // namespace assay::postgres
