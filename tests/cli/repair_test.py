#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The plans of dedupe-check --repair are executed, on both stores: only surplus rows go, the right
ones stay, the check passes afterwards, and a plan that is out of date deletes nothing.

usage: repair_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
SERVER = os.environ.get("ASSAY_TEST_POSTGRES")
NAMES = ['quote"d', "new\nline; DROP TABLE victim; --", "x'); DROP TABLE victim; --", "-- dash", "back\\slash",
         "\\! touch victim", "rowid", "select", "\u65e5\u672c\u8a9e", ":a $1 ?1", "assay_surplus"]
folder = tempfile.mkdtemp(prefix="assay-repair.")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


class Sqlite:
    name = "sqlite"

    def __init__(self):
        self.url = os.path.join(folder, "repair.db")

    def execute(self, sql):
        """@return whether no statement failed; like a shell, it goes on behind one that does."""
        connection = sqlite3.connect(self.url, isolation_level=None)
        fine = True
        statement = ""
        for line in sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                try:
                    connection.execute(statement).fetchall()
                except sqlite3.Error as error:
                    print("    #", error)
                    fine = False
                statement = ""
        connection.close()
        return fine

    def rows(self, sql):
        connection = sqlite3.connect(self.url)
        rows = [row[0] for row in connection.execute(sql)]
        connection.close()
        return rows


class Postgres:
    name = "postgres"

    def __init__(self):
        self.url = SERVER

    def psql(self, sql, *flags):
        return subprocess.run(["psql", "-X", "-q", *flags, SERVER], input=sql, capture_output=True, text=True,
                              check=False, timeout=120)

    def execute(self, sql):
        done = self.psql("SET client_min_messages = error;\n" + sql)
        if done.stderr:
            print("    #", done.stderr.strip()[:300])
        return done.returncode == 0 and "ERROR" not in done.stderr

    def rows(self, sql):
        done = self.psql(sql, "-A", "-t")
        return [int(line) for line in done.stdout.split()]


def plan_of(store, table, *arguments):
    """@return the exit status and the plan"""
    path = os.path.join(folder, "plan.sql")
    if os.path.exists(path):
        os.remove(path)
    done = subprocess.run([PROGRAM, "dedupe-check", store.url, "-t", quoted(table), "--repair", path, "-qq",
                           "--history", "none", "--values", "all", *arguments], capture_output=True, text=True, check=False)
    if not os.path.exists(path):
        return done.returncode, done.stderr
    with open(path, encoding="utf-8", newline="") as file:
        return done.returncode, file.read()


def fill(store, table, key="k", at="at"):
    """Groups a (three rows), b (two) and NULL (two); c stands alone."""
    at_type = "TIMESTAMP" if store.name == "postgres" else "TEXT"
    rows = [(1, "'a'", "'x'", "'2024-01-02'"), (2, "'b'", "NULL", "'2024-01-01'"), (3, "'a'", "NULL", "'2024-01-01'"),
            (4, "'a'", "NULL", "'2024-01-03'"), (5, "'b'", "'x'", "NULL"), (6, "NULL", "NULL", "NULL"),
            (7, "NULL", "NULL", "NULL"), (8, "'c'", "NULL", "NULL")]
    values = ", ".join(f"({', '.join(map(str, row))})" for row in rows)
    assert store.execute(f"DROP TABLE IF EXISTS {quoted(table)};\n"
                         f"CREATE TABLE {quoted(table)} (id INTEGER, {quoted(key)} TEXT, more TEXT, "
                         f"{quoted(at)} {at_type});\nINSERT INTO {quoted(table)} VALUES {values};\n")


def ids(store, table):
    return store.rows(f"SELECT id FROM {quoted(table)} ORDER BY id")


