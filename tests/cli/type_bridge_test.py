#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""volume-diff compares values that stores keep in different forms: times as numbers, uuids as bytes, JSON in another
spelling. Each form stands against each other one, as a value and as the key.

usage: type_bridge_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database, Sqlite

PROGRAM = sys.argv[1]
ROWS = 60
folder = tempfile.mkdtemp(prefix="assay-type-bridge.")
plan = os.path.join(folder, "plan.sql")


def seconds(i):
    """Of 1970 too, and of before."""
    return {1: 0, 2: -86_400 * 400}.get(i, 1_600_000_000 + i * 7 * 3_600)


def moment(i):
    return f"{datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds(i)):%Y-%m-%d %H:%M:%S}"


def id_of(i):
    return uuid.uuid5(uuid.NAMESPACE_OID, str(i))


def spelled(i):
    return (f'{{"b": [1.50, "\\u00e9", {{"x": null}}], "id": {i}, "a": true, "a": false}}',
            f'{{"a":false,"id":{i}.0,"b":[15e-1,"é",{{"x":null}}]}}')


def text(value):
    return f"'{value}'"


# What a form is called, its type, how row i is written, and what the mapping says of its numbers.
TIMES = {
    "sqlite": [("texts", "TIMESTAMP", lambda i: text(moment(i)), None),
               ("seconds", "INTEGER", lambda i: str(seconds(i)), "epoch seconds"),
               ("milliseconds", "DATETIME", lambda i: str(seconds(i) * 1_000), "epoch milliseconds"),
               ("microseconds", "BIGINT", lambda i: str(seconds(i) * 1_000_000), "epoch microseconds"),
               ("nanoseconds", "TIMESTAMP", lambda i: str(seconds(i) * 1_000_000_000), "epoch nanoseconds"),
               ("real seconds", "REAL", lambda i: f"{seconds(i)}.0", "epoch seconds"),
               ("Julian days", "REAL", lambda i: f"julianday({text(moment(i))})", "Julian days")],
    "postgres": [("timestamptz", "timestamptz", lambda i: text(moment(i) + "+00"), None),
                 ("timestamp", "timestamp", lambda i: text(moment(i)), None),
                 ("seconds", "numeric(20,3)", lambda i: str(seconds(i)), "epoch seconds"),
                 ("milliseconds", "bigint", lambda i: str(seconds(i) * 1_000), "epoch milliseconds"),
               ("Julian days", "numeric", lambda i: str(2_440_587.5 + seconds(i) / 86_400), "Julian days")]}
UUIDS = {
    "sqlite": [("texts", "TEXT", lambda i: text(str(id_of(i)).upper()), None),
               ("spellings", "UUID", lambda i: text((id_of(i).hex, f"{{{id_of(i)}}}", id_of(i))[i % 3]), None),
               ("blobs", "BLOB", lambda i: f"x'{id_of(i).hex}'", None)],
    "postgres": [("uuid", "uuid", lambda i: text(id_of(i)), None),
                 ("bytea", "bytea", lambda i: f"'\\x{id_of(i).hex}'", None),
                 ("padded", "char(40)", lambda i: text(id_of(i)), None)]}
JSON = {
    "sqlite": [("texts", "TEXT", lambda i: text(spelled(i)[0]), None),
               ("JSON", "JSON", lambda i: text(spelled(i)[1]), None)],
    "postgres": [("json", "json", lambda i: text(spelled(i)[0]), None),
                 ("jsonb", "jsonb", lambda i: text(spelled(i)[1]), None),
                 ("text", "text", lambda i: text(spelled(i)[1]), None)]}


def fill(store, form, changed=()):
    """Table t, whose v is `changed` to that of another row, and k, whose key is v."""
    _, declared, cell, _ = form
    is_key = declared not in ("json", "JSON")
    rows = [(i, cell(i + 1_000 if i in changed else i)) for i in range(1, ROWS + 1)]
    store.execute("DROP TABLE IF EXISTS t; DROP TABLE IF EXISTS k;"
                  f"CREATE TABLE t (id INTEGER PRIMARY KEY, v {declared});"
                  f"CREATE TABLE k (v {declared}{' PRIMARY KEY' if is_key else ''}, n INTEGER);"
                  f"INSERT INTO t VALUES {','.join(f'({i}, {v})' for i, v in rows)};"
                  f"INSERT INTO k SELECT v, id FROM t;")


def compare(a, b, table, *arguments):
    done = subprocess.run([PROGRAM, "volume-diff", a.url, b.url, "-t", table, "--rows", "--history", "none", "--json",
                           *arguments], capture_output=True, text=True, check=False)
    checks = json.loads(done.stdout)["checks"] if done.stdout else []
    return done, next((one for one in checks if one["id"] == "volume.rows"), {})


def mappings(result):
    return [one for one in result.get("evidence", {}).get("type_mappings", []) if one["column"] == "v"]


