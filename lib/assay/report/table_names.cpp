// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/report/table_names.hpp"

#include "assay/base/text.hpp"

#include <set>
#include <utility>

namespace assay {
namespace {

bool is_default_schema(std::string_view schema) { return schema == "main" || schema == "public"; }

/// The best that can be made of a name that no table of the document has.
TableRef split(std::string_view qualified) {
    const auto dot = qualified.find('.');
    if (dot == std::string_view::npos) {
        return {"", std::string(qualified)};
    }
    return {std::string(qualified.substr(0, dot)), std::string(qualified.substr(dot + 1))};
}

} // namespace

TableNames::TableNames(const Document& document) : m_several_sources(document.sources.size() > 1) {
    std::set<std::pair<std::string, std::string>> schemas;
    for (const auto& table : document.tables) {
        TableRef ref{table.schema, table.name};
        schemas.emplace(table.source, table.schema);
        std::string qualified = qualified_name(ref);
        m_refs.emplace(std::move(qualified), std::move(ref));
    }
    const auto see = [&](const std::string& source, const std::string& table) {
        if (!table.empty() && !m_refs.contains(table)) {
            schemas.emplace(source, split(table).schema);
        }
    };
    for (const auto& check : document.checks) {
        see(check.source, check.table);
    }
    for (const auto& step : document.plan) {
        see(step.source, step.table);
    }
    std::set<std::string> sources;
    for (const auto& [source, schema] : schemas) {
        if (!is_default_schema(schema) || !sources.insert(source).second) {
            m_without_schema = false;
        }
    }
}

TerminalText TableNames::name(std::string_view schema, std::string_view table) const {
    if (m_without_schema || schema.empty()) {
        return terminal::identifier(table);
    }
    return terminal::identifier(schema) + "." + terminal::identifier(table);
}

TerminalText TableNames::display(std::string_view qualified) const {
    if (qualified.empty()) {
        return {};
    }
    const auto known = m_refs.find(qualified);
    const TableRef ref = known == m_refs.end() ? split(qualified) : known->second;
    return name(ref.schema, ref.name);
}

TerminalText TableNames::display(const TableRecord& table) const {
    return name(table.schema, table.name);
}

TerminalText TableNames::place(const CheckResult& check) const {
    TerminalText text = display(check.table);
    for (std::size_t i = 0; i < check.columns.size(); ++i) {
        text += (i == 0 ? TerminalText("(") : ", ") + terminal::identifier(check.columns[i]);
    }
    text += check.columns.empty() ? TerminalText() : ")";
    if (m_several_sources && !check.source.empty() && !text.empty()) {
        text += " [" + terminal::escaped(check.source) + "]";
    }
    return text;
}

} // namespace assay
