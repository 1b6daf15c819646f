// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_repair_whole.hpp"

#include "assay/base/text.hpp"
#include "assay/command/volume_diff_repair_value.hpp"
#include "assay/store/row_place.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>
#include <optional>

namespace assay {
namespace {

/// A row of the plan. Its copies are added or deleted by one statement, however many they are.
struct Line {
    const std::string* literals = nullptr;
    CopiedRow copies;
    std::size_t chunk = 0;

    std::size_t changes() const noexcept {
        return copies.seen > copies.wanted ? copies.seen - copies.wanted
                                           : copies.wanted - copies.seen;
    }
};

struct Chunk {
    ChangeKind kind = ChangeKind::only_a;
    std::size_t most_copies = 0; ///< of one row
};

std::size_t changes_in(const std::vector<Line>& lines) {
    return std::accumulate(lines.begin(), lines.end(), std::size_t{0},
                           [](std::size_t sum, const Line& line) { return sum + line.changes(); });
}

/// The SQL of a plan. In "o", the rows of the plan, the columns are c1, c2, ...; "d" is the table
/// itself with the place of each row.
class Writer {
public:
    Writer(const RowComparison& plan, const VolumeRepairFacts& facts,
           const std::map<std::string, CopiedRow>& rows,
           const std::function<void(std::string_view)>& write)
        : m_plan(plan), m_facts(facts), m_text(facts.kind_b, write),
          m_table(quote_table(plan.tables.b->ref)),
          m_rows(fmt::format("{}.assay_rows", m_text.temporary())) {
        for (const auto& [literals, copies] : rows) {
            auto& lines = copies.seen > copies.wanted ? m_deletes : m_inserts;
            lines.push_back({&literals, copies, 0});
        }
        number_chunks(ChangeKind::only_b, m_deletes);
        number_chunks(ChangeKind::only_a, m_inserts);
    }

    void head(const std::map<std::string, std::int64_t>& left_out) const {
        write_repair_title(m_plan, m_facts, m_text);
        m_text.comment(
            fmt::format("It inserts {} and deletes {}: A as it was at {}, B as at {}.",
                        count_of(static_cast<std::int64_t>(changes_in(m_inserts)), "row"),
                        group_digits(static_cast<std::int64_t>(changes_in(m_deletes))),
                        format_instant(m_facts.snapshot_a), format_instant(m_facts.snapshot_b)));
        m_text.comment("The table has no key: rows that are alike are counted, and it does not "
                       "matter which of them go.");
        write_repair_limits(m_plan, m_facts, m_text);
        for (const auto& [sentence, copies] : left_out) {
            m_text.comment(fmt::format("Left out: {}: {}", count_of(copies, "row"), sentence));
        }
    }

    void body() const {
        if (m_chunks.empty()) {
            m_text.comment("There is nothing to do.");
            return;
        }
        m_text.expect_utf8();
        rows();
        m_text.comment("The proof: of each row there are as many copies as when the plan was "
                       "made.");
        const auto seen = static_cast<std::int64_t>(m_deletes.size() + m_inserts.size());
        m_text.proof({{"rows_as_seen", seen, rows_with("o.seen")}});
        m_text.announce_transactions();
        for (std::size_t i = 0; i < m_chunks.size(); ++i) {
            m_text.line(m_chunks[i].kind == ChangeKind::only_b ? erase(i + 1) : insert(i + 1));
        }
        m_text.comment("0 if all is done.");
        m_text.line(fmt::format("SELECT {} - {} AS rows_left;", seen, rows_with("o.wanted")));
        m_text.drop_temporary({"assay_rows"});
    }

private:
    /// As many copies as a statement may take, and at least one row.
    void number_chunks(ChangeKind kind, std::vector<Line>& lines) {
        std::size_t copies = PlanText::rows_of_a_chunk;
        for (Line& line : lines) {
            if (copies + line.changes() > PlanText::rows_of_a_chunk) {
                m_chunks.push_back({kind, 0});
                copies = 0;
            }
            copies += line.changes();
            line.chunk = m_chunks.size();
            m_chunks.back().most_copies = std::max(m_chunks.back().most_copies, line.changes());
        }
    }

    const ColumnSpec& column(std::size_t i) const { return repaired_column(m_plan, i); }
    std::size_t columns() const { return m_plan.request.other.size(); }

