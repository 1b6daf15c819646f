// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/command/dedupe_check_retried.hpp"

#include "assay/command/key_choice.hpp"
#include "assay/command/values.hpp"
#include "assay/metric/duplicates.hpp"
#include "assay/metric/event_sorter.hpp"
#include "assay/metric/time_accumulator.hpp"
#include "assay/scan/duplicate_rows.hpp"
#include "assay/scan/group_comparison.hpp"
#include "assay/scan/place_scan.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace assay {
namespace {

/// Equal rows, each shortly behind the one before.
struct Burst {
    Fingerprint said;
    Micros first = 0;
    Micros last = 0;
    std::int64_t rows = 0;
};

bool is_infinite(Micros at) noexcept {
    return at == std::numeric_limits<Micros>::min() || at == std::numeric_limits<Micros>::max();
}

/// Takes the events out of the batches of a scan: the actor, if there is one, the payload, the
/// time.
class EventReader {
public:
    explicit EventReader(const RetryRequest& request)
        : m_has_actor(request.actor.has_value()),
          m_time(request.payload.size() + (m_has_actor ? 1 : 0)) {}

    ScanRequest scan(const TableSchema& table, const RetryRequest& request) const {
        ScanRequest scan;
        scan.table = &table;
        scan.where = request.where;
        if (request.actor) {
            scan.columns.push_back(*request.actor);
        }
        scan.columns.insert(scan.columns.end(), request.payload.begin(), request.payload.end());
        scan.columns.push_back(request.time);
        return scan;
    }
    bool has_actor(const RowBatch& batch, std::size_t row) const {
        return !m_has_actor || batch.columns.front().kind(row) != CellKind::null;
    }
    /// @return nullopt where the row has no time
    std::optional<Event> read(const RowBatch& batch, std::size_t row) {
        const auto reading = read_time(batch.columns[m_time], row);
        if (!reading || is_infinite(reading->micros)) {
            return std::nullopt;
        }
        m_scratch.clear();
        for (std::size_t i = 0; i < m_time; ++i) {
            append_canonical(batch.columns[i], row, m_scratch);
        }
        return Event{fingerprint(m_scratch), reading->micros};
    }

    /// The place of the time among the columns of the scan.
    std::size_t time() const noexcept { return m_time; }

private:
    bool m_has_actor;
    std::size_t m_time;
    std::string m_scratch;
};

class EventSink final : public BatchSink {
public:
    EventSink(const RetryRequest& request, EventSorter& events, RetryFacts& facts)
        : m_reader(request), m_events(events), m_facts(facts) {}

    void consume(const RowBatch& batch) override {
        m_facts.rows += static_cast<std::int64_t>(batch.row_count);
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            if (!m_reader.has_actor(batch, row)) {
                ++m_facts.actorless_rows;
            } else if (const auto event = m_reader.read(batch, row)) {
                m_events.add(*event);
            } else {
                ++m_facts.undated_rows;
            }
        }
    }

private:
    EventReader m_reader;
    EventSorter& m_events;
    RetryFacts& m_facts;
};

/// Larger first, then in the order of what was said and of time, so that runs agree.
bool is_larger(const Burst& left, const Burst& right) {
    return std::tie(right.rows, left.said, left.first) <
           std::tie(left.rows, right.said, right.first);
}

/// Finds the bursts of events that come in order, counts them, and keeps the largest ones.
class BurstFinder {
public:
    BurstFinder(const RetryRequest& request, RetryFacts& facts)
        : m_within(static_cast<std::uint64_t>(request.within)), m_limit(request.limit),
          m_facts(facts) {}

    void add(const Event& event) {
        if (m_open.rows > 0 && is_followed_by(event)) {
            m_open.last = event.at;
            ++m_open.rows;
            return;
        }
        close();
        m_open = {event.said, event.at, event.at, 1};
    }
    std::vector<Burst> take_largest() {
        close();
        std::sort_heap(m_largest.begin(), m_largest.end(), is_larger);
        return std::move(m_largest);
    }

private:
    /// The distance of two times can have 64 bits.
    bool is_followed_by(const Event& event) const noexcept {
        const std::uint64_t apart =
            static_cast<std::uint64_t>(event.at) - static_cast<std::uint64_t>(m_open.last);
        return m_open.said == event.said && apart <= m_within;
    }

    void close() {
        if (m_open.rows <= 1) {
            return;
        }
        ++m_facts.bursts;
        m_facts.retries += m_open.rows - 1;
        m_facts.largest_burst = std::max(m_facts.largest_burst, m_open.rows);
        m_largest.push_back(m_open);
        std::push_heap(m_largest.begin(), m_largest.end(), is_larger);
        if (m_largest.size() > m_limit) {
            std::pop_heap(m_largest.begin(), m_largest.end(), is_larger);
            m_largest.pop_back();
        }
        m_open = {};
    }

    std::uint64_t m_within;
    std::size_t m_limit;
    RetryFacts& m_facts;
    Burst m_open;                 ///< without rows: there is none
    std::vector<Burst> m_largest; ///< a heap whose top is the smallest of them
};

/// Read the events of a table, and find its bursts.
/// @return the largest ones
std::vector<Burst> find_bursts(Session& session, const ScanRequest& scan,
                               const RetryRequest& request, RetryFacts& facts) {
    TempFile file(request.spill_folder);
    EventSorter events(request.memory, file, request.cancellation);
    EventSink sink(request, events, facts);
    session.scan(scan, sink);
    BurstFinder finder(request, facts);
    events.for_sorted([&](const Event& event) { finder.add(event); });
    facts.spilled_bytes = events.spilled_bytes();
    return finder.take_largest();
}

