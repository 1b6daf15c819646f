#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What dedupe-check says of a unique index is true on both stores: where it says that one is possible
its statement makes one, where surplus rows are in the way it does once they are gone, and where values
that differ to us may be equal to an index it gives none.

usage: unique_index_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database, Sqlite

PROGRAM = sys.argv[1]
folder = tempfile.mkdtemp(prefix="assay-unique.")
HOSTILE = ['quote"d', "new\nline; DROP TABLE victim; --", "x'); --", "rowid", "select", "日本語", "a.b", "k" * 60]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def runs(store, sql):
    try:
        store.execute(sql)
        return True
    except (sqlite3.Error, subprocess.CalledProcessError) as error:
        print("    #", getattr(error, "stderr", error))
        return False


def advice(store, table, *key):
    done = subprocess.run([PROGRAM, "dedupe-check", store.url, "-t", quoted(table), "-k",
                           ",".join(quoted(column) for column in key), "--json", "--history", "none"],
                          capture_output=True, text=True, check=False, timeout=120)
    try:
        return json.loads(done.stdout)["checks"][0]["evidence"]["unique"]
    except (ValueError, KeyError):
        return {"possible": done.stdout + done.stderr, "why": "", "ddl": None}


def makes_one(store, table, *key):
    """The statement runs, and then the index that it made holds the key."""
    before = advice(store, table, *key)
    where = f"{store.name}: {table!r} {key!r}: "
    check(where + "one is possible", before["possible"] is True and before["ddl"], before)
    check(where + "the statement makes one", before["ddl"] and runs(store, before["ddl"]), before)
    after = advice(store, table, *key)
    check(where + "and it holds the key", after["by"] and after["ddl"] is None, after)


def names(store):
    for name in HOSTILE:
        store.execute(f"CREATE TABLE {quoted(name)} ({quoted(name)} INTEGER, other TEXT);"
                      f"INSERT INTO {quoted(name)} VALUES (1, 'a'), (2, 'a'), (NULL, 'b'), (NULL, 'b');")
        makes_one(store, name, "other", name)
        makes_one(store, name, name)
    store.execute("CREATE TABLE taken (a INTEGER, b INTEGER); INSERT INTO taken VALUES (1, 1);"
                  "CREATE INDEX TAKEN_A_KEY ON taken (b); CREATE INDEX taken_a_key1 ON taken (b);")
    makes_one(store, "taken", "a")


def surplus(store):
    store.execute("CREATE TABLE doubled (k TEXT, id INTEGER);"
                  "INSERT INTO doubled VALUES ('a', 1), ('a', 2), ('b', 3), (NULL, 4), (NULL, 5);")
    before = advice(store, "doubled", "k")
    check(f"{store.name}: none is possible with surplus rows",
          before["possible"] is False and not runs(store, before["ddl"]), before)
    # What CONCURRENTLY could not finish it leaves behind.
    store.execute("DELETE FROM doubled WHERE id = 2; DROP INDEX IF EXISTS doubled_k_idx;")
    makes_one(store, "doubled", "k")


def cannot_tell(store, tables):
    """@param tables pairs of a column type and two values that differ to us and not to an index"""
    for number, (kind, first, second, word) in enumerate(tables):
        table = f"unsure{number}"
        store.execute(f"CREATE TABLE {table} (id INTEGER, k {kind}); INSERT INTO {table} VALUES (1, {first}), (2, {second});")
        seen = advice(store, table, "k")
        where = f"{store.name}: {kind}: "
        check(where + "it says that it cannot tell, and why",
              seen["possible"] is None and seen["ddl"] is None and word in seen["why"] and
              "is not known" in seen["why"], seen)
        check(where + "an index takes the two for equal",
              not runs(store, f"CREATE UNIQUE INDEX {table}_i ON {table} (k)"))
        seen = advice(store, table, "id", "k")
        check(where + "also in a key of two columns", seen["possible"] is None, seen)


def can_tell(store, kinds):
    for number, (kind, first, second) in enumerate(kinds):
        table = f"sure{number}"
        store.execute(f"CREATE TABLE {table} (k {kind}); INSERT INTO {table} VALUES ({first}), ({second});")
        makes_one(store, table, "k")


def sqlite():
    store = Sqlite(folder)
    names(store)
    surplus(store)
    cannot_tell(store, [("TEXT COLLATE NOCASE", "'a'", "'A'", "NOCASE"), ("TEXT COLLATE rtrim", "'a'", "'a '", "rtrim"),
                        ("INTEGER COLLATE NOCASE", "'x'", "'X'", "NOCASE")])
    can_tell(store, [("TEXT", "'a'", "'A'"), ("TEXT COLLATE binary", "'a'", "'a '"), ("BLOB", "'a'", "x'61'"),
                     ("", "1", "'1'"), ("REAL", "1", "1.5")])
    store.execute("CREATE TABLE compact (k TEXT COLLATE NOCASE, id INTEGER, PRIMARY KEY (id)) WITHOUT ROWID;"
                  "INSERT INTO compact VALUES ('a', 1), ('A', 2);")
    seen = advice(store, "compact", "k")
    check("sqlite: nor of a table without a rowid", seen["possible"] is None, seen)
    store.execute("CREATE TABLE held (k TEXT COLLATE NOCASE UNIQUE); INSERT INTO held VALUES ('a'), ('b');")
    check("sqlite: an index that compares by NOCASE holds a key by its bytes too", advice(store, "held", "k")["by"])


def postgres():
    store = Database("unique_index_test")
    names(store)
    surplus(store)
    store.execute("CREATE COLLATION \"odd \"\"loose\" (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
                  "CREATE COLLATION strict_icu (provider = icu, locale = 'und-u-ks-level2', deterministic = true);"
                  "CREATE DOMAIN loose_text AS text COLLATE \"odd \"\"loose\"; CREATE DOMAIN span AS interval;"
                  "CREATE DOMAIN doc AS jsonb;")
    cannot_tell(store, [('text COLLATE "odd ""loose"', "'a'", "'A'", "odd \"\"loose"), ("loose_text", "'a'", "'A'", "loose"),
                        ("bpchar", "'a'", "'a '", "blanks"), ("interval", "'1 day'", "'24:00:00'", "interval"),
                        ("span", "'1 day'", "'24:00:00'", "interval"), ("jsonb", "'1.0'", "'1.00'", "document"),
                        ("doc", "'1.0'", "'1.00'", "document")])
    can_tell(store, [("text", "'a'", "'A'"), ("text COLLATE strict_icu", "'a'", "'A'"), ("numeric", "1.5", "1.50001"),
                     ("float8", "'NaN'", "'Infinity'"), ("bytea", "'a'", "'b'"),
                     ("char(3)", "'a'", "'b'"), ("boolean", "true", "false"), ("date", "'infinity'", "'2024-01-01'")])
    columns = [f"c{number}" for number in range(33)]
    store.execute(f"CREATE TABLE wide ({', '.join(f'{name} integer' for name in columns)});")
    seen = advice(store, "wide", *columns)
    check("postgres: of more columns than an index takes none is possible as far as is known",
          seen["possible"] is None and "32 columns" in seen["why"], seen)
    makes_one(store, "wide", *columns[:32])


sqlite()
if SERVER:
    postgres()
shutil.rmtree(folder)
finish()
