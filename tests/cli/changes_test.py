#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""volume-diff --changes: every row that differs is one line of JSON, in the order of the key, for every
pair of stores. --recheck forgives what replication brings in time.

usage: changes_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Sqlite, psql

PROGRAM = sys.argv[1]
folder = tempfile.mkdtemp(prefix="assay-changes.")


class Postgres:
    """A database of its own: other tests have their tables in the usual one."""
    name = "postgres"
    url = re.sub("dbname=postgres", "dbname=changes_test", SERVER or "")

    def __init__(self):
        psql(SERVER, "DROP DATABASE IF EXISTS changes_test;")
        psql(SERVER, "CREATE DATABASE changes_test;")

    def execute(self, sql):
        psql(self.url, sql)


TABLE = "DROP TABLE IF EXISTS t; CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, size INTEGER);\n"
ODD = "three [/foo] \"x\" \u65e5\u672c\u8a9e \\ \n\u202e" + "y" * 10_000


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def run(a, b, *flags):
    return subprocess.run([PROGRAM, "volume-diff", a.url, b.url, "-t", "t", "--rows", "--history", "none", *flags],
                          capture_output=True, text=True, check=False)


def lines_of(a, b, *flags):
    done = run(a, b, "-qq", "--changes", "-", *flags)
    return done, [json.loads(line) for line in done.stdout.splitlines()]


def every_row(a, b):
    what = f"{a.name} and {b.name}: "
    a.execute(TABLE + "INSERT INTO t VALUES (1, 'one', 10), (2, 'two', 20), (4, 'four', 40), (3, "
              + literal(ODD) + ", NULL);")
    b.execute(TABLE + "INSERT INTO t VALUES (1, 'one', 10), (2, 'TWO', 20), (5, NULL, 50), (3, "
              + literal(ODD) + ", 0);")
    done, lines = lines_of(a, b, "--values", "all", "--limit", "0")
    check(what + "the status is that of a difference", done.returncode == 1, done)
    check(what + "each row is there once, in the order of the key",
          [(line["change"], line["key"]["id"]) for line in lines] == [("~", 2), ("~", 3), ("-", 4), ("+", 5)], lines)
    check(what + "a changed row has both values",
          lines[0]["columns"] == {"name": {"a": "two", "b": "TWO"}} and
          lines[1]["columns"] == {"size": {"a": None, "b": 0}}, lines)
    check(what + "a row of one side has all of its values",
          lines[2]["row"] == {"name": "four", "size": 40} and lines[3]["row"] == {"name": None, "size": 50}, lines)
    _, lines = lines_of(a, b)
    check(what + "texts are masked unless asked for", lines[2]["row"]["name"] == "a{4}", lines)
    _, lines = lines_of(b, a, "-k", "name", "--values", "all", "--where", "id = 3")
    check(what + "odd texts come back as they are", lines[0]["key"]["name"] == ODD, lines)
    done = run(a, a, "--changes", os.path.join(folder, "none"))
    check(what + "no difference is an empty file",
          done.returncode == 0 and os.path.getsize(os.path.join(folder, "none")) == 0, done)
    kept = os.path.join(folder, "kept")
    with open(kept, "w", encoding="utf-8") as file:
        file.write("of another day")
    done = run(a, b, "--explain", "--changes", kept)
    check(what + "--explain knows no difference and writes no file",
          done.returncode == 0 and os.path.getsize(kept) == len("of another day"), done)


def many_rows(a, b):
    rows = "WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 30000) " \
           "SELECT i, 'v', {} FROM g;\n"
    a.execute(TABLE + "INSERT INTO t " + rows.format("i"))
    b.execute(TABLE + "INSERT INTO t " + rows.format("i + i / 29999") + "UPDATE t SET name = 'w' WHERE id % 100 = 7;")
    _, lines = lines_of(a, b)
    wanted = sorted(list(range(7, 30000, 100)) + [29999, 30000])
    check(f"{a.name} and {b.name}: segments lose no row", [line["key"]["id"] for line in lines] == wanted, len(lines))


