// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/store/postgres/catalog_children.hpp"

#include <algorithm>
#include <unordered_set>

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

bool has_heap(TableKind kind) noexcept {
    return kind == TableKind::table || kind == TableKind::partition ||
           kind == TableKind::materialized_view;
}

/// Finds the heaps of a table and its descendants.
class HeapLister {
public:
    HeapLister(const std::vector<TableSchema>& tables, const ChildrenByParent& children)
        : m_children(children) {
        for (const auto& table : tables) {
            m_tables[static_cast<Oid>(table.store_id)] = &table;
        }
    }

    std::vector<std::int64_t> list(Oid oid) {
        m_heaps.clear();
        m_seen.clear();
        return add(oid) ? m_heaps : std::vector<std::int64_t>();
    }

private:
    /// One that stands below in two ways is read once.
    /// @return false if there is something without a heap, or that is left out of the catalog.
    bool add(Oid oid) {
        if (!m_seen.insert(oid).second) {
            return true;
        }
        const auto table = m_tables.find(oid);
        if (table == m_tables.end()) {
            return false;
        }
        if (has_heap(table->second->kind)) {
            m_heaps.push_back(table->second->pages);
        } else if (table->second->kind != TableKind::partitioned) {
            return false;
        }
        const auto below = m_children.find(oid);
        return below == m_children.end() || std::all_of(below->second.begin(), below->second.end(),
                                                        [this](Oid child) { return add(child); });
    }

    const ChildrenByParent& m_children;
    std::unordered_map<Oid, const TableSchema*> m_tables;
    std::vector<std::int64_t> m_heaps;
    std::unordered_set<Oid> m_seen;
};

using RefsByOid = std::unordered_map<Oid, TableRef>;

void add_descendants(Oid parent, const ChildrenByParent& children, const RefsByOid& refs,
                     std::vector<Descendant>& found) {
    const auto own = children.find(parent);
    if (own == children.end()) {
        return;
    }
    for (const Oid child : own->second) {
        const auto ref = refs.find(child);
        const bool is_known = std::any_of(found.begin(), found.end(), [child](const auto& known) {
            return known.store_id == std::int64_t{child};
        });
        if (ref != refs.end() && !is_known) {
            found.push_back({std::int64_t{child}, ref->second});
            add_descendants(child, children, refs, found);
        }
    }
}

} // namespace

void include_children(std::vector<TableSchema>& tables, const ChildrenByParent& children) {
    const Adder adder(tables, children);
    for (auto& table : tables) {
        if (table.has_children) {
            table.stats = adder.sum(static_cast<Oid>(table.store_id));
        }
    }
}

void list_heaps(std::vector<TableSchema>& tables, const ChildrenByParent& children) {
    HeapLister lister(tables, children);
    for (auto& table : tables) {
        table.heaps = lister.list(static_cast<Oid>(table.store_id));
    }
}

void name_descendants(std::vector<TableSchema>& tables, const ChildrenByParent& children) {
    RefsByOid refs;
    for (const auto& table : tables) {
        refs.emplace(static_cast<Oid>(table.store_id), table.ref);
    }
    for (auto& table : tables) {
        add_descendants(static_cast<Oid>(table.store_id), children, refs, table.descendants);
    }
}

} // namespace assay::postgres
