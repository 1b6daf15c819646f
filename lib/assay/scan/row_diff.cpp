// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_diff.hpp"

#include "assay/base/error.hpp"
#include "assay/scan/both_sides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace assay {
namespace {

std::vector<ReadColumn> columns_of(Side side, const std::vector<ColumnPair>& pairs) {
    std::vector<ReadColumn> columns;
    columns.reserve(pairs.size());
    for (const auto& pair : pairs) {
        columns.push_back(side == Side::a
                              ? ReadColumn{pair.a, pair.as_a.value_or(pair.comparison)}
                              : ReadColumn{pair.b, pair.as_b.value_or(pair.comparison)});
    }
    return columns;
}

/// The rows of one key on both sides, as ranges of sorted prints.
struct KeyRows {
    Fingerprint key;
    const RowPrint* a_first = nullptr;
    const RowPrint* a_last = nullptr;
    const RowPrint* b_first = nullptr;
    const RowPrint* b_last = nullptr;
};

const RowPrint* end_of_key(const RowPrint* first, const RowPrint* last, const Fingerprint& key) {
    while (first != last && first->key == key) {
        ++first;
    }
    return first;
}

/// Call `visit` for every key of either side, in the order of fingerprints.
template <typename Visit>
void for_each_key(const std::vector<RowPrint>& a, const std::vector<RowPrint>& b,
                  const Visit& visit) {
    const RowPrint* at_a = a.data();
    const RowPrint* at_b = b.data();
    const RowPrint* const end_a = at_a + a.size();
    const RowPrint* const end_b = at_b + b.size();
    while (at_a != end_a || at_b != end_b) {
        const bool take_a = at_b == end_b || (at_a != end_a && at_a->key <= at_b->key);
        const Fingerprint key = take_a ? at_a->key : at_b->key;
        const RowPrint* next_a = end_of_key(at_a, end_a, key);
        const RowPrint* next_b = end_of_key(at_b, end_b, key);
        visit(KeyRows{key, at_a, next_a, at_b, next_b});
        at_a = next_a;
        at_b = next_b;
    }
}

/// Members that two sorted ranges share, as multisets.
template <typename Before>
std::int64_t count_shared(const KeyRows& rows, const Before& before) {
    std::int64_t shared = 0;
    const RowPrint* a = rows.a_first;
    const RowPrint* b = rows.b_first;
    while (a != rows.a_last && b != rows.b_last) {
        if (before(*a, *b)) {
            ++a;
        } else if (before(*b, *a)) {
            ++b;
        } else {
            ++shared;
            ++a;
            ++b;
        }
    }
    return shared;
}

bool row_before(const RowPrint& left, const RowPrint& right) noexcept {
    return left.row < right.row;
}

bool exact_row_before(const RowPrint& left, const RowPrint& right) noexcept {
    return left.row != right.row ? left.row < right.row : left.exact < right.exact;
}

/// Which keys the second scan must look at again.
struct Wanted {
    std::set<Fingerprint> changed;
    std::set<Fingerprint> only_a; ///< at most `limit`
    std::set<Fingerprint> only_b;

    bool empty() const noexcept { return changed.empty() && only_a.empty() && only_b.empty(); }
};

/// The first pass: what differs, counted.
class Comparer {
public:
    explicit Comparer(std::size_t limit) : m_limit(limit) {}

    void add(const KeyRows& rows) {
        const std::int64_t in_a = rows.a_last - rows.a_first;
        const std::int64_t in_b = rows.b_last - rows.b_first;
        const std::int64_t equal = count_shared(rows, row_before);
        const std::int64_t changed = std::min(in_a, in_b) - equal;
        diff.unchanged += equal;
        diff.blanks_differ += equal - count_shared(rows, exact_row_before);
        diff.changed += changed;
        diff.only_a += in_a - equal - changed;
        diff.only_b += in_b - equal - changed;
        diff.duplicate_key_rows_a += std::max<std::int64_t>(in_a - 1, 0);
        diff.duplicate_key_rows_b += std::max<std::int64_t>(in_b - 1, 0);
        if (changed > 0) {
            wanted.changed.insert(rows.key);
        }
        if (in_a > in_b && wanted.only_a.size() < m_limit) {
            wanted.only_a.insert(rows.key);
        }
        if (in_b > in_a && wanted.only_b.size() < m_limit) {
            wanted.only_b.insert(rows.key);
        }
    }

