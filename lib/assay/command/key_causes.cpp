// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/key_causes.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/match/fold.hpp"
#include "assay/scan/key_buckets.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace assay {
namespace {

constexpr std::size_t most_rows = 10'000;
constexpr std::int64_t most_looked_up = 20;

/// The type under which Postgres compares a column by its own collation and index; empty: none of
/// ours.
std::string_view lookup_type(const ColumnSpec& column) {
    if (column.type == ColumnType::integer) {
        return "pg_catalog.int8";
    }
    const std::string_view declared = column.declared_type;
    const std::string_view name = declared.substr(0, declared.find('('));
    return name == "text" || name == "character varying" ? "pg_catalog.text"
           : name == "character"                         ? "pg_catalog.bpchar"
                                                         : "";
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

/// May the value stand in the column of a key?
bool may_hold(const ColumnSpec& column, const Value& value) noexcept {
    return value.kind == CellKind::integer ||
           (value.kind == CellKind::text && column.type == ColumnType::text);
}

/// Is a row there whose key is the same by the collation of its column, but not by its bytes?
Query lookup_query(StoreKind kind, const TableSchema& table, const std::vector<ReadColumn>& key,
                   const std::vector<Value>& values) {
    const bool is_postgres = kind == StoreKind::postgresql;
    std::string same;
    std::string other;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const ColumnSpec& column = table.columns[key[i].ordinal];
        const std::string name = quote_identifier(column.name);
        const std::string parameter =
            is_postgres ? fmt::format("CAST(${} AS {})", i + 1, lookup_type(column))
                        : fmt::format("?{}", i + 1);
        same += fmt::format("{}{} = {}", same.empty() ? "" : " AND ", name, parameter);
        if (column.type == ColumnType::text) {
            other += fmt::format("{}{} COLLATE {} <> {}", other.empty() ? "" : " OR ", name,
                                 is_postgres ? "pg_catalog.\"C\"" : "BINARY", parameter);
        }
    }
    return {fmt::format(
                "SELECT CASE WHEN EXISTS (SELECT 1 FROM {} WHERE {} AND ({})) THEN 1 ELSE 0 END",
                quote_table(table.ref), same, other),
            {ColumnType::integer},
            values};
}

/// @return 0 also where the store cannot hold such texts, as NUL bytes in Postgres
std::int64_t rows_alike(Session& session, const TableSchema& table,
                        const std::vector<ReadColumn>& key, const std::vector<Value>& values) {
    try {
        const Query query = lookup_query(session.source().kind, table, key, values);
        return session.query_row_of({&table}, query).at(0).integer;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::query) {
            throw;
        }
        return 0;
    }
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
    if (rows.empty() || !can_look_up(session.source().kind, table, key)) {
        return;
    }
    const auto may_be_there = [&](const std::vector<Value>& values) {
        return std::equal(values.begin(), values.end(), key.begin(),
                          [&](const Value& value, const ReadColumn& column) {
                              return may_hold(table.columns[column.ordinal], value);
                          });
    };
    std::int64_t looked_up = 0;
    std::int64_t there = 0;
    for (const auto& [form, values] : rows) {
        if (looked_up < most_looked_up && may_be_there(values) && !others.contains(form)) {
            ++looked_up;
            there += rows_alike(session, table, key, values);
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
