// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/group_comparison.hpp"

#include "assay/metric/time_accumulator.hpp"

#include <algorithm>

namespace assay {

std::optional<Value> time_value(const Column& column, std::size_t row) {
    const auto reading = read_time(column, row);
    if (!reading) {
        return std::nullopt;
    }
    if (reading->encoding == TimeEncoding::native) {
        return value_at(column, row);
    }
    const ColumnType type = reading->naive ? ColumnType::timestamp : ColumnType::timestamptz;
    return Value{type, CellKind::integer, reading->micros, 0, {}};
}

void GroupComparison::add(const ComparedColumns& compared, const RowBatch& batch, std::size_t row) {
    std::string bytes;
    for (std::size_t i = 0; i < compared.columns.size(); ++i) {
        bytes.clear();
        append_canonical(batch.columns[compared.columns[i]], row, bytes);
        const Fingerprint cell = fingerprint(bytes);
        if (m_rows == 0) {
            m_first.push_back(cell);
        } else if (cell != m_first[i]) {
            note_difference(i);
        }
    }
    ++m_rows;
    const auto reading =
        compared.time ? read_time(batch.columns[*compared.time], row) : std::nullopt;
    if (reading) {
        const Time time{reading->micros, *time_value(batch.columns[*compared.time], row)};
        note_times(1, time, time);
    }
}

void GroupComparison::merge(const GroupComparison& other) {
    if (other.m_rows == 0) {
        return;
    }
    if (m_rows == 0) {
        *this = other;
        return;
    }
    for (const std::size_t column : other.m_differing) {
        note_difference(column);
    }
    for (std::size_t i = 0; i < m_first.size(); ++i) {
        if (m_first[i] != other.m_first[i]) {
            note_difference(i);
        }
    }
    m_rows += other.m_rows;
    if (other.m_dated_rows > 0) {
        note_times(other.m_dated_rows, other.m_earliest, other.m_latest);
    }
}

std::optional<std::pair<Value, Value>> GroupComparison::times() const {
    return m_rows > 0 && m_dated_rows == m_rows
               ? std::optional(std::pair(m_earliest.second, m_latest.second))
               : std::nullopt;
}

void GroupComparison::note_difference(std::size_t column) {
    const auto place = std::lower_bound(m_differing.begin(), m_differing.end(), column);
    if (place == m_differing.end() || *place != column) {
        m_differing.insert(place, column);
    }
}

void GroupComparison::note_times(std::size_t rows, const Time& earliest, const Time& latest) {
    if (m_dated_rows == 0 || earliest.first < m_earliest.first) {
        m_earliest = earliest;
    }
    if (m_dated_rows == 0 || latest.first > m_latest.first) {
        m_latest = latest;
    }
    m_dated_rows += rows;
}

} // namespace assay
