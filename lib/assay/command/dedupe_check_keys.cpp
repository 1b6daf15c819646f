// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_keys.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/scan/selection.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace assay {
namespace {

DedupeKey whole_row(const TableSchema& table, const DedupeCheckOptions& options) {
    const auto ignored = ordinals_of(table, options.ignore);
    DedupeKey key{{}, options.nulls.value_or(NullPolicy::equal), true};
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (std::find(ignored.begin(), ignored.end(), i) == ignored.end()) {
            key.columns.push_back(i);
        }
    }
    require_some(table, key.columns);
    return key;
}

/// The same columns in another order are the same key.
void require_different(const TableSchema& table, const std::vector<DedupeKey>& keys) {
    std::vector<std::vector<std::size_t>> sorted;
    for (const auto& key : keys) {
        auto columns = key.columns;
        std::sort(columns.begin(), columns.end());
        if (std::find(sorted.begin(), sorted.end(), columns) != sorted.end()) {
            throw Error(ErrorKind::usage,
                        fmt::format("--key names the key {} twice",
                                    fmt::join(names_of(table, key.columns), ",")),
                        "each --key is a key of its own; --key a,b is one of two columns");
        }
        sorted.push_back(std::move(columns));
    }
}

} // namespace

std::vector<std::string> names_of(const TableSchema& table,
                                  const std::vector<std::size_t>& columns) {
    std::vector<std::string> names;
    for (const std::size_t ordinal : columns) {
        names.push_back(table.columns[ordinal].name);
    }
    return names;
}

std::vector<std::size_t> ordinals_of(const TableSchema& table,
                                     const std::vector<std::string>& names) {
    std::vector<std::size_t> ordinals;
    ordinals.reserve(names.size());
    for (const auto& name : names) {
        ordinals.push_back(require_column(table, name));
    }
    return ordinals;
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
    return key.is_whole_row ? std::vector<std::string>{} : names_of(table, key.columns);
}

std::vector<DedupeKey> keys_of(const TableSchema& table, const DedupeCheckOptions& options) {
    std::vector<DedupeKey> keys;
    for (const auto& names : options.keys) {
        DedupeKey key{ordinals_of(table, names), options.nulls.value_or(NullPolicy::distinct)};
        require_once(table, key.columns);
        keys.push_back(std::move(key));
    }
    require_different(table, keys);
    if (keys.empty()) {
        keys.push_back(whole_row(table, options));
    }
    return keys;
}

DedupeTarget target_with(const TableSchema& table, std::vector<DedupeKey> keys) {
    DedupeTarget target{&table, std::move(keys)};
    for (const auto& key : target.keys) {
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
