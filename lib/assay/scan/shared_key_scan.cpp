// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/shared_key_scan.hpp"

#include "assay/scan/both_sides.hpp"
#include "assay/scan/duplicate_rows.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <utility>

namespace assay {
namespace {

struct FingerprintHash {
    std::size_t operator()(const Fingerprint& key) const noexcept { return key.low; }
};

/// Makes the fingerprints of keys that are compared between stores.
class KeyReader {
public:
    explicit KeyReader(const SharedKeyRequest& request) : m_request(request) {}

    /// Call `visit(row, has_null, fingerprint)` for every row of a batch.
    template <typename Visit>
    void for_rows(const RowBatch& batch, const Visit& visit) {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_scratch.clear();
            bool has_null = false;
            for (std::size_t i = 0; i < m_request.comparisons.size(); ++i) {
                const Column& column = batch.columns[i];
                has_null = has_null || column.kind(row) == CellKind::null;
                append_comparable(m_request.comparisons[i], column, row, m_scratch);
            }
            visit(row, has_null, fingerprint(m_scratch));
        }
    }

private:
    const SharedKeyRequest& m_request;
    std::string m_scratch;
};

/// The keys that one worker reads.
class KeySink final : public BatchSink {
public:
    KeySink(const SharedKeyRequest& request, const KeyMemory& memory, TempFile& file)
        : m_reader(request), m_nulls(request.nulls), m_keys(memory, file) {}

    void consume(const RowBatch& batch) override {
        m_rows.rows += static_cast<std::int64_t>(batch.row_count);
        m_reader.for_rows(batch, [&](std::size_t, bool has_null, const Fingerprint& key) {
            m_rows.null_key_rows += has_null ? 1 : 0;
            if (!has_null || m_nulls == NullPolicy::equal) {
                m_keys.add(key);
            }
        });
    }

    const KeyRows& rows() const noexcept { return m_rows; }
    KeyPartitions& keys() noexcept { return m_keys; }

private:
    KeyReader m_reader;
    NullPolicy m_nulls;
    KeyPartitions m_keys;
    KeyRows m_rows;
};

/// A key that was found again.
struct FoundKey {
    std::vector<Value> key;
    std::int64_t rows = 0;
    std::vector<RowLocator> places; ///< of its first rows, in order
};

/// Finds the values of keys, and where the first of their rows stand.
class ValueSink final : public BatchSink {
public:
    ValueSink(const SharedKeyRequest& request, const std::vector<SharedKey>& wanted,
              const LocatedTable* placed)
        : m_reader(request), m_columns(request.comparisons.size()), m_most_places(request.places),
          m_placed(placed) {
        for (const auto& key : wanted) {
            m_found.try_emplace(key.key);
        }
    }

    void consume(const RowBatch& batch) override {
        m_reader.for_rows(batch, [&](std::size_t row, bool, const Fingerprint& key) {
            const auto found = m_found.find(key);
            if (found != m_found.end()) {
                add(found->second, batch, row);
            }
        });
    }

    /// @param rows that it had when it was counted
    FoundKey take(const Fingerprint& key, std::int64_t rows) {
        FoundKey& found = m_found.at(key);
        if (found.rows != rows) {
            throw other_rows_than_before();
        }
        return std::move(found);
    }

private:
    void add(FoundKey& found, const RowBatch& batch, std::size_t row) const {
        if (found.rows++ == 0) {
            for (std::size_t i = 0; i < m_columns; ++i) {
                found.key.push_back(value_at(batch.columns[i], row));
            }
        }
        if (m_placed == nullptr) {
            return;
        }
        keep_first(m_placed->read(batch, row), m_most_places, found.places);
    }