    RowDiff diff;
    Wanted wanted;

private:
    std::size_t m_limit;
};

bool by_row(const DetailedRow& left, const DetailedRow& right) noexcept {
    return left.row < right.row;
}

/// Take the rows that are equal out of both sides; what is left is sorted by row.
void drop_equal(std::vector<DetailedRow>& a, std::vector<DetailedRow>& b) {
    std::sort(a.begin(), a.end(), by_row);
    std::sort(b.begin(), b.end(), by_row);
    std::vector<DetailedRow> left_a;
    std::vector<DetailedRow> left_b;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(left_a), by_row);
    std::set_difference(b.begin(), b.end(), a.begin(), a.end(), std::back_inserter(left_b), by_row);
    a = std::move(left_a);
    b = std::move(left_b);
}

bool key_before(const RowChange& left, const RowChange& right) {
    return std::lexicographical_compare(
        left.key.begin(), left.key.end(), right.key.begin(), right.key.end(),
        [](const Value& x, const Value& y) { return compare(x, y) < 0; });
}

/// Says which cells and rows are the same: equal, or within the tolerances.
class Closeness {
public:
    explicit Closeness(const std::vector<ColumnPair>& columns) : m_columns(columns) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            m_places.push_back(m_measured.size());
            if (columns[i].tolerance) {
                m_measured.push_back(i);
            }
        }
    }

    const std::vector<std::size_t>& measured() const noexcept { return m_measured; }

    bool same_cell(std::size_t column, const DetailedRow& a, const DetailedRow& b) const {
        if (a.cell_hashes[column] == b.cell_hashes[column]) {
            return true;
        }
        const auto& tolerance = m_columns[column].tolerance;
        const std::size_t place = m_places[column];
        return tolerance && is_within(*tolerance, a.measures[place], b.measures[place]);
    }
    bool same_row(const DetailedRow& a, const DetailedRow& b) const {
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            if (!same_cell(i, a, b)) {
                return false;
            }
        }
        return true;
    }

private:
    const std::vector<ColumnPair>& m_columns;
    std::vector<std::size_t> m_places; ///< in the measures of a row, by column
    std::vector<std::size_t> m_measured;
};

/// Take the rows that are within the tolerances out of both sides. @return how many pairs they were
std::int64_t drop_close(std::vector<DetailedRow>& a, std::vector<DetailedRow>& b,
                        const Closeness& closeness) {
    if (closeness.measured().empty()) {
        return 0;
    }
    return static_cast<std::int64_t>(std::erase_if(a, [&](const DetailedRow& row) {
        const auto partner = std::find_if(b.begin(), b.end(), [&](const DetailedRow& other) {
            return closeness.same_row(row, other);
        });
        const bool found = partner != b.end();
        if (found) {
            b.erase(partner);
        }
        return found;
    }));
}

RowChange only_in_a(const DetailedRow& row) {
    return {ChangeKind::only_a, row.key, {}, row.cells, {}};
}
RowChange only_in_b(const DetailedRow& row) {
    return {ChangeKind::only_b, row.key, {}, {}, row.cells};
}

/// The cells that differ in a pair of rows.
RowChange changed_row(const DetailedRow& a, const DetailedRow& b, const Closeness& closeness,
                      std::vector<std::int64_t>& changed_cells) {
    RowChange change{ChangeKind::changed, a.key, {}, a.cells, b.cells, b.key};
    for (std::size_t i = 0; i < a.cell_hashes.size(); ++i) {
        if (!closeness.same_cell(i, a, b)) {
            ++changed_cells[i];
            if (!a.cells.empty() && !b.cells.empty()) {
                change.cells.push_back({i, a.cells[i], b.cells[i]});
            }
        }
    }
    return change;
}

using RowsByKey = std::map<Fingerprint, std::vector<DetailedRow>>;

/// Count the rows that differ, but are within the tolerances, as unchanged.
void forgive_close(RowDiff& diff, RowsByKey& rows_a, RowsByKey& rows_b, const Closeness& closeness,
                   Wanted& wanted) {
    std::erase_if(wanted.changed, [&](const Fingerprint& key) {
        auto& a = rows_a[key];
        auto& b = rows_b[key];
        drop_equal(a, b);
        const std::int64_t close = drop_close(a, b, closeness);
        diff.changed -= close;
        diff.unchanged += close;
        diff.close += close;
        return a.empty() || b.empty();
    });
}

