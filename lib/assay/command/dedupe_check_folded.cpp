// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_folded.hpp"

#include "assay/base/decimal.hpp"
#include "assay/base/error.hpp"
#include "assay/command/masked_difference.hpp"
#include "assay/command/values.hpp"
#include "assay/metric/folded_keys.hpp"
#include "assay/scan/duplicate_groups.hpp"
#include "assay/scan/part_scan.hpp"
#include "assay/scan/partition_team.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string_view>
#include <utility>

namespace assay {
namespace {

/// The key of a row as it is and as it is folded, by the canonical bytes of its columns.
struct RowKeys {
    std::string_view exact; ///< valid until the next row
    std::string folded;
};

/// Makes the keys of the rows of a batch.
class KeyMaker {
public:
    explicit KeyMaker(const FoldedRequest& request)
        : m_request(request), m_columns(request.columns.size()) {
        std::iota(m_columns.begin(), m_columns.end(), std::size_t{0});
    }

    /// Call `visit(row, keys)` for every row that can be a duplicate under the policy for NULL.
    template <typename Visit>
    void for_rows(const RowBatch& batch, const Visit& visit) {
        fold(batch);
        const KeyColumns columns = key_columns(batch, m_columns);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const EncodedKey exact = encode_key(columns, row, m_scratch);
            m_null_rows += exact.has_null ? 1 : 0;
            if (exact.has_null && m_request.nulls != NullPolicy::equal) {
                continue;
            }
            m_keys.exact = exact.bytes;
            m_keys.folded.clear();
            encode_key(m_folded, row, m_keys.folded);
            visit(row, m_keys);
        }
    }