using DatedRow = std::pair<Micros, RowLocator>;

bool is_before(const DatedRow& left, const DatedRow& right) noexcept {
    return left.first != right.first ? left.first < right.first : left.second < right.second;
}

/// The key and the ends of a burst, as the table holds them.
struct ShownBurst {
    std::vector<Value> key;
    std::optional<Value> first;
    std::optional<Value> last;
    std::vector<DatedRow> rows; ///< the first ones, in order, as far as anything leads to them
};

class BurstSink final : public BatchSink {
public:
    /// @param placed the scan ends with its columns; nullptr: it does not
    BurstSink(const RetryRequest& request, const std::vector<Burst>& bursts,
              const LocatedTable* placed)
        : m_reader(request), m_bursts(bursts), m_placed(placed), m_shown(bursts.size()) {
        for (std::size_t i = 0; i < bursts.size(); ++i) {
            m_places.emplace(bursts[i].said, i);
        }
    }

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const auto event =
                m_reader.has_actor(batch, row) ? m_reader.read(batch, row) : std::nullopt;
            if (!event) {
                continue;
            }
            const auto [begin, end] = m_places.equal_range(event->said);
            for (auto place = begin; place != end; ++place) {
                note(place->second, batch, row, event->at);
            }
        }
    }

    const ShownBurst& burst(std::size_t i) const {
        if (!m_shown[i].first || !m_shown[i].last) {
            throw other_rows_than_before();
        }
        return m_shown[i];
    }

private:
    void note(std::size_t i, const RowBatch& batch, std::size_t row, Micros at) {
        ShownBurst& shown = m_shown[i];
        const Column& time = batch.columns[m_reader.time()];
        if (at == m_bursts[i].first && !shown.first) {
            for (std::size_t column = 0; column < m_reader.time(); ++column) {
                shown.key.push_back(value_at(batch.columns[column], row));
            }
            shown.first = time_value(time, row);
        }
        if (at == m_bursts[i].last && !shown.last) {
            shown.last = time_value(time, row);
        }
        if (m_placed != nullptr && at >= m_bursts[i].first && at <= m_bursts[i].last) {
            note_place(shown, {at, m_placed->read(batch, row)});
        }
    }

    static void note_place(ShownBurst& shown, DatedRow row) {
        constexpr std::size_t most_places = 3;
        shown.rows.insert(std::upper_bound(shown.rows.begin(), shown.rows.end(), row, is_before),
                          std::move(row));
        if (shown.rows.size() > most_places) {
            shown.rows.pop_back();
        }
    }

    EventReader m_reader;
    const std::vector<Burst>& m_bursts;
    const LocatedTable* m_placed;
    std::vector<ShownBurst> m_shown;
    std::multimap<Fingerprint, std::size_t> m_places; ///< an actor can say the same again later
};

Fact shown_burst(const Burst& burst, const ShownBurst& found, const ScanRequest& scan,
                 const PlaceNames& names, ValuesPolicy values) {
    Facts key;
    for (std::size_t i = 0; i < found.key.size(); ++i) {
        const std::string& name = scan.table->columns[scan.columns[i]].name;
        key.emplace_back(name, shown_of(name, found.key[i], values, burst.rows));
    }
    Facts group{{"key", std::move(key)},
                {"count", burst.rows},
                {"first", shown(*found.first, values, burst.rows)},
                {"last", shown(*found.last, values, burst.rows)}};
    std::vector<RowLocator> places;
    for (const auto& row : found.rows) {
        places.push_back(row.second);
    }
    add_places(group, RowsOf::own, names, places, values);
    return group;
}

/// Read the table once more for what the bursts look like, and where their first rows stand.
BurstSink find_rows(Session& session, const TableSchema& table, const ScanRequest& scan,
                    const RetryRequest& request, const std::vector<Burst>& bursts) {
    const auto placed_table = LocatedTable::of(session.source().kind, table);
    return read_with_places(placed_table ? &*placed_table : nullptr,
                            [&](const LocatedTable* placed) {
                                BurstSink sink(request, bursts, placed);
                                session.scan(with_places(scan, placed), sink);
                                return sink;
                            });
}

} // namespace

std::vector<std::size_t> payload_of(const TableSchema& table, const RetryRequest& request,
                                    const std::vector<std::size_t>& ignored) {
    const std::vector<std::string> key =
        table.primary_key ? table.primary_key->columns : std::vector<std::string>();
    std::vector<std::size_t> payload;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const bool is_other = i == request.actor || i == request.time ||
                              std::count(ignored.begin(), ignored.end(), i) > 0 ||
                              std::count(key.begin(), key.end(), table.columns[i].name) > 0 ||
                              numbers_rows(table, table.columns[i]);
        if (!is_other) {
            payload.push_back(i);
        }
    }
    return payload;
}

RetryFacts scan_retries(Session& session, const TableSchema& table, const RetryRequest& request) {
    RetryFacts facts;
    facts.table = table.ref;
    facts.actor = request.actor ? table.columns[*request.actor].name : "";
    facts.time_column = table.columns[request.time].name;
    facts.within = request.within;
    const ScanRequest scan = EventReader(request).scan(table, request);
    const std::vector<Burst> bursts = find_bursts(session, scan, request, facts);
    if (!bursts.empty()) {
        const BurstSink sink = find_rows(session, table, scan, request, bursts);
        const PlaceNames names(session.source().kind, table);
        for (std::size_t i = 0; i < bursts.size(); ++i) {
            facts.groups.push_back(
                shown_burst(bursts[i], sink.burst(i), scan, names, request.values));
        }
    }
    return facts;
}

} // namespace assay
