// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"
#include "assay/report/pen.hpp"
#include "assay/report/table_names.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>

namespace assay {

/// What the checks of one table say together.
struct TableState {
    Summary summary;
    /// The worst of them; nullopt where no check looked at the table.
    std::optional<Mark> mark;
};

/// The state of every table of a document. A check without a source concerns the table in every
/// source.
class TableStates {
public:
    TableStates(const Document& document, const TableNames& names);

    TableState state(const TableRecord& table) const;
    /// "1 critical, 1 warning, stale"; empty if there is nothing to say.
    TerminalText words(const TableRecord& table) const;

private:
    const TableNames& m_names;
    /// By source and name for people, so that main.orders and public.orders are one table to a
    /// check that compares them.
    std::map<std::pair<std::string, TerminalText>, Document> m_checks;
};

} // namespace assay
