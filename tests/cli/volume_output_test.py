#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""volume-diff says the same each time it is asked, on any terminal, and to everyone who may read.

usage: volume_output_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Sqlite, psql

PROGRAM = sys.argv[1]
folder = tempfile.mkdtemp(prefix="assay-volume-output.")
SIDES = Sqlite(folder, "a.db"), Sqlite(folder, "b.db")
A, B = (side.url for side in SIDES)


def run(*arguments):
    return subprocess.run([PROGRAM, "volume-diff", *arguments], capture_output=True, text=True, check=False)


def said(*arguments):
    """What a run says of the data: all but how long it took."""
    checks = json.loads(run(*arguments, "--rows", "--json").stdout)["checks"]
    return json.dumps([{name: value for name, value in one.items() if name != "duration_ms"} for one in checks])


def the_same_each_time():
    columns = "k INTEGER, b TEXT, a TEXT, z TEXT"
    rows = [(i % 7, f"b{i % 5}", f"a{i % 3}", f"z{i}") for i in range(60)]
    for shift, side in enumerate(SIDES):
        side.execute(f"CREATE TABLE t ({columns});" +
                     "".join(f"INSERT INTO t VALUES ({k}, '{b}', '{a if k != 3 else a + str(shift)}', '{z}');" for k, b, a, z in rows))
    first = said(A, B, "-t", "t", "-k", "k")
    check("keys that stand several times: 100 runs say one thing", all(said(A, B, "-t", "t", "-k", "k") == first for _ in range(99)))
    rows = json.loads(first)[-1]
    check("and count what differs", rows["status"] == "fail" and rows["rows_failed"] == sum(i % 7 == 3 for i in range(60)), rows)


def on_a_terminal():
    for side, cells in zip(SIDES, (("x" * 10_000, "[/foo]"), ("\x1b[31m[bold]\\[/foo]\t\x07" * 500, "[bold]"))):
        connection = sqlite3.connect(side.url)
        connection.execute("CREATE TABLE w (id INTEGER PRIMARY KEY, v TEXT)")
        connection.executemany("INSERT INTO w VALUES (?, ?)", enumerate(cells, 1))
        connection.commit()
        connection.close()
    reader, terminal = pty.openpty()
    subprocess.run(["stty", "cols", "80"], stdin=terminal, check=True)
    process = subprocess.Popen([PROGRAM, "volume-diff", A, B, "-t", "w", "--rows", "--values", "all", "--json"],
                               stdout=terminal, stderr=subprocess.DEVNULL)
    os.close(terminal)
    text = b""
    while True:
        try:
            part = os.read(reader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        text += part
    check("JSON on a terminal of 80 columns: different is 1", process.wait() == 1)
    document = json.loads(text.decode())
    changed = [one for one in document["checks"] if one["id"] == "volume.rows"][0]["evidence"]["changed"]
    check("and it is one document, with cells of 10 kB and control characters", changed == 2, changed)
    text = run(A, B, "-t", "w", "--rows", "--values", "all").stdout
    check("markup is text like any other", "v: [/foo] → [bold]" in text, text)
    check("and no control character comes through", not any(ord(one) < 32 and one != "\n" for one in text))


def as_one_who_may_read():
    role, table = "volume_output_reader", "volume_output"
    reader = SERVER.replace("user=postgres", f"user={role}")
    rows = f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO {table} VALUES (1, 'a'), (2, 'b');"
    SIDES[1].execute(rows)
    psql(SERVER, f"DROP TABLE IF EXISTS {table}; DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN; {rows}"
         f"GRANT SELECT ON {table} TO {role};")
    done = run(reader, B, "--schema", "public", "-t", table, "--rows")
    check("SELECT is all it takes", done.returncode == 0, done)
    done = run(reader, B, "-t", table)
    check("for counts too", done.returncode == 0, done)
    psql(SERVER, f"REVOKE SELECT ON {table} FROM {role};")
    done = run(reader, B, "-t", table, "--rows", "--json")
    check("without it nothing is known", done.returncode == 3 and '"error"' in done.stdout, done)
    psql(SERVER, f"DROP TABLE {table}; DROP ROLE {role};")


def damage(path, table):
    """Make the root page of a table one that nobody can read."""
    connection = sqlite3.connect(path)
    page, = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    size, = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    with open(path, "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)


def schema_findings(*arguments):
    """Status, and the findings of the catalogs, of which each must be told once."""
    done = run(*arguments, "--rows", "--json")
    checks = json.loads(done.stdout)["checks"]
    told = [(one["id"], one["table"].split(".")[-1]) for one in checks if one["id"] in ("volume.columns", "volume.missing_table")]
    check("nothing of the catalogs is told twice", len(told) == len(set(told)), told)
    check("and it is told first", [one["id"] for one in checks[:len(told)]] == [rule for rule, _ in told], checks)
    return done.returncode, {(one["id"], one["table"].split(".")[-1]): one["message"] for one in checks
                             if one["id"] in ("volume.columns", "volume.missing_table") and one["status"] == "fail"}


def what_the_catalogs_tell():
    a, b = Sqlite(folder, "catalog_a.db"), Sqlite(folder, "catalog_b.db")
    a.execute("CREATE TABLE h (id INTEGER PRIMARY KEY, v INTEGER, x INTEGER); CREATE TABLE z (id INTEGER PRIMARY KEY, y INTEGER);")
    b.execute("CREATE TABLE h (id INTEGER PRIMARY KEY, v INTEGER); CREATE TABLE z (id INTEGER PRIMARY KEY); CREATE TABLE only_b (i INTEGER);")
    wanted = {("volume.columns", "h"): "column x only in A", ("volume.columns", "z"): "column y only in A",
              ("volume.missing_table", "only_b"): "the table is only in B"}
    check("tables and columns that are missing are told", schema_findings(a.url, b.url) == (1, wanted))
    damage(b.url, "h")
    status, found = schema_findings(a.url, b.url)
    check("also of a database of which a page is damaged", status == 3 and found == wanted, (status, found))


def what_the_catalogs_tell_of_a_server():
    table = "volume_catalog"
    a = Sqlite(folder, "catalog.db")
    a.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO {table} VALUES (7, 1);")
    psql(SERVER, f"DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (id INTEGER PRIMARY KEY, v INTEGER, there INTEGER);"
         f"INSERT INTO {table} VALUES (7, 1);")
    wanted = {("volume.columns", table): "column there only in B"}
    status, found = schema_findings(a.url, SERVER, "--schema", "public", "-t", table, "--where-b", "1 / (id - 7) > -9")
    check("also of a table that cannot be read to its end", status == 3 and found == wanted, (status, found))
    texts = "volume_texts"
    rows = f"CREATE TABLE {texts} (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO {texts} VALUES (1, 'x');"
    a.execute(rows)
    psql(SERVER, f"DROP TABLE IF EXISTS {texts}; {rows}")
    done = run(a.url, SERVER, "--schema", "public", "-t", texts, "--rows")
    check("a pass beside another store says that trailing blanks do not count",
          "the only row is the same; compared: 1 column of texts without trailing blanks, lossy" in done.stdout, done)
    psql(SERVER, f"DROP TABLE {texts};")
    psql(SERVER, f"DROP TABLE {table};")


the_same_each_time()
what_the_catalogs_tell()
on_a_terminal()
if SERVER:
    what_the_catalogs_tell_of_a_server()
    as_one_who_may_read()
shutil.rmtree(folder)
finish()
