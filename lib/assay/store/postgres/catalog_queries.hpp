// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include <cstdint>
#include <string>

namespace assay::postgres {

// The statements that read the catalog, a constant number for any number of tables. Functions,
// tables and types are qualified; operators are the server's own because the session runs with an
// empty search_path, which begin_read_only() has read back.

/// One row: how many relations are left out as the system's, and as an extension's.
std::string left_out_query();

enum RelationColumn : int {
    relation_oid,
    relation_schema,
    relation_name,
    relation_kind, ///< pg_class.relkind
    relation_is_partition,
    relation_is_populated,
    relation_is_unlogged,
    relation_tuples, ///< -1: unknown
    relation_pages,
    relation_owner,
    relation_comment,
    relation_schema_usable,
    relation_selectable, ///< the whole of it
    relation_row_security
};
std::string relations_query();

enum AttributeColumn : int {
    attribute_relation,
    attribute_number,
    attribute_name,
    attribute_type,
    attribute_declared,
    attribute_not_null,
    attribute_identity,
    attribute_generated,
    attribute_default,
    attribute_comment,
    attribute_selectable,
    attribute_loose_collation ///< NULL: it takes texts for equal only if their bytes are
};
/// By relation and number; dropped columns are left out.
/// @param server_version as PQserverVersion() gives it.
std::string attributes_query(int server_version);

enum TypeColumn : int { type_id, type_kind, type_base };
/// Domains (with the type below) and enums.
std::string types_query();

enum ConstraintColumn : int {
    constraint_oid,
    constraint_relation,
    constraint_name,
    constraint_kind,
    constraint_validated,
    constraint_expression,
    constraint_target_schema,
    constraint_target_name,
    constraint_column,
    constraint_target_column
};
/// One row per column of a key, in the order of the key; at least one row per constraint.
/// @param server_version as PQserverVersion() gives it.
std::string constraints_query(int server_version);

enum IndexColumn : int {
    index_oid,
    index_relation,
    index_name,
    index_is_unique,
    index_is_valid,
    index_is_partial,
    index_is_deferrable,
    index_is_constraint,
    index_method,
    index_definition,
    index_definition_prefix, ///< what the definition begins with, up to the name of the table
    index_table_prefix,      ///< the name of the table in the definition
    index_pages,
    index_column ///< NULL: an expression
};
/// One row per key column, in order.
/// @param server_version as PQserverVersion() gives it.
std::string indexes_query(int server_version);

enum ChildColumn : int { child_parent, child_relation };
std::string children_query();

enum SizeColumn : int { size_relation, size_main, size_all };
/// Bytes of tables, materialized views and indexes: the main fork, and everything with TOAST. The
/// size functions wait for ACCESS EXCLUSIVE locks, so relations under one are left out.
std::string sizes_query();

/// "WITH RECURSIVE part AS (...)": the OIDs of a table and of all that inherits from it, as the
/// snapshot knows it.
std::string with_descendants(std::int64_t table);

enum HeapColumn : int {
    heap_kind,  ///< pg_class.relkind
    heap_bytes, ///< NULL under an ACCESS EXCLUSIVE lock, whose end this would wait for
    heap_pages  ///< of the last ANALYZE
};
/// What a scan of a table reads: itself and its descendants.
std::string heaps_query(std::int64_t table);

} // namespace assay::postgres
