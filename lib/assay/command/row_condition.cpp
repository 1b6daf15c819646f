// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_condition.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/command/run.hpp"
#include "assay/store/sql.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace assay {
namespace {

/// What is wrong with a condition on the rows of a table; nullopt also where that is not known.
std::optional<std::string> misunderstanding(Session& session, const TableSchema& table,
                                            const std::string& where) {
    const Query query{fmt::format("SELECT count(*) FROM (SELECT 1 FROM {}{} LIMIT 0) AS none",
                                  quote_table(table.ref), condition_sql("WHERE", where)),
                      {ColumnType::integer}};
    try {
        session.query_row_of({&table}, query);
    } catch (const Error& error) {
        // A column that is not there may have been dropped, as far as a server knows.
        if (error.kind() == ErrorKind::query || error.kind() == ErrorKind::changed) {
            return error.what();
        }
    }
    return std::nullopt;
}

std::string column_names(const TableSchema& table) {
    constexpr std::size_t most = 12;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(most, table.columns.size()); ++i) {
        names.push_back(display_identifier(table.columns[i].name));
    }
    if (table.columns.size() > most) {
        names.push_back(fmt::format("{} more", table.columns.size() - most));
    }
    return join_and(names);
}

} // namespace

void require_understood(Session& session, const std::vector<const TableSchema*>& tables,
                        const std::string& where) {
    if (where.empty()) {
        return;
    }
    std::optional<std::string> first;
    for (const TableSchema* table : tables) {
        if (!reason_not_to_read(*table).empty()) {
            continue;
        }
        auto wrong = misunderstanding(session, *table, where);
        if (!wrong) {
            return;
        }
        if (!first) {
            first = std::move(wrong);
        }
    }
    if (first) {
        throw Error(ErrorKind::usage,
                    fmt::format("the condition '{}': {}", escape_text(where), *first),
                    tables.size() == 1 ? fmt::format("table {} has the columns {}",
                                                     display_identifier(tables.front()->ref.name),
                                                     column_names(*tables.front()))
                                       : "no selected table understands it");
    }
}

} // namespace assay
