// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/scan/newest_in_sqlite.hpp"

#include "assay/scan/sqlite_times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace assay {
namespace {

/// Numbers that are no times.
constexpr std::array<std::string_view, 3> gaps{"{0} < 2e6", "{0} >= 3e6 AND {0} < 1e8",
                                               "{0} >= 1e20 AND {0} < ''"};

/// Statements about the index of one column.
class IndexSql {
public:
    IndexSql(const TimeSource& source, const Index& index)
        : m_column(source.table->columns.at(source.column)), m_limit(source.limit),
          m_name(quote_identifier(m_column.name)), m_cell(m_name + " COLLATE BINARY"),
          m_from(fmt::format(" FROM {} INDEXED BY {} WHERE ", quote_table(source.table->ref),
                             quote_identifier(index.name))) {}

    /// Numbers of NULLs and of blobs, which are no times.
    Query counts() const {
        return {
            fmt::format("SELECT (SELECT count(*){0}{1} IS NULL), (SELECT count(*){0}{1} >= x'')",
                        m_from, m_cell),
            {ColumnType::integer, ColumnType::integer},
            {}};
    }

    /// In every encoding the last value before the bound, and everything beyond it; and what is no
    /// time, as far as it stands in places of its own.
    Query ends() const {
        Query query{"", {ColumnType::text}, {}};
        if (has_text_affinity(m_column)) {
            add(query, select(fmt::format("{} < ''", m_cell)));
        } else {
            for (const SqliteTimeRange& range : sqlite_time_ranges) {
                add_range(query, range);
            }
            for (const std::string_view gap : gaps) {
                add(query, select(fmt::format(fmt::runtime(gap), m_cell)));
            }
        }
        query.parameters.push_back(text_parameter(first_day_of_texts()));
        add(query,
            select(fmt::format("{0} >= ?{1} AND {0} < x''", m_cell, query.parameters.size())));
        return query;
    }

    /// Texts that begin with this day or a later one are certainly in the future, or no times.
    std::string first_day_of_texts() const {
        return format_date(day_of(std::max(m_limit.instant, m_limit.naive)) + 2);
    }

    /// The last text before another one.
    Query last_text(const std::string& before) const {
        return {last(fmt::format("{0} >= '' AND {0} < ?1", m_cell)),
                {ColumnType::text},
                {text_parameter(before)}};
    }

    Query texts(const std::string& from, const std::string& before) const {
        return {select(fmt::format("{0} >= ?1 AND {0} < ?2", m_cell)),
                {ColumnType::text},
                {text_parameter(from), text_parameter(before)}};
    }

private:
    static void add(Query& query, const std::string& part) {
        query.sql += query.sql.empty() ? part : " UNION ALL " + part;
    }
    std::string select(const std::string& condition) const {
        return "SELECT " + m_name + m_from + condition;
    }
    std::string last(const std::string& condition) const {
        return fmt::format("SELECT * FROM (SELECT {}{}{} ORDER BY {} DESC LIMIT 1)", m_name, m_from,
                           condition, m_cell);
    }

    void add_range(Query& query, const SqliteTimeRange& range) const {
        const double limit = range.of(m_limit.instant) - range.tolerance;
        // One lower and one upper bound each: of two, SQLite might take the wider one.
        const double bound = std::clamp(limit, range.from, range.to);
        const std::size_t first = query.parameters.size() + 1;
        for (const double end : {range.from, bound, range.to}) {
            query.parameters.push_back(real_parameter(end));
        }
        const std::string before =
            fmt::format("{0} >= ?{1} AND {0} < ?{2}", m_cell, first, first + 1);
        const std::string is_integer = fmt::format(" AND typeof({}) = 'integer'", m_name);
        // An integer is no Julian day, so those among them have to be looked for.
        if (range.is_julian() && !has_real_affinity(m_column)) {
            add(query, select(before + is_integer));
        }
        add(query,
            last(before +
                 (range.is_julian() ? fmt::format(" AND typeof({}) = 'real'", m_name) : "")));
        add(query, select(fmt::format("{0} >= ?{1} AND {0} < ?{2}", m_cell, first + 1, first + 2)));
    }

    const ColumnSpec& m_column;
    TimeLimit m_limit;
    std::string m_name;
    std::string m_cell; ///< the column in conditions, whatever collation it declares
    std::string m_from;
};

class TimesSink final : public BatchSink {
public:
    explicit TimesSink(const TimeLimit& limit) : m_times(limit) {}
    void consume(const RowBatch& batch) override { m_times.update(batch.columns.front()); }
    const TimeProfile& times() const noexcept { return m_times.result(); }

