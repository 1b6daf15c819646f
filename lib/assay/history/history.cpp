// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/history/history.hpp"

#include "assay/history/history_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <type_traits>

namespace assay {
namespace {

std::int64_t insert_run(SQLite::Database& database, const HistoryRun& run) {
    SQLite::Statement insert(database, "INSERT INTO run (id, command, at) VALUES (?, ?, ?)");
    insert.bind(1, run.id);
    insert.bind(2, run.command);
    insert.bind(3, run.at);
    insert.exec();
    return database.getLastInsertRowid();
}

/// Adds the rows of one run, and the subjects that they are about where those are new. Large
/// databases leave many rows, and others wait meanwhile: every statement is prepared once.
class EntryWriter {
public:
    EntryWriter(SQLite::Database& database, const HistoryRun& run)
        : m_run(insert_run(database, run)),
          m_metric(database, "INSERT OR REPLACE INTO metric (subject_id, name, run_id, value, "
                             "method, at) VALUES (?, ?, ?, ?, ?, ?)"),
          m_result(database, "INSERT OR REPLACE INTO result (subject_id, check_id, run_id, "
                             "status, severity, fingerprint) VALUES (?, ?, ?, ?, ?, ?)"),
          m_sketch(database, "INSERT OR REPLACE INTO sketch (subject_id, name, run_id, state) "
                             "VALUES (?, ?, ?, ?)"),
          m_definition(database, "INSERT OR IGNORE INTO definition (state) VALUES (?)"),
          m_snapshot(database, "INSERT OR REPLACE INTO snapshot (subject_id, run_id, "
                               "definition_id) SELECT ?, ?, definition_id FROM definition WHERE "
                               "state = ?"),
          m_new_subject(database, "INSERT OR IGNORE INTO subject (source, table_name, "
                                  "column_name) VALUES (?, ?, ?)"),
          m_find_subject(database, "SELECT subject_id FROM subject WHERE source = ? AND "
                                   "table_name = ? AND column_name = ?") {}

    void add(const HistoryMetric& metric) {
        start(m_metric, metric.subject, metric.name);
        std::visit(
            [this](const auto& value) {
                if constexpr (!std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
                    m_metric.bind(4, value);
                }
            },
            metric.value.value);
        m_metric.bind(5, std::string(to_string(metric.method)));
        if (metric.at) {
            m_metric.bind(6, *metric.at);
        }
        m_metric.exec();
    }

    void add(const HistoryResult& result) {
        start(m_result, result.subject, result.check);
        m_result.bind(4, result.status);
        m_result.bind(5, result.severity);
        m_result.bind(6, result.fingerprint);
        m_result.exec();
    }

    void add(const HistorySketch& sketch) {
        start(m_sketch, sketch.subject, sketch.name);
        m_sketch.bind(4, sketch.state.data(), static_cast<int>(sketch.state.size()));
        m_sketch.exec();
    }

    void add(const HistorySnapshot& snapshot) {
        const auto size = static_cast<int>(snapshot.state.size());
        clear(m_definition);
        m_definition.bind(1, snapshot.state.data(), size);
        m_definition.exec();
        const std::int64_t subject = subject_id(snapshot.subject);
        clear(m_snapshot);
        m_snapshot.bind(1, subject);
        m_snapshot.bind(2, m_run);
        m_snapshot.bind(3, snapshot.state.data(), size);
        m_snapshot.exec();
    }

private:
    static void clear(SQLite::Statement& statement) {
        statement.reset();
        statement.clearBindings();
    }

    void start(SQLite::Statement& insert, const HistorySubject& subject, const std::string& name) {
        const std::int64_t id = subject_id(subject);
        clear(insert);
        insert.bind(1, id);
        insert.bind(2, name);
        insert.bind(3, m_run);
    }

    std::int64_t subject_id(const HistorySubject& subject) {
        const auto key = std::tuple(subject.source, subject.table, subject.column);
        if (const auto known = m_subjects.find(key); known != m_subjects.end()) {
            return known->second;
        }
        for (SQLite::Statement* statement : {&m_new_subject, &m_find_subject}) {
            clear(*statement);
            statement->bind(1, subject.source);
            statement->bind(2, subject.table);
            statement->bind(3, subject.column);
            if (statement->executeStep()) {
                m_subjects[key] = statement->getColumn(0).getInt64();
            }
        }
        return m_subjects.at(key);
    }

