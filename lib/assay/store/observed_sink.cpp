// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/observed_sink.hpp"

#include <algorithm>

namespace assay {
namespace {

/// How many rows a scan of the whole table probably gives. A condition makes that unknown.
std::optional<std::int64_t> expected_rows(const ScanRequest& request) {
    const auto rows = request.table->stats.row_estimate;
    if (!rows || !request.where.empty()) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(static_cast<double>(*rows) *
                                     std::min(1.0, request.sample.fraction));
}

} // namespace

ObservedSink::ObservedSink(Observer& observer, const ScanRequest& request, BatchSink& sink)
    : m_observer(observer), m_sink(sink), m_table(qualified_name(request.table->ref)) {
    m_observer.scan_began({m_table, expected_rows(request), request.parts.size()});
}

void ObservedSink::begin_part(std::size_t index) {
    m_observer.part_began(m_table);
    m_sink.begin_part(index);
}

void ObservedSink::consume(const RowBatch& batch) {
    m_sink.consume(batch);
    m_observer.rows_read(m_table, static_cast<std::int64_t>(batch.row_count));
}

} // namespace assay
