// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/column_bridge.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/base/time.hpp"
#include "assay/base/uuid.hpp"
#include "assay/metric/number_time.hpp"

namespace assay {
namespace {

const ColumnSpec& column_a(const TablePair& tables, const ColumnPair& pair) {
    return tables.a->columns[pair.a];
}
const ColumnSpec& column_b(const TablePair& tables, const ColumnPair& pair) {
    return tables.b->columns[pair.b];
}

/// A column of SQLite that keeps numbers and texts as they come: 1 and '1' are two values there.
bool has_no_type(const ColumnSpec& column) {
    const std::string declared = to_lower_ascii(column.declared_type);
    return declared.empty() || declared == "any" || declared == "blob";
}

/// A float of Postgres in 32 bits, which stands for every number that rounds to it.
bool is_single(const ColumnSpec& column) {
    return column.type == ColumnType::real && column.enforced && column.declared_type == "real";
}

bool is_of_other_precision(const ColumnSpec& a, const ColumnSpec& b) {
    return a.type == ColumnType::real && b.type == ColumnType::real && is_single(a) != is_single(b);
}

/// Do the columns write values of one type in different ways, as json and jsonb, or a uuid of
/// Postgres and one of SQLite?
bool are_written_otherwise(const ColumnSpec& a, const ColumnSpec& b) {
    return a.type == b.type && (a.enforced != b.enforced ||
                                to_lower_ascii(a.declared_type) != to_lower_ascii(b.declared_type));
}

Comparison comparison_of(const ColumnSpec& a, const ColumnSpec& b, TextRule rule) {
    if (are_written_otherwise(a, b) && a.type == ColumnType::uuid) {
        return Comparison::uuid;
    }
    if (are_written_otherwise(a, b) && a.type == ColumnType::json) {
        return Comparison::json;
    }
    if (rule == TextRule::exact && has_no_type(a) && has_no_type(b)) {
        return Comparison::number;
    }
    const Comparison comparison = comparison_for(a.type, b.type);
    return comparison == Comparison::text && rule == TextRule::padded ? Comparison::padded_text
                                                                      : comparison;
}

/// May there be numbers in a column that holds times, or is compared with such a one?
bool may_hold_numbers(const ColumnSpec& column) {
    return column.readable &&
           (is_numeric(column.type) || (is_temporal(column.type) && !column.enforced));
}

/// Let numbers be times where the other side has times of another form.
void bridge_times(const TablePair& tables, const NumberTimes& numbers, ColumnPair& pair) {
    const ColumnSpec& a = column_a(tables, pair);
    const ColumnSpec& b = column_b(tables, pair);
    if (!numbers || (!is_temporal(a.type) && !is_temporal(b.type))) {
        return;
    }
    const auto in_a = may_hold_numbers(a) ? numbers(Side::a, pair.a) : std::nullopt;
    const auto in_b = may_hold_numbers(b) ? numbers(Side::b, pair.b) : std::nullopt;
    if (in_a == in_b) {
        return;
    }
    pair.comparison = Comparison::time;
    if (in_a) {
        pair.as_a = time_comparison(*in_a);
    }
    if (in_b) {
        pair.as_b = time_comparison(*in_b);
    }
}

bool tells_times(const std::optional<Comparison>& as) noexcept {
    return as && encoding_of(*as).has_value();
}

Column column_of(const Value& value) {
    Column column(value.type);
    append_value(column, value);
    return column;
}

/// A word among times or numbers, or a moment that no number tells, as infinity.
bool is_word(const Value& value) {
    return value.kind == CellKind::text
               ? !is_decimal(value.bytes)
               : value.kind == CellKind::integer && is_temporal(value.type);
}

std::optional<Value> restated_time(const ColumnPair& pair, const Value& value) {
    const auto moment =
        comparable_instant(pair.as_a.value_or(Comparison::time), column_of(value), 0);
    if (!moment) {
        return is_word(value) ? std::optional(value) : std::nullopt;
    }
    if (!tells_times(pair.as_b)) {
        // Before the year 1 the text of a moment is no time to SQLite.
        const Value time{ColumnType::timestamptz, CellKind::integer, *moment, 0, {}};
        return parse_time(display(time)) ? std::optional(time) : std::nullopt;
    }
    auto number = number_of_moment(*encoding_of(*pair.as_b), *moment);
    return number
               ? std::optional(Value{ColumnType::decimal, CellKind::text, 0, 0, std::move(*number)})
               : std::nullopt;
}

Value restated_uuid(const ColumnSpec& b, const Value& value) {
    const auto bytes = comparable_uuid(column_of(value), 0);
    if (!bytes) {
        return value;
    }
    std::string uuid(bytes->data(), bytes->size());
    return b.type == ColumnType::bytes
               ? Value{b.type, CellKind::blob, 0, 0, std::move(uuid)}
               : Value{ColumnType::uuid, CellKind::text, 0, 0, format_uuid(uuid)};
}

} // namespace

ColumnPair bridge(const TablePair& tables, const ColumnMatch& match, const StoreRules& rules) {
    ColumnPair pair{match.first, match.second};
    const ColumnSpec& a = column_a(tables, pair);
    const ColumnSpec& b = column_b(tables, pair);
    pair.comparison = comparison_of(a, b, rules.text);
    if (pair.comparison == Comparison::uuid) {
        // A store that has uuids writes each of them in one way.
        const auto is_uuid = [](const ColumnSpec& column) {
            return column.enforced && column.type == ColumnType::uuid;
        };
        pair.as_a = is_uuid(a) ? std::optional(Comparison::text) : std::nullopt;
        pair.as_b = is_uuid(b) ? std::optional(Comparison::text) : std::nullopt;
    }
    bridge_times(tables, rules.numbers, pair);
    return pair;
}

Comparison comparison_with_itself(const ColumnSpec& column) {
    return has_no_type(column) ? Comparison::number : comparison_for(column.type, column.type);
}

bool keeps_texts(const ColumnSpec& column) {
    return column.type == ColumnType::text || has_no_type(column);
}

bool is_lossy(const TablePair& tables, const ColumnPair& pair) {
    const ColumnSpec& a = column_a(tables, pair);
    const ColumnSpec& b = column_b(tables, pair);
    const bool spell_values =
        keeps_texts(a) && keeps_texts(b) &&
        (pair.comparison == Comparison::time || pair.comparison == Comparison::spelled_number);
    const bool is_bridged = pair.comparison == Comparison::json ||
                            pair.comparison == Comparison::padded_text || spell_values ||
                            is_restated(pair);
    // Only one side tells 1 and '1' apart.
    const bool is_untyped = has_no_type(a) != has_no_type(b);
    return is_lossy(a.type, b.type) || is_of_other_precision(a, b) || is_bridged || is_untyped;
}

std::pair<std::string, std::string> type_names(const TablePair& tables, const ColumnPair& pair) {
    const ColumnSpec& a = column_a(tables, pair);
    const ColumnSpec& b = column_b(tables, pair);
    if (is_of_other_precision(a, b) || (a.type == ColumnType::json && b.type == a.type)) {
        return {to_lower_ascii(a.declared_type), to_lower_ascii(b.declared_type)};
    }
    return {std::string(to_string(a.type)), std::string(to_string(b.type))};
}

std::string_view number_words(Side side, const ColumnPair& pair) {
    const auto as = side == Side::a ? pair.as_a : pair.as_b;
    return tells_times(as) ? to_string(*encoding_of(*as)) : std::string_view();
}

Value as_time(const std::optional<Comparison>& as, const Value& value) {
    const auto moment = tells_times(as) && value.kind != CellKind::null
                            ? comparable_instant(*as, column_of(value), 0)
                            : std::nullopt;
    return moment ? Value{ColumnType::timestamptz, CellKind::integer, *moment, 0, {}} : value;
}

Value as_number(Comparison comparison, const Value& value) {
    const std::string_view text = without_trailing_blanks(value.bytes);
    const bool is_number = comparison == Comparison::spelled_number &&
                           value.kind == CellKind::text && is_spelled_number(text);
    return is_number ? Value{ColumnType::decimal, CellKind::text, 0, 0, std::string(text)} : value;
}

bool are_equal(const ColumnPair& pair, const Value& a, const Value& b) {
    std::string in_a;
    std::string in_b;
    append_comparable(pair.as_a.value_or(pair.comparison), column_of(a), 0, in_a);
    append_comparable(pair.as_b.value_or(pair.comparison), column_of(b), 0, in_b);
    return in_a == in_b || (pair.tolerance && is_within(*pair.tolerance, in_a, in_b));
}

bool is_restated(const ColumnPair& pair) noexcept {
    return pair.comparison == Comparison::uuid || tells_times(pair.as_a) || tells_times(pair.as_b);
}

std::optional<Value> restated(const TablePair& tables, const ColumnPair& pair, const Value& value) {
    if (value.kind == CellKind::null) {
        return value;
    }
    return pair.comparison == Comparison::uuid ? restated_uuid(column_b(tables, pair), value)
                                               : restated_time(pair, value);
}

} // namespace assay