    void rows() const {
        m_text.drop_temporary({"assay_rows"});
        m_text.comment("The rows, how many copies of each side B has, and how many it shall have.");
        std::string names;
        for (std::size_t i = 0; i < columns(); ++i) {
            fmt::format_to(std::back_inserter(names), ", d.{} AS c{}",
                           quote_identifier(column(i).name), i + 1);
        }
        m_text.line(fmt::format("CREATE TEMPORARY TABLE assay_rows AS SELECT 0 AS chunk, 0 AS nr, "
                                "0 AS seen, 0 AS wanted{} FROM {} AS d {};",
                                names, m_table, m_text.is_sqlite() ? "WHERE 0" : "WITH NO DATA"));
        fill();
        if (m_text.is_sqlite()) {
            std::string cells;
            for (std::size_t i = 1; i <= columns(); ++i) {
                fmt::format_to(std::back_inserter(cells), "{}c{}", i == 1 ? "" : ", ", i);
            }
            m_text.line(
                fmt::format("CREATE INDEX temp.assay_rows_cells ON assay_rows ({});", cells));
        } else {
            m_text.line(fmt::format("ANALYZE {};", m_rows));
        }
    }

    /// SQLite takes statements of a million bytes.
    void fill() const {
        constexpr std::size_t most_bytes = 500'000;
        std::size_t number = 0;
        std::size_t chunk = 0;
        std::string sql;
        for (const auto* lines : {&m_deletes, &m_inserts}) {
            for (const Line& line : *lines) {
                if (!sql.empty() && (line.chunk != chunk || sql.size() > most_bytes)) {
                    m_text.line(sql + ";");
                    sql.clear();
                }
                chunk = line.chunk;
                fmt::format_to(std::back_inserter(sql), "{}\n({},{},{},{}{})",
                               sql.empty() ? fmt::format("INSERT INTO {} VALUES", m_rows) : ",",
                               chunk, ++number, line.copies.seen, line.copies.wanted,
                               *line.literals);
            }
        }
        m_text.line(sql + ";");
    }

    bool has_children() const { return !m_text.is_sqlite() && m_plan.tables.b->has_children; }
    /// By which a row is found again within one statement.
    std::string place() const {
        return m_text.is_sqlite() ? rowid_column(*m_plan.tables.b) : "ctid";
    }
    /// The rows of the table that count.
    std::string table() const {
        return fmt::format("(SELECT {} AS assay_place, {}* FROM {}{}) AS d", place(),
                           has_children() ? "tableoid AS assay_table, " : "", m_table,
                           condition_sql("WHERE", m_plan.request.where_b));
    }
    /// "o" and the rows of the table that are like it, found with one scan of the table.
    std::string found(const std::string& condition) const {
        const std::string rows = m_rows + " AS o";
        const std::string both =
            m_text.is_sqlite() ? table() + " CROSS JOIN " + rows : rows + ", " + table();
        std::string sql = fmt::format("FROM {} WHERE {}", both, condition);
        for (std::size_t i = 0; i < columns(); ++i) {
            const std::string name = "d." + quote_identifier(column(i).name);
            const std::string cell = fmt::format("o.c{}", i + 1);
            sql += " AND " + m_text.same_cell(column(i), name, cell);
            // Equal numbers of two types are not the same, and Postgres can only join by what has
            // an equality that is true or false.
            sql += m_text.is_sqlite() ? fmt::format(" AND typeof({}) = typeof({})", name, cell)
                                      : fmt::format(" AND coalesce({}::pg_catalog.text, '') = "
                                                    "coalesce({}::pg_catalog.text, '')",
                                                    name, cell);
        }
        return sql;
    }

    /// How many rows of the plan have that many copies.
    std::string rows_with(std::string_view copies) const {
        return fmt::format("(SELECT count(*) FROM {} AS o LEFT JOIN (SELECT o.nr, count(*) AS "
                           "copies {} GROUP BY o.nr) AS f ON f.nr = o.nr WHERE coalesce(f.copies, "
                           "0) = {})",
                           m_rows, found("1 = 1"), copies);
    }

    std::string erase(std::size_t chunk) const {
        const std::string places = fmt::format(
            "SELECT p.assay_place{0} FROM (SELECT d.assay_place{1}, o.seen, o.wanted, "
            "row_number() OVER (PARTITION BY o.nr ORDER BY d.assay_place{1}) AS "
            "copy, count(*) OVER (PARTITION BY o.nr) AS copies {2}) AS p WHERE "
            "p.copies = p.seen AND p.copy > p.wanted",
            has_children() ? ", p.assay_table" : "", has_children() ? ", d.assay_table" : "",
            found(fmt::format("o.chunk = {}", chunk)));
        const std::string_view names = has_children() ? "(ctid, tableoid)" : "";
        return fmt::format("DELETE FROM {} WHERE {} IN ({}) AND {};", m_table,
                           names.empty() ? place() : names, places, m_text.proven());
    }

