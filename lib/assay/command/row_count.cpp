// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/row_count.hpp"

#include "assay/scan/column_scan.hpp"

namespace assay {
namespace {

/// Statements besides a scan may not touch what can run somebody else's code.
bool must_be_scanned(TableKind kind) noexcept {
    return kind == TableKind::view || kind == TableKind::foreign ||
           kind == TableKind::virtual_table;
}

} // namespace

std::int64_t exact_row_count(Session& session, const TableSchema& table, const std::string& where) {
    if (must_be_scanned(table.kind) || table.has_children) {
        return scan_row_count(session, table, where);
    }
    const auto row =
        session.query_row_of({&table}, row_count_query(session.source().kind, table.ref, where));
    return row.at(0).integer;
}

} // namespace assay