def what_stays(store):
    where = f"{store.name}: "
    for arguments, expected in [
            (["-c", "at"], [2, 3, 6, 7, 8]),
            (["-c", "at", "--keep", "last"], [2, 4, 6, 7, 8]),
            (["-c", "at", "--keep", "most-complete"], [1, 2, 6, 7, 8]),
            (["-c", "at", "--nulls", "equal"], [2, 3, 6, 8]),
            (["-c", "at", "--nulls", "equal", "--keep", "last"], [2, 4, 7, 8]),
            (["-c", "at", "--nulls", "skip"], [2, 3, 6, 7, 8]),
            (["-c", "at", "--where", "id <> 3"], [1, 2, 3, 6, 7, 8])]:
        fill(store, "t")
        status, plan = plan_of(store, "t", "-k", "k", *arguments)
        check(where + f"a plan is written {arguments}", status == 1 and "DELETE" in plan, plan)
        check(where + "it was not executed", len(ids(store, "t")) == 8)
        check(where + f"it runs {arguments}", store.execute(plan), plan)
        check(where + f"the right rows stay {arguments}", ids(store, "t") == expected, (ids(store, "t"), plan))
        status, again = plan_of(store, "t", "-k", "k", *arguments)
        check(where + "there are no duplicates any more", status == 0 and "nothing to delete" in again, again)
        check(where + "a plan runs only once", not store.execute(plan))
        check(where + "and then deletes nothing", ids(store, "t") == expected)


def out_of_date(store):
    changes = {"one row more": "INSERT INTO t VALUES (9, 'z', NULL, NULL);",
               "one row less": "DELETE FROM t WHERE id = 8;",
               "another key": "UPDATE t SET k = 'other' WHERE id = 4;",
               "another key of the row that stays": "UPDATE t SET k = 'other' WHERE id = 3;",
               "others in their places": "DELETE FROM t WHERE id IN (4, 5);\n"
                                         "INSERT INTO t SELECT 10, 'p', NULL, NULL;\n"
                                         "INSERT INTO t SELECT 11, 'q', NULL, NULL;"}
    for what, change in changes.items():
        fill(store, "t")
        _, plan = plan_of(store, "t", "-k", "k", "-c", "at")
        assert store.execute(change + "\n")
        before = ids(store, "t")
        check(f"{store.name}: the proof fails after {what}", not store.execute(plan))
        check(f"{store.name}: nothing is deleted after {what}", ids(store, "t") == before, ids(store, "t"))


def hostile_names(store):
    store.execute("DROP TABLE IF EXISTS victim;\nCREATE TABLE victim (id INTEGER);\n")
    for name in NAMES:
        fill(store, name, key=name, at="at " + name)
        status, plan = plan_of(store, name, "-k", quoted(name), "-c", quoted("at " + name))
        check(f"{store.name}: a plan for {name!r} runs", status == 1 and store.execute(plan), plan)
        check(f"{store.name}: and deletes what is surplus", ids(store, name) == [2, 3, 6, 7, 8], ids(store, name))
        check(f"{store.name}: and nothing else", store.rows("SELECT count(*) FROM victim") == [0])
        store.execute(f"DROP TABLE {quoted(name)};\n")


def many_rows(store):
    rows = ", ".join(f"({i}, {i % 700})" for i in range(3000))
    store.execute(f"DROP TABLE IF EXISTS big;\nCREATE TABLE big (id INTEGER, v INTEGER);\nINSERT INTO big VALUES {rows};\n")
    _, plan = plan_of(store, "big", "-k", "v")
    check(f"{store.name}: 2,300 rows go in three chunks", plan.count("\nDELETE") == 3, plan[-3000:])
    check(f"{store.name}: all of them run", store.execute(plan))
    check(f"{store.name}: one row of each group is left", ids(store, "big") == list(range(700)))


def whole_rows(store):
    extra = ", j JSON, p POINT" if store.name == "postgres" else ", j, p"
    store.execute(f"DROP TABLE IF EXISTS w;\nCREATE TABLE w (id INTEGER, n NUMERIC, t TEXT{extra});\n"
                  "INSERT INTO w VALUES (1, 1.10, NULL, '{}', '(1,2)'), (2, 1.1, NULL, '{}', '(1,2)'),\n"
                  "(3, 1.1, 'A', '{}', '(1,2)'), (4, 1.1, 'a', '{}', '(1,2)'), (5, 1.1, 'a', NULL, NULL);\n")
    _, plan = plan_of(store, "w", "--ignore", "id")
    check(f"{store.name}: a plan for whole rows runs", store.execute(plan), plan)
    check(f"{store.name}: it deletes the one that repeats another", ids(store, "w") == [1, 3, 4, 5], ids(store, "w"))