def one_pair(sides, forms, compared_as):
    a, b = sides
    form_a, form_b = forms
    name = f"{a.name} {form_a[0]} and {b.name} {form_b[0]}"
    fill(a, form_a)
    fill(b, form_b)
    done, rows = compare(a, b, "t")
    check(f"{name} are equal", done.returncode == 0 and rows["evidence"]["unchanged"] == ROWS, (done.stderr, rows))
    listed = mappings(rows)
    numbers = (form_a[3], form_b[3]) if form_a[3] != form_b[3] else (None, None)
    check(f"{name} are listed as {compared_as}, and as lossy",
          [(one["compared_as"], one["lossy"], one.get("numbers_a"), one.get("numbers_b")) for one in listed]
          == [(compared_as, True, *numbers)], listed)
    if compared_as != "json":
        done, rows = compare(a, b, "k", "-k", "v")
        check(f"{name} are one key", done.returncode == 0 and rows["evidence"]["unchanged"] == ROWS, (done.stderr, rows))
    fill(b, form_b, changed=(7, 8, 9))
    done, rows = compare(a, b, "t", "--repair", plan, "--values", "all")
    check(f"{name} differ where they differ", done.returncode == 1 and rows["evidence"]["changed_cells"] == {"v": 3}, (done.stderr, rows))
    if compared_as == "time":
        check(f"{name} differ by what they are apart", "B is 291 d 16 h later than A" in done.stdout, rows)
    with open(plan, encoding="utf-8") as file:
        b.execute(file.read())
    done, rows = compare(a, b, "t")
    check(f"{name} are equal after the plan of --repair", done.returncode == 0, (done.stderr, rows))


def all_pairs(of_store, compared_as):
    stores = {"sqlite": [Sqlite(folder, "one.db"), Sqlite(folder, "two.db")]}
    if SERVER:
        stores["postgres"] = [Database("bridge_one"), Database("bridge_two")]
    for kind_a, kind_b in itertools.product(stores, stores):
        for form_a, form_b in itertools.product(of_store[kind_a], of_store[kind_b]):
            is_bridge = {form_a[3] is None, form_b[3] is None} == {True, False} or compared_as != "time"
            has_type = compared_as == "time" or {"uuid", "UUID", "json", "JSON", "jsonb"} & {form_a[1], form_b[1]}
            if is_bridge and has_type and form_a[:2] != form_b[:2]:
                one_pair((stores[kind_a][0], stores[kind_b][1]), (form_a, form_b), compared_as)


def odd_values():
    a, b = Sqlite(folder, "odd_a.db"), Sqlite(folder, "odd_b.db")
    a.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TIMESTAMP);"
              "INSERT INTO t VALUES (1, '2020-09-13 12:26:40'), (2, NULL), (3, 'never'), (4, '1970-01-01'), (5, '2020-09-13 12:26:40.5')")
    b.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER);"
              "INSERT INTO t VALUES (1, 1600000000), (2, NULL), (3, NULL), (4, NULL), (5, 1600000000.5)")
    done, rows = compare(a, b, "t")
    check("a NULL, a word and half a second are what they are", done.returncode == 1 and rows["evidence"]["changed"] == 2
          and [one["key"]["id"] for one in rows["evidence"]["samples"]] == [3, 4], rows)
    done, _ = compare(a, b, "t", "--explain")
    check("--explain, which reads no rows, takes numbers for times as well", "timestamp and integer, as time" in done.stdout
          and "this plan takes them for seconds since 1970" in done.stdout, done.stdout)
    b.execute("UPDATE t SET v = 'never' WHERE id = 3; UPDATE t SET v = 0 WHERE id = 4")
    done, rows = compare(a, b, "t")
    check("a word among numbers that tell times is a word", done.returncode == 0 and mappings(rows)[0]["compared_as"] == "time", rows)
    b.execute("UPDATE t SET v = 'never' WHERE id IN (4, 5)")
    _, rows = compare(a, b, "t")
    check("numbers among words tell no times", rows["evidence"]["changed"] == 3 and mappings(rows)[0]["compared_as"] == "text", rows)
    a.execute("UPDATE t SET v = '1970-01-01' WHERE id <> 2")
    b.execute("UPDATE t SET v = 0 WHERE id <> 2")
    _, rows = compare(a, b, "t")
    check("numbers that could mean anything tell no times", rows["evidence"]["changed"] == 4, rows)
    done, rows = compare(a, b, "t", "--tol", "v=1s")
    check("and have no tolerance in seconds", done.returncode == 2 and "compared as text" in done.stderr, done.stderr)
    a.execute("UPDATE t SET v = '2020-09-13 12:26:41'")
    b.execute("UPDATE t SET v = 1600000000000")
    done, rows = compare(a, b, "t", "--tol", "v=1s")
    check("a tolerance in seconds is for numbers that tell times", done.returncode == 0, (done.stderr, rows))


