// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/column_scan.hpp"

namespace assay {
namespace {

class CountSink final : public BatchSink {
public:
    void consume(const RowBatch& batch) override {
        m_rows += static_cast<std::int64_t>(batch.row_count);
    }
    std::int64_t rows() const noexcept { return m_rows; }

private:
    std::int64_t m_rows = 0;
};

class TimeSink final : public BatchSink {
public:
    explicit TimeSink(const TimeLimit& limit) : m_times(limit) {}
    void consume(const RowBatch& batch) override { m_times.update(batch.columns.front()); }
    const TimeProfile& result() const noexcept { return m_times.result(); }

private:
    TimeAccumulator m_times;
};

ScanRequest scan_of(const TableSchema& table, std::vector<std::size_t> columns,
                    const std::string& where) {
    ScanRequest scan;
    scan.where = where;
    scan.table = &table;
    scan.columns = std::move(columns);
    return scan;
}

} // namespace

std::int64_t scan_row_count(Session& session, const TableSchema& table, const std::string& where) {
    CountSink sink;
    session.scan(scan_of(table, {}, where), sink);
    return sink.rows();
}

TimeProfile scan_times(Session& session, const TableSchema& table, std::size_t column,
                       const TimeLimit& limit, const std::string& where) {
    TimeSink sink(limit);
    session.scan(scan_of(table, {column}, where), sink);
    return sink.result();
}

} // namespace assay
