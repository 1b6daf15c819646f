// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/duplicate_groups.hpp"

#include "assay/base/error.hpp"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace assay {
namespace {

/// May this cell look different although it equals that value? 1 and 1.0 do, 1.10 and 1.1 as well.
bool may_look_different(const Column& column, std::size_t row, const Value& from) noexcept {
    const CellKind kind = column.kind(row);
    return kind != from.kind || kind == CellKind::real ||
           (kind == CellKind::text && column.type() == ColumnType::decimal);
}

bool looks_the_same(const Value& left, const Value& right) noexcept {
    return left.kind == right.kind && left.integer == right.integer && left.bytes == right.bytes &&
           std::bit_cast<std::uint64_t>(left.real) == std::bit_cast<std::uint64_t>(right.real);
}

/// Which of two equal values stands for both, whichever was read first.
bool is_plainer(const Value& left, const Value& right) {
    const std::string a = display(left);
    const std::string b = display(right);
    return std::tuple(a.size(), std::string_view(a), left.kind) <
           std::tuple(b.size(), std::string_view(b), right.kind);
}

bool is_before(const DuplicateRow& left, const DuplicateRow& right) noexcept {
    return left.place < right.place;
}

/// Keep the first rows of the table, in whichever order they were read.
void keep_first(std::vector<DuplicateRow>& rows, std::size_t most) {
    if (rows.size() > most) {
        std::nth_element(rows.begin(), rows.begin() + static_cast<std::ptrdiff_t>(most), rows.end(),
                         is_before);
        rows.resize(most);
    }
}

} // namespace

void prefer_plainer(Value value, Value& over) {
    if (!looks_the_same(value, over) && is_plainer(value, over)) {
        over = std::move(value);
    }
}

void prefer_plainer(const Column& column, std::size_t row, Value& over) {
    if (may_look_different(column, row, over)) {
        prefer_plainer(value_at(column, row), over);
    }
}

GroupSink::GroupSink(const GroupLayout& layout, const WantedGroups& wanted)
    : m_layout(&layout), m_wanted(&wanted), m_groups(wanted.groups.size()) {
    m_numbers.reset(wanted.groups.size());
    std::int64_t number = 0;
    for (const auto& group : wanted.groups) {
        *m_numbers.find_or_add(group.key) = ++number;
    }
}

void GroupSink::consume(const RowBatch& batch) {
    if (m_groups.empty()) {
        return;
    }
    const KeyColumns columns = key_columns(batch, m_layout->key);
    for (std::size_t row = 0; row < batch.row_count; ++row) {
        const std::string_view key = key_of(columns, row, m_scratch).bytes;
        if (const std::int64_t number = m_numbers.number_of(fingerprint(key)); number != 0) {
            add(static_cast<std::size_t>(number - 1), key, batch, row);
        }
    }
}

void GroupSink::merge(GroupSink& other) {
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        Found& own = m_groups[i];
        Found& more = other.m_groups[i];
        if (own.rows.rows == 0) {
            std::swap(own, more);
        } else if (more.rows.rows > 0) {
            compare(own, more.bytes);
            own.rows.rows += more.rows.rows;
            for (std::size_t k = 0; k < own.rows.key.size(); ++k) {
                prefer_plainer(std::move(more.rows.key[k]), own.rows.key[k]);
            }
            own.rows.first.insert(own.rows.first.end(), more.rows.first.begin(),
                                  more.rows.first.end());
            keep_first(own.rows.first, most_rows(i));
            own.look.comparison.merge(more.look.comparison);
            for (RowLocator& locator : more.look.first) {
                keep_first(std::move(locator), m_layout->look->most_rows, own.look.first);
            }
        }
    }
}