    /// The newest reading that is not in the future, whatever it says about its zone.
    std::optional<Micros> newest() const noexcept {
        const TimeProfile& profile = times();
        if (profile.newest_instant && profile.newest_naive) {
            return std::max(*profile.newest_instant, *profile.newest_naive);
        }
        return profile.newest_instant ? profile.newest_instant : profile.newest_naive;
    }

private:
    TimeAccumulator m_times;
};

class TextSink final : public BatchSink {
public:
    void consume(const RowBatch& batch) override { m_text = batch.columns.front().bytes(0); }
    const std::optional<std::string>& text() const noexcept { return m_text; }

private:
    std::optional<std::string> m_text;
};

/// Reads texts from the last one backwards, until those before cannot matter.
///
/// Texts that are times begin with their day and hour, so they are in the order of what their clock
/// showed. How much later another one may be that stands before it is told by reach().
class TextWalk {
public:
    TextWalk(Session& session, const TimeSource& source, const IndexSql& sql, TimesSink& sink)
        : m_session(session), m_table(*source.table), m_sql(sql), m_sink(sink),
          m_reach(reach(source.limit)), m_before(sql.first_day_of_texts()) {}

    /// @return whether every text was read.
    bool run() {
        constexpr int most_steps = 16; // then something odd lies there: read it in one go
        for (int step = 0; !m_before.empty(); ++step) {
            TextSink last;
            m_session.query_rows(m_table, m_sql.last_text(m_before), last);
            if (!last.text()) {
                return true;
            }
            if (cannot_matter(*last.text())) {
                return false;
            }
            const std::string from = step < most_steps ? start_of_window(*last.text()) : "";
            m_session.query_rows(m_table, m_sql.texts(from, m_before), m_sink);
            m_before = from;
        }
        return true;
    }

private:
    /// Offsets from UTC are less than 16 hours, and so are those of a zone that is not written. Of
    /// one that agrees with UTC at the limit it was two hours at most.
    static Micros reach(const TimeLimit& limit) noexcept {
        constexpr Micros most = 16 * micros_per_hour;
        return most + (limit.naive == limit.instant ? 2 * micros_per_hour : most);
    }

    bool cannot_matter(const std::string& text) const {
        const auto newest = m_sink.newest();
        return newest && text < start_of_hour(*newest - m_reach);
    }

    /// Of the texts that may tell of a later time than this one, the first; the text itself if it
    /// does not even begin with a day.
    std::string start_of_window(const std::string& text) const {
        const std::string_view day = std::string_view(text).substr(0, date_size);
        const auto time = parse_time(text);
        const auto known = time ? time : parse_time(day);
        return known ? start_of_hour(known->micros - m_reach) : text;
    }

    /// Texts of this hour and of later ones are not before it. A "T" is behind every blank, so that
    /// those with one are not before it either if they are of the same day.
    static std::string start_of_hour(Micros micros) {
        const std::int64_t day = day_of(micros);
        const std::string start = format_date(day);
        return start.size() == date_size
                   ? fmt::format("{} {:02}", start,
                                 (micros - day * micros_per_day) / micros_per_hour)
                   : ""; // before year 1
    }

    static constexpr std::size_t date_size = 10;

    Session& m_session;
    const TableSchema& m_table;
    const IndexSql& m_sql;
    TimesSink& m_sink;
    Micros m_reach;
    std::string m_before;
};

class CountsSink final : public BatchSink {
public:
    void consume(const RowBatch& batch) override {
        m_nulls = batch.columns[0].integer(0);
        m_blobs = batch.columns[1].integer(0);
    }
    void add_to(TimeProfile& times) const {
        times.rows += m_nulls + m_blobs;
        times.nulls += m_nulls;
        times.unparsable += m_blobs;
    }

private:
    std::int64_t m_nulls = 0;
    std::int64_t m_blobs = 0;
};

} // namespace

std::vector<std::string> newest_sqlite_sql(const TimeSource& source, const Index& index) {
    const IndexSql sql(source, index);
    return {sql.counts().sql, sql.ends().sql, sql.last_text("").sql, sql.texts("", "").sql};
}

MeasuredTimes find_newest_in_sqlite(Session& session, const TimeSource& source,
                                    const Index& index) {
    const IndexSql sql(source, index);
    CountsSink counts;
    session.query_rows(*source.table, sql.counts(), counts);
    TimesSink sink(source.limit);
    session.query_rows(*source.table, sql.ends(), sink);
    const bool all_texts = TextWalk(session, source, sql, sink).run();
    MeasuredTimes measured;
    measured.times = sink.times();
    counts.add_to(measured.times);
    measured.index = index.name;
    measured.unparsable_known = all_texts;
    measured.rows_known = !sink.newest(); // nothing was left unread
    return measured;
}

} // namespace assay
