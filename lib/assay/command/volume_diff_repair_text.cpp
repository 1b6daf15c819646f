// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_repair_text.hpp"

#include "assay/base/text.hpp"
#include "assay/command/repair_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay {
namespace {

/// The SQL of a plan, in the words of its store. In the temporary tables the columns of the key are
/// k1, k2, ..., the others c1, c2, ...; "d" is the table itself.
class Writer {
public:
    Writer(const RowComparison& plan, const VolumeRepairFacts& facts, const RepairRows& rows,
           const std::function<void(std::string_view)>& write)
        : m_plan(plan), m_facts(facts), m_rows(rows), m_text(facts.kind_b, write),
          m_table(quote_table(m_plan.tables.b->ref)),
          m_before(fmt::format("{}.assay_before", m_text.temporary())),
          m_after(fmt::format("{}.assay_after", m_text.temporary())) {
        number_chunks();
    }

    void head() const {
        write_repair_title(m_plan, m_facts, m_text);
        m_text.comment(
            fmt::format("It inserts {}, updates {} and deletes {}: A as it was at {}, B as at {}.",
                        count_of(rows_in(m_rows.inserts), "row"), group_digits(m_rows.updated()),
                        group_digits(rows_in(m_rows.deletes)), format_instant(m_facts.snapshot_a),
                        format_instant(m_facts.snapshot_b)));
        m_text.comment(fmt::format("A row is named by {}.", key_names("")));
        write_repair_limits(m_plan, m_facts, m_text);
        for (const auto& row : m_rows.left_out) {
            m_text.comment("Left out: " + row);
        }
    }

    void body() const {
        if (m_chunks.empty()) {
            m_text.comment("There is nothing to do.");
            return;
        }
        m_text.expect_utf8();
        tables();
        m_text.comment("The proof: the rows that change or go are as they were when the plan was "
                       "made, and those that come are not there yet.");
        m_text.proof(proof_items());
        m_text.announce_transactions();
        for (const Chunk& chunk : m_chunks) {
            m_text.line(statement(chunk));
        }
        m_text.comment("0 and 0 if all is done.");
        m_text.line(fmt::format("SELECT {} AS rows_left, {} - {} AS rows_missing;", rows_as_seen(),
                                m_rows.inserts.size(), keys_there()));
        m_text.drop_temporary({"assay_before", "assay_after"});
    }

private:
    /// Some rows of one sort, done by one statement.
    struct Chunk {
        ChangeKind kind = ChangeKind::changed;
        const RepairColumns* columns = nullptr; ///< that change
        const std::vector<RepairRow>* rows = nullptr;
        std::size_t first = 0;
        std::size_t last = 0;
        std::size_t number = 0;
    };

    static std::int64_t rows_in(const std::vector<RepairRow>& rows) {
        return static_cast<std::int64_t>(rows.size());
    }

    /// Rows that go make place for others, so they are first.
    void number_chunks() {
        add_chunks(ChangeKind::only_b, nullptr, m_rows.deletes);
        for (const auto& [columns, rows] : m_rows.updates) {
            add_chunks(ChangeKind::changed, &columns, rows);
        }
        add_chunks(ChangeKind::only_a, nullptr, m_rows.inserts);
    }
    void add_chunks(ChangeKind kind, const RepairColumns* columns,
                    const std::vector<RepairRow>& rows) {
        for (std::size_t first = 0; first < rows.size(); first += PlanText::rows_of_a_chunk) {
            const std::size_t last = std::min(rows.size(), first + PlanText::rows_of_a_chunk);
            m_chunks.push_back({kind, columns, &rows, first, last, m_chunks.size() + 1});
        }
    }

    /// "d.id, d.part", or with the names of the temporary tables.
    std::string key_names(std::string_view prefix) const {
        std::string names;
        for (std::size_t i = 0; i < m_plan.request.key.size(); ++i) {
            fmt::format_to(std::back_inserter(names), "{}{}{}", i == 0 ? "" : ", ", prefix,
                           quote_identifier(repaired_key(m_plan, i).name));
        }
        return names;
    }
    std::string numbered_keys(std::string_view prefix) const {
        std::string names;
        for (std::size_t i = 1; i <= m_plan.request.key.size(); ++i) {
            fmt::format_to(std::back_inserter(names), "{}{}k{}", i == 1 ? "" : ", ", prefix, i);
        }
        return names;
    }

    void tables() const {
        m_text.drop_temporary({"assay_before", "assay_after"});
        m_text.comment("The rows as side B has them, and as they shall be.");
        create("assay_before");
        create("assay_after");
        for (const Chunk& chunk : m_chunks) {
            if (chunk.kind != ChangeKind::only_a) {
                m_text.line(insert_rows(m_before, chunk, &RepairRow::before));
            }
            if (chunk.kind != ChangeKind::only_b) {
                m_text.line(insert_rows(m_after, chunk, &RepairRow::after));
            }
        }
        if (m_text.is_sqlite()) {
            m_text.line(fmt::format("CREATE INDEX temp.assay_before_chunk ON assay_before (chunk, "
                                    "{});\nCREATE INDEX temp.assay_after_chunk ON assay_after "
                                    "(chunk, nr);",
                                    numbered_keys("")));
        } else {
            m_text.line(fmt::format("CREATE INDEX ON {0} (chunk);\nCREATE INDEX ON {1} (chunk);\n"
                                    "ANALYZE {0};\nANALYZE {1};",
                                    m_before, m_after));
        }
    }

