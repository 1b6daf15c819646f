// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/lag_times.hpp"

namespace assay {
namespace {

class LagSink final : public BatchSink {
public:
    explicit LagSink(const LagRules& rules) : m_lags(rules) {}

    void consume(const RowBatch& batch) override {
        m_lags.update(batch.columns[0], batch.columns[1]);
    }

    LagProfile result() const { return m_lags.result(); }

private:
    LagAccumulator m_lags;
};

} // namespace

ScanRequest lag_scan(const LagSource& source) {
    ScanRequest scan;
    scan.table = source.table;
    scan.columns = {source.event, source.arrival};
    scan.where = source.where;
    return scan;
}

LagProfile read_lags(Session& session, const LagSource& source, const LagRules& rules) {
    LagSink sink(rules);
    session.scan(lag_scan(source), sink);
    return sink.result();
}

} // namespace assay