def partitions(store):
    store.execute("DROP TABLE IF EXISTS parts;\nCREATE TABLE parts (id INTEGER, k TEXT) PARTITION BY RANGE (id);\n"
                  "CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (3);\n"
                  "CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (3) TO (9);\n"
                  "INSERT INTO parts VALUES (1, 'a'), (2, 'b'), (3, 'a'), (4, 'c'), (5, 'a'), (6, 'd');\n")
    _, plan = plan_of(store, "parts", "-k", "k", "--keep", "last")
    check("postgres: a plan for partitions runs", store.execute(plan), plan)
    left = ids(store, "parts")
    check("postgres: rows of the same place in other partitions stay",
          len(left) == 4 and {2, 4, 6} < set(left), left)


def dependents(store):
    store.execute("DROP TABLE IF EXISTS child;\nDROP TABLE IF EXISTS parent;\n"
                  "CREATE TABLE parent (id INTEGER PRIMARY KEY, k TEXT);\n"
                  "CREATE TABLE child (id INTEGER PRIMARY KEY, parent_id INTEGER REFERENCES parent (id));\n"
                  "INSERT INTO parent VALUES (1, 'a'), (2, 'a');\n")
    _, plan = plan_of(store, "parent", "-k", "k")
    check(f"{store.name}: a plan names what refers to the table", 'foreign key of "' in plan and '"child"' in plan, plan)


KEYS = [("one", "INTEGER"), ("two", "TEXT"), ("quote\"d; DROP TABLE victim; --", "TEXT COLLATE NOCASE"), ("new\nline", "REAL"),
        ("n", "NUMERIC"), ("b", "BLOB"), ("any", ""), ("d", "TIMESTAMP"), ("yes", "BOOLEAN")]
# Values of such keys as expressions: no two of a list are equal, not even without case.
VALUES = ["-9223372036854775807 - 1", "9223372036854775807", "0", "'it''s'", "'x'');\nDROP TABLE victim; --'", "'\u65e5\u672c'",
          "char(10) || 'a' || char(0) || 'b' || char(27)", "CAST(x'ff00fe' AS TEXT)", "x'00ff'", "x''", "''", "0.1", "-1e300", "9e999",
          "'2024-01-01 10:00:00'", "1 + 1e-15", "printf('%.*c', 300, char(9))"]


def without_rowid(store):
    """Rows that have no rowid are found by their primary key, of whatever it consists."""
    store.execute("DROP TABLE IF EXISTS victim;\nCREATE TABLE victim (id INTEGER);\n")
    for name, kind in KEYS:
        values = VALUES if "INTEGER" not in kind else VALUES[:3]
        rows = ", ".join(f"({i}, {value}, 'k', {i % 2})" for i, value in enumerate(values))
        made = store.execute(f'DROP TABLE IF EXISTS {quoted(name)};\n'
                             f"CREATE TABLE {quoted(name)} (id INTEGER, {quoted(name)} {kind}, k TEXT, other INTEGER, "
                             f"PRIMARY KEY ({quoted(name)}, other)) WITHOUT ROWID;\n"
                             f"INSERT INTO {quoted(name)} VALUES {rows};\n")
        assert made, name
        status, plan = plan_of(store, name, "-k", "k")
        check(f"a plan by the primary key {name!r} is written", status == 1 and "DELETE" in plan, plan)
        check("it was not executed", len(ids(store, name)) == len(values))
        check(f"it runs for {name!r}", store.execute(plan), plan)
        check("one row stays", len(ids(store, name)) == 1, (ids(store, name), plan))
        _, again = plan_of(store, name, "-k", "k")
        check("there are no duplicates any more", "nothing to delete" in again, again)
        check("a plan runs only once", not store.execute(plan) and len(ids(store, name)) == 1)
        check("nothing else is touched", store.rows("SELECT count(*) FROM victim") == [0])