def lag(a, b):
    what = f"{a.name} and {b.name}: "
    for key in ("INTEGER PRIMARY KEY", "INTEGER"):
        table = f"DROP TABLE IF EXISTS t; CREATE TABLE t (id {key}, name TEXT, size INTEGER);"
        a.execute(table + "INSERT INTO t VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30), (4, 'x', 1);")
        b.execute(table + "INSERT INTO t VALUES (1, 'one', 10), (2, 'OLD', 20), (4, 'y', 1);")
        waiting = subprocess.Popen([PROGRAM, "volume-diff", a.url, b.url, "-t", "t", "--rows", "-k", "id", "--json",
                                    "--recheck", "3s", "--history", "none"], stdout=subprocess.PIPE, text=True)
        time.sleep(1.5)
        # What was behind comes, and something new differs, which is no business of this run.
        b.execute("UPDATE t SET name = 'two' WHERE id = 2; INSERT INTO t VALUES (3, 'three', 30);")
        a.execute("INSERT INTO t VALUES (9, 'new', 9);")
        result = json.loads(waiting.communicate()[0])
        rows = next(one for one in result["checks"] if one["id"] == "volume.rows")
        check(what + f"{key}: what replication brought is forgiven, what stays is not", waiting.returncode == 1 and
              rows["evidence"]["recheck"] == {"after_s": 3.0, "differed": 3, "still_differ": 1}, rows)
        check(what + f"{key}: only what still differs is shown",
              [sample["key"]["id"] for sample in rows["evidence"]["samples"]] == [4], rows)
    a.execute("DELETE FROM t WHERE id IN (4, 9);")
    waiting = subprocess.Popen([PROGRAM, "volume-diff", a.url, b.url, "-t", "t", "--rows", "-k", "id", "--recheck",
                                "3s", "--history", "none", "-q"], stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    b.execute("DELETE FROM t WHERE id = 4;")
    out = waiting.communicate()[0]
    check(what + "nothing that still differs is a pass", waiting.returncode == 0 and out == "", out)


def keys_of_two_spellings(a, b):
    """Of each table: the rows of A and of B, what happens while assay waits, and how many of how many still differ."""
    uuid = "'6BA7B810-9DAD-11D1-80B4-00C04FD430C8'"
    other = "'6BA7B811-9DAD-11D1-80B4-00C04FD430C8'"
    word = ", ('no number', 'a')"
    tables = {
        "uuids": (("id {uuid} PRIMARY KEY", f"({uuid}, 'a')"),
                  ("id {uuid} PRIMARY KEY", f"({uuid}, 'x'), ({other}, 'right')"),
                  (a, f"DELETE FROM uuids; INSERT INTO uuids VALUES ({other}, 'WRONG');"), 2, 2),
        "spelled": (("k INTEGER PRIMARY KEY", "(7, 'a')"), ("k TEXT PRIMARY KEY", "('7', 'a'), ('7.0', 'x')"),
                    (b, "DELETE FROM spelled WHERE k = '7';"), 1, 1),
        "money": (("k NUMERIC(10,2) PRIMARY KEY", "(1.50, 'a')"), ("k NUMERIC(12,4) PRIMARY KEY", "(1.5, 'b')"),
                  (a, "DELETE FROM money;"), 1, 1),
        "days": (("k DATE PRIMARY KEY", "('2024-01-31', 'a')"), ("k TIMESTAMP PRIMARY KEY", "('2024-01-31 00:00:00', 'b')"),
                 (a, "DELETE FROM days;"), 1, 1),
        "numbers": (("k INT PRIMARY KEY", "(1, 'a')" + (word if isinstance(a, Sqlite) else "")),
                    ("k INT PRIMARY KEY", "(1, 'b')" + ("" if isinstance(a, Sqlite) else word)),
                    (b, "UPDATE numbers SET v = 'a' WHERE k = 1;"), 2, 1),
        "copies": (("k INT", "(1, 'x'), (1, 'y')"), ("k INT", "(1, 'x'), (1, 'x'), (1, 'y'), (1, 'y')"),
                   (b, "UPDATE copies SET v = 'x'; INSERT INTO copies VALUES (1, 'y');"), 2, 1),
    }
    for name, (in_a, in_b, _, _, _) in tables.items():
        for store, (key, rows) in ((a, in_a), (b, in_b)):
            key = key.format(uuid="TEXT" if isinstance(store, Sqlite) else "UUID")
            store.execute(f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({key}, v TEXT);"
                          f"INSERT INTO {name} VALUES {rows};")
    waiting = subprocess.Popen([PROGRAM, "volume-diff", a.url, b.url, "--rows", "--json", "--recheck", "3s",
                                "--history", "none"] + ["--table=" + name for name in tables], stdout=subprocess.PIPE, text=True)
    time.sleep(1.5)
    for _, _, (store, sql), _, _ in tables.values():
        store.execute(sql)
    result = json.loads(waiting.communicate()[0])
    again = {one["table"].split(".")[-1]: one["evidence"].get("recheck") for one in result["checks"]
             if one["id"] == "volume.rows"}
    check(f"{a.name} and {b.name}: a row that differed is known again by its key, however a side writes it",
          waiting.returncode == 1 and again == {
              name: {"after_s": 3.0, "differed": differed, "still_differ": still}
              for name, (_, _, _, differed, still) in tables.items()}, again)


first, second = Sqlite(folder, "a.db"), Sqlite(folder, "b.db")
server = [Postgres()] if SERVER else []
for pair in [(first, second)] + [(first, one) for one in server] + [(one, second) for one in server]:
    every_row(*pair)
    many_rows(*pair)
    lag(*pair)
    keys_of_two_spellings(*pair)
for one in server:
    psql(SERVER, "DROP DATABASE changes_test;")
shutil.rmtree(folder)
finish()
