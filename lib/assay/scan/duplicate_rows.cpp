// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_rows.hpp"

#include "assay/metric/time_accumulator.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace assay {
namespace {

struct FingerprintHash {
    std::size_t operator()(const Fingerprint& key) const noexcept { return key.low; }
};

/// Tells where a row of a batch stands.
using ReadPlace = std::function<RowPlace(const RowBatch&, std::size_t)>;

class RowSink final : public BatchSink {
public:
    RowSink(ReadPlace place, const DuplicateRowsRequest& request,
            const std::vector<DuplicateGroup>& wanted)
        : m_place(std::move(place)), m_request(request), m_wanted(wanted), m_groups(wanted.size()) {
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
                throw other_rows_than_before();
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
        group.first.push_back({m_place(batch, row), time_of(batch, row), filled(batch, row)});
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

    ReadPlace m_place;
    const DuplicateRowsRequest& m_request;
    const std::vector<DuplicateGroup>& m_wanted;
    std::unordered_map<Fingerprint, std::size_t, FingerprintHash> m_places;
    std::vector<DuplicateRows> m_groups;
    std::string m_scratch;
};

/// @param places columns that say where rows stand, to be the last ones
ScanRequest row_scan(const TableSchema& table, const DuplicateRowsRequest& request,
                     const std::vector<std::size_t>& places) {
    ScanRequest scan;
    scan.table = &table;
    scan.where = request.where;
    scan.columns = request.key;
    if (request.time) {
        scan.columns.push_back(*request.time);
    }
    scan.columns.insert(scan.columns.end(), request.counted.begin(), request.counted.end());
    scan.columns.insert(scan.columns.end(), places.begin(), places.end());
    return scan;
}

/// NULL, numbers, texts, binary data.
int class_of(const Value& value) noexcept {
    switch (value.kind) {
    case CellKind::null: return 0;
    case CellKind::integer:
    case CellKind::real: return 1;
    case CellKind::text: return 2;
    case CellKind::blob: return 3;
    }
    return 0;
}

/// A long double holds every integer.
long double number_of(const Value& value) noexcept {
    return value.kind == CellKind::integer ? static_cast<long double>(value.integer)
                                           : static_cast<long double>(value.real);
}

bool is_before(const Value& left, const Value& right) {
    return std::tuple(class_of(left), number_of(left), std::string_view(left.bytes)) <
           std::tuple(class_of(right), number_of(right), std::string_view(right.bytes));
}

/// Put the keys in order, and the rows of each group in that of their keys.
void sort_keys(KeyedDuplicateRows& rows) {
    std::vector<std::size_t> order(rows.keys.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::lexicographical_compare(rows.keys[a].begin(), rows.keys[a].end(),
                                            rows.keys[b].begin(), rows.keys[b].end(), is_before);
    });
    std::vector<std::vector<Value>> keys;
    std::vector<std::int64_t> rank(order.size());
    for (const std::size_t number : order) {
        rank[number] = static_cast<std::int64_t>(keys.size());
        keys.push_back(std::move(rows.keys[number]));
    }
    rows.keys = std::move(keys);
    for (auto& group : rows.groups) {
        for (auto& row : group.first) {
            row.place.place = rank[static_cast<std::size_t>(row.place.place)];
        }
        std::sort(group.first.begin(), group.first.end(),
                  [](const auto& a, const auto& b) { return a.place < b.place; });
    }
}

} // namespace

Error other_rows_than_before() {
    return {ErrorKind::changed,
            "a second scan of one snapshot found other rows: the table was rewritten meanwhile, or "
            "it is a view that gives other rows each time, as by random()",
            "run again when nobody rewrites the table; --limit 0 reads it once"};
}

std::vector<DuplicateRows> read_duplicate_rows(Session& session, const PlacedTable& table,
                                               const DuplicateRowsRequest& request,
                                               const std::vector<DuplicateGroup>& wanted) {
    RowSink sink([&](const RowBatch& batch, std::size_t row) { return table.read(batch, row); },
                 request, wanted);
    session.scan(row_scan(table.schema(), request, table.columns()), sink);
    return sink.take();
}

KeyedDuplicateRows read_keyed_duplicate_rows(Session& session, const TableSchema& table,
                                             const DuplicateRowsRequest& request,
                                             const std::vector<std::size_t>& primary_key,
                                             const std::vector<DuplicateGroup>& wanted) {
    KeyedDuplicateRows found;
    RowSink sink(
        [&](const RowBatch& batch, std::size_t row) {
            auto& key = found.keys.emplace_back();
            const std::size_t begin = batch.columns.size() - primary_key.size();
            for (std::size_t i = 0; i < primary_key.size(); ++i) {
                key.push_back(value_at(batch.columns[begin + i], row));
            }
            return RowPlace{0, static_cast<std::int64_t>(found.keys.size()) - 1};
        },
        request, wanted);
    session.scan(row_scan(table, request, primary_key), sink);
    found.groups = sink.take();
    sort_keys(found);
    return found;
}

} // namespace assay
