// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/key_buckets.hpp"

#include "assay/scan/key_forms.hpp"
#include "assay/scan/row_hasher.hpp"

#include <algorithm>
#include <string>

namespace assay {
namespace {

class BucketSink final : public BatchSink {
public:
    BucketSink(const TableSchema& table, const RowLayout& layout, std::size_t count)
        : m_buckets(count), m_hasher(comparisons_of(layout), layout.like_server) {
        rows.buckets.resize(count);
        rows.odd.resize(count);
        for (const ReadColumn& column : layout.key) {
            m_forms.emplace_back(table.columns[column.ordinal], column.comparison);
        }
    }

    void consume(const RowBatch& batch) override {
        m_hasher.hash(batch);
        const auto& keys = m_hasher.hash_keys(batch, m_forms.size());
        for (std::size_t i = 0; i < batch.row_count; ++i) {
            SegmentSums& sums = rows.buckets[m_buckets.of(keys[i])];
            ++sums.rows;
            sums.first += m_hasher.first()[i];
            sums.second += m_hasher.second()[i];
            sums.exact += m_hasher.exact()[i];
        }
        for (std::size_t k = 0; k < m_forms.size(); ++k) {
            note_odd(batch.columns[k], m_forms[k], keys);
        }
    }

    BucketedRows rows;

private:
    void note_odd(const Column& column, KeyForms& forms, const std::vector<std::uint64_t>& keys) {
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (forms.is_odd(column, i)) {
                rows.odd[m_buckets.of(keys[i])] = true;
            }
        }
    }

    KeyBuckets m_buckets;
    RowHasher m_hasher;
    std::vector<KeyForms> m_forms; ///< by column of the key
};

/// Are values that the column keeps apart, and that are not odd, compared as different?
bool keeps_apart(const ColumnSpec& column, Comparison comparison) noexcept {
    const ColumnType type = column.type;
    // What the text form of an unknown type leaves out is not known.
    const bool is_unknown = column.enforced && type == ColumnType::other;
    switch (comparison) {
    case Comparison::padded_text: // 'a' and 'a ' are two keys of the store
    case Comparison::json:
    case Comparison::spelled_number:
    case Comparison::epoch_nanos: // more digits than count
    case Comparison::julian_day: return false;
    case Comparison::time: // of one form: see KeyForms
    case Comparison::uuid: return !is_unknown;
    case Comparison::number:
    case Comparison::bytes:
    case Comparison::epoch_seconds:
    case Comparison::epoch_millis:
    case Comparison::epoch_micros: return true;
    case Comparison::text: break;
    }
    return column.enforced ? !is_unknown : type == ColumnType::text || type == ColumnType::uuid;
}

} // namespace

bool has_unique(const TableSchema& table, const std::vector<ReadColumn>& key) {
    // A key of an inheritance parent does not bind its children.
    const bool whole = table.kind == TableKind::partitioned ||
                       (table.kind == TableKind::table && !table.has_children);
    const auto in_key = [&](const std::vector<std::string>& columns) {
        return !columns.empty() &&
               std::all_of(columns.begin(), columns.end(), [&](const std::string& name) {
                   return !name.empty() && // an expression
                          std::any_of(key.begin(), key.end(), [&](const ReadColumn& column) {
                              return table.columns[column.ordinal].name == name;
                          });
               });
    };
    return whole &&
           ((table.primary_key && in_key(table.primary_key->columns)) ||
            std::any_of(table.indexes.begin(), table.indexes.end(), [&](const Index& index) {
                return index.unique && index.valid && !index.partial && in_key(index.columns);
            }));
}

std::string reason_keys_are_not_apart(const TableSchema& table,
                                      const std::vector<ReadColumn>& key) {
    if (key.empty()) {
        return "there is no key";
    }
    for (const ReadColumn& column : key) {
        if (column.comparison == Comparison::padded_text) {
            return "texts of the key are compared without trailing blanks";
        }
        if (!keeps_apart(table.columns[column.ordinal], column.comparison)) {
            return "one value of the key may be written in several ways";
        }
    }
    return has_unique(table, key) ? "" : "nothing declares the key unique on both sides";
}

bool keeps_keys_apart(const TableSchema& table, const std::vector<ReadColumn>& key) {
    return reason_keys_are_not_apart(table, key).empty();
}

BucketedRows read_buckets(Session& session, const TableSchema& table, const RowLayout& layout,
                          std::size_t count) {
    BucketSink sink(table, layout, count);
    session.scan(scan_of(table, layout), sink);
    return std::move(sink.rows);
}

} // namespace assay
