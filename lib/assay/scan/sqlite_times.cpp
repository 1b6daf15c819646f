// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/sqlite_times.hpp"

#include "assay/store/affinity.hpp"

#include <utility>

namespace assay {
bool has_text_affinity(const ColumnSpec& column) {
    return affinity_of(column.declared_type) == Affinity::text;
}

bool has_real_affinity(const ColumnSpec& column) {
    return affinity_of(column.declared_type) == Affinity::real;
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
