// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/values.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/text.hpp"
#include "assay/metric/mask.hpp"

namespace assay {
namespace {

/// Text that stands for a number or a time says no more about a person than that.
bool is_number_or_time(const Value& value) {
    const bool decimal = value.type == ColumnType::decimal && is_decimal(value.bytes);
    const bool time = (is_temporal(value.type) || value.type == ColumnType::time) &&
                      parse_time(value.bytes).has_value();
    return decimal || time;
}

} // namespace

Fact shown(const Value& value, ValuesPolicy policy, std::int64_t rows) {
    if (value.kind == CellKind::null) {
        return {};
    }
    if (policy == ValuesPolicy::none) {
        return "(hidden)";
    }
    if (policy == ValuesPolicy::all) {
        return to_fact(value);
    }
    switch (value.kind) {
    case CellKind::null:
    case CellKind::integer:
    case CellKind::real: return to_fact(value);
    case CellKind::blob: return count_of(std::int64_t(value.bytes.size()), "byte");
    case CellKind::text: break;
    }
    if (rows >= rows_to_show_text || is_number_or_time(value)) {
        return to_fact(value);
    }
    return exact_mask(value.bytes);
}

} // namespace assay
