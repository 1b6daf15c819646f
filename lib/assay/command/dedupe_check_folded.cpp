// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_folded.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/error.hpp"
#include "assay/command/values.hpp"
#include "assay/metric/folded_keys.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace assay {
namespace {

/// The key of a row as it is and as it is folded, by the canonical bytes of its columns.
struct RowKeys {
    std::string exact;
    std::string folded;
};

/// Makes the keys of the rows of a batch.
class KeyMaker {
public:
    explicit KeyMaker(const FoldedRequest& request) : m_request(request) {}

    /// Call `visit(row, keys)` for every row that can be a duplicate under the policy for NULL.
    template <typename Visit>
    void for_rows(const RowBatch& batch, const Visit& visit) {
        fold(batch);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_keys.exact.clear();
            const bool has_null = encode_key(batch, row, m_keys.exact);
            if (has_null && m_request.nulls != NullPolicy::equal) {
                continue;
            }
            m_keys.folded.clear();
            encode_key(m_folded, row, m_keys.folded);
            visit(row, m_keys);
        }
    }

private:
    void fold(const RowBatch& batch) {
        m_folded = {{}, batch.row_count};
        for (std::size_t i = 0; i < batch.columns.size(); ++i) {
            m_folded.columns.push_back(folded_column(batch.columns[i], m_request.folds[i]));
        }
    }

    /// A decimal is no text, although it comes as one.
    static bool is_text(const Column& column, std::size_t row) {
        return column.type() != ColumnType::decimal || !is_decimal(column.bytes(row));
    }

    static Column folded_column(const Column& column, const std::vector<Fold>& folds) {
        if (folds.empty()) {
            return column;
        }
        Column result(column.type());
        for (std::size_t row = 0; row < column.size(); ++row) {
            switch (column.kind(row)) {
            case CellKind::null: result.append_null(); break;
            case CellKind::integer: result.append_integer(column.integer(row)); break;
            case CellKind::real: result.append_real(column.real(row)); break;
            case CellKind::blob: result.append_blob(column.bytes(row)); break;
            case CellKind::text:
                result.append_text(is_text(column, row) ? folded(column.bytes(row), folds)
                                                        : std::string(column.bytes(row)));
                break;
            }
        }
        return result;
    }

    const FoldedRequest& m_request;
    RowBatch m_folded;
    RowKeys m_keys;
};

/// The keys that one worker reads.
class KeySink final : public BatchSink {
public:
    KeySink(const FoldedRequest& request, const KeyMemory& memory, TempFile& file)
        : m_maker(request), m_keys(memory, file) {}

    void consume(const RowBatch& batch) override {
        m_rows += static_cast<std::int64_t>(batch.row_count);
        m_maker.for_rows(batch, [&](std::size_t, const RowKeys& keys) {
            m_keys.add({fingerprint(keys.folded), fingerprint(keys.exact)});
        });
    }

    std::int64_t rows() const noexcept { return m_rows; }
    PairPartitions& keys() noexcept { return m_keys; }

private:
    KeyMaker m_maker;
    std::int64_t m_rows = 0;
    PairPartitions m_keys;
};

/// Some rows of a group that are equal to the letter.
struct Variant {
    std::vector<Value> key;
    std::int64_t rows = 0;
};

/// A group that exact comparing does not see as one.
struct MissedGroup {
    DuplicateGroup group;                 ///< by its folded key
    std::vector<DuplicateGroup> variants; ///< those that are shown, by their keys
};

/// Rows with the same fingerprint, and the bytes that they have to share.
struct Found {
    std::string bytes;
    Variant rows;
};

void add(Found& found, std::string_view bytes, std::int64_t rows) {
    if (found.rows.rows == 0) {
        found.bytes = bytes;
    } else if (found.bytes != bytes) {
        throw Error(ErrorKind::internal, "two different keys have the same 128-bit fingerprint");
    }
    found.rows.rows += rows;
}

/// Finds the groups to show again, and compares their keys byte by byte.
class VariantSink final : public BatchSink {
public:
    VariantSink(const FoldedRequest& request, const std::vector<MissedGroup>& wanted)
        : m_maker(request) {
        for (const auto& group : wanted) {
            m_groups.emplace(group.group.key, Found{});
            for (const auto& variant : group.variants) {
                m_variants.emplace(variant.key, Found{});
            }
        }
    }

    void consume(const RowBatch& batch) override {
        m_maker.for_rows(batch, [&](std::size_t row, const RowKeys& keys) {
            const auto group = m_groups.find(fingerprint(keys.folded));
            if (group == m_groups.end()) {
                return;
            }
            add(group->second, keys.folded, 1);
            const auto variant = m_variants.find(fingerprint(keys.exact));
            if (variant != m_variants.end()) {
                add(variant->second, keys.exact, 1);
                read_key(batch, row, variant->second.rows.key);
            }
        });
    }

    void merge(VariantSink& other) {
        for (auto& [key, more] : other.m_groups) {
            merge(more, m_groups.at(key));
        }
        for (auto& [key, more] : other.m_variants) {
            merge(more, m_variants.at(key));
        }
    }

