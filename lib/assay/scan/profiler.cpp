// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/profiler.hpp"

#include "assay/metric/column_accumulator.hpp"

namespace assay {
namespace {

class ProfileSink final : public BatchSink {
public:
    ProfileSink(const ScanRequest& scan, std::size_t memory) {
        const auto limits = AccumulatorLimits::for_memory(memory, scan.columns.size());
        m_columns.reserve(scan.columns.size());
        for (const std::size_t ordinal : scan.columns) {
            m_columns.emplace_back(scan.table->columns[ordinal], ordinal, limits);
        }
    }

    void consume(const RowBatch& batch) override {
        m_rows += static_cast<std::int64_t>(batch.row_count);
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            m_columns[i].update(batch.columns[i]);
        }
    }

    std::int64_t rows() const noexcept { return m_rows; }
    std::vector<ColumnProfile> results() const {
        std::vector<ColumnProfile> results;
        results.reserve(m_columns.size());
        for (const auto& column : m_columns) {
            results.push_back(column.result());
        }
        return results;
    }

private:
    std::int64_t m_rows = 0;
    std::vector<ColumnAccumulator> m_columns;
};

} // namespace

ScanRequest profile_scan(const TableSchema& table, const ProfileRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.sample.fraction = request.sample_fraction;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (table.columns[i].readable) {
            scan.columns.push_back(i);
        }
    }
    return scan;
}

TableProfile profile_table(Session& session, const TableSchema& table,
                           const ProfileRequest& request) {
    const ScanRequest scan = profile_scan(table, request);
    ProfileSink sink(scan, request.memory);
    session.scan(scan, sink);
    TableProfile profile;
    profile.schema = table;
    profile.rows_examined = sink.rows();
    profile.sample_fraction = request.sample_fraction;
    if (request.sample_fraction >= 1) {
        profile.rows = Count{sink.rows(), Method::exact, std::nullopt, std::nullopt};
    }
    profile.columns = sink.results();
    return profile;
}

} // namespace assay
