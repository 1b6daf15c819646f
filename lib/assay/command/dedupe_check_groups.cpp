// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_groups.hpp"

#include "assay/command/near_difference.hpp"
#include "assay/command/values.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

namespace assay {
namespace {

constexpr std::size_t most_rows_shown = 50;
constexpr std::size_t most_pairs_shown = 50;

using RowList = std::vector<std::size_t>;

/// The rows of every record.
std::vector<RowList> rows_of_records(const Records& records) {
    std::vector<RowList> rows(records.size);
    for (std::size_t row = 0; row < records.of_row.size(); ++row) {
        rows[records.of_row[row]].push_back(row);
    }
    return rows;
}

std::string_view text_of(const NearColumn& column, std::size_t row) {
    const std::uint32_t place = column.texts.of_row()[row];
    return place == 0 ? std::string_view{} : std::string_view(column.texts.texts()[place - 1]);
}

/// Shows cells; knows how many rows hold each value.
class Shower {
public:
    Shower(const NearRows& rows, ValuesPolicy values) : m_values(values) {
        for (const auto* columns : {&rows.compared, &rows.labels}) {
            for (const auto& column : *columns) {
                auto& counts = m_counts.emplace_back(column.values.size() + 1);
                for (const std::uint32_t place : column.texts.of_row()) {
                    ++counts[place];
                }
                m_columns.push_back(&column);
            }
        }
    }

    const NearColumn& column(std::size_t i) const { return *m_columns[i]; }

    Fact show(std::size_t i, std::size_t row) const {
        const std::uint32_t place = place_of(i, row);
        const NearColumn& column = *m_columns[i];
        return place == 0 ? Fact()
                          : shown_of(column.texts.name(), column.value(place), m_values,
                                     m_counts[i][place]);
    }

    /// Is one of two texts shown as a mask, so that nobody sees how far they differ?
    bool hides(std::size_t i, std::size_t left, std::size_t right) const {
        return m_values == ValuesPolicy::safe && is_text(i, left) && is_text(i, right) &&
               (is_masked(i, left) || is_masked(i, right));
    }

    /// In a column that differs: which it is, and of two texts how far they do, if the policy
    /// lets that be told.
    Facts difference(std::size_t i, std::size_t left, std::size_t right) const {
        Facts facts{{"column", m_columns[i]->texts.name()}};
        if (m_values != ValuesPolicy::none && is_text(i, left) && is_text(i, right)) {
            for (auto& fact :
                 near_difference(text_of(*m_columns[i], left), text_of(*m_columns[i], right))) {
                facts.push_back(std::move(fact));
            }
        }
        return facts;
    }

private:
    std::uint32_t place_of(std::size_t i, std::size_t row) const {
        return m_columns[i]->texts.of_row()[row];
    }
    bool is_text(std::size_t i, std::size_t row) const {
        const std::uint32_t place = place_of(i, row);
        return place != 0 && m_columns[i]->values[place - 1].kind == CellKind::text;
    }
    bool is_masked(std::size_t i, std::size_t row) const {
        return show(i, row) != shown(m_columns[i]->value(place_of(i, row)), ValuesPolicy::all, 0);
    }

    ValuesPolicy m_values;
    std::vector<const NearColumn*> m_columns;
    std::vector<std::vector<std::int64_t>> m_counts;
};

/// Which columns name a row and which are compared, as numbers of the Shower.
struct Roles {
    std::vector<std::size_t> labels;
    std::vector<std::size_t> compared;
};

Roles roles_of(const NearRows& rows, const Records& records) {
    Roles roles;
    for (std::size_t i = 0; i < rows.compared.size(); ++i) {
        const bool numbers_rows =
            std::any_of(records.left_out.begin(), records.left_out.end(), [&](const auto& left) {
                return left.name == rows.compared[i].texts.name() && left.numbers_rows;
            });
        (numbers_rows ? roles.labels : roles.compared).push_back(i);
    }
    for (std::size_t i = 0; i < rows.labels.size(); ++i) {
        roles.labels.push_back(rows.compared.size() + i);
    }
    return roles;
}

/// Two of the rows that are shown of a group.
struct Pair {
    std::size_t left = 0;
    std::size_t right = 0;
    double probability = 0;
};

class GroupWriter {
public:
    GroupWriter(const NearRows& rows, const Records& records, ValuesPolicy values)
        : m_rows(rows), m_records(records), m_shower(rows, values),
          m_roles(roles_of(rows, records)), m_values(values) {}