    /// Rows of a group, and of a variant.
    std::int64_t rows_of(const DuplicateGroup& group) const {
        return m_groups.at(group.key).rows.rows;
    }
    const Variant& variant(const DuplicateGroup& wanted) const {
        return m_variants.at(wanted.key).rows;
    }

private:
    static void read_key(const RowBatch& batch, std::size_t row, std::vector<Value>& key) {
        for (std::size_t i = 0; i < batch.columns.size(); ++i) {
            if (i == key.size()) {
                key.push_back(value_at(batch.columns[i], row));
            } else {
                prefer_plainer(batch.columns[i], row, key[i]);
            }
        }
    }

    static void merge(Found& from, Found& into) {
        if (from.rows.rows == 0) {
            return;
        }
        add(into, from.bytes, from.rows.rows);
        if (into.rows.key.empty()) {
            into.rows.key = std::move(from.rows.key);
            return;
        }
        for (std::size_t i = 0; i < into.rows.key.size(); ++i) {
            prefer_plainer(std::move(from.rows.key[i]), into.rows.key[i]);
        }
    }

    KeyMaker m_maker;
    std::map<Fingerprint, Found> m_groups;
    std::map<Fingerprint, Found> m_variants;
};

template <typename Sink>
std::vector<BatchSink*> pointers_to(std::vector<Sink>& sinks) {
    std::vector<BatchSink*> pointers;
    for (auto& sink : sinks) {
        pointers.push_back(&sink);
    }
    return pointers;
}

FoldedResult count_folded(Workers& workers, const std::vector<PairPartitions>& keys,
                          const KeyMemory& memory, const FoldedRequest& request) {
    const auto counted = count_partitions(workers, memory.partitions, request.cancellation, [&] {
        return FoldedCounter(keys, memory.table_bytes, request.limit, request.spill_folder,
                             request.cancellation);
    });
    return sum_of(counted, request.limit);
}

ScanRequest scan_of(const TableSchema& table, const FoldedRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = request.columns;
    scan.where = request.where;
    return scan;
}

/// The first scan, and what it finds: the groups to show.
std::vector<MissedGroup> count_keys(Workers& workers, const TableSchema& table,
                                    const FoldedRequest& request, FoldedFacts& facts) {
    constexpr std::size_t most_variants = 20;
    const KeyMemory memory = KeyMemory::of(request.memory, workers.jobs(), sizeof(KeyPair));
    TempFile file(request.spill_folder);
    std::vector<KeySink> sinks;
    for (std::size_t i = 0; i < readers_of(workers, request.parts); ++i) {
        sinks.emplace_back(request, memory, file);
    }
    scan_parts(workers, scan_of(table, request), request.parts, pointers_to(sinks));
    std::vector<PairPartitions> keys;
    for (auto& sink : sinks) {
        facts.rows += sink.rows();
        keys.push_back(std::move(sink.keys()));
    }
    const FoldedResult counted = count_folded(workers, keys, memory, request);
    facts.spilled_bytes = file.size() + counted.spilled_bytes;
    facts.exact_surplus = counted.counts.exact_surplus;
    facts.folded_surplus = counted.counts.folded_surplus;
    facts.groups_missed = counted.counts.missed_groups;
    facts.rows_in_them = counted.counts.rows_in_them;
    auto variants = largest_variants(keys, memory.table_bytes, counted.missed, most_variants,
                                     request.spill_folder, request.cancellation);
    facts.spilled_bytes += variants.spilled_bytes;
    std::vector<MissedGroup> missed;
    for (std::size_t i = 0; i < counted.missed.size(); ++i) {
        missed.push_back({counted.missed[i], std::move(variants.of_groups[i])});
    }
    return missed;
}

Fact shown_variant(const Variant& variant, const TableSchema& table, const FoldedRequest& request) {
    Facts key;
    for (std::size_t i = 0; i < variant.key.size(); ++i) {
        key.emplace_back(table.columns[request.columns[i]].name,
                         shown(variant.key[i], request.values, variant.rows));
    }
    return Facts{{"key", std::move(key)}, {"count", variant.rows}};
}

Fact shown_group(const MissedGroup& group, const VariantSink& found, const TableSchema& table,
                 const FoldedRequest& request) {
    bool is_same = found.rows_of(group.group) == group.group.rows;
    Fact::List list;
    for (const auto& wanted : group.variants) {
        const Variant& variant = found.variant(wanted);
        is_same = is_same && variant.rows == wanted.rows;
        list.push_back(shown_variant(variant, table, request));
    }
    if (!is_same) {
        throw Error(ErrorKind::changed, "the table changed between two scans of one snapshot",
                    "run again when nobody rewrites the table");
    }
    return Facts{{"count", group.group.rows}, {"variants", std::move(list)}};
}

} // namespace

FoldedFacts scan_folded(Workers& workers, const TableSchema& table, const FoldedRequest& request) {
    FoldedFacts facts;
    facts.table = table.ref;
    const std::vector<MissedGroup> missed = count_keys(workers, table, request, facts);
    if (missed.empty()) {
        return facts;
    }
    std::vector<VariantSink> sinks(readers_of(workers, request.parts),
                                   VariantSink(request, missed));
    scan_parts(workers, scan_of(table, request), request.parts, pointers_to(sinks));
    for (std::size_t i = 1; i < sinks.size(); ++i) {
        sinks.front().merge(sinks[i]);
    }
    for (const auto& group : missed) {
        facts.groups.push_back(shown_group(group, sinks.front(), table, request));
    }
    return facts;
}

} // namespace assay