    std::int64_t m_run;
    SQLite::Statement m_metric;
    SQLite::Statement m_result;
    SQLite::Statement m_sketch;
    SQLite::Statement m_definition;
    SQLite::Statement m_snapshot;
    SQLite::Statement m_new_subject;
    SQLite::Statement m_find_subject;
    std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> m_subjects;
};

/// When a metric was measured. Runs of older versions kept their own moment only.
constexpr const char* measured_at = "coalesce(m.at, r.at)";

constexpr const char* of_subject =
    " JOIN subject AS s ON s.subject_id = m.subject_id JOIN run AS r ON r.run_id = m.run_id "
    "WHERE s.source = ? AND s.table_name = ? AND s.column_name = ? AND m.name = ? ";

/// The newest run of each command on each table. SQLite takes run_id from the row of the maximum.
constexpr const char* newest_runs =
    "SELECT run_id FROM (SELECT r.run_id, max(r.at) FROM run AS r JOIN (SELECT run_id, subject_id "
    "FROM metric UNION SELECT run_id, subject_id FROM result UNION SELECT run_id, subject_id FROM "
    "sketch UNION SELECT run_id, subject_id FROM snapshot) AS m ON m.run_id = r.run_id JOIN "
    "subject AS s ON s.subject_id = m.subject_id "
    "GROUP BY r.command, s.source, s.table_name)";

/// The newest run of each command that measured a table, and that kept sketches of it, in which no
/// check of the table failed: a bad run has no other past.
constexpr const char* newest_good_runs =
    "SELECT run_id FROM (SELECT r.run_id, max(r.at) FROM run AS r JOIN (SELECT run_id, subject_id, "
    "0 AS kind FROM metric UNION SELECT run_id, subject_id, 1 FROM sketch) AS m ON m.run_id = "
    "r.run_id JOIN subject AS s ON s.subject_id = m.subject_id WHERE NOT EXISTS (SELECT 1 FROM "
    "result AS f JOIN subject AS c ON c.subject_id = f.subject_id WHERE f.run_id = r.run_id AND "
    "f.status = 'fail' AND c.source = s.source AND c.table_name = s.table_name) "
    "GROUP BY r.command, s.source, s.table_name, m.kind)";

constexpr const char* erase_unused =
    "DELETE FROM definition AS d WHERE NOT EXISTS (SELECT 1 FROM snapshot WHERE definition_id = "
    "d.definition_id);"
    "DELETE FROM subject AS s WHERE NOT EXISTS (SELECT 1 FROM metric WHERE subject_id = "
    "s.subject_id) AND NOT EXISTS (SELECT 1 FROM result WHERE subject_id = s.subject_id) AND NOT "
    "EXISTS (SELECT 1 FROM sketch WHERE subject_id = s.subject_id) AND NOT EXISTS (SELECT 1 FROM "
    "snapshot WHERE subject_id = s.subject_id)";

/// What nobody knows is no exact number.
Method read_method(std::string_view text) noexcept {
    for (const Method method : {Method::exact, Method::estimate, Method::sample}) {
        if (to_string(method) == text) {
            return method;
        }
    }
    return Method::estimate;
}

/// The runs of the subject, each but those in which one of the checks failed. A run looks at the
/// same rows of a table with all that it does, so that its results need no condition beside them.
std::string of_good_runs(const std::vector<HistoryCheck>& checks) {
    std::string condition = of_subject;
    for (std::size_t i = 0; i < checks.size(); ++i) {
        condition += "AND m.run_id NOT IN (SELECT f.run_id FROM result AS f JOIN subject AS c ON "
                     "c.subject_id = f.subject_id WHERE c.source = ? AND c.table_name = ? AND "
                     "c.column_name = ? AND f.check_id = ? AND f.fingerprint = ? AND f.status = "
                     "'fail') ";
    }
    return condition;
}

/// @return the index of the next parameter
int bind_good_runs(SQLite::Statement& statement, const HistorySubject& subject,
                   const std::string& name, const std::vector<HistoryCheck>& checks) {
    int next = 1;
    for (const auto* text : {&subject.source, &subject.table, &subject.column, &name}) {
        statement.bind(next++, *text);
    }
    for (const HistoryCheck& check : checks) {
        for (const auto* text :
             {&subject.source, &subject.table, &check.column, &check.id, &check.fingerprint}) {
            statement.bind(next++, *text);
        }
    }
    return next;
}

/// Which of the values of a metric are wanted.
struct Wanted {
    const char* types;                       ///< as typeof() names them
    Micros before = 0;                       ///< measured before it
    const std::vector<HistoryCheck>& checks; ///< that did not fail
    std::size_t most{};                      ///< the last so many of them
};

/// A metric that was measured before a moment, newest first.
std::string select_metric(const Wanted& wanted) {
    return fmt::format("SELECT {0}, m.value, m.method FROM metric AS m{1}AND {0} < ? AND "
                       "typeof(m.value) IN ({2}) ORDER BY 1 DESC, r.run_id DESC LIMIT ?",
                       measured_at, of_good_runs(wanted.checks), wanted.types);
}

/// The values of a metric, oldest first.
template <typename Past, typename File, typename Read>
std::vector<Past> read_metric(File& file, const HistorySubject& subject, const std::string& name,
                              const Wanted& wanted, const Read& read) {
    std::vector<Past> past;
    file.guarded([&](SQLite::Database& database) {
        SQLite::Statement select(database, select_metric(wanted));
        const int next = bind_good_runs(select, subject, name, wanted.checks);
        select.bind(next, wanted.before);
        select.bind(next + 1, static_cast<std::int64_t>(wanted.most));
        while (select.executeStep()) {
            past.push_back({select.getColumn(0).getInt64(), read(select.getColumn(1)),
                            read_method(select.getColumn(2).getString())});
        }
    });
    std::reverse(past.begin(), past.end());
    return past;
}

} // namespace

History::History(const std::string& path, HistoryAccess access)
    : m_file(std::make_unique<File>(path, access)) {}

History::~History() = default;

const std::string& History::note() const noexcept { return m_file->note(); }

void History::add(const HistoryEntry& entry) {
    m_file->write([&entry](SQLite::Database& database) {
        EntryWriter writer(database, entry.run);
        for (const auto& metric : entry.metrics) {
            writer.add(metric);
        }
        for (const auto& result : entry.results) {
            writer.add(result);
        }
        for (const auto& sketch : entry.sketches) {
            writer.add(sketch);
        }
        for (const auto& snapshot : entry.snapshots) {
            writer.add(snapshot);
        }
    });
}

std::vector<PastMetric> History::metric(const HistorySubject& subject, const std::string& name,
                                        Micros before, const std::vector<HistoryCheck>& checks,
                                        std::size_t most) const {
    return read_metric<PastMetric>(
        *m_file, subject, name, {"'integer', 'null'", before, checks, most}, [](const auto& value) {
            return value.isNull() ? std::nullopt : std::optional(value.getInt64());
        });
}

std::vector<PastNumber> History::numbers(const HistorySubject& subject, const std::string& name,
                                         Micros before, const std::vector<HistoryCheck>& checks,
                                         std::size_t most) const {
    return read_metric<PastNumber>(*m_file, subject, name,
                                   {"'integer', 'real'", before, checks, most},
                                   [](const auto& value) { return value.getDouble(); });
}

std::vector<std::string> History::sketches(const HistorySubject& subject, const std::string& name,
                                           Micros from,
                                           const std::vector<HistoryCheck>& checks) const {
    std::vector<std::string> states;
    m_file->guarded([&](SQLite::Database& database) {
        SQLite::Statement select(database, std::string("SELECT m.state FROM sketch AS m") +
                                               of_good_runs(checks) +
                                               "AND r.at >= ? ORDER BY r.at, r.run_id");
        select.bind(bind_good_runs(select, subject, name, checks), from);
        while (select.executeStep()) {
            const SQLite::Column state = select.getColumn(0);
            states.emplace_back(static_cast<const char*>(state.getBlob()),
                                static_cast<std::size_t>(state.getBytes()));
        }
    });
    return states;
}

bool History::has_sketch(const std::string& source, const std::string& table, Micros from,
                         Micros until, const std::string& check) const {
    bool found = false;
    m_file->guarded([&](SQLite::Database& database) {
        SQLite::Statement select(
            database, "SELECT EXISTS (SELECT 1 FROM sketch AS m JOIN run AS r ON r.run_id = "
                      "m.run_id JOIN subject AS s ON s.subject_id = m.subject_id WHERE "
                      "s.source = ?1 AND s.table_name = ?2 AND r.at BETWEEN ?3 AND ?4 AND "
                      "NOT EXISTS (SELECT 1 FROM result AS f JOIN subject AS c ON c.subject_id = "
                      "f.subject_id WHERE f.run_id = r.run_id AND c.source = ?1 AND c.table_name "
                      "= ?2 AND f.check_id = ?5 AND f.status = 'fail'))");
        select.bind(1, source);
        select.bind(2, table);
        select.bind(3, from);
        select.bind(4, until);
        select.bind(5, check);
        select.executeStep();
        found = select.getColumn(0).getInt() != 0;
    });
    return found;
}

std::optional<PastSnapshot> History::snapshot(const HistorySubject& subject, Micros before) const {
    std::optional<PastSnapshot> past;
    m_file->guarded([&](SQLite::Database& database) {
        SQLite::Statement select(
            database, "SELECT r.at, d.state FROM snapshot AS m JOIN definition AS d ON "
                      "d.definition_id = m.definition_id JOIN run AS r ON r.run_id = m.run_id JOIN "
                      "subject AS s ON s.subject_id = m.subject_id WHERE s.source = ? AND "
                      "s.table_name = ? AND s.column_name = ? AND r.at < ? "
                      "ORDER BY r.at DESC, r.run_id DESC LIMIT 1");
        select.bind(1, subject.source);
        select.bind(2, subject.table);
        select.bind(3, subject.column);
        select.bind(4, before);
        if (select.executeStep()) {
            const SQLite::Column state = select.getColumn(1);
            past = {select.getColumn(0).getInt64(),
                    std::string(static_cast<const char*>(state.getBlob()),
                                static_cast<std::size_t>(state.getBytes()))};
        }
    });
    return past;
}

std::vector<Micros> History::looks(const std::string& command, const std::string& source,
                                   const std::string& table, Micros from) const {
    std::vector<Micros> moments;
    m_file->guarded([&](SQLite::Database& database) {
        SQLite::Statement select(
            database,
            fmt::format("SELECT DISTINCT {0} FROM run AS r JOIN metric AS m ON m.run_id = r.run_id "
                        "JOIN subject AS s ON s.subject_id = m.subject_id "
                        "WHERE r.command = ? AND s.source = ? AND s.table_name = ? AND {0} >= ? "
                        "ORDER BY 1",
                        measured_at));
        select.bind(1, command);
        select.bind(2, source);
        select.bind(3, table);
        select.bind(4, from);
        while (select.executeStep()) {
            moments.push_back(select.getColumn(0).getInt64());
        }
    });
    return moments;
}

std::int64_t History::runs() const {
    std::int64_t count = 0;
    m_file->guarded([&count](SQLite::Database& database) {
        count = database.execAndGet("SELECT count(*) FROM run").getInt64();
    });
    return count;
}

PrunedHistory History::prune(Micros before) {
    PrunedHistory pruned;
    m_file->write([&](SQLite::Database& database) {
        SQLite::Statement erase(
            database, fmt::format("DELETE FROM run WHERE at < ? AND run_id NOT IN ({}) AND "
                                  "run_id NOT IN ({})",
                                  newest_runs, newest_good_runs));
        erase.bind(1, before);
        pruned.removed = erase.exec();
        database.exec(erase_unused);
        SQLite::Statement rest(database,
                               "SELECT count(*), count(*) FILTER (WHERE at < ?), min(at) FROM run");
        rest.bind(1, before);
        rest.executeStep();
        pruned.kept = rest.getColumn(0).getInt64();
        pruned.kept_as_newest = rest.getColumn(1).getInt64();
        if (!rest.getColumn(2).isNull()) {
            pruned.oldest = rest.getColumn(2).getInt64();
        }
    });
    if (pruned.removed > 0) {
        m_file->shrink();
    }
    return pruned;
}

} // namespace assay