    Fact write(RowList rows, const NearGroup& group) const {
        std::sort(rows.begin(), rows.end(),
                  [this](std::size_t a, std::size_t b) { return is_before(a, b); });
        const auto count = static_cast<std::int64_t>(rows.size());
        std::vector<std::size_t> differing;
        Facts same;
        for (const std::size_t i : m_roles.compared) {
            const bool differs = std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
                return differ(i, row, rows.front());
            });
            if (differs) {
                differing.push_back(i);
            } else if (m_shower.column(i).texts.of_row()[rows.front()] != 0) {
                same.emplace_back(name_of(i), m_shower.show(i, rows.front()));
            }
        }
        rows.resize(std::min(rows.size(), most_rows_shown));
        Fact::List shown;
        for (const std::size_t row : rows) {
            shown.push_back(write_row(row, rows.front(), differing));
        }
        return Facts{{"probability", group.probability},
                     {"count", count},
                     {"same", std::move(same)},
                     {"rows", std::move(shown)},
                     {"pairs", write_pairs(rows, group)}};
    }

private:
    std::string name_of(std::size_t column) const { return m_shower.column(column).texts.name(); }

    /// By table, by what names the rows, then by what they say: not by where they stand.
    bool is_before(std::size_t a, std::size_t b) const {
        if ((a < m_rows.split) != (b < m_rows.split)) {
            return a < m_rows.split;
        }
        for (const auto* columns : {&m_roles.labels, &m_roles.compared}) {
            for (const std::size_t i : *columns) {
                const auto left = text_of(m_shower.column(i), a);
                const auto right = text_of(m_shower.column(i), b);
                if (left != right) {
                    return left.size() != right.size() && columns == &m_roles.labels
                               ? left.size() < right.size()
                               : left < right;
                }
            }
        }
        return false;
    }

    Fact write_row(std::size_t row, std::size_t first,
                   const std::vector<std::size_t>& differing) const {
        Facts key;
        for (const std::size_t i : m_roles.labels) {
            key.emplace_back(name_of(i), m_shower.show(i, row));
        }
        Facts values;
        for (const std::size_t i : differing) {
            values.emplace_back(name_of(i), m_shower.show(i, row));
        }
        Facts shown{{"key", std::move(key)}, {"values", std::move(values)}};
        if (Fact::List hidden = differences(row, first, Told::hidden); !hidden.empty()) {
            shown.emplace_back("differs", std::move(hidden));
        }
        if (m_rows.split < m_rows.size) {
            shown.emplace_back("side", row < m_rows.split ? "a" : "b");
        }
        if (const auto place = place_of(row)) {
            shown.emplace_back("place", *place);
            if (const std::string table = table_of(row); !table.empty()) {
                shown.emplace_back("place_table", table);
            }
        }
        return shown;
    }

    bool differ(std::size_t column, std::size_t a, std::size_t b) const {
        const auto& places = m_shower.column(column).texts.of_row();
        return places[a] != places[b];
    }

    enum class Told : std::uint8_t { all, hidden };

    /// The columns in which two rows differ, or those of them of which values do not show how.
    Fact::List differences(std::size_t row, std::size_t other, Told told) const {
        Fact::List list;
        for (const std::size_t i : m_roles.compared) {
            if (differ(i, row, other) && (told == Told::all || m_shower.hides(i, row, other))) {
                list.emplace_back(m_shower.difference(i, row, other));
            }
        }
        return list;
    }

