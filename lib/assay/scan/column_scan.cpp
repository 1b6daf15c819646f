// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/column_scan.hpp"

#include "assay/base/error.hpp"

#include <algorithm>
#include <map>

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

class KeySink final : public BatchSink {
public:
    explicit KeySink(NullPolicy nulls) : m_duplicates(nulls) {}
    void consume(const RowBatch& batch) override { m_duplicates.update(batch); }
    DuplicateResult result(std::size_t most) { return m_duplicates.result(most); }

private:
    DuplicateAccumulator m_duplicates;
};

/// Finds the rows of known fingerprints again, and compares their keys byte by byte.
class GroupSink final : public BatchSink {
public:
    explicit GroupSink(const std::vector<DuplicateGroup>& wanted) {
        for (const auto& group : wanted) {
            m_groups.emplace(group.key, Found{});
        }
    }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_scratch.clear();
            encode_key(batch, row, m_scratch);
            const auto group = m_groups.find(fingerprint(m_scratch));
            if (group != m_groups.end()) {
                add(group->second, batch, row);
            }
        }
    }

    KeyGroup take(const DuplicateGroup& wanted) {
        Found& found = m_groups.at(wanted.key);
        if (found.rows != wanted.rows) {
            throw Error(ErrorKind::changed, "the table changed between two scans of one snapshot",
                        "run again when nobody rewrites the table");
        }
        return {std::move(found.key), wanted.rows};
    }

private:
    struct Found {
        std::string bytes;
        std::vector<Value> key;
        std::int64_t rows = 0;
    };

    void add(Found& found, const RowBatch& batch, std::size_t row) {
        if (found.rows++ == 0) {
            found.bytes = m_scratch;
            for (const auto& column : batch.columns) {
                found.key.push_back(value_at(column, row));
            }
        } else if (found.bytes != m_scratch) {
            throw Error(ErrorKind::internal,
                        "two different keys have the same 128-bit fingerprint");
        }
    }

    std::map<Fingerprint, Found> m_groups;
    std::string m_scratch;
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

Duplicates scan_duplicates(Session& session, const TableSchema& table,
                           const DuplicateRequest& request) {
    const ScanRequest scan = scan_of(table, request.columns, request.where);
    KeySink keys(request.nulls);
    session.scan(scan, keys);
    DuplicateResult counted = keys.result(std::max(request.limit, request.named));
    Duplicates duplicates{counted.counts, {}, std::move(counted.largest)};
    const std::size_t shown = std::min(request.limit, duplicates.largest.size());
    if (shown > 0) {
        const std::vector<DuplicateGroup> wanted(duplicates.largest.begin(),
                                                 duplicates.largest.begin() +
                                                     static_cast<std::ptrdiff_t>(shown));
        GroupSink groups(wanted);
        session.scan(scan, groups);
        for (const auto& group : wanted) {
            duplicates.groups.push_back(groups.take(group));
        }
    }
    return duplicates;
}

} // namespace assay