def odd_values_of_a_server():
    a, b = Sqlite(folder, "odd_of_server.db"), Database("bridge_one")
    a.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TIMESTAMP);"
              "INSERT INTO t VALUES (1, '2020-09-13 12:26:40'), (2, '2020-09-13 12:26:41.000001'), (3, 'NaN'), (4, 'Infinity'), (5, '1970-01-01');"
              "CREATE TABLE k (part INTEGER, code TEXT, PRIMARY KEY (part, code));"
              "INSERT INTO k VALUES ('no number', 'a'), (2, 'b' || char(0)), (3, CAST(x'ff' AS TEXT)), (4, 'd')")
    b.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v double precision);"
              "INSERT INTO t VALUES (1, 1600000000), (2, 1600000001.000001), (3, 'NaN'), (4, 'Infinity'), (5, 0);"
              "CREATE TABLE k (part INTEGER, code TEXT, PRIMARY KEY (part, code));"
              "INSERT INTO k VALUES (4, 'd')")
    done, rows = compare(a, b, "t")
    check("what is neither a number nor infinite tells how numbers tell times", done.returncode == 0
          and mappings(rows)[0]["numbers_b"] == "epoch seconds", (done.stderr, rows))
    _, rows = compare(a, b, "k")
    check("keys that a server cannot hold are not there", rows["status"] == "fail" and rows["evidence"]["only_a"] == 3, rows)


def plans_of_odd_values():
    a, b = Sqlite(folder, "plans_a.db"), Sqlite(folder, "plans_b.db")
    a.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
              "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
              "INSERT INTO t SELECT i, printf('2020-09-13 12:26:%02d.%06d', i % 60, i * 7919 % 1000000) FROM n")
    b.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TIMESTAMP); INSERT INTO t VALUES (1, 1600000000.5)")
    compare(a, b, "t", "--repair", plan, "--values", "all")
    with open(plan, encoding="utf-8") as file:
        b.execute(file.read())
    done, rows = compare(a, b, "t")
    check("a plan writes a number of 16 digits as it is", done.returncode == 0, (done.stderr, rows))
    a.execute("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v TIMESTAMP, u UUID);"
              f"INSERT INTO t VALUES (1, '2020-09-13 12:26:40', '{id_of(1)}'), (2, 'never', 'none'), (3, 'infinity', x'00'),"
              "(4, '2020-09-13 12:26:43', NULL), (5, '2020-09-13 12:26:44', NULL), (6, NULL, NULL)")
    b.execute("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER, u BLOB);"
              "INSERT INTO t VALUES (1, 1600000001, NULL), (4, 1600000003, NULL), (7, 1600000003, NULL)")
    _, rows = compare(a, b, "t", "--repair", plan, "--values", "all")
    with open(plan, encoding="utf-8") as file:
        b.execute(file.read())
    check("a plan writes words among times and uuids as they are", rows["evidence"]["repair"]["left_out"] == 0, rows)
    done, rows = compare(a, b, "t")
    check("and they are equal then", done.returncode == 0, (done.stderr, rows))
    a.execute("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v REAL); INSERT INTO t VALUES (1, 2459107.5), (2, 5)")
    b.execute("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v TIMESTAMP)")
    _, rows = compare(a, b, "t", "--repair", plan, "--values", "all")
    check("a plan leaves out times before the year 1", rows["evidence"]["repair"] == {"inserts": 1, "updates": 0, "deletes": 0, "left_out": 1}, rows)
    if not SERVER:
        return
    b = Database("bridge_two")
    a.execute("DROP TABLE t; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT);"
              "INSERT INTO t VALUES (1, '{}'), (2, '{'), (3, '[1]'), (4, '\"\\u0000\"'), (5, NULL)")
    b.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v jsonb)")
    _, rows = compare(a, b, "t", "--repair", plan, "--values", "all")
    with open(plan, encoding="utf-8") as file:
        b.execute(file.read())
    check("a plan leaves out what is no JSON of that server", rows["evidence"]["repair"]["left_out"] == 2, rows)
    _, rows = compare(a, b, "t")
    check("and writes all other rows", rows["evidence"]["unchanged"] == 3, rows)


def columns_without_a_type():
    """Beside texts of a server they may hold what these spell."""
    a, b = Database("bridge_untyped"), Sqlite(folder, "untyped.db")
    a.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, '1.001'), (2, '2'), (3, 'x')")
    b.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 1), (2, 2.005), (3, 'x')")
    for one, other in ((a, b), (b, a)):
        _, rows = compare(one, other, "t")
        check("a column without a type beside texts is listed as lossy",
              rows["evidence"]["changed"] == 2 and rows["evidence"]["type_mappings"][0]["lossy"], rows)
        done, rows = compare(one, other, "t", "--tol", "v=0.01")
        check("and takes a tolerance for what they spell", done.returncode == 0 and rows["evidence"]["within_tolerance"] == 2,
              (done.stderr, rows))


all_pairs(TIMES, "time")
all_pairs(UUIDS, "uuid")
all_pairs(JSON, "json")
odd_values()
if SERVER:
    odd_values_of_a_server()
    columns_without_a_type()
plans_of_odd_values()
shutil.rmtree(folder)
finish()
