// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/volume_diff_why.hpp"

#include "assay/base/text.hpp"
#include "assay/command/row_count.hpp"
#include "assay/command/time_column.hpp"
#include "assay/command/values.hpp"
#include "assay/scan/segment_diff.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay {
namespace {

/// With more days than that, no day says where.
constexpr std::size_t most_days = 1'000;
/// Keys per row of a window that is worth a count.
constexpr std::uint64_t widest_window = 4;

std::string_view words_of(ChangeKind kind) noexcept {
    return kind == ChangeKind::only_a   ? "rows only in A"
           : kind == ChangeKind::only_b ? "rows only in B"
                                        : "changed rows";
}

std::string_view mark_of(ChangeKind kind) noexcept {
    return kind == ChangeKind::only_a ? "-" : kind == ChangeKind::only_b ? "+" : "~";
}

std::optional<std::size_t> place_of(const std::vector<ColumnPair>& columns, std::size_t ordinal) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const ColumnPair& pair) { return pair.a == ordinal; });
    return found == columns.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - columns.begin()));
}

std::int64_t day_of(Micros at) noexcept {
    const std::int64_t days = at / micros_per_day;
    return at % micros_per_day < 0 ? days - 1 : days;
}

/// Rows of a table between two keys, both included.
std::int64_t rows_between(Session& session, const TableSchema& table, std::size_t ordinal,
                          std::int64_t first, std::int64_t last) {
    return exact_row_count(session, table,
                           fmt::format("{} BETWEEN {} AND {}",
                                       quote_identifier(table.columns[ordinal].name), first, last));
}

} // namespace

DifferenceStory::DifferenceStory(const RowComparison& plan, const std::optional<std::string>& time,
                                 SeenDifferences& seen)
    : m_plan(plan), m_seen(seen), m_common(plan), m_keys(plan) {
    m_seen.columns.resize(plan.request.other.size());
    const TableSchema& table = *plan.tables.a;
    std::optional<std::size_t> ordinal;
    if (time) {
        ordinal = table.find_column(*time);
    } else if (const auto guess = guess_time_column(table)) {
        ordinal = guess->ordinal;
    }
    if (ordinal) {
        m_time_key = place_of(plan.request.key, *ordinal);
        m_time_other = place_of(plan.request.other, *ordinal);
        m_time_name = table.columns[*ordinal].name;
    }
    m_has_integer_key = has_segments(table, *plan.tables.b, plan.request) &&
                        plan.request.where_a.empty() && plan.request.where_b.empty();
}

std::optional<Value> DifferenceStory::time_of(const RowChange& row) const {
    const auto cell = [&](const std::vector<Value>& cells, const ColumnPair& pair, std::size_t i) {
        return as_time(row.kind == ChangeKind::only_b ? pair.as_b : pair.as_a, cells.at(i));
    };
    const RowDiffRequest& request = m_plan.request;
    if (m_time_key) {
        return cell(row.key, request.key[*m_time_key], *m_time_key);
    }
    const auto& cells = request.key.empty() ? row.key : row.a.empty() ? row.b : row.a;
    return m_time_other && !cells.empty()
               ? std::optional(cell(cells, request.other[*m_time_other], *m_time_other))
               : std::nullopt;
}

void DifferenceStory::add(const RowChange& row) {
    for (const auto& cell : row.cells) {
        const ColumnPair& pair = m_plan.request.other[cell.column];
        const auto meant = [&](const std::optional<Comparison>& as, const Value& value) {
            return as_number(pair.comparison, as_time(as, value));
        };
        m_seen.columns[cell.column].add(meant(pair.as_a, cell.a), meant(pair.as_b, cell.b));
    }
    m_common.add(row);
    m_keys.add(row);
    SeenPlace& place = m_seen.places.at(index_of(row.kind));
    ++place.rows;
    if (m_has_integer_key) {
        place.key.add(row.key.front().integer, row.key.front());
    }
    const auto time = time_of(row);
    const auto at = time ? moment_of(*time) : std::nullopt;
    if (at) {
        place.time.add(*at, *time);
        if (place.days.size() <= most_days) {
            ++place.days[day_of(*at)];
        }
    }
}

Fact::List DifferenceStory::why() const {
    Fact::List list;
    for (std::size_t i = 0; i < m_seen.columns.size(); ++i) {
        if (const auto cause = m_seen.columns[i].likely_cause()) {
            list.push_back(Facts{{"column", m_plan.other[i]},
                                 {"cause", to_string(cause->cause)},
                                 {"parameter", cause->parameter},
                                 {"cells", cause->cells},
                                 {"looked_at", m_seen.columns[i].cells()},
                                 {"words", words_of(*cause)}});
        }
    }
    return list;
}

