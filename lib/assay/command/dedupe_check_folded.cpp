// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_folded.hpp"

#include "assay/base/error.hpp"
#include "assay/command/values.hpp"

#include <algorithm>
#include <map>

namespace assay {
namespace {

/// A row by its key as it is and as it is folded.
struct RowKeys {
    Fingerprint folded;
    Fingerprint exact;
    friend auto operator<=>(const RowKeys&, const RowKeys&) = default;
    friend bool operator==(const RowKeys&, const RowKeys&) = default;
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
            m_scratch.clear();
            const bool has_null = encode_key(batch, row, m_scratch);
            if (has_null && m_request.nulls != NullPolicy::equal) {
                continue;
            }
            RowKeys keys;
            keys.exact = fingerprint(m_scratch);
            m_scratch.clear();
            encode_key(m_folded, row, m_scratch);
            keys.folded = fingerprint(m_scratch);
            visit(row, keys);
        }
    }

private:
    void fold(const RowBatch& batch) {
        m_folded = {{}, batch.row_count};
        for (const auto& column : batch.columns) {
            m_folded.columns.push_back(folded_column(column));
        }
    }

    Column folded_column(const Column& column) const {
        Column result(column.type());
        for (std::size_t row = 0; row < column.size(); ++row) {
            switch (column.kind(row)) {
            case CellKind::null: result.append_null(); break;
            case CellKind::integer: result.append_integer(column.integer(row)); break;
            case CellKind::real: result.append_real(column.real(row)); break;
            case CellKind::blob: result.append_blob(column.bytes(row)); break;
            case CellKind::text:
                result.append_text(folded(column.bytes(row), m_request.folds));
                break;
            }
        }
        return result;
    }

    const FoldedRequest& m_request;
    RowBatch m_folded;
    std::string m_scratch;
};

class KeySink final : public BatchSink {
public:
    explicit KeySink(const FoldedRequest& request) : m_maker(request) {}

    void consume(const RowBatch& batch) override {
        m_rows += static_cast<std::int64_t>(batch.row_count);
        m_maker.for_rows(batch, [&](std::size_t, const RowKeys& keys) { m_keys.push_back(keys); });
    }

    std::int64_t rows() const noexcept { return m_rows; }
    std::vector<RowKeys> take_sorted() {
        std::sort(m_keys.begin(), m_keys.end());
        return std::move(m_keys);
    }

private:
    KeyMaker m_maker;
    std::int64_t m_rows = 0;
    std::vector<RowKeys> m_keys;
};

/// A group that exact comparing does not see as one.
struct MissedGroup {
    Fingerprint key;
    std::int64_t rows = 0;
};

/// Count the groups of sorted rows.
/// @return those whose rows are not all equal to the letter, the largest first
std::vector<MissedGroup> count_groups(const std::vector<RowKeys>& rows, FoldedFacts& facts) {
    std::vector<MissedGroup> missed;
    for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end = std::find_if(
            begin, rows.end(), [&](const RowKeys& row) { return row.folded != begin->folded; });
        std::int64_t variants = 1;
        for (auto row = begin + 1; row != end; ++row) {
            variants += row->exact != (row - 1)->exact ? 1 : 0;
        }
        facts.folded_surplus += end - begin - 1;
        facts.exact_surplus += end - begin - variants;
        if (variants > 1) {
            missed.push_back({begin->folded, end - begin});
            facts.rows_in_them += end - begin;
        }
        begin = end;
    }
    facts.groups_missed = static_cast<std::int64_t>(missed.size());
    std::sort(missed.begin(), missed.end(), [](const MissedGroup& a, const MissedGroup& b) {
        return a.rows != b.rows ? a.rows > b.rows : a.key < b.key;
    });
    return missed;
}

/// Rows of a group that are equal to the letter.
struct Variant {
    std::vector<Value> key;
    std::int64_t rows = 0;
};
using Variants = std::map<Fingerprint, Variant>;

/// Finds the variants of the groups to show.
class VariantSink final : public BatchSink {
public:
    VariantSink(const FoldedRequest& request, const std::vector<MissedGroup>& wanted)
        : m_maker(request) {
        for (const auto& group : wanted) {
            m_groups.emplace(group.key, Variants{});
        }
    }

    void consume(const RowBatch& batch) override {
        m_maker.for_rows(batch, [&](std::size_t row, const RowKeys& keys) {
            const auto group = m_groups.find(keys.folded);
            if (group == m_groups.end()) {
                return;
            }
            Variant& variant = group->second[keys.exact];
            if (variant.rows++ == 0) {
                for (const auto& column : batch.columns) {
                    variant.key.push_back(value_at(column, row));
                }
            }
        });
    }

    /// The variants of a group, the most frequent first.
    std::vector<Variant> take(const MissedGroup& wanted) {
        std::vector<Variant> variants;
        std::int64_t rows = 0;
        for (auto& [exact, variant] : m_groups.at(wanted.key)) {
            rows += variant.rows;
            variants.push_back(std::move(variant));
        }
        if (rows != wanted.rows) {
            throw Error(ErrorKind::changed, "the table changed between two scans of one snapshot",
                        "run again when nobody rewrites the table");
        }
        std::stable_sort(variants.begin(), variants.end(),
                         [](const Variant& a, const Variant& b) { return a.rows > b.rows; });
        return variants;
    }

private:
    KeyMaker m_maker;
    std::map<Fingerprint, Variants> m_groups;
};

Fact shown_variant(const Variant& variant, const TableSchema& table, const FoldedRequest& request) {
    Facts key;
    for (std::size_t i = 0; i < variant.key.size(); ++i) {
        key.emplace_back(table.columns[request.columns[i]].name,
                         shown(variant.key[i], request.values, variant.rows));
    }
    return Facts{{"key", std::move(key)}, {"count", variant.rows}};
}

Fact shown_group(const MissedGroup& group, const std::vector<Variant>& variants,
                 const TableSchema& table, const FoldedRequest& request) {
    constexpr std::size_t most = 20;
    Fact::List list;
    for (std::size_t i = 0; i < std::min(variants.size(), most); ++i) {
        list.push_back(shown_variant(variants[i], table, request));
    }
    return Facts{{"count", group.rows}, {"variants", std::move(list)}};
}

} // namespace

FoldedFacts scan_folded(Session& session, const TableSchema& table, const FoldedRequest& request) {
    ScanRequest scan;
    scan.table = &table;
    scan.columns = request.columns;
    scan.where = request.where;
    FoldedFacts facts;
    facts.table = table.ref;
    for (const Fold fold : request.folds) {
        facts.folded.emplace_back(to_string(fold));
    }
    KeySink keys(request);
    session.scan(scan, keys);
    facts.rows = keys.rows();
    std::vector<MissedGroup> missed = count_groups(keys.take_sorted(), facts);
    missed.resize(std::min(missed.size(), request.limit));
    if (!missed.empty()) {
        VariantSink variants(request, missed);
        session.scan(scan, variants);
        for (const auto& group : missed) {
            facts.groups.push_back(shown_group(group, variants.take(group), table, request));
        }
    }
    return facts;
}

} // namespace assay
