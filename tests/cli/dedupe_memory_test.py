#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What dedupe-check tells does not depend on memory, jobs or the order of rows: with --memory 64KiB
everything goes through the temporary file, and every number stays, on both stores.

usage: dedupe_memory_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import collections
import datetime
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database, Sqlite

PROGRAM = sys.argv[1]
ROWS = 30_000
folder = tempfile.mkdtemp(prefix="assay-memory.")


def a_row(number):
    """(id, a, b, name, who, at); a third of the keys (a, b) are there twice or more."""
    dice = random.Random(number)
    name = "n" + str(dice.randrange(20_000))
    when = datetime.datetime(2024, 1, 1) + datetime.timedelta(seconds=dice.randrange(86_400))
    return (number, dice.randrange(9_000), None if dice.randrange(13) == 0 else dice.randrange(4),
            name.upper() + " " if dice.randrange(5) == 0 else name, dice.randrange(700),
            when.isoformat(" "))


def literal(value):
    return "NULL" if value is None else f"'{value}'" if isinstance(value, str) else str(value)


def table_sql(name, rows):
    """Without a primary key, by which SQLite would put the rows in order."""
    sql = f"DROP TABLE IF EXISTS {name}; CREATE TABLE {name} (id INTEGER, a INTEGER, b INTEGER, " \
          "name TEXT, who INTEGER, at TIMESTAMP);"
    for begin in range(0, len(rows), 500):
        values = ",".join("(" + ",".join(map(literal, row)) + ")" for row in rows[begin:begin + 500])
        sql += f"\nINSERT INTO {name} VALUES {values};"
    return sql


def expected(rows, nulls):
    """The numbers of the key (a, b) as GROUP BY has them."""
    groups = collections.Counter((row[1], row[2]) for row in rows)
    null_rows = sum(rows for key, rows in groups.items() if None in key)
    if nulls != "equal":
        groups = {key: rows for key, rows in groups.items() if None not in key}
    return {"rows": len(rows), "distinct_keys": len(groups),
            "duplicated_keys": sum(rows > 1 for rows in groups.values()),
            "surplus_rows": sum(rows - 1 for rows in groups.values()),
            "largest_group": max(groups.values()), "null_key_rows": null_rows}


def without_places(fact):
    """Where rows stand, what the table is called and what a run cost may differ."""
    if isinstance(fact, list):
        return [without_places(part) for part in fact]
    if isinstance(fact, dict):
        return {name: without_places(part) for name, part in fact.items()
                if name not in ("places", "places_against", "spilled_bytes", "ddl")}
    return fact


def results(store, table, flags):
    """@return what every check tells, and how many bytes went through the temporary file."""
    done = subprocess.run([PROGRAM, "dedupe-check", store.url, "-t", table, *flags, "--values", "all",
                           "--fail-on", "never", "--json"], capture_output=True, text=True,
                          check=False, timeout=300)
    if done.returncode != 0:
        return done.stderr, -1
    checks = json.loads(done.stdout)["checks"]
    told = [[one["id"], one["status"], one["message"], without_places(one["evidence"])]
            for one in checks]
    return told, sum(one["evidence"].get("spilled_bytes", 0) for one in checks)


def stays_the_same(store, what, flags):
    """@return what is told with memory enough."""
    plain, spilled = results(store, "t", [*flags, "--jobs", "1", "--memory", "256MiB"])
    check(f"{store.name}: {what}: with memory enough nothing goes into a file", spilled == 0,
          (spilled, plain))
    for table, jobs in (("t", "1"), ("t", "4"), ("u", "3")):
        told, spilled = results(store, table, [*flags, "--jobs", jobs, "--memory", "64KiB"])
        check(f"{store.name}: {what}: 64KiB, {jobs} jobs, {table}: the same answer", told == plain,
              [pair for pair in zip(told, plain) if pair[0] != pair[1]])
        check(f"{store.name}: {what}: 64KiB, {jobs} jobs, {table}: from a file", spilled > 0, spilled)
    return plain


def exact_keys(store, rows):
    for nulls in ("distinct", "equal", "skip"):
        told = stays_the_same(store, f"--nulls {nulls}", ["-k", "a,b", "--nulls", nulls])
        numbers = {name: told[0][3][name] for name in expected(rows, nulls)}
        check(f"{store.name}: --nulls {nulls}: the numbers of GROUP BY",
              numbers == expected(rows, nulls), (numbers, expected(rows, nulls)))
        if nulls == "distinct":
            check(f"{store.name}: distinct keys = rows - rows with NULL - surplus rows",
                  numbers["distinct_keys"] == numbers["rows"] - numbers["null_key_rows"] -
                  numbers["surplus_rows"], numbers)


rows = [a_row(number) for number in range(ROWS)]
shuffled = rows.copy()
random.Random(1).shuffle(shuffled)
for store in [Sqlite(folder)] + ([Database("dedupe_memory")] if SERVER else []):
    store.execute(table_sql("t", rows))
    store.execute(table_sql("u", shuffled))
    store.execute(table_sql("other", [a_row(number) for number in range(ROWS // 2, 2 * ROWS)]))
    exact_keys(store, rows)
    stays_the_same(store, "whole rows", ["--ignore", "id,name,who,at"])
    stays_the_same(store, "--fold", ["-k", "name", "--fold", "case,trim"])
    stays_the_same(store, "--within", ["--within", "1h", "--actor", "who", "-k", "b", "--column", "at"])
    stays_the_same(store, "--against", ["-k", "id,a", "--against", store.url + ":other"])
shutil.rmtree(folder)
finish()
