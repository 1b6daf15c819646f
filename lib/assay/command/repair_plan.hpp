// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/store/location.hpp"
#include "assay/table/table.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

/// @throws Error of kind usage, as a plan is for one table.
void require_one_table(std::size_t tables);

/// Those whose foreign keys lead to a table.
std::vector<TableRef> dependents_of(const TableSchema& table,
                                    const std::vector<TableSchema>& tables);

/// A number that must be what it was when a plan was made.
struct ProofItem {
    std::string name; ///< plain: it becomes the name of a column
    std::int64_t expected = 0;
    std::string sql; ///< gives the number
};

/// Writes SQL for psql and sqlite3 that nobody of us executes: what the plans of dedupe-check and
/// volume-diff have in common.
class PlanText {
public:
    /// Rows of a chunk, which is a transaction of its own.
    static constexpr std::size_t rows_of_a_chunk = 1'000;

    /// @param write is called with one piece after the other, and must outlive this
    PlanText(StoreKind kind, const std::function<void(std::string_view)>& write)
        : m_kind(kind), m_write(write) {}

    bool is_sqlite() const noexcept { return m_kind == StoreKind::sqlite; }
    void line(std::string_view text) const;
    /// Escaped: a name can hold a line break, behind which it would be SQL.
    void comment(const std::string& text) const;
    /// The first line. @param table quoted
    void title(std::string_view table) const;
    /// The literals of the plan are UTF-8.
    void expect_utf8() const;
    /// Said before the statements that change something.
    void announce_transactions() const;
    /// Name the tables whose foreign keys refer to the one of the plan.
    void beware_of(const std::vector<TableRef>& dependents) const;

    /// The schema of temporary tables.
    std::string_view temporary() const noexcept { return is_sqlite() ? "temp" : "pg_temp"; }
    /// Joins two tables, and in SQLite looks at the first one first.
    std::string_view join() const noexcept { return is_sqlite() ? " CROSS JOIN" : ","; }
    void drop_temporary(const std::vector<std::string>& tables) const;

    /// The condition that two cells are equal, or both NULL.
    /// @param a, b SQL that names the cells
    std::string same_cell(const ColumnSpec& column, std::string_view a, std::string_view b) const;

    /// Show the numbers, and make a table of them that cannot be made if they are not as expected.
    void proof(const std::vector<ProofItem>& items) const;
    /// The condition that the proof held.
    std::string proven() const;

private:
    StoreKind m_kind;
    const std::function<void(std::string_view)>& m_write;
};

} // namespace assay
