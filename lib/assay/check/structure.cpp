// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/check/structure.hpp"

#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// Views have no keys and no indexes of their own; foreign tables keep them elsewhere.
bool has_own_structure(TableKind kind) noexcept {
    return kind == TableKind::table || kind == TableKind::partitioned ||
           kind == TableKind::partition;
}

CheckResult check_primary_key(const TableSchema& table) {
    const auto columns =
        table.primary_key ? table.primary_key->columns : std::vector<std::string>{};
    CheckResult result = make_result("schema.primary_key", table.ref, {});
    result.expected = "a primary key";
    if (table.primary_key) {
        result.message = "primary key is " + join_and(columns);
        return result;
    }
    result.status = Status::fail;
    result.message = table.unique_keys.empty()
                         ? "no primary key and no unique constraint"
                         : fmt::format("no primary key, only a unique constraint on {}",
                                       join_and(table.unique_keys.front().columns));
    return result;
}

/// Does the index start with these columns, in any order?
bool leads_with(const Index& index, const std::vector<std::string>& columns) {
    return index.valid && !index.partial && index.columns.size() >= columns.size() &&
           std::is_permutation(columns.begin(), columns.end(), index.columns.begin());
}

bool rowid_leads(const TableSchema& table, const std::vector<std::string>& columns) {
    return table.primary_key && columns.size() <= table.primary_key->columns.size() &&
           std::is_permutation(columns.begin(), columns.end(), table.primary_key->columns.begin());
}

CheckResult check_foreign_key_index(const TableSchema& table, const ForeignKey& key) {
    CheckResult result = make_result("schema.foreign_key_index", table.ref, key.columns);
    result.expected = "an index that starts with the foreign key";
    const bool found =
        rowid_leads(table, key.columns) ||
        std::any_of(table.indexes.begin(), table.indexes.end(),
                    [&](const Index& index) { return leads_with(index, key.columns); });
    result.message = fmt::format("the foreign key to {} has {}index", key.referenced.name,
                                 found ? "an " : "no ");
    result.status = found ? Status::pass : Status::fail;
    return result;
}

bool same_work(const Index& left, const Index& right) {
    // An index that is not valid serves no query, so no other one does its work.
    return left.valid && right.valid && left.columns == right.columns &&
           left.definition == right.definition && left.method == right.method &&
           left.partial == right.partial;
}

/// Of two indexes that do the same work, is the left one to be kept? Never drop one behind a
/// constraint, nor a unique one in favour of a plain one; else keep the one that comes first.
bool worth_more(const Index& left, const Index& right) {
    if (right.constraint) {
        return false;
    }
    if (left.constraint || left.unique != right.unique) {
        return left.constraint || left.unique;
    }
    return &left < &right;
}

/// The finding that an index does no work of its own.
CheckResult duplicate_index(const TableSchema& table, const Index& kept, const Index& surplus) {
    // The name keeps the fingerprints of several surplus indexes on the same columns apart.
    CheckResult result = make_result("schema.duplicate_index", table.ref, {surplus.name});
    result.columns = surplus.columns;
    result.status = Status::fail;
    result.expected = "no two indexes on the same columns";
    result.message = fmt::format("index {} does the same work as {}", surplus.name, kept.name);
    if (surplus.bytes) {
        result.observed = {*surplus.bytes, "bytes"};
    }
    result.evidence = {{"index", surplus.name}, {"same_as", kept.name}};
    return result;
}

std::vector<CheckResult> check_duplicate_indexes(const TableSchema& table) {
    std::vector<CheckResult> results;
    for (const Index& index : table.indexes) {
        const auto better =
            std::find_if(table.indexes.begin(), table.indexes.end(), [&](const Index& other) {
                return &other != &index && same_work(other, index) && worth_more(other, index);
            });
        if (better != table.indexes.end()) {
            results.push_back(duplicate_index(table, *better, index));
        }
    }
    if (results.empty() && !table.indexes.empty()) {
        results.push_back(make_result("schema.duplicate_index", table.ref, {}));
        results.back().message = count_of(std::int64_t(table.indexes.size()), "index", "indexes") +
                                 ", each with its own work";
    }
    return results;
}

CheckResult check_populated(const TableSchema& table) {
    CheckResult result = make_result("table.populated", table.ref, {});
    result.status = table.populated ? Status::pass : Status::fail;
    result.expected = "a materialized view that was filled";
    result.message = table.populated ? "the materialized view has been filled"
                                     : "the materialized view was never filled";
    return result;
}

} // namespace

std::vector<CheckResult> check_structure(const TableSchema& table) {
    std::vector<CheckResult> results;
    if (table.kind == TableKind::materialized_view) {
        results.push_back(check_populated(table));
    }
    if (!has_own_structure(table.kind)) {
        return results;
    }
    results.push_back(check_primary_key(table));
    for (const auto& key : table.foreign_keys) {
        results.push_back(check_foreign_key_index(table, key));
    }
    for (auto& result : check_duplicate_indexes(table)) {
        results.push_back(std::move(result));
    }
    return results;
}

} // namespace assay