def without_rowid_what_stays(store):
    for arguments, expected in [(["-c", "at"], [2, 3]), (["-c", "at", "--keep", "last"], [2, 4]),
                                (["-c", "at", "--keep", "most-complete"], [1, 2]), (["-k", "k,at"], [1, 2, 3, 4]),
                                (["-c", "at", "--where", "id <> 3"], [1, 2, 3])]:
        store.execute("DROP TABLE IF EXISTS w;\nCREATE TABLE w (id INTEGER, a TEXT, b TEXT COLLATE NOCASE, k TEXT, at TEXT, "
                      "more TEXT, PRIMARY KEY (b, a)) WITHOUT ROWID;\nINSERT INTO w VALUES (1, 'z', 'B', 'a', '2024-01-02', 'x'),\n"
                      "(2, 'y', 'a', 'b', '2024-01-01', NULL), (3, 'x', 'b', 'a', '2024-01-01', NULL),\n"
                      "(4, 'w', 'C', 'a', '2024-01-03', NULL);\n")
        _, plan = plan_of(store, "w", *([] if "-k" in arguments else ["-k", "k"]), *arguments)
        check(f"a plan by two columns runs {arguments}", store.execute(plan), plan)
        check(f"the right rows stay {arguments}", ids(store, "w") == expected, (ids(store, "w"), plan))
    for what, change in {"another key": "UPDATE w SET k = 'other' WHERE id = 4;", "one row less": "DELETE FROM w WHERE id = 2;",
                         "another primary key": "UPDATE w SET a = 'new' WHERE id = 1;"}.items():
        store.execute("DELETE FROM w;\nINSERT INTO w VALUES (1, 'z', 'B', 'a', '1', 'x'), (2, 'y', 'a', 'b', '1', NULL), "
                      "(3, 'x', 'b', 'a', '1', NULL), (4, 'w', 'C', 'a', '1', NULL);\n")
        _, plan = plan_of(store, "w", "-k", "k")
        store.execute(change + "\n")
        before = ids(store, "w")
        check(f"the proof by primary keys fails after {what}", not store.execute(plan), plan)
        check(f"nothing is deleted after {what}", ids(store, "w") == before, ids(store, "w"))
    store.execute("DROP TABLE w;\nCREATE TABLE w (id INTEGER PRIMARY KEY, v TEXT) WITHOUT ROWID;\n"
                  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
                  "INSERT INTO w SELECT i, 'v' || (i % 700) FROM n;\n")
    _, plan = plan_of(store, "w", "-k", "v")
    check("2,300 rows without a rowid go in three chunks", plan.count("\nDELETE") == 3, plan[-3000:])
    check("all of them run", store.execute(plan) and len(ids(store, "w")) == 700)
    store.execute("DROP TABLE w;\nCREATE TABLE w (id INTEGER, a TEXT PRIMARY KEY, k TEXT) WITHOUT ROWID;\n"
                  "INSERT INTO w VALUES (1, printf('%.*c', 600000, 'a') || 1, 'k'), (2, printf('%.*c', 300000, 'a'), 'k'), (3, 'c', 'k');\n")
    _, plan = plan_of(store, "w", "-k", "k", "--keep", "last")
    check("keys of 600 kB are no hindrance", store.execute(plan) and ids(store, "w") == [3], plan[-2000:])


def streams(store):
    fill(store, "t")
    done = subprocess.run([PROGRAM, "dedupe-check", store.url, "-t", "t", "-k", "k", "--repair", "-", "-o",
                           os.path.join(folder, "result"), "--history", "none"], capture_output=True, text=True, check=False)
    check(f"{store.name}: - is stdout", done.stdout.startswith("-- Repair plan") and done.returncode == 1, done)
    check(f"{store.name}: which can be executed", store.execute(done.stdout) and len(ids(store, "t")) == 5)
    done = subprocess.run([PROGRAM, "dedupe-check", store.url, "-t", "t", "-k", "k", "--repair", "/nowhere/plan",
                           "--history", "none"], capture_output=True, text=True, check=False)
    check(f"{store.name}: a plan that cannot be written is said before", done.returncode == 3, done)


for place in [Sqlite(), Postgres()] if SERVER else [Sqlite()]:
    what_stays(place)
    out_of_date(place)
    hostile_names(place)
    many_rows(place)
    whole_rows(place)
    dependents(place)
    streams(place)
    if place.name == "sqlite":
        without_rowid(place)
        without_rowid_what_stays(place)
    if place.name == "postgres":
        partitions(place)
        place.execute("DROP TABLE child, parent, parts, w, big, t, victim;")
shutil.rmtree(folder)
finish()
