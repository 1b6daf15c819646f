#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A table day by day, held against the snapshot of the day before: one run compares and saves at the same
moment, and every change is told once.

usage: snapshot_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
SERVER = os.environ.get("ASSAY_TEST_POSTGRES")
folder = tempfile.mkdtemp(prefix="assay-snapshot.")
snapshot = os.path.join(folder, "t.snapshot")
SECRET = "C4naRyVaLue"
TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);" \
        f"INSERT INTO t VALUES (1, '{SECRET}'), (2, 'b'), (3, 'c');"


def in_sqlite(url, sql):
    connection = sqlite3.connect(url)
    connection.executescript(sql)
    connection.close()


def in_postgres(url, sql):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True,
                   capture_output=True)


def run(*arguments):
    return subprocess.run([PROGRAM, "volume-diff", *arguments, "--rows"], capture_output=True, text=True, check=False)


def changes(*arguments):
    done = run(snapshot, *arguments, "--save-snapshot", snapshot, "--changes", "-", "-qq")
    return done.returncode, [(line["change"], line["key"]) for line in map(json.loads, done.stdout.splitlines())]


def look(name, url, execute):
    execute(url, TABLE)
    done = run(url, "-t", "t", "--save-snapshot", snapshot, "--grain", "rows", "-q")
    check(f"{name}: a snapshot is saved", done.returncode == 0, done)
    check(f"{name}: only its owner reads it", stat.S_IMODE(os.stat(snapshot).st_mode) == 0o600)
    with open(snapshot, encoding="utf-8") as file:
        text = file.read()
    check(f"{name}: it has no value of the table", SECRET not in text)
    execute(url, "UPDATE t SET v = 'x' WHERE id = 2; DELETE FROM t WHERE id = 3; INSERT INTO t VALUES (4, 'd');")
    check(f"{name}: what changed on the first day is told, row by row",
          changes(url) == (1, [("~", {"id": 2}), ("-", {"id": 3}), ("+", {"id": 4})]))
    check(f"{name}: and not once more", changes(url) == (0, []))
    execute(url, "DELETE FROM t WHERE id = 1;")
    status, told = changes(url, "--values", "none")
    check(f"{name}: with --values none no key is told", (status, told) == (1, [("-", {"id": "(hidden)"})]), told)
    with open(snapshot, encoding="utf-8") as file:
        text = file.read()
    check(f"{name}: nor saved", "keys hash " in text, text)
    execute(url, "DROP TABLE t;")
    done = run(snapshot, url, "--save-snapshot", snapshot)
    check(f"{name}: a table that is gone is status 2", done.returncode == 2, done)
    with open(snapshot, encoding="utf-8") as file:
        check(f"{name}: and the snapshot stays as it was", file.read() == text)


def hashed(name, url, execute):
    """Keys that stand in the file as hashes are read from the table, as far as it has them."""
    execute(url, "CREATE TABLE t (part INTEGER, code TEXT, v TEXT, PRIMARY KEY (part, code));"
                 "INSERT INTO t VALUES (1, 'a', 'x'), (1, 'b', 'x'), (2, 'a', 'x');")
    run(url, "-t", "t", "--save-snapshot", snapshot, "--grain", "rows", "-q")
    execute(url, "UPDATE t SET v = 'y' WHERE part = 2; DELETE FROM t WHERE code = 'b'; INSERT INTO t VALUES (3, 'c', NULL);")
    done = run(snapshot, url, "--explain")
    check(f"{name}: the plan says so", "once more for their keys" in " ".join(done.stdout.split()), done)
    _, told = changes(url, "--values", "all", "--limit", "0")
    check(f"{name}: rows that came or changed are named by their keys",
          sorted((change, key.get("part"), key.get("code")) for change, key in told if change != "-") ==
          [("+", 3, "c"), ("~", 2, "a")], told)
    check(f"{name}: and rows that are gone by their hashes", [list(key) for change, key in told if change == "-"] == [["hash"]], told)
    execute(url, "DROP TABLE t;")


look("sqlite", os.path.join(folder, "a.db"), in_sqlite)
hashed("sqlite", os.path.join(folder, "a.db"), in_sqlite)
if SERVER:
    url = re.sub("dbname=postgres", "dbname=snapshot_test", SERVER)
    in_postgres(SERVER, "DROP DATABASE IF EXISTS snapshot_test;")
    in_postgres(SERVER, "CREATE DATABASE snapshot_test;")
    look("postgres", url, in_postgres)
    hashed("postgres", url, in_postgres)
    in_postgres(SERVER, "DROP DATABASE snapshot_test;")
shutil.rmtree(folder)
finish()