/// Show the rows that were looked at, and keep the first few of each sort.
void show(std::vector<RowChange>& changes, const RowDiffRequest& request, RowDiff& diff) {
    std::stable_sort(changes.begin(), changes.end(), key_before);
    for (RowChange& change : changes) {
        if (request.visit) {
            request.visit(change);
        }
        auto& rows = change.kind == ChangeKind::changed  ? diff.changed_rows
                     : change.kind == ChangeKind::only_a ? diff.only_a_rows
                                                         : diff.only_b_rows;
        if (rows.size() < request.limit) {
            rows.push_back(std::move(change));
        }
    }
}

std::set<Fingerprint> all_keys(const Wanted& wanted) {
    std::set<Fingerprint> keys = wanted.changed;
    keys.insert(wanted.only_a.begin(), wanted.only_a.end());
    keys.insert(wanted.only_b.begin(), wanted.only_b.end());
    return keys;
}

/// Two numbers that are equal may be written in two ways.
bool is_written_alike(const DetailedRow& left, const DetailedRow& right) {
    return std::equal(left.key.begin(), left.key.end(), right.key.begin(), right.key.end(),
                      [](const Value& x, const Value& y) {
                          return x.kind == y.kind && x.bytes == y.bytes && compare(x, y) == 0;
                      });
}

/// What all copies of a whole row look like; empty: there are none, or they differ.
std::vector<Value> common_key(const std::vector<DetailedRow>& rows) {
    const auto differs = [&](const DetailedRow& row) {
        return !is_written_alike(row, rows.front());
    };
    return rows.empty() || std::any_of(rows.begin(), rows.end(), differs) ? std::vector<Value>()
                                                                          : rows.front().key;
}

/// The second pass: which cells, and the rows to show.
void fill_details(RowDiff& diff, RowsByKey& rows_a, RowsByKey& rows_b, const Closeness& closeness,
                  const Wanted& wanted, const std::set<Fingerprint>& shown,
                  const RowDiffRequest& request) {
    std::vector<RowChange> changes;
    for (const auto& key : all_keys(wanted)) {
        auto& a = rows_a[key];
        auto& b = rows_b[key];
        const std::size_t copies_a = a.size();
        const std::size_t copies_b = b.size();
        const bool is_shown = shown.contains(key);
        const bool is_whole = request.key.empty();
        const auto key_b = is_shown && is_whole ? common_key(b) : std::vector<Value>();
        drop_equal(a, b);
        drop_close(a, b, closeness);
        const auto keep = [&](RowChange change) {
            if (is_shown) {
                change.same_key = std::max(copies_a, copies_b);
                if (is_whole) {
                    change.copies_a = copies_a;
                    change.copies_b = copies_b;
                    change.key_b = key_b;
                }
                changes.push_back(std::move(change));
            }
        };
        const std::size_t pairs = std::min(a.size(), b.size());
        for (std::size_t i = 0; i < pairs; ++i) {
            keep(changed_row(a[i], b[i], closeness, diff.changed_cells));
        }
        for (std::size_t i = pairs; i < a.size() && is_shown; ++i) {
            keep(only_in_a(a[i]));
        }
        for (std::size_t i = pairs; i < b.size() && is_shown; ++i) {
            keep(only_in_b(b[i]));
        }
    }
    show(changes, request, diff);
}

/// How to read the keys of the young rows of a side. A key with NULL names no row.
RowLayout young_layout(const DiffSide& side, RowLayout layout, const std::string& young) {
    layout.where = fmt::format("({})", young);
    for (const ReadColumn& column : layout.key) {
        layout.where += fmt::format(" AND {} IS NOT NULL",
                                    quote_identifier(side.table.columns[column.ordinal].name));
    }
    layout.other.clear();
    layout.measured.clear();
    layout.only = nullptr; // keys that compare as equal may be in two buckets, see like_server.hpp
    return layout;
}

