// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_repair.hpp"

#include "assay/base/text.hpp"
#include "assay/command/repair_plan.hpp"
#include "assay/store/literal.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

namespace assay {
namespace {

constexpr std::size_t rows_of_a_chunk = PlanText::rows_of_a_chunk;

/// A row that goes, and the row of its group that stays.
struct Pair {
    RowPlace surplus;
    RowPlace kept;
};

std::vector<Pair> pairs_of(const RepairFacts& facts, const std::vector<DuplicateRows>& groups) {
    std::vector<Pair> pairs;
    for (const auto& group : groups) {
        const RowPlace kept = row_to_keep(group.first, facts.keep).place;
        for (const auto& row : group.first) {
            if (row.place != kept) {
                pairs.push_back({row.place, kept});
            }
        }
    }
    // In the order of the table each chunk touches few pages.
    std::sort(pairs.begin(), pairs.end(),
              [](const Pair& a, const Pair& b) { return a.surplus < b.surplus; });
    return pairs;
}

/// The SQL of a plan, in the words of its store.
class Writer {
public:
    Writer(const RepairFacts& facts, const std::function<void(std::string_view)>& write)
        : m_facts(facts), m_schema(facts.table != nullptr ? facts.table->schema() : *facts.schema),
          m_text(facts.table != nullptr ? facts.table->kind() : StoreKind::sqlite, write),
          m_is_sqlite(m_text.is_sqlite()),
          m_has_children(facts.table != nullptr && facts.table->columns().size() > 1),
          m_table(quote_table(m_schema.ref)), m_places(place_columns(facts, m_schema)),
          m_temporary(m_text.temporary()) {}

    void head(std::int64_t groups, std::int64_t surplus) const {
        m_text.title(m_table);
        comment(fmt::format("It deletes {} of {}, as they were at {}.", group_digits(surplus),
                            count_of(m_facts.rows, "row"), format_instant(m_facts.snapshot_at)));
        comment(fmt::format("Rows are duplicates if they agree in {}{}.", key_names(),
                            m_facts.nulls == NullPolicy::equal ? "; NULL agrees with NULL" : ""));
        if (const std::string others = other_names(); !others.empty()) {
            comment(fmt::format("Not compared: {}. A row that goes may say something else there.",
                                others));
        }
        comment(fmt::format("Of {}, {}, stays.",
                            groups == 1 ? "the one group"
                                        : fmt::format("each of {} groups", group_digits(groups)),
                            rule_words()));
        if (!m_facts.where.empty()) {
            comment("Only these rows count: " + m_facts.where);
        }
        m_text.beware_of(m_facts.dependents);
    }

    void nothing_to_do() const { comment("There is nothing to delete."); }

    void pairs(const std::vector<Pair>& pairs) const {
        comment("The rows that go, each with the row that stays instead.");
        name_tables(pairs);
        drop_temporary();
        line(fmt::format("CREATE TEMPORARY TABLE assay_surplus (chunk INTEGER{}{}{});",
                         typed_columns("surplus"), typed_columns("kept"),
                         m_has_children ? ", surplus_table oid, kept_table oid" : ""));
        insert(pairs);
        line(m_is_sqlite ? "CREATE INDEX temp.assay_surplus_chunk ON assay_surplus (chunk);"
                         : "CREATE INDEX ON pg_temp.assay_surplus (chunk);");
    }

    void proof(std::size_t surplus) const {
        comment("The proof: as many rows would go, and the table has as many rows, as when the "
                "plan was made.");
        m_text.proof({{"surplus_rows", static_cast<std::int64_t>(surplus), surplus_count()},
                      {"all_rows", m_facts.rows, row_count()}});
    }

    void deletes(std::size_t chunks) const {
        m_text.announce_transactions();
        for (std::size_t chunk = 1; chunk <= chunks; ++chunk) {
            line(delete_chunk(chunk));
        }
    }

    void end() const {
        comment("0 if all is done.");
        line(fmt::format("SELECT {} AS surplus_rows_left;", surplus_count()));
        drop_temporary();
    }

private:
    void line(std::string_view text) const { m_text.line(text); }
    void comment(const std::string& text) const { m_text.comment(text); }
    void drop_temporary() const { m_text.drop_temporary({"assay_surplus"}); }

    std::string key_names() const {
        std::string names;
        for (const std::size_t ordinal : m_facts.key) {
            names += (names.empty() ? "" : ", ") + quote_identifier(m_schema.columns[ordinal].name);
        }
        return names;
    }