    /// The most probable pairs of the rows that are shown, by their numbers among these, from 1 on.
    Fact::List write_pairs(const RowList& rows, const NearGroup& group) const {
        std::map<Candidate, double> known;
        for (const auto& pair : group.pairs) {
            known.emplace(pair.records, pair.probability);
        }
        std::vector<Pair> pairs;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (std::size_t j = i + 1; j < rows.size(); ++j) {
                const std::uint32_t a = m_records.of_row[rows[i]];
                const std::uint32_t b = m_records.of_row[rows[j]];
                const auto found = known.find({std::min(a, b), std::max(a, b)});
                if (found != known.end()) {
                    pairs.push_back({i, j, found->second});
                }
            }
        }
        std::stable_sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
            return a.probability > b.probability;
        });
        pairs.resize(std::min(pairs.size(), most_pairs_shown));
        Fact::List list;
        for (const auto& pair : pairs) {
            list.push_back(write_pair(rows, pair));
        }
        return list;
    }

    Fact write_pair(const RowList& rows, const Pair& pair) const {
        Facts facts{{"rows", Fact::List{static_cast<std::int64_t>(pair.left + 1),
                                        static_cast<std::int64_t>(pair.right + 1)}}};
        const auto left = place_of(rows[pair.left]);
        const auto right = place_of(rows[pair.right]);
        if (left && right) {
            facts.emplace_back("places", Fact::List{*left, *right});
            add_tables(rows[pair.left], rows[pair.right], facts);
        }
        facts.emplace_back("probability", pair.probability);
        facts.emplace_back("differs", differences(rows[pair.left], rows[pair.right], Told::all));
        return facts;
    }

    /// nullopt where nobody knows, or may know: a rowid may be the key of the user.
    std::optional<std::string> place_of(std::size_t row) const {
        const NearPlaces& places = places_with(row);
        if (places.rows.empty() || m_values == ValuesPolicy::none) {
            return std::nullopt;
        }
        return places.names->place(places.rows[number_in_table(row)]);
    }

    /// Of a row that has a place: which partition or child holds it; empty where there is only one
    /// table.
    std::string table_of(std::size_t row) const {
        const NearPlaces& places = places_with(row);
        return places.names->table(places.rows[number_in_table(row)]);
    }

    /// Of a pair: which partitions or children hold its rows. Of two tables one may have none.
    void add_tables(std::size_t left, std::size_t right, Facts& pair) const {
        const std::string left_table = table_of(left);
        const std::string right_table = table_of(right);
        const auto fact = [](const std::string& table) { return table.empty() ? Fact() : table; };
        if (!left_table.empty() || !right_table.empty()) {
            pair.emplace_back("place_tables", Fact::List{fact(left_table), fact(right_table)});
        }
    }

    const NearPlaces& places_with(std::size_t row) const {
        return row < m_rows.split ? m_rows.places : m_rows.other_places;
    }
    std::size_t number_in_table(std::size_t row) const {
        return row < m_rows.split ? row : row - m_rows.split;
    }

    const NearRows& m_rows;
    const Records& m_records;
    Shower m_shower;
    Roles m_roles;
    ValuesPolicy m_values;
};

RowList rows_of_group(const NearGroup& group, const std::vector<RowList>& of_record, bool links) {
    RowList rows;
    for (const std::uint32_t record : group.records) {
        const RowList& own = of_record[record];
        rows.insert(rows.end(), own.begin(), links ? own.begin() + 1 : own.end());
    }
    return rows;
}

/// The columns of which words are taken out of a column before it is compared.
Fact::List repeated_columns(const Records& records, std::size_t field) {
    Fact::List names;
    if (!records.remainders.empty()) {
        for (const std::size_t part : records.remainders[field].without) {
            names.emplace_back(records.fields[part].name);
        }
    }
    return names;
}

void describe_columns(const Records& records, NearFacts& facts) {
    for (std::size_t i = 0; i < records.compared.size(); ++i) {
        const ComparedColumn& column = records.compared[i];
        Facts compared{{"column", column.name}, {"kind", to_string(column.kind)}};
        if (Fact::List without = repeated_columns(records, i); !without.empty()) {
            compared.emplace_back("without_words_of", std::move(without));
        }
        facts.compared.push_back(std::move(compared));
    }
    for (const auto& left : records.left_out) {
        facts.left_out.push_back(Facts{{"column", left.name}, {"why", left.why}});
        if (left.numbers_rows) {
            facts.row_numbers.push_back(left.name);
        }
    }
}

void describe_blocks(const NearResult& result, NearFacts& facts) {
    for (const auto& pass : result.blocking.passes) {
        facts.blocks.push_back(Facts{{"pass", pass.what},
                                     {"blocks", pass.blocks},
                                     {"largest", pass.largest},
                                     {"too_large", pass.too_large}});
    }
}

} // namespace

NearFacts near_facts(const NearRows& rows, const Records& records, const NearResult& result,
                     std::size_t limit, ValuesPolicy values) {
    NearFacts facts;
    facts.rows = static_cast<std::int64_t>(rows.split);
    facts.rows_against = static_cast<std::int64_t>(rows.size - rows.split);
    facts.groups_found = static_cast<std::int64_t>(result.groups.size());
    facts.candidates = result.candidates;
    facts.pairs = result.pairs;
    facts.uncompared_rows = result.blocking.uncompared_rows;
    facts.most_in_block = static_cast<std::int64_t>(most_in_block);
    facts.undecided_rows = result.undecided_rows;
    facts.predicted_precision = result.predicted_precision;
    describe_columns(records, facts);
    describe_blocks(result, facts);
    const auto of_record = rows_of_records(records);
    const GroupWriter writer(rows, records, values);
    for (const auto& group : result.groups) {
        RowList members = rows_of_group(group, of_record, records.links());
        const auto size = static_cast<std::int64_t>(members.size());
        facts.surplus_rows += size - 1;
        facts.largest_group = std::max(facts.largest_group, size);
        if (facts.groups.size() < limit) {
            facts.groups.push_back(writer.write(std::move(members), group));
        }
    }
    return facts;
}

} // namespace assay
