// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/repair_plan.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace assay {

void require_one_table(std::size_t tables) {
    if (tables != 1) {
        throw Error(ErrorKind::usage,
                    fmt::format("--repair plans for one table, but {} are selected",
                                count_of(static_cast<std::int64_t>(tables), "table")),
                    "name the table with -t");
    }
}

std::vector<TableRef> dependents_of(const TableSchema& table,
                                    const std::vector<TableSchema>& tables) {
    std::vector<TableRef> dependents;
    for (const TableSchema& other : tables) {
        const bool refers =
            std::any_of(other.foreign_keys.begin(), other.foreign_keys.end(),
                        [&](const ForeignKey& key) { return key.referenced == table.ref; });
        if (refers) {
            dependents.push_back(other.ref);
        }
    }
    return dependents;
}

void PlanText::line(std::string_view text) const {
    m_write(text);
    m_write("\n");
}

void PlanText::comment(const std::string& text) const { line("-- " + escape_text(text)); }

void PlanText::title(std::string_view table) const {
    comment(fmt::format("Repair plan for {}, made by assay. Nothing of it was executed.", table));
}

void PlanText::expect_utf8() const {
    if (!is_sqlite()) {
        line("SET client_encoding TO 'UTF8';");
    }
}

void PlanText::announce_transactions() const {
    comment("Each of these is a transaction of its own. With BEGIN before and COMMIT behind, all "
            "are one.");
}

void PlanText::beware_of(const std::vector<TableRef>& dependents) const {
    for (const TableRef& dependent : dependents) {
        comment(fmt::format("Beware: a foreign key of {} refers to this table; look at its ON "
                            "DELETE first.",
                            quote_table(dependent)));
    }
}

void PlanText::drop_temporary(const std::vector<std::string>& tables) const {
    line(fmt::format("DROP TABLE IF EXISTS {}.assay_proof;", temporary()));
    for (const auto& table : tables) {
        line(fmt::format("DROP TABLE IF EXISTS {}.{};", temporary(), table));
    }
}

std::string PlanText::same_cell(const ColumnSpec& column, std::string_view a,
                                std::string_view b) const {
    if (is_sqlite()) {
        return fmt::format("{} IS {} COLLATE BINARY", a, b);
    }
    // Some types have no equality, but all have a text.
    const bool as_text = column.type == ColumnType::other || column.type == ColumnType::json ||
                         column.type == ColumnType::interval;
    const std::string_view form = as_text ? "::pg_catalog.text" : "";
    return fmt::format("{}{} IS NOT DISTINCT FROM {}{}", a, form, b, form);
}

void PlanText::proof(const std::vector<ProofItem>& items) const {
    std::string shown;
    std::string columns;
    std::string condition;
    std::string numbers;
    for (const auto& item : items) {
        const std::string_view comma = shown.empty() ? "" : ", ";
        fmt::format_to(std::back_inserter(shown), "{}{} AS expected_{}, {} AS {}", comma,
                       item.expected, item.name, item.sql, item.name);
        fmt::format_to(std::back_inserter(columns), "{} BIGINT, ", item.name);
        fmt::format_to(std::back_inserter(condition), "{}{} = {}", comma.empty() ? "" : " AND ",
                       item.name, item.expected);
        fmt::format_to(std::back_inserter(numbers), "{}{}", comma, item.sql);
    }
    line(fmt::format("SELECT {};", shown));
    comment("If not, this fails, and then nothing below finds anything to do.");
    line(fmt::format("CREATE TEMPORARY TABLE assay_proof ({}CONSTRAINT "
                     "the_table_has_changed_make_a_new_plan CHECK ({}));",
                     columns, condition));
    line(fmt::format("INSERT INTO {}.assay_proof SELECT {};", temporary(), numbers));
}

std::string PlanText::proven() const {
    return fmt::format("EXISTS (SELECT 1 FROM {}.assay_proof)", temporary());
}

} // namespace assay