    /// Its columns are of the types of the table.
    void create(std::string_view name) const {
        std::string columns;
        for (std::size_t i = 0; i < m_plan.request.key.size(); ++i) {
            fmt::format_to(std::back_inserter(columns), ", d.{} AS k{}",
                           quote_identifier(repaired_key(m_plan, i).name), i + 1);
        }
        for (std::size_t i = 0; i < m_plan.request.other.size(); ++i) {
            fmt::format_to(std::back_inserter(columns), ", d.{} AS c{}",
                           quote_identifier(repaired_column(m_plan, i).name), i + 1);
        }
        m_text.line(fmt::format("CREATE TEMPORARY TABLE {} AS SELECT 0 AS chunk, 0 AS nr{} FROM {} "
                                "AS d {};",
                                name, columns, m_table,
                                m_text.is_sqlite() ? "WHERE 0" : "WITH NO DATA"));
    }

    static std::string insert_rows(std::string_view table, const Chunk& chunk,
                                   std::string RepairRow::*cells) {
        std::string sql = fmt::format("INSERT INTO {} VALUES", table);
        for (std::size_t i = chunk.first; i < chunk.last; ++i) {
            fmt::format_to(std::back_inserter(sql), "{}\n({},{}{})", i == chunk.first ? "" : ",",
                           chunk.number, i, (*chunk.rows)[i].*cells);
        }
        return sql + ";";
    }

    /// "d" has the key of `row`, by the index of the key where there is one.
    std::string same_key(std::string_view row) const {
        std::string sql;
        for (std::size_t i = 0; i < m_plan.request.key.size(); ++i) {
            const ColumnSpec& column = repaired_key(m_plan, i);
            const std::string name = "d." + quote_identifier(column.name);
            const std::string other = fmt::format("{}.k{}", row, i + 1);
            sql += fmt::format("{}{} = {}", sql.empty() ? "" : " AND ", name, other);
            // By its own collation, a column may take different texts for the same.
            if (!is_numeric(column.type)) {
                sql += " AND " + m_text.same_cell(column, name, other);
            }
        }
        return sql;
    }
    /// "d" is as side B had it.
    std::string same_row() const {
        std::string sql = same_key("o");
        for (std::size_t i = 0; i < m_plan.request.other.size(); ++i) {
            const ColumnSpec& column = repaired_column(m_plan, i);
            sql += " AND " + m_text.same_cell(column, "d." + quote_identifier(column.name),
                                              fmt::format("o.c{}", i + 1));
        }
        return sql;
    }
    std::string rows_as_seen() const {
        return fmt::format("(SELECT count(*) FROM {} AS o{} {} AS d WHERE {})", m_before,
                           m_text.join(), m_table, same_row());
    }
    std::string keys_there() const {
        return fmt::format("(SELECT count(*) FROM {} AS n{} {} AS d WHERE n.chunk > {} AND {})",
                           m_after, m_text.join(), m_table, chunks_before_inserts(), same_key("n"));
    }
    std::size_t chunks_before_inserts() const {
        return static_cast<std::size_t>(
            std::count_if(m_chunks.begin(), m_chunks.end(),
                          [](const Chunk& chunk) { return chunk.kind != ChangeKind::only_a; }));
    }
    std::vector<ProofItem> proof_items() const {
        return {{"rows_as_seen", rows_in(m_rows.deletes) + m_rows.updated(), rows_as_seen()},
                {"new_keys_there", 0, keys_there()}};
    }

    std::string statement(const Chunk& chunk) const {
        switch (chunk.kind) {
        case ChangeKind::only_a: return insert(chunk.number);
        case ChangeKind::only_b: return erase(chunk.number);
        case ChangeKind::changed: break;
        }
        return update(chunk);
    }

    std::string erase(std::size_t chunk) const {
        if (!m_text.is_sqlite()) {
            return fmt::format("DELETE FROM {} AS d USING {} AS o WHERE o.chunk = {} AND {} AND "
                               "{};",
                               m_table, m_before, chunk, same_row(), m_text.proven());
        }
        // What IN chooses is found by the index of the key.
        return fmt::format("DELETE FROM {0} AS d WHERE ({1}) IN (SELECT {2} FROM {3} AS o WHERE "
                           "o.chunk = {4}) AND EXISTS (SELECT 1 FROM {3} AS o WHERE o.chunk = {4} "
                           "AND {5}) AND {6};",
                           m_table, key_names("d."), numbered_keys("o."), m_before, chunk,
                           same_row(), m_text.proven());
    }

