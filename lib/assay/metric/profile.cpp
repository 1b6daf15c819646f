// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/metric/profile.hpp"

namespace assay {

std::string_view to_string(Method method) noexcept {
    switch (method) {
    case Method::exact: return "exact";
    case Method::estimate: return "estimate";
    case Method::sample: return "sample";
    }
    return "exact";
}

bool holds_only(ColumnType type, const ColumnProfile& column) noexcept {
    const std::int64_t of_kind = type == ColumnType::boolean ? column.integers : column.texts;
    return column.rows - column.nulls == of_kind;
}

} // namespace assay
