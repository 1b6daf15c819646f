// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/sqlite_times.hpp"

#include "assay/base/text.hpp"

#include <algorithm>
#include <string_view>

namespace assay {
namespace {

bool holds_any(const ColumnSpec& column, std::initializer_list<std::string_view> parts) {
    const std::string type = to_lower_ascii(column.declared_type);
    return std::any_of(parts.begin(), parts.end(), [&type](std::string_view part) {
        return type.find(part) != std::string::npos;
    });
}

} // namespace

bool has_text_affinity(const ColumnSpec& column) {
    return !holds_any(column, {"int"}) && holds_any(column, {"char", "clob", "text"});
}

bool has_real_affinity(const ColumnSpec& column) {
    return !holds_any(column, {"int", "char", "clob", "text", "blob"}) &&
           holds_any(column, {"real", "floa", "doub"});
}

std::int64_t day_of(Micros micros) noexcept {
    const std::int64_t days = micros / micros_per_day;
    return micros % micros_per_day < 0 ? days - 1 : days;
}

Value real_parameter(double number) {
    Value value;
    value.kind = CellKind::real;
    value.real = number;
    return value;
}

Value text_parameter(std::string text) {
    Value value;
    value.kind = CellKind::text;
    value.bytes = std::move(text);
    return value;
}

} // namespace assay