    std::string insert(std::size_t chunk) const {
        std::string names;
        std::string cells;
        bool has_identity = false;
        for (std::size_t i = 0; i < columns(); ++i) {
            if (is_writable(column(i))) {
                const std::string_view comma = names.empty() ? "" : ", ";
                fmt::format_to(std::back_inserter(names), "{}{}", comma,
                               quote_identifier(column(i).name));
                fmt::format_to(std::back_inserter(cells), "{}o.c{}", comma, i + 1);
                has_identity = has_identity || column(i).generated == Generated::identity;
            }
        }
        const bool overrides = has_identity && !m_text.is_sqlite();
        return fmt::format(
            "WITH RECURSIVE n (copy) AS (SELECT 1 UNION ALL SELECT copy + 1 FROM n WHERE copy < "
            "{0}) INSERT INTO {1} ({2}){3} SELECT {4} FROM {5} AS o JOIN n ON n.copy <= o.wanted - "
            "o.seen LEFT JOIN (SELECT o.nr, count(*) AS copies {6} GROUP BY o.nr) AS f ON f.nr = "
            "o.nr WHERE o.chunk = {7} AND coalesce(f.copies, 0) = o.seen AND {8} ORDER BY o.nr;",
            m_chunks[chunk - 1].most_copies, m_table, names,
            overrides ? " OVERRIDING SYSTEM VALUE" : "", cells, m_rows,
            found(fmt::format("o.chunk = {}", chunk)), chunk, m_text.proven());
    }

    const RowComparison& m_plan;
    const VolumeRepairFacts& m_facts;
    PlanText m_text;
    std::string m_table;
    std::string m_rows;
    std::vector<Line> m_deletes;
    std::vector<Line> m_inserts;
    std::vector<Chunk> m_chunks;
};

} // namespace

WholeRowRepair::WholeRowRepair(const RowComparison& plan, const VolumeRepairFacts& facts)
    : m_plan(plan), m_facts(facts), m_knows_all_columns(unknown_columns(plan).empty()) {}

std::string WholeRowRepair::reason_to_leave(const RowChange& row) const {
    if (row.copies_b > 0 && row.key_b.empty()) {
        return "side B writes its copies in several ways, so that SQL does not count them as one.";
    }
    const bool has_choice = row.kind == ChangeKind::only_b && row.copies_a > 0;
    return has_choice && !m_knows_all_columns
               ? "some of its copies would go, and nothing tells which of them, as each may hold "
                 "something else in the columns that were not compared."
               : "";
}

void WholeRowRepair::add(const RowChange& row) {
    if (const std::string reason = reason_to_leave(row); !reason.empty()) {
        ++m_left_out[reason];
        return;
    }
    const bool is_in_b = row.copies_b > 0;
    const auto& cells = is_in_b ? row.key_b : row.key;
    std::string literals;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const ColumnSpec& column = repaired_column(m_plan, i);
        const auto literal = repaired_literal(m_plan, m_facts, m_plan.request.other[i],
                                              is_in_b ? Side::b : Side::a, cells[i]);
        if (!literal) {
            ++m_left_out[fmt::format("its {} cannot be written for side B.",
                                     quote_identifier(column.name))];
            return;
        }
        literals += "," + *literal;
    }
    m_rows[literals] = {row.copies_b, row.copies_a};
}

void WholeRowRepair::write(const std::function<void(std::string_view)>& write) const {
    const Writer writer(m_plan, m_facts, m_rows, write);
    writer.head(m_left_out);
    writer.body();
}

std::int64_t WholeRowRepair::left_out() const noexcept {
    return std::accumulate(
        m_left_out.begin(), m_left_out.end(), std::int64_t{0},
        [](std::int64_t sum, const auto& reason) { return sum + reason.second; });
}

Facts WholeRowRepair::evidence() const {
    std::int64_t inserts = 0;
    std::int64_t deletes = 0;
    for (const auto& [literals, copies] : m_rows) {
        const auto more =
            static_cast<std::int64_t>(copies.wanted) - static_cast<std::int64_t>(copies.seen);
        (more > 0 ? inserts : deletes) += std::abs(more);
    }
    return {{"inserts", inserts}, {"updates", 0}, {"deletes", deletes}, {"left_out", left_out()}};
}

std::string reason_for_no_plan(StoreKind kind, const TableSchema& table) {
    return kind == StoreKind::sqlite && rowid_column(table).empty()
               ? "without a key rows that are alike are told apart by their rowid, and the table "
                 "of side B has none"
               : "";
}

} // namespace assay
