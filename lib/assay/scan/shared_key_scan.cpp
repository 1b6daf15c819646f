// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/shared_key_scan.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/both_sides.hpp"
#include "assay/scan/duplicate_scan.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"

#include <algorithm>
#include <iterator>
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

/// Finds the values of keys.
class ValueSink final : public BatchSink {
public:
    ValueSink(const SharedKeyRequest& request, const std::vector<SharedKey>& wanted)
        : m_reader(request) {
        for (const auto& key : wanted) {
            m_found.try_emplace(key.key);
        }
    }

    void consume(const RowBatch& batch) override {
        m_reader.for_rows(batch, [&](std::size_t row, bool, const Fingerprint& key) {
            const auto found = m_found.find(key);
            if (found != m_found.end() && found->second.rows++ == 0) {
                for (const auto& column : batch.columns) {
                    found->second.key.push_back(value_at(column, row));
                }
            }
        });
    }

    ShownKey take(const SharedKey& wanted) {
        Found& found = m_found.at(wanted.key);
        if (found.rows != wanted.rows_a) {
            throw Error(ErrorKind::changed, "the table changed between two scans of one snapshot",
                        "run again when nobody rewrites the table");
        }
        return {std::move(found.key), wanted.rows_a, wanted.rows_b};
    }

private:
    struct Found {
        std::vector<Value> key;
        std::int64_t rows = 0;
    };

    KeyReader m_reader;
    std::unordered_map<Fingerprint, Found, FingerprintHash> m_found;
};

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
    if (!result.shared.most.empty()) {
        ValueSink values(request, result.shared.most);
        a.workers->first().scan(key_scan(a), values);
        for (const auto& key : result.shared.most) {
            result.shown.push_back(values.take(key));
        }
    }
    return result;
}

} // namespace assay
