#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The plans of volume-diff --repair are executed, for every pair of stores: afterwards both sides are equal,
and a plan that is out of date changes nothing.

usage: volume_repair_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
SERVER = os.environ.get("ASSAY_TEST_POSTGRES")
SHELL = shutil.which("sqlite3")  # without it, Python runs what it would
NAMES = ['quote"d', "new\nline; DROP TABLE victim; --", "x'); DROP TABLE victim; --", "-- dash", "back\\slash",
         "\\! touch victim", "rowid", "select", "\u65e5\u672c\u8a9e", ":a $1 ?1", "assay_before"]
TEXTS = ["plain", "it's", "", " ", "a\nb\r\nc\td", "'); DROP TABLE victim; --", "\\'); DROP TABLE victim; --",
         "\\", "\\x41", ":name $1 ?1", "/\n.quit\n\\q\ngo", "\u65e5\u672c\u8a9e \U0001f600", "\u202eabc\u202c", "\x1b[31mred",
         "\n" * 3000, "x" * 100_000, "NULL", "-- no comment"]
folder = tempfile.mkdtemp(prefix="assay-repair.")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Sqlite:
    kind = "sqlite"

    def __init__(self, name):
        self.name = name
        self.url = os.path.join(folder, name + ".db")

    def execute(self, sql):
        """@return whether no statement failed; like a shell, it goes on behind one that does."""
        if sql.startswith("-- Repair plan") and SHELL:
            done = subprocess.run([SHELL, "-batch", "-init", os.devnull, self.url], input=sql.encode(), capture_output=True,
                                  check=False, timeout=120)
            if done.stderr:
                print("    #", done.stderr.decode().strip()[:300])
            return done.returncode == 0 and not done.stderr
        connection = sqlite3.connect(self.url, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")
        fine = True
        statement = ""
        for line in sql.split("\n"):
            statement += line + "\n"
            if ";" in line and sqlite3.complete_statement(statement):  # which reads all of it
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
        rows = ["|".join("" if cell is None else str(cell) for cell in row) for row in connection.execute(sql)]
        connection.close()
        return rows


class Postgres:
    """A database of its own: other tests have their tables in the usual one."""
    kind = "postgres"

    def __init__(self, name):
        self.name = name
        self.url = re.sub("dbname=postgres", "dbname=" + name, SERVER)
        self.psql(SERVER, f"DROP DATABASE IF EXISTS {name};")
        self.psql(SERVER, f"CREATE DATABASE {name};")

    @staticmethod
    def psql(url, sql, *flags):
        return subprocess.run(["psql", "-X", "-q", *flags, url], input=sql, capture_output=True, text=True,
                              check=False, timeout=120)

    def execute(self, sql):
        done = self.psql(self.url, "SET client_min_messages = error;\n" + sql)
        if done.stderr:
            print("    #", done.stderr.strip()[:300])
        return done.returncode == 0 and "ERROR" not in done.stderr

    def rows(self, sql):
        return self.psql(self.url, sql, "-A", "-t").stdout.split("\n")[:-1]


def compare(a, b, table, *arguments):
    return subprocess.run([PROGRAM, "volume-diff", a.url, b.url, "-t", quoted(table), "--rows", "--history", "none",
                           *arguments], capture_output=True, text=True, check=False)


def plan_of(a, b, table, *arguments):
    """@return the exit status and the plan"""
    path = os.path.join(folder, "plan.sql")
    if os.path.exists(path):
        os.remove(path)
    done = compare(a, b, table, "-qq", "--values", "all", "--repair", path, *arguments)
    if not os.path.exists(path):
        return done.returncode, done.stderr
    with open(path, encoding="utf-8", newline="") as file:
        return done.returncode, file.read()


def fill(store, table, columns, rows):
    lines = ",\n".join(f"({', '.join(row)})" for row in rows)
    assert store.execute(f"DROP TABLE IF EXISTS {quoted(table)};\nCREATE TABLE {quoted(table)} ({columns});\n"
                         + (f"INSERT INTO {quoted(table)} VALUES {lines};\n" if rows else ""))


def repaired(a, b, table, what, *arguments):
    """Run the plan and look whether both sides are equal then. @return the plan"""
    status, plan = plan_of(a, b, table, *arguments)
    before = b.rows(f"SELECT count(*) FROM {quoted(table)}")
    where = f"{a.name} to {b.name}, {what}: "
    check(where + "a plan is written", status == 1 and "assay_proof" in plan, plan[:3000])
    check(where + "nothing is executed", b.rows(f"SELECT count(*) FROM {quoted(table)}") == before)
    check(where + "it runs", b.execute(plan), plan[:6000])
    done = compare(a, b, table, "--values", "all", *arguments)
    check(where + "both sides are equal then", done.returncode == 0, done.stdout[:2000] + plan[:6000])
    return plan


ROWS_A = [("1", "'one'", "1", "1.5"), ("2", "'two'", "NULL", "2.5"), ("3", "NULL", "3", "NULL"), ("5", "'five'", "5", "0.1")]
ROWS_B = [("1", "'one'", "1", "1.5"), ("2", "'TWO'", "2", "2.5"), ("3", "'three'", "3", "NULL"), ("4", "'four'", "4", "0.3")]
COLUMNS = "id INTEGER PRIMARY KEY, name TEXT, size INTEGER, part DOUBLE PRECISION"


def every_sort(a, b):
    fill(a, "t", COLUMNS, ROWS_A)
    fill(b, "t", COLUMNS, ROWS_B)
    plan = repaired(a, b, "t", "each sort")
    check(f"{b.name}: only columns that changed are set",
          'SET "name" = n.c1, "size" = n.c2 FROM' in plan and 'SET "name" = n.c1 FROM' in plan and '"part" = ' not in plan, plan)
    check(f"{b.name}: it says which side it is for", f"Run it on side B, {b.url}" in plan or b.kind == "postgres", plan)
    check(f"{b.name}: it fails when it runs again", not b.execute(plan))
    check(f"{b.name}: and changes nothing", compare(a, b, "t").returncode == 0)
    status, plan = plan_of(a, b, "t")
    check(f"{b.name}: nothing is left to do", status == 0 and "nothing to do" in plan, plan)


def out_of_date(a, b):
    changes = {"a value of a row that changes": "UPDATE t SET name = 'other' WHERE id = 2;",
               "another value of it": "UPDATE t SET part = 7 WHERE id = 2;",
               "a value of a row that goes": "UPDATE t SET size = NULL WHERE id = 4;",
               "a row less": "DELETE FROM t WHERE id = 3;",
               "a row that was to come": "INSERT INTO t VALUES (5, 'mine', NULL, NULL);"}
    fill(a, "t", COLUMNS, ROWS_A)
    for what, change in changes.items():
        fill(b, "t", COLUMNS, ROWS_B)
        _, plan = plan_of(a, b, "t")
        assert b.execute(change + "\n")
        before = b.rows("SELECT * FROM t ORDER BY id")
        check(f"{b.name}: the proof fails after {what}", not b.execute(plan))
        check(f"{b.name}: nothing changes after {what}", b.rows("SELECT * FROM t ORDER BY id") == before)
        lines = plan.split("\n")
        proof = "CREATE TEMPORARY TABLE assay_proof (rows_as_seen BIGINT, new_keys_there BIGINT);"
        place = next(i for i, line in enumerate(lines) if "CHECK (" in line)
        unproven = "\n".join(lines[:place] + [proof] + lines[place + 1:])
        b.execute(unproven)
        kept = {"a value of a row that changes": "SELECT count(*) FROM t WHERE id = 2 AND name = 'other'",
                "another value of it": "SELECT count(*) FROM t WHERE id = 2 AND part = 7 AND name = 'TWO'",
                "a value of a row that goes": "SELECT count(*) FROM t WHERE id = 4",
                "a row less": "SELECT 1 - count(*) FROM t WHERE id = 3",
                "a row that was to come": "SELECT count(*) FROM t WHERE id = 5 AND name = 'mine'"}[what]
        check(f"{b.name}: each statement looks for itself after {what}", b.rows(kept) == ["1"], unproven)
    fill(b, "t", COLUMNS, ROWS_B)
    _, plan = plan_of(a, b, "t")
    assert b.execute("INSERT INTO t VALUES (9, 'new', NULL, NULL);\n")
    check(f"{b.name}: a row that the plan does not know does not stop it", b.execute(plan))
    check(f"{b.name}: and stays", b.rows("SELECT id FROM t ORDER BY id") == ["1", "2", "3", "5", "9"])


def hostile(a, b):
    b.execute("DROP TABLE IF EXISTS victim;\nCREATE TABLE victim (id INTEGER);\n")
    for name in NAMES:
        columns = f"{quoted(name)} INTEGER PRIMARY KEY, {quoted('c ' + name)} TEXT"
        fill(a, name, columns, [("1", "'x'"), ("2", "'y'")])
        fill(b, name, columns, [("1", "'z'"), ("3", "'y'")])
        repaired(a, b, name, f"a table {name!r}")
        for store in (a, b):
            store.execute(f"DROP TABLE {quoted(name)};\n")
    columns = "id INTEGER PRIMARY KEY, v TEXT"
    old = [(str(i), literal(text)) for i, text in enumerate(TEXTS)]
    new = [(str(i), literal(text)) for i, text in enumerate(reversed(TEXTS))]
    fill(a, "t", columns, old + [(str(100 + i), literal(text)) for i, text in enumerate(TEXTS)])
    fill(b, "t", columns, new + [(str(200 + i), literal(text)) for i, text in enumerate(TEXTS)])
    plan = repaired(a, b, "t", "hostile texts")
    check(f"{b.name}: a plan has no control or bidi characters",
          not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", plan))
    columns = "k TEXT PRIMARY KEY, v TEXT"
    keys = [text for text in TEXTS if text != " "]  # which is the empty text to another store
    fill(a, "t", columns, [(literal(text), "'a'") for text in keys])
    fill(b, "t", columns, [(literal(text), "'b'") for text in keys[::2]] + [("'goes'", "'b'")])
    repaired(a, b, "t", "hostile keys")
    check(f"{b.name}: the victim is still there", b.rows("SELECT count(*) FROM victim") == ["0"])


def many_rows(a, b):
    columns = "x INTEGER, y TEXT, v INTEGER, PRIMARY KEY (x, y)"
    fill(a, "t", columns, [(str(i // 2), f"'{i % 2}'", str(i)) for i in range(0, 5000)])
    fill(b, "t", columns, [(str(i // 2), f"'{i % 2}'", str(i if i % 2 else i + 1)) for i in range(1500, 6500)])
    plan = repaired(a, b, "t", "many rows")
    check(f"{b.name}: in chunks of 1,000", [plan.count("\n" + deed) for deed in ("DELETE", "UPDATE", "INSERT INTO \"")]
          == [2, 2, 2], plan[-5000:])


def without_rowid(a, b):
    fill(a, "t", "k TEXT PRIMARY KEY, v", [("'a'", "1"), ("'b'", "x'00ff'"), ("'c'", "1e400"), ("'d'", "'7'"), ("'e'", "0.1")])
    tail = ") WITHOUT ROWID; --"
    assert b.execute("DROP TABLE IF EXISTS t;\nCREATE TABLE t (k TEXT PRIMARY KEY, v" + tail + "\n"
                     "INSERT INTO t VALUES ('a', 1.5), ('b', NULL), ('c', 1), ('d', 7), ('x', x'00');\n")
    repaired(a, b, "t", "WITHOUT ROWID and values of any type")
    nocase = "k TEXT COLLATE NOCASE PRIMARY KEY, v TEXT COLLATE NOCASE"
    fill(a, "t", nocase, [("'a'", "'X'"), ("'B'", "'b'")])
    fill(b, "t", nocase, [("'A'", "'x'"), ("'B'", "'B'")])
    repaired(a, b, "t", "a collation without case")
    fill(a, "t", "k INTEGER PRIMARY KEY, v REAL", [("1", "0.1 + 0.2"), ("2", "1e-300"), ("3", "1.0/3")])
    fill(b, "t", "k INTEGER PRIMARY KEY, v REAL", [("1", "0.3"), ("2", "2.0/3"), ("4", "0.1 + 0.7")])
    repaired(a, b, "t", "reals of 17 digits")
    fill(a, "t", "k INTEGER PRIMARY KEY, v TEXT", [("1", "'a' || char(0) || 'b'"), ("2", "CAST(x'ff61' AS TEXT)")])
    fill(b, "t", "k INTEGER PRIMARY KEY, v TEXT", [("1", "'a'"), ("3", "char(0)")])
    repaired(a, b, "t", "NUL bytes and invalid UTF-8")


def postgres_types(a, b):
    types = {"i": ("bigint", ["-9223372036854775808", "9223372036854775807"]), "n": ("numeric", ["'NaN'", "'1.10'", "'-Infinity'"]),
             "r": ("real", ["'0.1'", "'NaN'", "'-Infinity'"]), "d": ("double precision", ["0.1::float8 + 0.2", "'NaN'", "'Infinity'"]),
             "b": ("boolean", ["true", "false"]), "y": ("bytea", ["'\\x00ff27'", "''"]), "u": ("uuid", ["gen_random_uuid()"]),
             "da": ("date", ["'2024-02-29'", "'infinity'"]), "t": ("time", ["'12:34:56.789'"]),
             "ts": ("timestamp", ["'2024-01-01 00:00:00.000001'", "'-infinity'"]), "tz": ("timestamptz", ["'2024-01-01 12:00+05'"]),
             "iv": ("interval", ["'1 mon -2 days 03:04:05.6'", "'-1 year'"]), "j": ("json", ["'{\"a\": [1, \"it''s\"]}'"]),
             "jb": ("jsonb", ["'{\"a\":\"\\\\n\"}'"]), "c": ("char(5)", ["'ab'"]), "v": ("varchar(5)", ["'ab '"]),
             "ar": ("text[]", ["ARRAY['a,b', NULL, '\"']"]), "p": ("point", ["'(1,2)'"]), "ra": ("tstzrange", ["'[2024-01-01,)'"])}
    values = ", ".join(types)
    columns = "id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, " + ", ".join(f"{name} {kind}" for name, (kind, _) in types.items()) \
        + ", g integer GENERATED ALWAYS AS (id * 2) STORED"
    for store in (a, b):
        store.execute(f"DROP TABLE IF EXISTS t;\nCREATE TABLE t ({columns});\n")
    many = max(len(cells) for _, cells in types.values())
    for i in range(many):
        cells = ", ".join(cells[i % len(cells)] for _, cells in types.values())
        assert a.execute(f"INSERT INTO t (id, {values}) OVERRIDING SYSTEM VALUE VALUES ({i}, {cells}), ({i + 10}, {cells});\n")
        assert b.execute(f"INSERT INTO t (id, {values}) OVERRIDING SYSTEM VALUE VALUES ({i + 20}, {cells});\n"
                         f"INSERT INTO t (id) OVERRIDING SYSTEM VALUE VALUES ({i});\n")
    repaired(a, b, "t", "all types")


def between_stores(a, b):
    """Types that the other store has not."""
    postgres = "id integer PRIMARY KEY, b boolean, n numeric(10,2), r double precision, d date, ts timestamp, tz timestamptz, " \
        "y bytea, u uuid, j json, v text"
    lite = "id INTEGER PRIMARY KEY, b BOOLEAN, n DECIMAL(10,2), r REAL, d DATE, ts TIMESTAMP, tz TIMESTAMPTZ, y BLOB, u UUID, " \
        "j JSON, v TEXT"
    ones = {"postgres": ("true", "1.10", "0.1", "'2024-02-29'", "'2024-01-01 01:02:03.5'", "'2024-01-01 01:02:03+00'",
                         "'\\x00ff'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'{\"a\": 1}'", "'x'"),
            "sqlite": ("1", "1.10", "0.1", "'2024-02-29'", "'2024-01-01T01:02:03.5'", "'2024-01-01 02:02:03+01:00'", "x'00ff'",
                       "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "'{\"a\": 1}'", "'x'")}
    none = ("NULL",) * 10
    for store, rows in ((a, [("1", *ones[a.kind]), ("2", *none), ("3", *ones[a.kind]), ("5", *none)]),
                        (b, [("1", *none), ("2", *ones[b.kind]), ("4", *ones[b.kind])])):
        fill(store, "t", postgres if store.kind == "postgres" else lite, rows)
    repaired(a, b, "t", "types of another store")


def left_out(a, b):
    fill(a, "t", "k INTEGER, v TEXT", [("1", "'a'"), ("1", "'b'"), ("NULL", "'n'"), ("2", "'c'"), ("7", "'same'")])
    fill(b, "t", "k INTEGER, v TEXT", [("1", "'a'"), ("1", "'z'"), ("2", "'d'"), ("3", "'e'"), ("7", "'same'")])
    status, plan = plan_of(a, b, "t", "-k", "k")
    check(f"{b.name}: keys that are no names are left out",
          status == 1 and 'Left out: update of "k" = 1: its key stands more than once' in plan
          and 'Left out: insert of "k" = NULL: its key has a NULL' in plan, plan)
    check(f"{b.name}: the others are repaired", b.execute(plan), plan)
    check(f"{b.name}: and these stay", b.rows("SELECT k, v FROM t ORDER BY k, v") == ["1|a", "1|z", "2|c", "7|same"],
          b.rows("SELECT k, v FROM t ORDER BY k, v"))
    done = compare(a, b, "t", "-k", "k", "--values", "all", "--repair", os.path.join(folder, "plan"))
    check(f"{b.name}: the result tells it", "the repair plan leaves out 2 rows" in " ".join(done.stdout.split()), done.stdout)


def without_key(a, b):
    columns = "v TEXT, n INTEGER, r DOUBLE PRECISION"
    rows_a = [("'x'", "1", "0.1")] * 5 + [("'y'", "NULL", "2.5")] + [("NULL", "NULL", "NULL")] * 3 + [("'\u65e5''\u672c'", "2", "NULL")] * 2
    rows_b = [("'x'", "1", "0.1")] * 2 + [("'y'", "NULL", "2.5")] * 4 + [("NULL", "NULL", "NULL")] * 2 + [("'goes'", "3", "1e300")] * 3 \
        + [("'X'", "1", "0.1"), ("''", "1", "0.1")]
    fill(a, "t", columns, rows_a)
    fill(b, "t", columns, rows_b)
    plan = repaired(a, b, "t", "whole rows")
    check(f"{b.name}: it tells how many rows come and go", "It inserts 6 rows and deletes 8: " in plan, plan)
    check(f"{b.name}: copies are counted", b.rows("SELECT count(*) FROM t GROUP BY v, n, r ORDER BY 1") == ["1", "2", "3", "5"])
    check(f"{b.name}: a plan of whole rows fails when it runs again", not b.execute(plan))
    check(f"{b.name}: and changes no copy", compare(a, b, "t").returncode == 0)
    twice = [line for line in plan.split("\n") for _ in range(2 if line.startswith(("DELETE", "WITH RECURSIVE")) else 1)]
    fill(b, "t", columns, rows_b)
    check(f"{b.name}: a statement that runs twice", b.execute("\n".join(twice)), plan)
    check(f"{b.name}: does nothing more", compare(a, b, "t").returncode == 0)
    for change in ("INSERT INTO t VALUES ('y', NULL, 2.5);", "INSERT INTO t VALUES ('x', 1, 0.1);", "DELETE FROM t WHERE v = 'goes';",
                   "INSERT INTO t SELECT * FROM (SELECT '\u65e5''\u672c' AS v, 2 AS n, NULL) AS s;" if b.kind == "sqlite"
                   else "INSERT INTO t VALUES ('\u65e5''\u672c', 2, NULL);"):
        fill(b, "t", columns, rows_b)
        assert b.execute(change + "\n")
        before = b.rows("SELECT v, n, r FROM t ORDER BY v, n, r")
        check(f"{b.name}: the proof fails after {change}", not b.execute(plan))
        check(f"{b.name}: nothing changes after {change}", b.rows("SELECT v, n, r FROM t ORDER BY v, n, r") == before)
        unproven = plan.replace("CONSTRAINT the_table_has_changed_make_a_new_plan CHECK (rows_as_seen = 7)", "c BIGINT DEFAULT 0")
        assert unproven != plan, plan
        unproven = unproven.replace("assay_proof SELECT", "assay_proof (rows_as_seen) SELECT")
        b.execute(unproven)
        value = change.split("'")[1]
        kept = {"y": 5, "x": 3, "goes": 0, "\u65e5": 1}[value]
        check(f"{b.name}: each statement counts for itself after {change}",
              b.rows(f"SELECT count(*) FROM t WHERE v LIKE '{value}%'") == [str(kept)], unproven)
    fill(a, "t", columns, [("'many'", "1", "1")] * 2500 + [(literal(f"new {i}"), str(i), "NULL") for i in range(2500)])
    fill(b, "t", columns, [("'old'", "1", "1")] * 2100 + [(literal(f"old {i}"), str(i), "NULL") for i in range(1500)])
    repaired(a, b, "t", "many whole rows")
    old = [(literal(text),) for text in TEXTS if text != " "]
    fill(a, "t", "v TEXT", old[::2] * 3)
    fill(b, "t", "v TEXT", old)
    repaired(a, b, "t", "hostile whole rows")


def without_key_of_some_columns(a, b):
    fill(a, "t", "v TEXT", [("'some'",), ("'more'",), ("'more'",)])
    fill(b, "t", "v TEXT, only_b INTEGER DEFAULT 7", [("'some'", "1"), ("'some'", "2"), ("'none'", "3"), ("'none'", "4"), ("'more'", "5")])
    status, plan = plan_of(a, b, "t")
    check(f"{b.name}: copies that may differ elsewhere are left out",
          status == 1 and "Left out: 1 row: some of its copies would go, and nothing tells which of them" in plan, plan)
    check(f"{b.name}: the others are repaired", b.execute(plan), plan)
    check(f"{b.name}: and those stay", b.rows("SELECT v, only_b FROM t ORDER BY v, only_b") == ["more|5", "more|7", "some|1", "some|2"],
          b.rows("SELECT v, only_b FROM t ORDER BY v, only_b"))
    fill(a, "t", "v TEXT, n INTEGER", [("'x'", "1")])
    fill(b, "t", "v TEXT, n INTEGER", [("'x'", "1"), ("'y'", "1"), ("'y'", "9"), ("'y'", "9")])
    repaired(a, b, "t", "whole rows of a condition", "--where-b", "n > 0 -- all", "--where-a", "n > 0")
    fill(b, "t", "v TEXT, n INTEGER", [("'x'", "1"), ("'y'", "1"), ("'y'", "9"), ("'y'", "9")])
    repaired(a, b, "t", "whole rows that a condition chose", "--where", "n < 9")
    check(f"{b.name}: rows that do not count stay", b.rows("SELECT count(*) FROM t WHERE n = 9") == ["2"])
    fill(a, "t", "v TEXT, n INTEGER", [("'x'", "1")])
    fill(b, "t", "v TEXT, n INTEGER", [("'y'", "1"), ("'y'", "9")])
    _, plan = plan_of(a, b, "t", "--ignore", "n", "--where", "n < 9")
    check(f"{b.name}: nor do copies that the condition does not choose",
          b.execute(plan) and b.rows("SELECT v, n FROM t ORDER BY v") == ["x|", "y|9"], plan)


def without_key_in_several_ways(a, b):
    """Numbers that SQLite keeps as they come."""
    fill(a, "t", "v, n INTEGER", [("1", "1"), ("2.5", "2")])
    fill(b, "t", "v, n INTEGER", [("1", "1"), ("1.0", "1"), ("'1'", "1"), ("2.5", "2"), ("2.5", "2"), ("3", "3")])
    status, plan = plan_of(a, b, "t")
    check("sqlite: copies in several ways are left out", status == 1 and "side B writes its copies in several ways" in plan, plan)
    check("sqlite: and the others repaired", b.execute(plan), plan)
    check("sqlite: type for type", b.rows("SELECT typeof(v), v FROM t ORDER BY n, typeof(v), v") ==
          ["integer|1", "real|1.0", "real|2.5"], plan)
    refused = "rows that are alike are told apart by their rowid, and the table of side B has none"
    path = os.path.join(folder, "plan")
    b.execute("DROP TABLE t;\nCREATE TABLE t (k INTEGER PRIMARY KEY, v, n INTEGER) WITHOUT ROWID;\n")
    done = compare(a, b, "t", "--values", "all", "--repair", path)
    check("sqlite: a table without rowids and without a key of A is refused", done.returncode == 2 and refused in done.stderr, done)
    names = 'rowid TEXT, _rowid_ TEXT, oid TEXT'
    fill(a, "t", names, [("'1'", "'2'", "'3'")])
    fill(b, "t", names, [("'2'", "'2'", "'3'")])
    done = compare(a, b, "t", "--values", "all", "--repair", path)
    check("sqlite: so is one whose columns hide them", done.returncode == 2 and refused in done.stderr, done)


def without_key_in_partitions(a, b):
    for store in (a, b):
        store.execute("DROP TABLE IF EXISTS t;\nCREATE TABLE t (v text, n integer, g integer GENERATED ALWAYS AS (n * 2) STORED) "
                      "PARTITION BY LIST (n);\nCREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);\n"
                      "CREATE TABLE t2 PARTITION OF t FOR VALUES IN (2);\n")
    a.execute("INSERT INTO t VALUES ('x', 1), ('x', 2), ('new', 1), ('new', 1);\n")
    b.execute("INSERT INTO t VALUES ('x', 1), ('x', 1), ('x', 2), ('x', 2), ('x', 2), ('old', 2);\n")
    repaired(a, b, "t", "whole rows in partitions")
    for store in (a, b):
        store.execute("DROP TABLE t;\nCREATE TABLE t (v text, j json, c char(5), n numeric, ts timestamptz, f real, y bytea, iv interval);\n")
    row = "('x', '{\"a\": 1}', 'ab', 1.10, '2024-01-01 12:00+05', 0.1, '\\x00ff', '1 mon -2 days')"
    other = "('x', '{\"a\":  1}', 'ab', 'NaN', '-infinity', 'NaN', '', NULL)"
    a.execute(f"INSERT INTO t VALUES {row}, {other}, {other}, {other};\n")
    b.execute(f"INSERT INTO t VALUES {row}, {row}, {row}, {other};\n")
    repaired(a, b, "t", "whole rows of many types")
    for store in (a, b):
        store.execute("DROP TABLE t;\n")


def what_postgres_cannot_hold(a, b):
    fill(a, "t", "id INTEGER PRIMARY KEY, v, n INTEGER", [("1", "'a' || char(0)", "1"), ("2", "CAST(x'ff' AS TEXT)", "1"), ("3", "'c'", "'x'"),
                                                          ("4", "'d'", "4")])
    fill(b, "t", "id integer PRIMARY KEY, v text, n integer", [("1", "'a'", "1")])
    status, plan = plan_of(a, b, "t")
    check("postgres: what it cannot hold is left out", status == 1 and plan.count("\n-- Left out: ") == 3
          and 'update of "id" = 1: its "v" cannot be written for side B' in plan, plan)
    check("postgres: the others are written", b.execute(plan) and b.rows("SELECT id FROM t ORDER BY id") == ["1", "4"], plan)


def numbers_among_texts(a, b):
    numbers = ["0.30000000000000004", "1e20", "1e-7", "1e300", "1e15", "1e16", "-2.5", "7", "0"]
    rows = [(str(i), number) for i, number in enumerate(numbers)]
    fill(a, "t", "id INTEGER PRIMARY KEY, v DOUBLE PRECISION", rows)
    fill(b, "t", "id INTEGER PRIMARY KEY, v TEXT", [("0", "'x'"), ("1", "'1e20'"), ("9", "'9'")])
    plan = repaired(a, b, "t", "numbers that a column of texts takes")
    check(f"{b.name}: a number is written by its digits", b.rows("SELECT v FROM t WHERE id IN (0, 1, 2) ORDER BY id")
          == ["0.30000000000000004", "100000000000000000000", "0.0000001"], plan)
    fill(a, "k", "k DOUBLE PRECISION PRIMARY KEY, v TEXT", [(number, "'new'") for number in numbers])
    fill(b, "k", "k TEXT PRIMARY KEY, v TEXT", [("'7'", "'old'"), ("'07'", "'goes'")])
    repaired(a, b, "k", "keys that are numbers, of a column of texts", "-k", "k")
    fill(a, "w", "v DOUBLE PRECISION", [(number,) for number in numbers] * 2)
    fill(b, "w", "v TEXT", [("'7.0'",), ("'07'",)])
    repaired(a, b, "w", "whole rows of numbers, in columns of texts")


def repaired_but(a, b, table, what, left_out, *arguments):
    """Like repaired(), but of rows that the plan names as left out. @return the plan"""
    where = f"{a.name} to {b.name}, {what}: "
    _, plan = plan_of(a, b, table, *arguments)
    named = re.findall("^-- Left out: (.*)$", plan, re.MULTILINE)
    check(where + "what B would alter is left out by name", len(named) == len(left_out)
          and all(any(part in line for line in named) for part in left_out), (left_out, plan[:3000]))
    check(where + "it runs", b.execute(plan), plan)
    _, again = plan_of(a, b, table, *arguments)
    check(where + "the others are repaired", "It inserts 0 rows" in again and "There is nothing to do." in again
          and re.findall("^-- Left out: (.*)$", again, re.MULTILINE) == named, (again, plan))
    return plan


def texts_among_numbers(a, b):
    spelled = ["1.50", "3", "-0.25", "0.30000000000000004", "9007199254740993"]
    others = ["007", "1e2", "+5", "x", ""]
    texts = [(str(i), literal(text)) for i, text in enumerate(spelled + others)]
    fill(a, "t", "id INTEGER PRIMARY KEY, v TEXT", texts)
    fill(b, "t", "id INTEGER PRIMARY KEY, v NUMERIC", [("0", "1"), ("1", "3"), ("5", "5"), ("99", "99")])
    altered = 3 if b.kind == "sqlite" else 5
    named = [f'"id" = {i}: its "v" cannot be written' for i in range(5, 5 + altered)]
    plan = repaired_but(a, b, "t", "texts that a column of numbers takes", named)
    inserts = 8 - altered
    check(f"{b.name}: the title counts what the plan does", f"It inserts {inserts} rows, updates 1 and deletes 1: " in plan, plan)
    fill(b, "t", "id INTEGER PRIMARY KEY, v INTEGER", [("0", "1"), ("99", "99")])
    named = [f'"id" = {i}: its "v" cannot be written' for i in range(5, 8)]
    if b.kind == "postgres":
        named = [f'"id" = {i}: its "v" cannot be written' for i in (0, 2, 3, 4, *range(5, 10))]
    repaired_but(a, b, "t", "texts that a column of whole numbers takes", named)
    fill(b, "t", "id INTEGER PRIMARY KEY, v DOUBLE PRECISION", [("0", "1"), ("99", "99")])
    named = [f'"id" = {i}: its "v" cannot be written' for i in range(4, 5 + altered)]
    repaired_but(a, b, "t", "texts that a column of doubles takes", named)
    fill(a, "t", "id TEXT PRIMARY KEY, v TEXT", [("'1'", "'a'"), ("'02'", "'b'"), ("'3'", "'c'")])
    fill(b, "t", "id INTEGER PRIMARY KEY, v TEXT", [("1", "'z'"), ("2", "'b'")])
    repaired_but(a, b, "t", "keys that are texts, of a column of numbers", ['insert of "id" = 02: its "id" cannot be'], "-k", "id")
    fill(a, "t", "v TEXT", [("'1.0'",), ("'02'",), ("'3'",), ("'3'",)])
    fill(b, "t", "v INTEGER", [("2",)])
    repaired_but(a, b, "t", "whole rows of texts, in columns of numbers", ['1 row: its "v" cannot be'])


def numbers_that_are_rounded(a, b):
    """Numbers that the type of side B has no room for, of cells and of keys."""
    fill(a, "t", "id INTEGER PRIMARY KEY, v BIGINT", [("1", "9007199254740993"), ("2", "9007199254740992"), ("3", "5"), ("4", "9007199254740993")])
    fill(b, "t", "id INTEGER PRIMARY KEY, v DOUBLE PRECISION", [("1", "9007199254740992"), ("2", "2"), ("7", "7")])
    repaired_but(a, b, "t", "whole numbers that a double rounds", ['update of "id" = 1: its "v"', 'insert of "id" = 4: its "v"'])
    fill(a, "t", "id BIGINT PRIMARY KEY, v TEXT", [("9007199254740993", "'a'"), ("2", "'b'")])
    fill(b, "t", "id DOUBLE PRECISION PRIMARY KEY, v TEXT", [("9007199254740992", "'a'"), ("2", "'z'")])
    repaired_but(a, b, "t", "keys that a double rounds", ['insert of "id" = 9007199254740993: its "id"'], "-k", "id")
    if b.kind == "postgres":
        rows = [(str(i), number) for i, number in enumerate(("1.25", "1.255", "123.5", "99999.995", "40000", "-3", "1e300"))]
        fill(a, "t", "id INTEGER PRIMARY KEY, v DOUBLE PRECISION", rows)
        for column, kept in (("numeric(5,2)", (0, 2, 5)), ("numeric(7,0)", (4, 5)), ("smallint", (5,)), ("integer", (4, 5)),
                             ("real", (0, 1, 2, 4, 5)), ("numeric", range(7))):
            fill(b, "t", f"id integer PRIMARY KEY, v {column}", [("99", "99")])
            plan = repaired_but(a, b, "t", f"numbers in a column of {column}",
                                [f'"id" = {i}: its "v"' for i in range(7) if i not in kept])
            check(f"{a.name}: {column} is looked at before anything is written",
                  b.rows("SELECT id FROM t ORDER BY id") == [str(i) for i in kept], plan)
        fill(a, "t", "id INTEGER PRIMARY KEY, v DOUBLE PRECISION", [("1", "1.005"), ("2", "1.0149"), ("3", "7.5")])
        fill(b, "t", "id integer PRIMARY KEY, v numeric(10,2)", [("1", "5"), ("2", "5"), ("3", "7")])
        repaired(a, b, "t", "rounded within the tolerance", "--tol", "v=0.005")
    if a.kind == "postgres":
        fill(a, "t", "id integer PRIMARY KEY, v numeric", [("1", "0.1000000000000000055"), ("2", "0.1"), ("3", "0.1000000000000000055")])
        fill(b, "t", "id integer PRIMARY KEY, v double precision", [("1", "0.1"), ("2", "0.2")])
        repaired_but(a, b, "t", "decimals of more digits than a double has", ['update of "id" = 1: its "v"', 'insert of "id" = 3: its "v"'])
        fill(a, "t", "a numeric PRIMARY KEY, v text", [("0.1000000000000000055", "'x'"), ("2.5", "'y'")])
        fill(b, "t", "a double precision PRIMARY KEY, v text", [("0.1", "'x'"), ("2.5", "'z'")])
        repaired_but(a, b, "t", "keys of more digits than a double has", ['insert of "a" = 0.1000000000000000055: its "a"'])


def strict_types(a, b):
    """Types of SQLite that refuse a value, and ANY, which keeps all as it is."""
    fill(a, "t", "id INTEGER PRIMARY KEY, v", [("1", "'x'"), ("2", "5"), ("3", "2.5"), ("4", "'1e2'"), ("5", "'2.5'")])
    if sqlite3.sqlite_version_info >= (3, 37, 0):
        for column, kept in (("INTEGER", "2"), ("REAL", "2 3 5"), ("ANY", "1 2 3 4 5")):
            b.execute(f"DROP TABLE IF EXISTS t;\nCREATE TABLE t (id INTEGER PRIMARY KEY, v {column}) STRICT;\nINSERT INTO t VALUES (9, 9);\n")
            repaired_but(a, b, "t", f"a strict column of {column}",
                         [f'insert of "id" = {i}: its "v"' for i in range(1, 6) if str(i) not in kept])
            check(f"sqlite: {column} is looked at before anything is written", b.rows("SELECT id FROM t ORDER BY id") == kept.split())
    fill(a, "t", "k TEXT, v TEXT", [("'1'", "'a'"), ("'x'", "'b'"), ("'2.5'", "'c'")])
    fill(b, "t", "k INTEGER PRIMARY KEY, v TEXT", [("1", "'z'")])
    repaired_but(a, b, "t", "keys that are no rowid", ['insert of "k" = x: its "k"', 'insert of "k" = 2.5: its "k"'], "-k", "k")


def references(a, b):
    for store in (a, b):
        store.execute("DROP TABLE IF EXISTS child;\nDROP TABLE IF EXISTS t;\nCREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);\n"
                      "CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id));\n")
    a.execute("INSERT INTO t VALUES (1, 1);\n")
    _, plan = plan_of(a, b, "t")
    check(f"{b.name}: a plan names what refers to the table", 'foreign key of "' in plan and '"child"' in plan, plan)
    _, plan = plan_of(a, b, "child")
    check(f"{b.name}: a plan names what its table refers to", 'A foreign key refers to "' in plan, plan)
    for store in (a, b):
        store.execute("DROP TABLE child;\n")


def other_names(a, b):
    fill(a, "t", "id INTEGER PRIMARY KEY, amount INTEGER, only_a INTEGER", [("1", "10", "0"), ("2", "20", "0"), ("3", "31", "0")])
    fill(b, "t", "order_id INTEGER PRIMARY KEY, amount INTEGER, only_b INTEGER DEFAULT 7", [("1", "11", "1"), ("3", "30", "1"), ("9", "90", "1")])
    plan = repaired(a, b, "t", "other names", "--map", "id:order_id", "--tol", "amount=1", "--ignore", "only_a", "--ignore", "only_b")
    check(f"{b.name}: what is near enough stays", b.rows("SELECT amount, only_b FROM t ORDER BY order_id") == ["11|1", "20|7", "30|1"],
          plan)
    check(f"{b.name}: columns that are not compared are named", 'not known to the plan: "only_b"' in plan, plan)


def streams(a, b):
    fill(a, "t", COLUMNS, ROWS_A)
    fill(b, "t", COLUMNS, ROWS_B)
    done = compare(a, b, "t", "--values", "all", "--repair", "-", "-o", os.path.join(folder, "result"))
    check(f"{b.name}: - is stdout", done.stdout.startswith("-- Repair plan") and done.returncode == 1, done)
    check(f"{b.name}: which can be executed", b.execute(done.stdout) and compare(a, b, "t").returncode == 0)
    done = compare(a, b, "t", "--values", "all", "--repair", "/nowhere/plan")
    check(f"{b.name}: a plan that cannot be written is said before", done.returncode == 3, done)


stores = [Sqlite("a"), Sqlite("b")]
pairs = [(stores[0], stores[1])]
if SERVER:
    stores += [Postgres("repair_a"), Postgres("repair_b")]
    pairs += [(stores[2], stores[3]), (stores[0], stores[3]), (stores[2], stores[1])]
for left, right in pairs:
    every_sort(left, right)
    out_of_date(left, right)
    hostile(left, right)
    many_rows(left, right)
    left_out(left, right)
    without_key(left, right)
    without_key_of_some_columns(left, right)
    numbers_among_texts(left, right)
    texts_among_numbers(left, right)
    numbers_that_are_rounded(left, right)
    references(left, right)
    other_names(left, right)
    streams(left, right)
    if left.kind != right.kind:
        between_stores(left, right)
    if left.kind == right.kind == "sqlite":
        without_rowid(left, right)
        without_key_in_several_ways(left, right)
        strict_types(left, right)
    if left.kind == right.kind == "postgres":
        postgres_types(left, right)
        without_key_in_partitions(left, right)
    if left.kind == "sqlite" and right.kind == "postgres":
        what_postgres_cannot_hold(left, right)
if SERVER:
    for name in ("repair_a", "repair_b"):
        Postgres.psql(SERVER, f"DROP DATABASE {name};")
shutil.rmtree(folder)
finish()