    std::string other_names() const {
        std::string names;
        const std::size_t places = m_facts.table != nullptr ? m_facts.table->columns().size() : 0;
        for (std::size_t i = 0; i + places < m_schema.columns.size(); ++i) {
            if (std::find(m_facts.key.begin(), m_facts.key.end(), i) == m_facts.key.end()) {
                names += (names.empty() ? "" : ", ") + quote_identifier(m_schema.columns[i].name);
            }
        }
        return names;
    }

    std::string rule_words() const {
        const std::string time =
            m_facts.time ? quote_identifier(m_schema.columns[*m_facts.time].name) : "";
        const std::string place = fmt::format("{}{}", m_has_children ? "tableoid, then by " : "",
                                              fmt::join(m_places, ", "));
        const std::string order =
            m_facts.time ? fmt::format("by {}, then by {}", time, place) : "by " + place;
        switch (m_facts.keep) {
        case Keep::first: return fmt::format("the first row {}", order);
        case Keep::last: return fmt::format("the last row {}", order);
        case Keep::most_complete:
            return fmt::format("the row with the fewest NULLs, of several the last {}", order);
        }
        return order;
    }

    /// Which partition or child each of the OIDs is.
    void name_tables(const std::vector<Pair>& pairs) const {
        if (!m_has_children) {
            return;
        }
        std::map<std::int64_t, std::string> tables;
        const PlaceNames names(m_facts.table->kind(), m_schema);
        for (const auto& pair : pairs) {
            tables.emplace(pair.surplus.table, names.table(pair.surplus));
            tables.emplace(pair.kept.table, names.table(pair.kept));
        }
        for (const auto& [oid, name] : tables) {
            comment(fmt::format("Table {} is {}.", oid, name));
        }
    }

    /// What rows are found by.
    static std::vector<std::string> place_columns(const RepairFacts& facts,
                                                  const TableSchema& schema) {
        if (facts.table != nullptr) {
            return {quote_identifier(schema.columns.back().name)};
        }
        std::vector<std::string> columns;
        for (const std::size_t ordinal : facts.primary_key) {
            columns.push_back(quote_identifier(schema.columns[ordinal].name));
        }
        return columns;
    }

    /// "surplus", or of several columns of a key "surplus_2".
    static std::string pair_column(std::string_view which, std::size_t i) {
        return i == 0 ? std::string(which) : fmt::format("{}_{}", which, i + 1);
    }

    /// Columns of a key have no type here, so that values stay as they are.
    std::string typed_columns(std::string_view which) const {
        const std::string_view type = m_facts.table == nullptr ? ""
                                      : m_is_sqlite            ? " INTEGER"
                                                               : " tid";
        std::string columns;
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            columns += fmt::format(", {}{}", pair_column(which, i), type);
        }
        return columns;
    }

    std::string place_literal(const RowPlace& place) const {
        if (m_facts.table == nullptr) {
            std::vector<std::string> literals;
            for (const Value& value : m_facts.primary_keys[static_cast<std::size_t>(place.place)]) {
                // Of what SQLite holds itself, it has a literal.
                literals.push_back(
                    value_literal({StoreKind::sqlite, value}, StoreKind::sqlite, value.type)
                        .value());
            }
            return fmt::format("{}", fmt::join(literals, ","));
        }
        const std::string text = display(m_facts.table->kind(), place);
        return m_is_sqlite ? text : fmt::format("'{}'", text);
    }

    std::string pair_literals(const Pair& pair, std::size_t chunk) const {
        std::string sql =
            fmt::format("({},{},{}", chunk, place_literal(pair.surplus), place_literal(pair.kept));
        if (m_has_children) {
            fmt::format_to(std::back_inserter(sql), ",{},{}", pair.surplus.table, pair.kept.table);
        }
        return sql + ")";
    }

    /// SQLite takes statements of a million bytes.
    void insert(const std::vector<Pair>& pairs) const {
        constexpr std::size_t most_bytes = 500'000;
        std::string sql;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const std::string values = pair_literals(pairs[i], i / rows_of_a_chunk + 1);
            const bool is_full = sql.size() + values.size() > most_bytes;
            if (!sql.empty() && (i % rows_of_a_chunk == 0 || is_full)) {
                line(sql + ";");
                sql.clear();
            }
            sql += sql.empty() ? fmt::format("INSERT INTO {}.assay_surplus VALUES\n", m_temporary)
                               : ",\n";
            sql += values;
        }
        line(sql + ";");
    }