std::vector<DuplicateRows> GroupSink::take() {
    std::vector<DuplicateRows> groups;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        DuplicateRows& found = m_groups[i].rows;
        const std::int64_t rows = m_wanted->groups[i].rows;
        const auto& read = m_wanted->read_rows;
        const auto least = read.empty() ? rows : static_cast<std::int64_t>(read[i]);
        if (found.rows < least || found.rows > rows) {
            throw other_rows_than_before();
        }
        found.rows = rows;
        if (i < groups_to_take()) {
            found.first = first_rows(i);
            groups.push_back(std::move(found));
        }
    }
    return groups;
}

std::vector<GroupLook> GroupSink::take_looks() {
    std::vector<GroupLook> looks;
    for (std::size_t i = 0; m_layout->look && i < groups_to_take(); ++i) {
        looks.push_back(std::move(m_groups[i].look));
    }
    return looks;
}

std::size_t GroupSink::groups_to_take() const noexcept {
    return m_layout->look ? m_groups.size() : std::max(m_wanted->shown, m_wanted->kept_rows.size());
}

std::int64_t GroupSink::verified() const noexcept {
    return std::count_if(m_groups.begin(), m_groups.end(),
                         [](const Found& found) { return !found.is_too_long; });
}

bool GroupSink::has_known_places(std::size_t number) const noexcept {
    return number < m_wanted->places.size() && !m_wanted->places[number].empty();
}

std::size_t GroupSink::most_rows(std::size_t number) const noexcept {
    return m_layout->placed != nullptr && number < m_wanted->kept_rows.size() &&
                   !has_known_places(number)
               ? m_wanted->kept_rows[number]
               : 0;
}

std::vector<DuplicateRow> GroupSink::first_rows(std::size_t number) {
    std::vector<DuplicateRow> rows = std::move(m_groups[number].rows.first);
    if (has_known_places(number)) {
        for (const std::int64_t place : m_wanted->places[number]) {
            rows.push_back({{0, place}});
        }
        return rows;
    }
    keep_first(rows, most_rows(number));
    std::sort(rows.begin(), rows.end(), is_before);
    return rows;
}

void GroupSink::compare(const Found& found, std::string_view key) {
    if (!found.is_too_long && found.bytes != key) {
        throw Error(ErrorKind::internal, "two different keys have the same 128-bit fingerprint");
    }
}

void GroupSink::add(std::size_t number, std::string_view key, const RowBatch& batch,
                    std::size_t row) {
    Found& found = m_groups[number];
    const bool is_shown = number < m_wanted->shown;
    keep_row(number, batch, row);
    if (m_layout->look) {
        look_at(number, batch, row);
    }
    if (++found.rows.rows == 1) {
        found.is_too_long = !is_shown && key.size() > most_key_bytes;
        found.bytes = found.is_too_long ? std::string_view() : key;
        for (std::size_t i = 0; is_shown && i < m_layout->key.size(); ++i) {
            found.rows.key.push_back(value_at(batch.columns[m_layout->key[i]], row));
        }
        return;
    }
    compare(found, key);
    for (std::size_t i = 0; i < found.rows.key.size(); ++i) {
        prefer_plainer(batch.columns[m_layout->key[i]], row, found.rows.key[i]);
    }
}

void GroupSink::look_at(std::size_t number, const RowBatch& batch, std::size_t row) {
    const LookLayout& layout = *m_layout->look;
    GroupLook& look = m_groups[number].look;
    look.comparison.add(layout.compared, batch, row);
    if (number >= m_wanted->shown || layout.primary_key.empty()) {
        return; // of whoever is not shown a primary key of any length is not kept
    }
    RowLocator locator;
    for (const std::size_t column : layout.primary_key) {
        locator.key.push_back(value_at(batch.columns[column], row));
    }
    keep_first(std::move(locator), layout.most_rows, look.first);
}

void GroupSink::keep_row(std::size_t number, const RowBatch& batch, std::size_t row) {
    const std::size_t most = most_rows(number);
    if (most == 0) {
        return;
    }
    auto& rows = m_groups[number].rows.first;
    rows.push_back({m_layout->placed->read(batch, row)});
    if (rows.size() >= 2 * most) {
        keep_first(rows, most);
    }
}

} // namespace assay
