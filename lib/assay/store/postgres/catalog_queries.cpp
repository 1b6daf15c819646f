// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/catalog_queries.hpp"

#include <fmt/format.h>

namespace assay::postgres {
namespace {

// Temporary tables of any session live in pg_temp_N and are nobody else's business.
const std::string relations_of_interest = R"sql(
  FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
   AND n.nspname !~ '^pg_(toast_)?temp_')sql";

const std::string is_system = "(n.nspname IN ('pg_catalog', 'information_schema', 'pg_toast'))";

const std::string is_of_extension = R"sql((EXISTS (
   SELECT FROM pg_catalog.pg_depend AS d
    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
      AND d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e')))sql";

/// The relations that a catalog lists, by OID.
std::string with_user_relations() {
    return "WITH user_relation AS (SELECT c.oid" + relations_of_interest + " AND NOT " + is_system +
           " AND NOT " + is_of_extension + ")";
}

/// The same, and what others hold or wait for exclusively. Functions that print expressions, like
/// those that tell sizes, would wait for that lock, and one table is no reason to know none.
std::string with_locks() {
    return with_user_relations() + R"sql(,
locked AS (
SELECT l.relation AS oid FROM pg_catalog.pg_locks AS l
 WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
   AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d
                      WHERE d.datname = pg_catalog.current_database())))sql";
}

} // namespace

std::string left_out_query() {
    return "SELECT pg_catalog.count(*) FILTER (WHERE " + is_system +
           "), pg_catalog.count(*) FILTER (WHERE NOT " + is_system + " AND " + is_of_extension +
           ")" + relations_of_interest;
}

std::string relations_query() {
    return with_user_relations() + R"sql(
SELECT c.oid, n.nspname, c.relname, c.relkind, c.relispartition, c.relispopulated,
       c.relpersistence = 'u', c.reltuples::pg_catalog.int8, c.relpages,
       pg_catalog.pg_get_userbyid(c.relowner),
       pg_catalog.obj_description(c.oid, 'pg_class'),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
       pg_catalog.has_table_privilege(c.oid, 'SELECT'),
       c.relrowsecurity AND pg_catalog.row_security_active(c.oid)
  FROM user_relation AS u
  JOIN pg_catalog.pg_class AS c ON c.oid = u.oid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace)sql";
}

std::string attributes_query(int server_version) {
    constexpr int version_12 = 120'000;
    const std::string generated =
        server_version >= version_12 ? "a.attgenerated" : "''::pg_catalog.\"char\"";
    const std::string loose = server_version >= version_12
                                  ? "CASE WHEN NOT o.collisdeterministic THEN o.collname END"
                                  : "NULL::pg_catalog.name";
    return with_locks() + R"sql(
SELECT a.attrelid, a.attnum, a.attname, a.atttypid,
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, )sql" +
           generated + R"sql(,
       CASE WHEN a.attrelid NOT IN (SELECT oid FROM locked)
            THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, t.description,
       CASE WHEN pg_catalog.has_table_privilege(a.attrelid, 'SELECT') THEN true
            ELSE pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') END, )sql" +
           loose + R"sql(
  FROM user_relation AS u
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = u.oid
  LEFT JOIN pg_catalog.pg_collation AS o ON o.oid = a.attcollation
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_description AS t
         ON t.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
        AND t.objoid = a.attrelid AND t.objsubid = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped
 ORDER BY a.attrelid, a.attnum)sql";
}

std::string types_query() {
    return "SELECT oid, typtype, typbasetype FROM pg_catalog.pg_type WHERE typtype IN ('d', 'e')";
}

std::string constraints_query(int server_version) {
    constexpr int version_11 = 110'000;
    // A key that refers to a partitioned table has a hidden copy for each of its partitions.
    const std::string not_hidden = server_version < version_11 ? "" : R"sql(
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint AS whole
                    WHERE whole.oid = k.conparentid AND whole.conrelid = k.conrelid))sql";
    return with_locks() + R"sql(