    /// The pair is as it was: both rows are there, with the same key.
    std::string same_pair() const {
        std::string sql;
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            sql += fmt::format("{0}d.{1} = s.{2} AND k.{1} = s.{3}", i == 0 ? "" : " AND ",
                               m_places[i], pair_column("surplus", i), pair_column("kept", i));
        }
        if (m_has_children) {
            sql += " AND d.tableoid = s.surplus_table AND k.tableoid = s.kept_table";
        }
        for (const std::size_t ordinal : m_facts.key) {
            const ColumnSpec& column = m_schema.columns[ordinal];
            const std::string name = quote_identifier(column.name);
            sql += " AND " + m_text.same_cell(column, "d." + name, "k." + name);
        }
        return sql;
    }

    std::string surplus_columns() const {
        std::vector<std::string> columns;
        for (std::size_t i = 0; i < m_places.size(); ++i) {
            columns.push_back("s." + pair_column("surplus", i));
        }
        return fmt::format("{}", fmt::join(columns, ", "));
    }

    std::string surplus_count() const {
        return fmt::format("(SELECT count(*) FROM {0}.assay_surplus AS s{1} {2} AS d{1} {2} AS k "
                           "WHERE {3})",
                           m_temporary, m_text.join(), m_table, same_pair());
    }

    std::string row_count() const {
        return fmt::format("(SELECT count(*) FROM {}{})", m_table,
                           condition_sql("WHERE", m_facts.where));
    }

    std::string delete_chunk(std::size_t chunk) const {
        if (m_is_sqlite) {
            // In that order the rows are found by their places.
            return fmt::format("DELETE FROM {0} WHERE ({1}) IN (SELECT {2} FROM "
                               "temp.assay_surplus AS s CROSS JOIN {0} AS d CROSS JOIN {0} AS k "
                               "WHERE s.chunk = {3} AND {4}) AND {5};",
                               m_table, fmt::join(m_places, ", "), surplus_columns(), chunk,
                               same_pair(), m_text.proven());
        }
        return fmt::format("DELETE FROM {0} AS d USING pg_temp.assay_surplus AS s, {0} AS k WHERE "
                           "s.chunk = {1} AND {2} AND {3};",
                           m_table, chunk, same_pair(), m_text.proven());
    }

    const RepairFacts& m_facts;
    const TableSchema& m_schema;
    PlanText m_text;
    bool m_is_sqlite;
    bool m_has_children;
    std::string m_table;
    std::vector<std::string> m_places; ///< quoted
    std::string_view m_temporary;
};

} // namespace

std::string_view to_string(Keep keep) noexcept {
    switch (keep) {
    case Keep::first: return "first";
    case Keep::last: return "last";
    case Keep::most_complete: return "most-complete";
    }
    return "first";
}

const DuplicateRow& row_to_keep(const std::vector<DuplicateRow>& rows, Keep keep) {
    const auto is_worse = [keep](const DuplicateRow& a, const DuplicateRow& b) {
        const bool a_lacks = a.at == DuplicateRow{}.at;
        const bool b_lacks = b.at == DuplicateRow{}.at;
        switch (keep) {
        case Keep::first:
            return std::tuple(!a_lacks, b.at, b.place) < std::tuple(!b_lacks, a.at, a.place);
        case Keep::last: return std::tuple(a.at, a.place) < std::tuple(b.at, b.place);
        case Keep::most_complete: break;
        }
        return std::tuple(a.filled, a.at, a.place) < std::tuple(b.filled, b.at, b.place);
    };
    return *std::max_element(rows.begin(), rows.end(), is_worse);
}

void write_repair_plan(const RepairFacts& facts, const std::vector<DuplicateRows>& groups,
                       const std::function<void(std::string_view)>& write) {
    const Writer writer(facts, write);
    const std::vector<Pair> pairs = pairs_of(facts, groups);
    writer.head(static_cast<std::int64_t>(groups.size()), static_cast<std::int64_t>(pairs.size()));
    if (pairs.empty()) {
        writer.nothing_to_do();
        return;
    }
    writer.pairs(pairs);
    writer.proof(pairs.size());
    writer.deletes((pairs.size() + rows_of_a_chunk - 1) / rows_of_a_chunk);
    writer.end();
}

} // namespace assay