/// Take out the rows of both sides whose key has a row, on either side, that is too young.
void leave_out_young(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request,
                     RowPrints& prints_a, RowPrints& prints_b) {
    if (request.young_a.empty() || request.key.empty()) {
        return;
    }
    const RowLayout layout_a = young_layout(a, layout_of(Side::a, request), request.young_a);
    const RowLayout layout_b = young_layout(b, layout_of(Side::b, request), request.young_b);
    RowPrints young_a;
    RowPrints young_b;
    on_both_sides([&] { young_a = read_prints(a.session, a.table, layout_a); },
                  [&] { young_b = read_prints(b.session, b.table, layout_b); });
    std::set<Fingerprint> keys;
    for (const RowPrints* young : {&young_a, &young_b}) {
        for (const RowPrint& print : young->rows) {
            keys.insert(print.key);
        }
    }
    for (RowPrints* prints : {&prints_a, &prints_b}) {
        std::erase_if(prints->rows, [&](const RowPrint& row) { return keys.contains(row.key); });
    }
}

/// Rows of changed keys beyond the first few only need hashes, not values.
std::set<Fingerprint> keys_to_show(const Wanted& wanted, std::size_t limit) {
    std::set<Fingerprint> show = wanted.only_a;
    show.insert(wanted.only_b.begin(), wanted.only_b.end());
    auto last = wanted.changed.begin();
    std::advance(last, static_cast<std::ptrdiff_t>(std::min(limit, wanted.changed.size())));
    show.insert(wanted.changed.begin(), last);
    return show;
}

} // namespace

RowLayout layout_of(Side side, const RowDiffRequest& request) {
    RowLayout layout{columns_of(side, request.key), columns_of(side, request.other),
                     side == Side::a ? request.where_a : request.where_b, request.access};
    layout.measured = Closeness(request.other).measured();
    layout.only = side == Side::a ? request.only_a : request.only_b;
    layout.like_server = request.like_server;
    if (layout.key.empty()) {
        layout.key.swap(layout.other);
    }
    return layout;
}

RowDiff diff_rows(const DiffSide& a, const DiffSide& b, const RowDiffRequest& request) {
    const RowLayout layout_a = layout_of(Side::a, request);
    const RowLayout layout_b = layout_of(Side::b, request);
    RowPrints prints_a;
    RowPrints prints_b;
    on_both_sides([&] { prints_a = read_prints(a.session, a.table, layout_a); },
                  [&] { prints_b = read_prints(b.session, b.table, layout_b); });

    leave_out_young(a, b, request, prints_a, prints_b);

    const std::size_t look = std::max(request.limit, request.look);
    Comparer comparer(look);
    for_each_key(prints_a.rows, prints_b.rows, [&](const KeyRows& rows) { comparer.add(rows); });
    RowDiff diff = std::move(comparer.diff);
    diff.rows_a = static_cast<std::int64_t>(prints_a.rows.size());
    diff.rows_b = static_cast<std::int64_t>(prints_b.rows.size());
    diff.null_key_rows_a = prints_a.null_key_rows;
    diff.null_key_rows_b = prints_b.null_key_rows;
    diff.changed_cells.assign(request.other.size(), 0);
    Wanted& wanted = comparer.wanted;
    const Closeness closeness(request.other);
    const auto read_again = [&](const std::set<Fingerprint>& show, const auto& use) {
        const DetailRequest details{wanted.changed, show};
        RowsByKey rows_a;
        RowsByKey rows_b;
        on_both_sides([&] { rows_a = read_details(a.session, a.table, layout_a, details); },
                      [&] { rows_b = read_details(b.session, b.table, layout_b, details); });
        use(rows_a, rows_b);
    };
    if (!closeness.measured().empty() && !wanted.changed.empty()) {
        read_again({}, [&](RowsByKey& rows_a, RowsByKey& rows_b) {
            forgive_close(diff, rows_a, rows_b, closeness, wanted);
        });
    }
    if (request.extent == Extent::first && diff.changed + diff.only_a + diff.only_b > 0) {
        diff.extent = Extent::first;
        return diff;
    }
    if (!wanted.empty()) {
        const auto shown = keys_to_show(wanted, look);
        read_again(shown, [&](RowsByKey& rows_a, RowsByKey& rows_b) {
            fill_details(diff, rows_a, rows_b, closeness, wanted, shown, request);
        });
    }
    return diff;
}

} // namespace assay
