// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/key_causes.hpp"

#include "assay/base/text.hpp"
#include "assay/match/fold.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t most_rows = 10'000;
constexpr std::int64_t most_looked_up = 20;

/// The type under which Postgres compares a column by its own collation; empty: none of ours.
std::string_view lookup_type(const ColumnSpec& column) {
    constexpr std::array<std::string_view, 3> texts{"text", "character varying", "character"};
    const std::string_view declared = column.declared_type;
    const std::string_view name = declared.substr(0, declared.find('('));
    if (column.type == ColumnType::integer) {
        return "pg_catalog.int8";
    }
    return std::find(texts.begin(), texts.end(), name) == texts.end() ? "" : "pg_catalog.text";
}

/// Can a key be looked up by its parts, and by an index?
bool can_look_up(StoreKind kind, const TableSchema& table, const std::vector<ReadColumn>& key) {
    const auto is_known = [&](const ReadColumn& column) {
        const ColumnSpec& spec = table.columns[column.ordinal];
        return spec.type == ColumnType::text || spec.type == ColumnType::integer
                   ? kind == StoreKind::sqlite || !lookup_type(spec).empty()
                   : false;
    };
    return std::all_of(key.begin(), key.end(), is_known) && has_unique(table, key);
}

Query lookup_query(StoreKind kind, const TableSchema& table, const std::vector<ReadColumn>& key,
                   const std::vector<Value>& values) {
    Query query{"", {ColumnType::integer}, values};
    std::string condition;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const ColumnSpec& column = table.columns[key[i].ordinal];
        const std::string parameter =
            kind == StoreKind::postgresql
                ? fmt::format("CAST(${} AS {})", i + 1, lookup_type(column))
                : fmt::format("?{}", i + 1);
        condition += fmt::format("{}{} = {}", condition.empty() ? "" : " AND ",
                                 quote_identifier(column.name), parameter);
    }
    query.sql = fmt::format("SELECT CASE WHEN EXISTS (SELECT 1 FROM {} WHERE {}) THEN 1 ELSE 0 END",
                            quote_table(table.ref), condition);
    return query;
}

Facts entry(const std::string& column, std::string_view cause, std::int64_t rows,
            std::int64_t looked_at, std::string words) {
    return {{"column", column}, {"cause", cause},         {"parameter", 0},
            {"rows", rows},     {"looked_at", looked_at}, {"words", std::move(words)}};
}

} // namespace

KeyCauses::KeyCauses(const RowComparison& plan) : m_plan(plan) {
    const auto& key = plan.request.key;
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (plan.tables.a->columns[key[i].a].type == ColumnType::text &&
            plan.tables.b->columns[key[i].b].type == ColumnType::text) {
            m_texts.push_back(i);
        }
    }
}

std::string KeyCauses::form_of(const std::vector<Value>& key) const {
    static const std::vector<Fold> folds{Fold::letter_case, Fold::accents, Fold::nfkc, Fold::trim};
    std::string form;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const bool is_text = std::find(m_texts.begin(), m_texts.end(), i) != m_texts.end() &&
                             key[i].kind == CellKind::text;
        const std::string part = is_text ? folded(key[i].bytes, folds) : display(key[i]);
        form += fmt::format("{}:{}", part.size(), part);
    }
    return form;
}

void KeyCauses::add(const RowChange& row) {
    if (m_texts.empty() || row.kind == ChangeKind::changed) {
        return;
    }
    RowsByForm& rows = row.kind == ChangeKind::only_a ? m_only_a : m_only_b;
    if (rows.size() < most_rows) {
        rows.emplace(form_of(row.key), row.key);
    }
}

/// Of rows of both sides whose keys look alike: what do these keys have in common?
void KeyCauses::add_alike(Fact::List& found) const {
    std::vector<ColumnChanges> changes(m_texts.size());
    for (const auto& [form, in_a] : m_only_a) {
        const auto in_b = m_only_b.find(form);
        for (std::size_t i = 0; in_b != m_only_b.end() && i < m_texts.size(); ++i) {
            const Value& a = in_a.at(m_texts[i]);
            const Value& b = in_b->second.at(m_texts[i]);
            if (compare(a, b) != 0) {
                changes[i].add(a, b);
            }
        }
    }
    for (std::size_t i = 0; i < changes.size(); ++i) {
        if (const auto cause = changes[i].likely_cause()) {
            found.push_back(
                entry(m_plan.key.at(m_texts[i]), to_string(cause->cause), cause->cells,
                      static_cast<std::int64_t>(std::min(m_only_a.size(), m_only_b.size())),
                      fmt::format("rows only in A and rows only in B have keys that are alike: {}",
                                  words_of(*cause))));
        }
    }
}

/// @param missing the side that lacks the rows
void KeyCauses::add_collated(Side missing, Session& session, Fact::List& found) const {
    const bool is_in_a = missing == Side::b;
    const RowsByForm& rows = is_in_a ? m_only_a : m_only_b;
    const RowsByForm& others = is_in_a ? m_only_b : m_only_a;
    const TableSchema& table = is_in_a ? *m_plan.tables.b : *m_plan.tables.a;
    const auto key = layout_of(missing, m_plan.request).key;
    const StoreKind kind = session.source().kind;
    if (rows.empty() || !can_look_up(kind, table, key)) {
        return;
    }
    std::int64_t looked_up = 0;
    std::int64_t there = 0;
    for (const auto& [form, values] : rows) {
        const bool is_plain = std::all_of(values.begin(), values.end(), [](const Value& value) {
            return value.kind == CellKind::text || value.kind == CellKind::integer;
        });
        if (looked_up < most_looked_up && is_plain && !others.contains(form)) {
            ++looked_up;
            there += session.query_row_of({&table}, lookup_query(kind, table, key, values))
                         .at(0)
                         .integer;
        }
    }
    if (there > 0 && 2 * there >= looked_up) {
        found.push_back(entry(join_and(m_plan.key), "collation", there, looked_up,
                              fmt::format("the collation of {0} takes the keys of rows only in {1} "
                                          "for those of other rows of {0}",
                                          is_in_a ? "B" : "A", is_in_a ? "A" : "B")));
    }
}

Fact::List KeyCauses::find(Session& a, Session& b) const {
    Fact::List found;
    if (!m_texts.empty()) {
        add_alike(found);
        add_collated(Side::b, b, found);
        add_collated(Side::a, a, found);
    }
    return found;
}

} // namespace assay
