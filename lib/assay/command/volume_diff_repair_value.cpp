// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_repair_value.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/command/column_bridge.hpp"
#include "assay/metric/canonical_json.hpp"
#include "assay/metric/comparable.hpp"
#include "assay/store/affinity.hpp"
#include "assay/store/kept_value.hpp"
#include "assay/store/literal.hpp"

#include <utility>

namespace assay {
namespace {

/// Would a column of JSON in Postgres refuse the value?
bool is_refused(const ColumnSpec& column, const Value& value) {
    if (!column.enforced || column.type != ColumnType::json || value.kind != CellKind::text) {
        return false;
    }
    const auto canonical = canonical_json(value.bytes);
    return !canonical ||
           (column.declared_type == "jsonb" && canonical->find("\\u0000") != std::string::npos);
}

/// The text of a number as the comparison sees it: SQLite itself keeps 15 digits of a real.
Value spelled(const Value& number) {
    std::string text = number.kind == CellKind::real ? canonical_decimal(format_double(number.real))
                                                     : display(number);
    return {ColumnType::text, CellKind::text, 0, 0, std::move(text)};
}

/// The number that a text spells; nullopt if it is none, or one that SQLite has as a text alone.
std::optional<Value> number_in(std::string_view text, StoreKind kind_b) {
    text = without_trailing_blanks(text);
    return is_spelled_number(text) && (kind_b == StoreKind::postgresql || is_decimal(text))
               ? std::optional(
                     Value{ColumnType::decimal, CellKind::text, 0, 0, canonical_decimal(text)})
               : std::nullopt;
}

/// What side B gets for a value of side A, in the form in which Postgres hands out values; nullopt
/// if that is the value as it is.
std::optional<Value> in_words_of_b(const VolumeRepairFacts& facts, const ColumnPair& pair,
                                   const ColumnSpec& column, const Value& value) {
    const bool is_number = value.kind == CellKind::integer || value.kind == CellKind::real;
    if (is_number && facts.kind_a == StoreKind::sqlite && facts.kind_b == facts.kind_a &&
        affinity_of(column.declared_type) == Affinity::text) {
        return spelled(value);
    }
    const bool is_text = value.kind == CellKind::text && !is_numeric(value.type);
    return is_text && is_numeric(column.type) && pair.comparison == Comparison::spelled_number
               ? number_in(value.bytes, facts.kind_b)
               : std::nullopt;
}

/// The literal of what is written for a value of side A, if the column of side B keeps it.
std::optional<std::string> kept_literal(const RowComparison& plan, const VolumeRepairFacts& facts,
                                        const ColumnPair& pair, const ColumnSpec& column,
                                        const Value& value, const StoredValue& written) {
    auto literal = value_literal(written, facts.kind_b, column.type);
    const auto kept =
        literal ? kept_value(written, facts.kind_b, *plan.tables.b, column) : std::nullopt;
    return kept && are_equal(pair, value, *kept) ? literal : std::nullopt;
}

/// See restated().
std::optional<std::string> restated_literal(const RowComparison& plan,
                                            const VolumeRepairFacts& facts, const ColumnPair& pair,
                                            const Value& value) {
    const auto in_b = restated(plan.tables, pair, value);
    if (!in_b) {
        return std::nullopt;
    }
    ColumnSpec column = plan.tables.b->columns[pair.b];
    if (in_b->type == ColumnType::decimal && facts.kind_b == StoreKind::sqlite) {
        // A number that tells a time is a number to SQLite too, whatever the column is called.
        column.type = in_b->type;
    }
    return kept_literal(plan, facts, pair, column, value, {StoreKind::postgresql, *in_b});
}

} // namespace

std::optional<std::string> repaired_literal(const RowComparison& plan,
                                            const VolumeRepairFacts& facts, const ColumnPair& pair,
                                            Side from, const Value& value) {
    const ColumnSpec& column = plan.tables.b->columns[pair.b];
    if (from == Side::b) {
        return value_literal({facts.kind_b, value}, facts.kind_b, column.type);
    }
    if (is_refused(column, value)) {
        return std::nullopt;
    }
    if (is_restated(pair)) {
        return restated_literal(plan, facts, pair, value);
    }
    const auto in_b = in_words_of_b(facts, pair, column, value);
    return in_b ? kept_literal(plan, facts, pair, column, value, {StoreKind::postgresql, *in_b})
                : kept_literal(plan, facts, pair, column, value, {facts.kind_a, value});
}

} // namespace assay
