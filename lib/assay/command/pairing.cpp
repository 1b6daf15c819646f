// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/pairing.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace assay {
namespace {

/// How much of a name may differ, from nothing on.
enum class NameRule : std::uint8_t { exact, any_case, no_underscores };
constexpr std::array name_rules{NameRule::exact, NameRule::any_case, NameRule::no_underscores};

std::string folded(std::string_view name, NameRule rule) {
    if (rule == NameRule::exact) {
        return std::string(name);
    }
    std::string text = to_lower_ascii(name);
    if (rule == NameRule::no_underscores) {
        std::erase(text, '_');
    }
    return text;
}

using Tables = std::vector<const TableSchema*>;

using Claimed = std::set<const TableSchema*>;

Tables free_tables_named(const Catalog& catalog, std::string_view name, NameRule rule,
                         const Claimed& claimed) {
    Tables found;
    const std::string wanted = folded(name, rule);
    for (const auto& table : catalog.tables) {
        if (folded(table.ref.name, rule) == wanted && !claimed.contains(&table)) {
            found.push_back(&table);
        }
    }
    return found;
}

/// Of tables of one name, the one in the same schema, else the one in the schema of the default
/// search path, else nobody knows.
const TableSchema* choose(const Tables& found, const TableRef& wanted, std::string_view side) {
    if (found.size() == 1) {
        return found.front();
    }
    for (const std::string& schema : {wanted.schema, std::string("public"), std::string("main")}) {
        const auto match = std::find_if(found.begin(), found.end(), [&](const auto* table) {
            return table->ref.schema == schema;
        });
        if (match != found.end()) {
            return *match;
        }
    }
    throw Error(ErrorKind::usage,
                fmt::format("table {} can be several tables of side {}",
                            display_identifier(wanted.name), side),
                "select one schema with --schema");
}

/// The partners of some tables on the other side, null where it has none. Nobody is claimed twice,
/// and the better rule claims first.
Tables find_partners(const Tables& tables, const Catalog& other, std::string_view side,
                     Claimed& claimed) {
    Tables partners(tables.size(), nullptr);
    for (const NameRule rule : name_rules) {
        for (std::size_t i = 0; i < tables.size(); ++i) {
            const TableRef& wanted = tables[i]->ref;
            const Tables found = partners[i] != nullptr
                                     ? Tables{}
                                     : free_tables_named(other, wanted.name, rule, claimed);
            if (!found.empty()) {
                partners[i] = choose(found, wanted, side);
                claimed.insert(partners[i]);
            }
        }
    }
    return partners;
}

Tables without(const Tables& tables, const Claimed& claimed) {
    Tables rest;
    Claimed seen = claimed;
    for (const auto* table : tables) {
        if (seen.insert(table).second) {
            rest.push_back(table);
        }
    }
    return rest;
}

/// --exclude may name a table as only one side spells it; the pair is left out all the same.
bool is_excluded(const Source& source, const TableSchema* table, const CommonOptions& options) {
    if (table == nullptr || options.exclude.empty()) {
        return false;
    }
    Selection only;
    only.patterns = {quote_table(table->ref)};
    only.exclude = options.exclude;
    try {
        select_tables(source.catalog, only);
        return false;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) {
            throw;
        }
        return true;
    }
}

/// What one pattern (or none) selects on each side; it must match on one of them.
struct Selected {
    Tables a;
    Tables b;
};

Selected select_both(const Source& a, const Source& b, const CommonOptions& options,
                     Document& document) {
    Selected selected;
    try {
        selected.a = select_tables(a, options, document).tables;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) {
            throw;
        }
        selected.b = select_tables(b, options, document).tables;
        return selected;
    }
    try {
        selected.b = select_tables(b, options, document).tables;
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::not_found) {
            throw;
        }
    }
    return selected;
}

/// One pattern at a time, because a name may be spelled differently on the other side.
Selected select_each(const Source& a, const Source& b, const CommonOptions& options,
                     Document& document) {
    if (options.tables.empty()) {
        return select_both(a, b, options, document);
    }
    Selected all;
    for (const auto& pattern : options.tables) {
        CommonOptions one = options;
        one.tables = {pattern};
        const Selected selected = select_both(a, b, one, document);
        all.a.insert(all.a.end(), selected.a.begin(), selected.a.end());
        all.b.insert(all.b.end(), selected.b.begin(), selected.b.end());
    }
    return all;
}

} // namespace

std::vector<TablePair> pair_tables(const Source& a, const Source& b, const CommonOptions& options,
                                   Document& document) {
    const Selected selected = select_each(a, b, options, document);
    std::vector<TablePair> pairs;
    Claimed claimed;
    const Tables of_a = without(selected.a, {});
    const Tables partners_of_a = find_partners(of_a, b.catalog, "B", claimed);
    for (std::size_t i = 0; i < of_a.size(); ++i) {
        pairs.push_back({of_a[i], partners_of_a[i]});
    }
    const Tables of_b = without(selected.b, claimed);
    claimed.insert(of_a.begin(), of_a.end());
    const Tables partners_of_b = find_partners(of_b, a.catalog, "A", claimed);
    for (std::size_t i = 0; i < of_b.size(); ++i) {
        pairs.push_back({partners_of_b[i], of_b[i]});
    }
    std::erase_if(pairs, [&](const TablePair& pair) {
        return is_excluded(a, pair.a, options) || is_excluded(b, pair.b, options);
    });
    if (pairs.empty()) {
        throw Error(ErrorKind::not_found, "no table is selected: there is nothing to compare");
    }
    return pairs;
}

ColumnMatches match_columns(const TableSchema& a, const TableSchema& b,
                            const std::vector<std::pair<std::size_t, std::size_t>>& mapped) {
    ColumnMatches matches;
    std::vector<std::optional<std::size_t>> partner_of_a(a.columns.size());
    std::vector<bool> taken(b.columns.size());
    for (const auto& [i, j] : mapped) {
        partner_of_a[i] = j;
        taken[j] = true;
    }
    for (const NameRule rule : name_rules) {
        for (std::size_t i = 0; i < a.columns.size(); ++i) {
            for (std::size_t j = 0; j < b.columns.size() && !partner_of_a[i]; ++j) {
                if (!taken[j] &&
                    folded(a.columns[i].name, rule) == folded(b.columns[j].name, rule)) {
                    partner_of_a[i] = j;
                    taken[j] = true;
                }
            }
        }
    }
    for (std::size_t i = 0; i < a.columns.size(); ++i) {
        if (partner_of_a[i]) {
            matches.both.emplace_back(i, *partner_of_a[i]);
        } else {
            matches.only_a.push_back(i);
        }
    }
    for (std::size_t j = 0; j < b.columns.size(); ++j) {
        if (!taken[j]) {
            matches.only_b.push_back(j);
        }
    }
    return matches;
}

} // namespace assay