SELECT k.oid, k.conrelid, k.conname, k.contype, k.convalidated,
       CASE WHEN k.contype = 'c' AND k.conrelid NOT IN (SELECT oid FROM locked)
            THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
       n.nspname, r.relname, a.attname, f.attname
  FROM user_relation AS u
  JOIN pg_catalog.pg_constraint AS k ON k.conrelid = u.oid
  LEFT JOIN LATERAL ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
       WITH ORDINALITY AS p(column_number, target_number, position) ON true
  LEFT JOIN pg_catalog.pg_attribute AS a
         ON a.attrelid = k.conrelid AND a.attnum = p.column_number
  LEFT JOIN pg_catalog.pg_class AS r ON r.oid = k.confrelid
  LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = r.relnamespace
  LEFT JOIN pg_catalog.pg_attribute AS f
         ON f.attrelid = k.confrelid AND f.attnum = p.target_number
 WHERE k.contype IN ('p', 'u', 'f', 'c'))sql" +
           not_hidden + R"sql(
 ORDER BY k.conrelid, k.conname, k.oid, p.position)sql";
}

std::string indexes_query(int server_version) {
    constexpr int version_11 = 110'000;
    const std::string key_columns = server_version >= version_11 ? "i.indnkeyatts" : "i.indnatts";
    return with_locks() + R"sql(
SELECT i.indexrelid, i.indrelid, c.relname, i.indisunique,
       i.indisvalid AND i.indisready, i.indpred IS NOT NULL, NOT i.indimmediate,
       EXISTS (SELECT FROM pg_catalog.pg_constraint AS k
                WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')),
       m.amname, CASE WHEN i.indrelid NOT IN (SELECT oid FROM locked)
                      THEN pg_catalog.pg_get_indexdef(i.indexrelid) END,
       pg_catalog.concat('CREATE ', CASE WHEN i.indisunique THEN 'UNIQUE ' END, 'INDEX ',
                         pg_catalog.quote_ident(c.relname), ' ON '),
       pg_catalog.concat(pg_catalog.quote_ident(n.nspname), '.',
                         pg_catalog.quote_ident(t.relname), ' '),
       c.relpages, a.attname
  FROM user_relation AS u
  JOIN pg_catalog.pg_index AS i ON i.indrelid = u.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
  JOIN pg_catalog.pg_am AS m ON m.oid = c.relam
  JOIN pg_catalog.pg_class AS t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::pg_catalog.int2[])
       WITH ORDINALITY AS p(column_number, position)
  LEFT JOIN pg_catalog.pg_attribute AS a
         ON a.attrelid = i.indrelid AND a.attnum = p.column_number AND p.column_number <> 0
 WHERE p.position <= )sql" +
           key_columns + R"sql(
 ORDER BY i.indrelid, c.relname, i.indexrelid, p.position)sql";
}

std::string children_query() { return "SELECT inhparent, inhrelid FROM pg_catalog.pg_inherits"; }

std::string sizes_query() {
    return with_locks() + R"sql(,
busy AS (
SELECT oid FROM locked
UNION SELECT i.indrelid FROM pg_catalog.pg_index AS i JOIN locked AS l ON l.oid = i.indexrelid
UNION SELECT c.oid FROM pg_catalog.pg_class AS c JOIN locked AS l ON l.oid = c.reltoastrelid),
sized AS (
SELECT c.oid FROM user_relation AS u JOIN pg_catalog.pg_class AS c ON c.oid = u.oid
 WHERE c.relkind IN ('r', 'm')
UNION ALL
SELECT i.indexrelid FROM user_relation AS u JOIN pg_catalog.pg_index AS i ON i.indrelid = u.oid
  JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid AND c.relkind = 'i')
SELECT s.oid, pg_catalog.pg_relation_size(s.oid), pg_catalog.pg_table_size(s.oid)
  FROM sized AS s
 WHERE s.oid NOT IN (SELECT oid FROM busy))sql";
}

std::string with_descendants(std::int64_t table) {
    return fmt::format("WITH RECURSIVE part AS (SELECT {}::pg_catalog.oid AS oid UNION"
                       " SELECT i.inhrelid FROM pg_catalog.pg_inherits AS i"
                       " JOIN part ON i.inhparent OPERATOR(pg_catalog.=) part.oid)",
                       table);
}

std::string heaps_query(std::int64_t table) {
    return with_descendants(table) + R"sql(
SELECT c.relkind, CASE WHEN c.oid NOT IN (
         SELECT l.relation FROM pg_catalog.pg_locks AS l
          WHERE l.locktype = 'relation' AND l.mode = 'AccessExclusiveLock'
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d
                               WHERE d.datname = pg_catalog.current_database()))
       THEN pg_catalog.pg_relation_size(c.oid) END, c.relpages
  FROM part JOIN pg_catalog.pg_class AS c ON c.oid = part.oid
 WHERE c.relkind <> 'p')sql";
}

} // namespace assay::postgres
