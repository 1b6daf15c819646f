// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#pragma once

#include "assay/report/document.hpp"
#include "assay/report/terminal_text.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace assay {

/// How the tables of a document are called for people: "orders", and "public.orders" only where
/// the schema tells tables apart.
class TableNames {
public:
    explicit TableNames(const Document& document);

    /// A name of the kind that checks and plans hold ("public.orders").
    TerminalText display(std::string_view qualified) const;
    TerminalText display(const TableRecord& table) const;
    /// Where a check looked: "orders(customer_id)", with " [b]" behind it where there are several
    /// sources. Empty when it concerns no table.
    TerminalText place(const CheckResult& check) const;
    bool several_sources() const noexcept { return m_several_sources; }

private:
    TerminalText name(std::string_view schema, std::string_view table) const;

    bool m_several_sources = false;
    bool m_without_schema = true;
    /// Schema and name of a qualified name: both may hold dots.
    std::map<std::string, TableRef, std::less<>> m_refs;
};

} // namespace assay
