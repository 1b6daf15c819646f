// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/table/value.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay {

/// A text as a literal: on one line, without characters that a terminal or a shell would obey,
/// whatever the settings of the session that reads it.
/// @return nullopt where the store cannot hold it: NUL bytes and invalid UTF-8 in Postgres.
std::optional<std::string> text_literal(StoreKind kind, std::string_view text);

/// What stands in a column of a store.
struct StoredValue {
    StoreKind kind = StoreKind::sqlite;
    const Value& value;
};

/// A value as a literal for a column of type `type` in a store, perhaps another one: 1 for true in
/// SQLite, a moment with or without its zone. For SQL that is written, not executed: assay itself
/// sends values as parameters.
/// @return nullopt where nothing that such a column holds means the same: an infinite number where
/// there are only integers, a NaN in SQLite.
std::optional<std::string> value_literal(const StoredValue& stored, StoreKind kind,
                                         ColumnType type);
/// The value of that literal in SQLite, before the affinity of a column changes it.
std::optional<Value> value_for_sqlite(const StoredValue& stored, ColumnType type);

} // namespace assay
