// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_keys.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/dedupe_check_unique.hpp"
#include "assay/command/key_choice.hpp"
#include "assay/scan/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

DedupeKey whole_row(const TableSchema& table, const DedupeCheckOptions& options) {
    const auto ignored = require_columns(table, options.ignore);
    DedupeKey key{{}, options.nulls.value_or(NullPolicy::equal), KeyOrigin::whole_rows};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (std::find(ignored.begin(), ignored.end(), i) == ignored.end()) {
            key.columns.push_back(i);
        }
    }
    require_some(table, key.columns);
    return key;
}

std::vector<DedupeKey> named_keys(const TableSchema& table, const DedupeCheckOptions& options) {
    std::vector<DedupeKey> keys;
    for (auto& columns : require_keys(table, options.keys)) {
        keys.push_back({std::move(columns), options.nulls.value_or(NullPolicy::distinct)});
    }
    if (keys.empty() || options.whole_rows) {
        keys.push_back(whole_row(table, options));
    }
    return keys;
}

/// What nobody named: see keys_of().
std::vector<DedupeKey> default_keys(const TableSchema& table, const DedupeCheckOptions& options) {
    const NullPolicy nulls = options.nulls.value_or(NullPolicy::distinct);
    std::vector<DedupeKey> keys;
    for (auto& columns : declared_keys(table)) {
        keys.push_back({std::move(columns), nulls, KeyOrigin::declared});
    }
    const bool has_declared = !keys.empty();
    if (const auto column = guess_key(table)) {
        keys.push_back({{*column}, nulls, KeyOrigin::guessed});
    }
    if (!has_declared) {
        keys.push_back(whole_row(table, options));
    }
    return keys;
}

bool has_text(const TableSchema& table, const std::vector<std::size_t>& columns) {
    return std::any_of(columns.begin(), columns.end(), [&](std::size_t column) {
        const ColumnType type = table.columns[column].type;
        return type == ColumnType::text || type == ColumnType::other;
    });
}

/// The same columns in another order are the same key.
void require_different(const TableSchema& table,
                       const std::vector<std::vector<std::size_t>>& keys) {
    std::vector<std::vector<std::size_t>> sorted;
    for (auto columns : keys) {
        std::sort(columns.begin(), columns.end());
        if (std::find(sorted.begin(), sorted.end(), columns) != sorted.end()) {
            throw Error(ErrorKind::usage,
                        fmt::format("--key names the key {} twice",
                                    fmt::join(names_of(table, keys[sorted.size()]), ",")),
                        "each --key is a key of its own; --key a,b is one of two columns");
        }
        sorted.push_back(std::move(columns));
    }
}

} // namespace

std::vector<std::vector<std::size_t>>
require_keys(const TableSchema& table, const std::vector<std::vector<std::string>>& named) {
    std::vector<std::vector<std::size_t>> keys;
    for (const auto& names : named) {
        keys.push_back(require_columns(table, names));
        require_once(table, keys.back());
    }
    require_different(table, keys);
    return keys;
}

void require_once(const TableSchema& table, std::vector<std::size_t> columns) {
    std::sort(columns.begin(), columns.end());
    const auto twice = std::adjacent_find(columns.begin(), columns.end());
    if (twice != columns.end()) {
        throw Error(ErrorKind::usage, fmt::format("--key names column {} twice",
                                                  display_identifier(table.columns[*twice].name)));
    }
}

void require_some(const TableSchema& table, const std::vector<std::size_t>& columns) {
    if (columns.empty()) {
        throw Error(ErrorKind::usage,
                    fmt::format("table {} has no column left to compare",
                                display_identifier(table.ref.name)),
                    "leave a column out of --ignore");
    }
}

std::vector<std::string> columns_of_result(const TableSchema& table, const DedupeKey& key) {
    return key.origin == KeyOrigin::whole_rows ? std::vector<std::string>{}
                                               : names_of(table, key.columns);
}

std::vector<DedupeKey> keys_of(StoreKind kind, const TableSchema& table,
                               const DedupeCheckOptions& options) {
    const bool is_asked = !options.keys.empty() || !options.ignore.empty() || options.whole_rows ||
                          options.repair.has_value();
    std::vector<DedupeKey> keys =
        is_asked ? named_keys(table, options) : default_keys(table, options);
    std::vector<std::size_t> all;
    for (auto& key : keys) {
        if (key.origin == KeyOrigin::named || has_text(table, key.columns)) {
            key.folds = fold_rules_of(table, key.columns, options.folds);
        }
        all.insert(all.end(), key.columns.begin(), key.columns.end());
        // A plan is made from rows, also if it is an empty one.
        if (key.origin != KeyOrigin::whole_rows && !options.verify && !options.repair) {
            key.guarantor = guarantor(kind, table, key.columns, key.nulls);
        }
    }
    require_folded_in_keys(table, all, options.folds);
    return keys;
}

std::vector<DedupeKey> counted_keys(const DedupeTarget& target) {
    std::vector<DedupeKey> counted;
    std::copy_if(target.keys.begin(), target.keys.end(), std::back_inserter(counted),
                 [](const DedupeKey& key) { return key.guarantor.empty(); });
    return counted;
}

DedupeTarget target_with(const TableSchema& table, std::vector<DedupeKey> keys) {
    DedupeTarget target{&table, std::move(keys)};
    for (const auto& key : target.keys) {
        if (!key.guarantor.empty() && key.folds.empty()) {
            continue;
        }
        for (const std::size_t column : key.columns) {
            if (std::find(target.columns.begin(), target.columns.end(), column) ==
                target.columns.end()) {
                target.columns.push_back(column);
            }
        }
    }
    return target;
}

} // namespace assay