    KeyReader m_reader;
    std::size_t m_columns;
    std::size_t m_most_places;
    const LocatedTable* m_placed;
    std::unordered_map<Fingerprint, FoundKey, FingerprintHash> m_found;
};

/// Read a side once more, to show keys of it.
ValueSink find_values(const KeySide& side, const SharedKeyRequest& request,
                      const std::vector<SharedKey>& wanted) {
    return read_with_places(side.placed, [&](const LocatedTable* placed) {
        ValueSink values(request, wanted, placed);
        side.workers->first().scan(with_places(key_scan(side), placed), values);
        return values;
    });
}

/// The keys to show, with the values of side a.
std::vector<ShownKey> show_keys(const KeySide& a, const KeySide& b, const SharedKeyRequest& request,
                                const std::vector<SharedKey>& wanted) {
    std::vector<ShownKey> shown;
    if (wanted.empty()) {
        return shown;
    }
    std::optional<ValueSink> values_a;
    std::optional<ValueSink> values_b;
    on_both_sides([&] { values_a.emplace(find_values(a, request, wanted)); },
                  [&] {
                      if (b.placed != nullptr) {
                          values_b.emplace(find_values(b, request, wanted));
                      }
                  });
    for (const auto& key : wanted) {
        FoundKey found = values_a->take(key.key, key.rows_a);
        ShownKey& own = shown.emplace_back(
            ShownKey{std::move(found.key), key.rows_a, key.rows_b, std::move(found.places)});
        if (values_b) {
            own.places_b = values_b->take(key.key, key.rows_b).places;
        }
    }
    return shown;
}

/// All keys of one side.
struct Collected {
    KeyRows rows;
    std::vector<KeyPartitions> keys;
};

Collected collect(const KeySide& side, const SharedKeyRequest& request, const KeyMemory& memory,
                  TempFile& file) {
    const ScanRequest scan = key_scan(side);
    const auto parts = side.workers->first().split(scan);
    std::vector<KeySink> sinks;
    for (std::size_t i = 0; i < readers_of(*side.workers, parts); ++i) {
        sinks.emplace_back(request, memory, file);
    }
    std::vector<BatchSink*> pointers;
    for (auto& sink : sinks) {
        pointers.push_back(&sink);
    }
    scan_parts(*side.workers, scan, parts, pointers);
    Collected collected;
    for (auto& sink : sinks) {
        collected.rows.rows += sink.rows().rows;
        collected.rows.null_key_rows += sink.rows().null_key_rows;
        collected.keys.push_back(std::move(sink.keys()));
    }
    return collected;
}

SharedKeys intersect(Workers& workers, const Collected& a, const Collected& b,
                     const KeyMemory& memory, const SharedKeyRequest& request) {
    const auto found = count_partitions(workers, memory.partitions, request.cancellation, [&] {
        return SharedKeyCounter(a.keys, b.keys, memory.table_bytes, request.limit,
                                request.spill_folder, request.cancellation);
    });
    SharedKeys all;
    for (const auto& some : found) {
        all.merge(some, request.limit);
    }
    return all;
}

} // namespace

ScanRequest key_scan(const KeySide& side) {
    ScanRequest scan;
    scan.table = side.table;
    scan.columns = side.columns;
    scan.where = side.where;
    return scan;
}

SharedKeyScan scan_shared_keys(const KeySide& a, const KeySide& b,
                               const SharedKeyRequest& request) {
    // Both sides collect with the same partitions, whose keys are held at the same time.
    const KeyMemory memory =
        KeyMemory::of(request.memory / 2, std::max(a.workers->jobs(), b.workers->jobs()));
    TempFile file(request.spill_folder);
    Collected keys_a;
    Collected keys_b;
    on_both_sides([&] { keys_a = collect(a, request, memory, file); },
                  [&] { keys_b = collect(b, request, memory, file); });
    SharedKeyScan result;
    result.a = keys_a.rows;
    result.b = keys_b.rows;
    result.shared = intersect(*a.workers, keys_a, keys_b, memory, request);
    result.spilled_bytes = file.size() + result.shared.spilled_bytes;
    result.shown = show_keys(a, b, request, result.shared.most);
    return result;
}

} // namespace assay