std::optional<Facts> DifferenceStory::key_window(ChangeKind kind, const SeenPlace& place,
                                                 Session& a, Session& b) const {
    if (kind == ChangeKind::changed || place.key.rows < 2) {
        return std::nullopt;
    }
    const std::int64_t first = place.key.first;
    const std::int64_t last = place.key.last;
    const std::uint64_t width =
        static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first) + 1;
    if (width > widest_window * static_cast<std::uint64_t>(place.rows) || width == 0) {
        return std::nullopt;
    }
    const ColumnPair& key = m_plan.request.key.front();
    const std::int64_t in_a = rows_between(a, *m_plan.tables.a, key.a, first, last);
    const std::int64_t in_b = rows_between(b, *m_plan.tables.b, key.b, first, last);
    const bool lacks_b = kind == ChangeKind::only_a;
    const std::int64_t others = lacks_b ? in_b : in_a;
    const std::string range = fmt::format("{} {} to {}", m_plan.key.front(), first, last);
    return Facts{
        {"change", mark_of(kind)},
        {"column", m_plan.key.front()},
        {"from", first},
        {"to", last},
        {"rows_a", in_a},
        {"rows_b", in_b},
        {"words", others == 0
                      ? fmt::format("{} has no row with {}, where {} has {}", lacks_b ? "B" : "A",
                                    range, lacks_b ? "A" : "B", group_digits(lacks_b ? in_a : in_b))
                      : fmt::format("{}: {}, where {} has {}", words_of(kind), range,
                                    lacks_b ? "B" : "A", count_of(others, "row"))}};
}

std::optional<Facts> DifferenceStory::time_window(ChangeKind kind, const SeenPlace& place,
                                                  ValuesPolicy values) const {
    if (place.time.rows < 2 || values == ValuesPolicy::none) {
        return std::nullopt;
    }
    const std::string& from = place.time.first_text;
    const std::string& to = place.time.last_text;
    std::string words = fmt::format("{}: {} {} to {}", words_of(kind), m_time_name, from, to);
    Facts facts{{"change", mark_of(kind)},
                {"column", m_time_name},
                {"from", from},
                {"to", to},
                {"days", place.days.size() > most_days
                             ? Fact()
                             : Fact(static_cast<std::int64_t>(place.days.size()))}};
    const auto most =
        std::max_element(place.days.begin(), place.days.end(),
                         [](const auto& x, const auto& y) { return x.second < y.second; });
    if (place.days.size() > 1 && place.days.size() <= most_days) {
        words += ", " + count_of(static_cast<std::int64_t>(place.days.size()), "day");
        if (most->second * 2 >= place.time.rows) {
            words += fmt::format(", most on {} ({})", format_date(most->first),
                                 group_digits(most->second));
        }
    }
    facts.emplace_back("words", words);
    return facts;
}

std::optional<Facts> DifferenceStory::common_values(ChangeKind kind,
                                                    const std::vector<CommonValue>& common,
                                                    ValuesPolicy values) const {
    // Of rows that an earlier run saw nobody knows what they share.
    const std::int64_t rows = m_seen.places.at(index_of(kind)).rows;
    if (common.empty() || m_common.rows(kind) != rows) {
        return std::nullopt;
    }
    Facts shared;
    std::vector<std::string> words;
    for (const auto& [column, value] : common) {
        const Fact& fact =
            shared.emplace_back(column, shown_of(column, value, values, rows)).second;
        words.push_back(display_identifier(column) + " " + in_words(fact));
    }
    return Facts{{"change", mark_of(kind)},
                 {"values", std::move(shared)},
                 {"words", fmt::format("{}: all of {}", words_of(kind), join_and(words))}};
}

Fact::List DifferenceStory::where(Session& a, Session& b, ValuesPolicy values) const {
    Fact::List list;
    const auto common = values == ValuesPolicy::none ? std::array<std::vector<CommonValue>, 3>()
                                                     : m_common.find(a, b);
    for (const ChangeKind kind : {ChangeKind::only_a, ChangeKind::only_b, ChangeKind::changed}) {
        const SeenPlace& place = m_seen.places.at(index_of(kind));
        if (const auto window = key_window(kind, place, a, b)) {
            list.push_back(*window);
        }
        if (const auto window = time_window(kind, place, values)) {
            list.push_back(*window);
        }
        if (auto shared = common_values(kind, common.at(index_of(kind)), values)) {
            list.push_back(std::move(*shared));
        }
    }
    return list;
}

Facts DifferenceStory::evidence(Session& a, Session& b, ValuesPolicy values) const {
    Facts facts;
    if (auto places = where(a, b, values); !places.empty()) {
        facts.emplace_back("where", std::move(places));
    }
    auto list = why();
    for (auto& cause : m_keys.find(a, b)) {
        list.push_back(std::move(cause));
    }
    if (!list.empty()) {
        facts.emplace_back("why", std::move(list));
    }
    return facts;
}

} // namespace assay