    std::string update(const Chunk& chunk) const {
        std::string changes;
        for (const std::size_t column : *chunk.columns) {
            fmt::format_to(std::back_inserter(changes), "{}{} = n.c{}", changes.empty() ? "" : ", ",
                           quote_identifier(repaired_column(m_plan, column).name), column + 1);
        }
        return fmt::format("UPDATE {} AS d SET {} FROM {} AS o{} {} AS n WHERE o.chunk = {} AND "
                           "n.chunk = {} AND n.nr = o.nr AND {} AND {};",
                           m_table, changes, m_before, m_text.join(), m_after, chunk.number,
                           chunk.number, same_row(), m_text.proven());
    }

    std::string insert(std::size_t chunk) const {
        std::string names;
        std::string cells;
        bool has_identity = false;
        const auto add = [&](const ColumnSpec& column, const std::string& cell) {
            if (is_writable(column)) {
                names += (names.empty() ? "" : ", ") + quote_identifier(column.name);
                cells += (cells.empty() ? "n." : ", n.") + cell;
                has_identity = has_identity || column.generated == Generated::identity;
            }
        };
        for (std::size_t i = 0; i < m_plan.request.key.size(); ++i) {
            add(repaired_key(m_plan, i), fmt::format("k{}", i + 1));
        }
        for (std::size_t i = 0; i < m_plan.request.other.size(); ++i) {
            add(repaired_column(m_plan, i), fmt::format("c{}", i + 1));
        }
        const bool overrides = has_identity && !m_text.is_sqlite();
        return fmt::format("INSERT INTO {0} ({1}){2} SELECT {3} FROM {4} AS n WHERE n.chunk = {5} "
                           "AND NOT EXISTS (SELECT 1 FROM {0} AS d WHERE {6}) AND {7} ORDER BY "
                           "n.nr;",
                           m_table, names, overrides ? " OVERRIDING SYSTEM VALUE" : "", cells,
                           m_after, chunk, same_key("n"), m_text.proven());
    }

    const RowComparison& m_plan;
    const VolumeRepairFacts& m_facts;
    const RepairRows& m_rows;
    PlanText m_text;
    std::string m_table;
    std::string m_before;
    std::string m_after;
    std::vector<Chunk> m_chunks;
};

void write_conditions(const RowDiffRequest& request, const PlanText& text) {
    if (!request.where_a.empty()) {
        text.comment("Only these rows of side A count: " + request.where_a);
    }
    if (!request.where_b.empty()) {
        text.comment("Only these rows of side B count: " + request.where_b);
    }
}

} // namespace

std::vector<std::string> unknown_columns(const RowComparison& plan) {
    const auto is_known = [&](std::size_t ordinal) {
        const auto is_meant = [&](const ColumnPair& pair) { return pair.b == ordinal; };
        const auto& key = plan.request.key;
        const auto& other = plan.request.other;
        return std::any_of(key.begin(), key.end(), is_meant) ||
               std::any_of(other.begin(), other.end(), is_meant);
    };
    std::vector<std::string> names;
    const auto& columns = plan.tables.b->columns;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (!is_known(i)) {
            names.push_back(quote_identifier(columns[i].name));
        }
    }
    return names;
}

void write_repair_title(const RowComparison& plan, const VolumeRepairFacts& facts,
                        const PlanText& text) {
    text.title(quote_table(plan.tables.b->ref));
    text.comment(fmt::format("Run it on side B, {}, whose table it makes like that of side A, {}.",
                             facts.url_b, facts.url_a));
}

void write_repair_limits(const RowComparison& plan, const VolumeRepairFacts& facts,
                         const PlanText& text) {
    write_conditions(plan.request, text);
    if (const auto names = unknown_columns(plan); !names.empty()) {
        text.comment(fmt::format("Not compared, and so not known to the plan: {}. An INSERT "
                                 "gives the default, a DELETE loses the value.",
                                 join_and(names)));
    }
    text.comment("It is about this table alone: tables that its foreign keys refer to need "
                 "their new rows before it, tables that refer to it lose theirs before.");
    for (const ForeignKey& key : plan.tables.b->foreign_keys) {
        text.comment(fmt::format("A foreign key refers to {}.", quote_table(key.referenced)));
    }
    text.beware_of(facts.dependents);
}

std::int64_t RepairRows::updated() const noexcept {
    std::int64_t rows = 0;
    for (const auto& [columns, updated] : updates) {
        rows += static_cast<std::int64_t>(updated.size());
    }
    return rows;
}

const ColumnSpec& repaired_key(const RowComparison& plan, std::size_t i) {
    return plan.tables.b->columns[plan.request.key[i].b];
}

const ColumnSpec& repaired_column(const RowComparison& plan, std::size_t i) {
    return plan.tables.b->columns[plan.request.other[i].b];
}

bool is_writable(const ColumnSpec& column) noexcept {
    return column.generated == Generated::no || column.generated == Generated::identity;
}

void write_volume_repair(const RowComparison& plan, const VolumeRepairFacts& facts,
                         const RepairRows& rows,
                         const std::function<void(std::string_view)>& write) {
    const Writer writer(plan, facts, rows, write);
    writer.head();
    writer.body();
}

} // namespace assay
