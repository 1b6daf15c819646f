// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_rows.hpp"

#include "assay/base/error.hpp"
#include "assay/metric/time_accumulator.hpp"

#include <algorithm>
#include <unordered_map>

namespace assay {
namespace {

struct FingerprintHash {
    std::size_t operator()(const Fingerprint& key) const noexcept { return key.low; }
};

class RowSink final : public BatchSink {
public:
    RowSink(const PlacedTable& table, const DuplicateRowsRequest& request,
            const std::vector<DuplicateGroup>& wanted)
        : m_table(table), m_request(request), m_wanted(wanted), m_groups(wanted.size()) {
        m_places.reserve(wanted.size());
        for (const auto& group : wanted) {
            m_places.emplace(group.key, m_places.size());
        }
    }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_scratch.clear();
            for (std::size_t i = 0; i < m_request.key.size(); ++i) {
                append_canonical(batch.columns[i], row, m_scratch);
            }
            const auto found = m_places.find(fingerprint(m_scratch));
            if (found != m_places.end()) {
                add(found->second, batch, row);
            }
        }
    }

    std::vector<DuplicateRows> take() {
        for (std::size_t i = 0; i < m_groups.size(); ++i) {
            if (m_groups[i].rows != m_wanted[i].rows) {
                throw Error(ErrorKind::changed,
                            "the table changed between two scans of one snapshot",
                            "run again when nobody rewrites the table");
            }
            auto& first = m_groups[i].first;
            std::sort(first.begin(), first.end(),
                      [](const auto& a, const auto& b) { return a.place < b.place; });
        }
        return std::move(m_groups);
    }

private:
    void add(std::size_t index, const RowBatch& batch, std::size_t row) {
        DuplicateRows& group = m_groups[index];
        ++group.rows;
        group.first.push_back({m_table.read(batch, row), time_of(batch, row), filled(batch, row)});
    }

    Micros time_of(const RowBatch& batch, std::size_t row) const {
        if (!m_request.time) {
            return DuplicateRow{}.at;
        }
        const auto reading = read_time(batch.columns[m_request.key.size()], row);
        return reading ? reading->micros : DuplicateRow{}.at;
    }

    std::int32_t filled(const RowBatch& batch, std::size_t row) const {
        std::int32_t count = 0;
        const std::size_t begin = m_request.key.size() + (m_request.time ? 1 : 0);
        for (std::size_t i = 0; i < m_request.counted.size(); ++i) {
            count += batch.columns[begin + i].kind(row) == CellKind::null ? 0 : 1;
        }
        return count;
    }

    const PlacedTable& m_table;
    const DuplicateRowsRequest& m_request;
    const std::vector<DuplicateGroup>& m_wanted;
    std::unordered_map<Fingerprint, std::size_t, FingerprintHash> m_places;
    std::vector<DuplicateRows> m_groups;
    std::string m_scratch;
};

} // namespace

std::vector<DuplicateRows> read_duplicate_rows(Session& session, const PlacedTable& table,
                                               const DuplicateRowsRequest& request,
                                               const std::vector<DuplicateGroup>& wanted) {
    ScanRequest scan;
    scan.table = &table.schema();
    scan.where = request.where;
    scan.columns = request.key;
    if (request.time) {
        scan.columns.push_back(*request.time);
    }
    scan.columns.insert(scan.columns.end(), request.counted.begin(), request.counted.end());
    scan.columns.insert(scan.columns.end(), table.columns().begin(), table.columns().end());
    RowSink sink(table, request, wanted);
    session.scan(scan, sink);
    return sink.take();
}

} // namespace assay
