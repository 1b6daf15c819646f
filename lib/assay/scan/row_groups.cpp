// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/row_groups.hpp"

#include "assay/base/error.hpp"
#include "assay/base/text.hpp"
#include "assay/metric/time_accumulator.hpp"

#include <fmt/format.h>

#include <limits>
#include <optional>

namespace assay {
namespace {

/// Counts rows by keys that it is told.
class GroupSink : public BatchSink {
public:
    explicit GroupSink(const GroupRequest& request) : m_request(request) {}

    GroupsByValue take() { return std::move(m_groups); }

protected:
    template <typename MakeValue>
    void count(const std::string& key, const MakeValue& value) {
        const auto [group, is_new] = m_groups.try_emplace(key);
        if (is_new) {
            if (m_groups.size() > m_request.most) {
                const auto& column = m_request.table->columns[m_request.column];
                throw Error(ErrorKind::query,
                            fmt::format("column {} makes more than {} groups",
                                        display_identifier(column.name),
                                        group_digits(static_cast<std::int64_t>(m_request.most))),
                            "count by a column with fewer values, or by longer times");
            }
            group->second.value = value();
        }
        ++group->second.rows;
    }

private:
    const GroupRequest& m_request;
    GroupsByValue m_groups;
};

class ValueSink final : public GroupSink {
public:
    ValueSink(const GroupRequest& request, Comparison comparison)
        : GroupSink(request), m_comparison(comparison) {}

    void consume(const RowBatch& batch) override {
        const Column& column = batch.columns.front();
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            m_key.clear();
            append_comparable(m_comparison, column, row, m_key);
            count(m_key, [&] { return value_at(column, row); });
        }
    }

private:
    Comparison m_comparison;
    std::string m_key;
};

class TimeSink final : public GroupSink {
public:
    TimeSink(const GroupRequest& request, const TimeSlices& slices)
        : GroupSink(request), m_slices(slices),
          m_is_date(request.table->columns[request.column].type == ColumnType::date) {}

    void consume(const RowBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count; ++row) {
            const auto reading = clock_reading(batch.columns.front(), row);
            const auto start = reading ? std::optional(m_slices.start_of(*reading)) : std::nullopt;
            // Of one width, so that the keys have the order of the times.
            const std::string key =
                start ? fmt::format("{:020}", *start - std::numeric_limits<Micros>::min() / 2) : "";
            count(key, [&] {
                Value value;
                value.type = ColumnType::timestamp;
                value.kind = start ? CellKind::integer : CellKind::null;
                value.integer = start.value_or(0);
                return value;
            });
        }
    }

private:
    /// What the clock of the slices says; nullopt if there is no time.
    std::optional<Micros> clock_reading(const Column& column, std::size_t row) const {
        const auto time = read_time(column, row);
        constexpr Micros most = std::numeric_limits<Micros>::max() / 4;
        if (!time || time->micros > most || time->micros < -most) {
            return std::nullopt;
        }
        const std::string& zone = m_slices.zone.empty() ? m_slices.assume_tz : m_slices.zone;
        // A day begins where it is meant.
        if (time->naive && (m_is_date || zone == m_slices.assume_tz)) {
            return time->micros;
        }
        const Micros at =
            time->naive && !m_slices.assume_tz.empty()
                ? local_to_utc(time->micros, m_slices.assume_tz).value_or(time->micros)
                : time->micros;
        return zone.empty() ? at : utc_to_local(at, zone).value_or(at);
    }

    const TimeSlices& m_slices;
    bool m_is_date;
};

template <typename Sink>
GroupsByValue counted(Session& session, const GroupRequest& request, Sink sink) {
    session.scan(group_count_scan(request), sink);
    return sink.take();
}

} // namespace

GroupsByValue count_by_value(Session& session, const GroupRequest& request, Comparison comparison) {
    return counted(session, request, ValueSink(request, comparison));
}

GroupsByValue count_by_time(Session& session, const GroupRequest& request,
                            const TimeSlices& slices) {
    return counted(session, request, TimeSink(request, slices));
}

ScanRequest group_count_scan(const GroupRequest& request) {
    ScanRequest scan;
    scan.table = request.table;
    scan.columns = {request.column};
    scan.where = request.where;
    return scan;
}

} // namespace assay