    /// Rows with NULL in the key, whatever the policy.
    std::int64_t null_rows() const noexcept { return m_null_rows; }

private:
    void fold(const RowBatch& batch) {
        m_folded = {{}, batch.row_count};
        for (const std::size_t i : m_columns) {
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
    std::vector<std::size_t> m_columns; ///< of a batch; places may stand behind them
    RowBatch m_folded;
    RowKeys m_keys;
    std::int64_t m_null_rows = 0;
    std::string m_scratch;
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
    std::int64_t null_rows() const noexcept { return m_maker.null_rows(); }
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
    std::vector<RowLocator> places = {}; ///< of the first ones; none where nobody knows
};

constexpr std::size_t most_places = 3;

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
    /// @param placed batches end with its columns; nullptr: they do not
    VariantSink(const FoldedRequest& request, const std::vector<MissedGroup>& wanted,
                const LocatedTable* placed)
        : m_maker(request), m_columns(request.columns.size()), m_placed(placed) {
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
                if (m_placed != nullptr) {
                    keep_first(m_placed->read(batch, row), most_places,
                               variant->second.rows.places);
                }
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
    void read_key(const RowBatch& batch, std::size_t row, std::vector<Value>& key) const {
        for (std::size_t i = 0; i < m_columns; ++i) {
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
        for (RowLocator& place : from.rows.places) {
            keep_first(std::move(place), most_places, into.rows.places);
        }
        if (into.rows.key.empty()) {
            into.rows.key = std::move(from.rows.key);
            return;
        }
        for (std::size_t i = 0; i < into.rows.key.size(); ++i) {
            prefer_plainer(std::move(from.rows.key[i]), into.rows.key[i]);
        }
    }

    KeyMaker m_maker;
    std::size_t m_columns;
    const LocatedTable* m_placed;
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
        facts.null_key_rows += sink.null_rows();
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

/// Shows what was found to whoever may see it.
struct Shower {
    const TableSchema& table;
    const FoldedRequest& request;
    PlaceNames places;
};

Facts shown_key(const Shower& shower, const Variant& variant) {
    Facts key;
    for (std::size_t i = 0; i < variant.key.size(); ++i) {
        const std::string& name = shower.table.columns[shower.request.columns[i]].name;
        key.emplace_back(name, shown_of(name, variant.key[i], shower.request.values, variant.rows));
    }
    return key;
}

using Variants = std::vector<const Variant*>;

/// Do variants that look the same have different texts in a column?
bool differ_in(const Variants& alike, std::size_t column) {
    return std::any_of(alike.begin(), alike.end(), [&](const Variant* variant) {
        const Value& value = variant->key[column];
        return value.kind == CellKind::text && value.bytes != alike.front()->key[column].bytes;
    });
}

/// What tells each of some variants that look the same from the first of them.
Fact::List differences(const Shower& shower, const Variant& variant, const Variants& alike) {
    Fact::List list;
    for (std::size_t i = 0; i < variant.key.size(); ++i) {
        if (differ_in(alike, i)) {
            Facts facts{{"column", shower.table.columns[shower.request.columns[i]].name}};
            for (auto& fact :
                 masked_difference(variant.key[i].bytes, alike.front()->key[i].bytes)) {
                facts.push_back(std::move(fact));
            }
            list.emplace_back(std::move(facts));
        }
    }
    return list;
}

/// Masks may be equal where texts are not: say in what these differ.
void tell_apart(const Shower& shower, const Variants& variants, std::vector<Facts>& shown) {
    if (shower.request.values != ValuesPolicy::safe) {
        return;
    }
    std::vector<Facts> keys;
    for (const auto* variant : variants) {
        keys.push_back(shown_key(shower, *variant));
    }
    for (std::size_t i = 0; i < variants.size(); ++i) {
        Variants alike;
        for (std::size_t j = 0; j < variants.size(); ++j) {
            if (keys[j] == keys[i]) {
                alike.push_back(variants[j]);
            }
        }
        if (alike.size() > 1) {
            shown[i].emplace_back("differs", differences(shower, *variants[i], alike));
        }
    }
}

Fact shown_group(const MissedGroup& group, const VariantSink& found, const Shower& shower) {
    bool is_same = found.rows_of(group.group) == group.group.rows;
    Variants variants;
    std::vector<Facts> shown;
    for (const auto& wanted : group.variants) {
        const Variant& variant = found.variant(wanted);
        is_same = is_same && variant.rows == wanted.rows;
        variants.push_back(&variant);
        shown.push_back({{"key", shown_key(shower, variant)}, {"count", variant.rows}});
        add_places(shown.back(), RowsOf::own, shower.places, variant.places, shower.request.values);
    }
    tell_apart(shower, variants, shown);
    if (!is_same) {
        throw other_rows_than_before();
    }
    Fact::List list;
    for (auto& variant : shown) {
        list.emplace_back(std::move(variant));
    }
    return Facts{{"count", group.group.rows}, {"variants", std::move(list)}};
}

/// Read the table once more for the groups that are shown, and where their rows stand.
VariantSink find_variants(Workers& workers, const TableSchema& table, const FoldedRequest& request,
                          const std::vector<MissedGroup>& missed) {
    const auto placed_table = LocatedTable::of(workers.first().source().kind, table);
    return read_with_places(
        placed_table ? &*placed_table : nullptr, [&](const LocatedTable* placed) {
            std::vector<VariantSink> sinks(readers_of(workers, request.parts),
                                           VariantSink(request, missed, placed));
            scan_parts(workers, with_places(scan_of(table, request), placed), request.parts,
                       pointers_to(sinks));
            for (std::size_t i = 1; i < sinks.size(); ++i) {
                sinks.front().merge(sinks[i]);
            }
            return std::move(sinks.front());
        });
}

} // namespace

FoldedFacts scan_folded(Workers& workers, const TableSchema& table, const FoldedRequest& request) {
    FoldedFacts facts;
    facts.table = table.ref;
    facts.nulls = request.nulls;
    const std::vector<MissedGroup> missed = count_keys(workers, table, request, facts);
    if (missed.empty()) {
        return facts;
    }
    const VariantSink found = find_variants(workers, table, request, missed);
    const Shower shower{table, request, PlaceNames(workers.first().source().kind, table)};
    for (const auto& group : missed) {
        facts.groups.push_back(shown_group(group, found, shower));
    }
    return facts;
}

} // namespace assay
