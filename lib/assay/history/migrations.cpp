// SPDX-License-Identifier: MIT
// Copyright (c) The assay authors
#include "assay/history/history_file.hpp"

#include <array>

namespace assay {
namespace {

// The columns of a primary key stand first: otherwise the integrity check of SQLite 3.40 finds
// NULLs in a table without rowid that has none.
//
// One text per schema version, never changed once it was released: later ones build on it.
constexpr std::array<const char*, History::schema_version> migrations{R"sql(
CREATE TABLE run (
    run_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    command TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX run_at ON run (at);
CREATE TABLE subject (
    subject_id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    UNIQUE (source, table_name, column_name)
) STRICT;
CREATE TABLE metric (
    subject_id INTEGER NOT NULL REFERENCES subject,
    name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    value INTEGER,
    method TEXT NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX metric_run ON metric (run_id);
CREATE TABLE result (
    subject_id INTEGER NOT NULL REFERENCES subject,
    check_id TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    fingerprint TEXT NOT NULL,
    status TEXT NOT NULL,
    severity TEXT NOT NULL,
    PRIMARY KEY (subject_id, check_id, run_id, fingerprint)
) STRICT, WITHOUT ROWID;
CREATE INDEX result_run ON result (run_id);
CREATE TABLE sketch (
    subject_id INTEGER NOT NULL REFERENCES subject,
    name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    state BLOB NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sketch_run ON sketch (run_id);
)sql",
                                                                      R"sql(
ALTER TABLE metric RENAME TO metric_of_integers;
CREATE TABLE metric (
    subject_id INTEGER NOT NULL REFERENCES subject,
    name TEXT NOT NULL,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    value ANY,
    method TEXT NOT NULL,
    PRIMARY KEY (subject_id, name, run_id)
) STRICT, WITHOUT ROWID;
INSERT INTO metric SELECT * FROM metric_of_integers;
DROP TABLE metric_of_integers;
CREATE INDEX metric_run ON metric (run_id);
CREATE TABLE definition (
    definition_id INTEGER PRIMARY KEY,
    state BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE snapshot (
    subject_id INTEGER NOT NULL REFERENCES subject,
    run_id INTEGER NOT NULL REFERENCES run ON DELETE CASCADE,
    definition_id INTEGER NOT NULL REFERENCES definition,
    PRIMARY KEY (subject_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX snapshot_run ON snapshot (run_id);
CREATE INDEX snapshot_definition ON snapshot (definition_id);
)sql",
                                                                      R"sql(
ALTER TABLE metric ADD COLUMN at INTEGER;
)sql"};

} // namespace

void migrate_history(SQLite::Database& database, int version) {
    database.exec(migrations.at(static_cast<std::size_t>(version)));
    database.exec("PRAGMA user_version = " + std::to_string(version + 1));
}

} // namespace assay
