// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/catalog_children.hpp"

namespace assay::postgres {
namespace {

void add_stats(TableStats& sum, const TableStats& part) {
    const auto add = [](std::optional<std::int64_t>& total,
                        const std::optional<std::int64_t>& number) {
        total = total && number ? std::optional(*total + *number) : std::nullopt;
    };
    add(sum.row_estimate, part.row_estimate);
    add(sum.table_bytes, part.table_bytes);
    add(sum.index_bytes, part.index_bytes);
    add(sum.total_bytes, part.total_bytes);
    sum.bytes_exact = sum.bytes_exact && part.bytes_exact;
}

/// Adds up what belongs to a table alone and to its descendants.
class Adder {
public:
    Adder(const std::vector<TableSchema>& tables, const ChildrenByParent& children)
        : m_children(children) {
        for (const auto& table : tables) {
            // A partitioned table has no storage of its own.
            m_own[static_cast<Oid>(table.store_id)] = table.kind == TableKind::partitioned
                                                          ? TableStats{.row_estimate = 0,
                                                                       .table_bytes = 0,
                                                                       .index_bytes = 0,
                                                                       .total_bytes = 0}
                                                          : table.stats;
        }
    }

    TableStats sum(Oid oid) const {
        const auto own = m_own.find(oid);
        if (own == m_own.end()) {
            return {}; // a child that is left out: nothing is known of the whole
        }
        TableStats total = own->second;
        const auto children = m_children.find(oid);
        if (children != m_children.end()) {
            for (const Oid child : children->second) {
                add_stats(total, sum(child));
            }
        }
        return total;
    }

private:
    const ChildrenByParent& m_children;
    std::unordered_map<Oid, TableStats> m_own;
};

} // namespace

void include_children(std::vector<TableSchema>& tables, const ChildrenByParent& children) {
    const Adder adder(tables, children);
    for (auto& table : tables) {
        if (table.has_children) {
            table.stats = adder.sum(static_cast<Oid>(table.store_id));
        }
    }
}

} // namespace assay::postgres
