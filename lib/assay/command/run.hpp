// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/base/error.hpp"
#include "assay/command/common.hpp"
#include "assay/scan/parallel.hpp"
#include "assay/scan/selection.hpp"
#include "assay/store/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay {

/// Where temporary files go: TMPDIR, else /tmp.
std::string temporary_folder(const Environment& environment);

/// An opened database and all that its catalog says.
struct Source {
    std::string id; ///< "a", "b"
    std::unique_ptr<Session> session;
    Catalog catalog;
};

/// Fill a document with `work`. An Error that leaves it ends up in the document, beside what was
/// learned before, and makes the run incomplete.
Document fill_document(const CommonOptions& options, const std::function<void(Document&)>& work);

/// Connect, read the catalog, and say so in the document.
Source open_source(const std::string& id, const std::string& database, const CommonOptions& options,
                   const Context& context, Document& document,
                   TableSizes sizes = TableSizes::read_if_small);

/// The tables that the common flags select; what is left out is noted in the document.
/// @throws Error of kind usage if none of them has what --where names
SelectedTables select_tables(const Source& source, const CommonOptions& options,
                             Document& document);

/// The moment that ages are measured from: --now, or the store's clock.
Micros now_of(const CommonOptions& options, const Session& session);

/// An error of one table becomes a result with status error, unless the whole run must end: the
/// connection is gone, or somebody cancelled. Those are thrown again.
CheckResult error_result(std::string_view id, const TableRef& table,
                         std::vector<std::string> columns, const Error& error,
                         const Cancellation& cancellation);

/// A result that nobody could look at, with the reason.
CheckResult skipped_result(std::string_view id, const TableRef& table,
                           std::vector<std::string> columns, std::string reason);

/// Why the rows of a table cannot be read; empty if they can.
std::string reason_not_to_read(const TableSchema& table);

/// What a table that cannot be read means for the run.
enum class Unread : std::uint8_t {
    skipped, ///< one of many: left out, and said
    error    ///< the user named it, or there is no other: the question has no answer
};
Unread meaning_of_unread(const SelectedTables& selected, const CommonOptions& options);

/// The result for a table that cannot be read.
CheckResult unread_result(std::string_view id, const TableRef& table,
                          std::vector<std::string> columns, std::string reason, Unread unread);

/// The rows that a check read are those of its table: tell so in the list of tables.
void note_row_counts(Document& document);

/// A table was seen at a moment: where that is not the one of its source, because the snapshot was
/// renewed, tell so in the list of tables and in a note.
void note_moment(Document& document, const std::string& source, const std::string& table,
                 Micros moment);

/// When a table was seen: its own moment, else that of its source; nullopt if nothing tells.
std::optional<Micros> moment_of(const TableRecord& table, const Document& document);

/// Add what a session did to the receipt.
void add_cost(Document& document, const SessionCost& cost);

/// A step of the plan that scans columns of a table.
PlanRecord scan_step(const Source& source, const ScanRequest& scan, std::string why);
/// Add to a step that it reads the table in these parts, on up to `jobs` sessions.
void note_parts(PlanRecord& step, const std::vector<ScanPart>& parts, unsigned jobs,
                StoreKind kind);
/// The step that every plan starts with.
PlanRecord catalog_step(const Source& source);

} // namespace assay
