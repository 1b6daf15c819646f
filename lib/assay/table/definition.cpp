// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/table/definition.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

namespace assay {
namespace {

auto parts(const ColumnSpec& column) {
    return std::tie(column.name, column.type, column.declared_type, column.nullable,
                    column.enforced, column.readable, column.generated);
}

auto parts(const Key& key) { return std::tie(key.name, key.columns); }

auto parts(const ForeignKey& key) {
    return std::tie(key.name, key.columns, key.referenced, key.referenced_columns, key.validated);
}

auto parts(const Index& index) {
    return std::tie(index.name, index.columns, index.unique, index.valid, index.partial,
                    index.deferrable, index.constraint, index.method, index.definition);
}

auto parts(const CheckConstraint& check) {
    return std::tie(check.name, check.sql, check.validated);
}

template <typename Part>
bool are_same(const std::vector<Part>& left, const std::vector<Part>& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const Part& a, const Part& b) { return parts(a) == parts(b); });
}

std::vector<Index> unique_ones(const std::vector<Index>& indexes) {
    std::vector<Index> unique;
    std::copy_if(indexes.begin(), indexes.end(), std::back_inserter(unique),
                 [](const Index& index) { return index.unique; });
    return unique;
}

} // namespace

bool have_same_definition(const TableSchema& left, const TableSchema& right) {
    const bool has_same_key = left.primary_key && right.primary_key
                                  ? parts(*left.primary_key) == parts(*right.primary_key)
                                  : left.primary_key.has_value() == right.primary_key.has_value();
    return left.kind == right.kind && left.has_children == right.has_children &&
           left.without_rowid == right.without_rowid && left.strict == right.strict &&
           has_same_key && are_same(left.columns, right.columns) &&
           are_same(left.unique_keys, right.unique_keys) &&
           are_same(left.foreign_keys, right.foreign_keys) &&
           are_same(unique_ones(left.indexes), unique_ones(right.indexes)) &&
           are_same(left.checks, right.checks);
}

} // namespace assay
