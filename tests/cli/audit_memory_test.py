#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--memory bounds an audit of tables with many columns, with any number of jobs, and what a table
takes in any case is said where that is more.

usage: audit_memory_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database, Sqlite

PROGRAM = sys.argv[1]
MIB = 1 << 20
SANITIZERS = os.environ.get("ASSAY_SANITIZE", "")
folder = tempfile.mkdtemp(prefix="assay-memory.")


def audit(store, *flags):
    """@return the document without what differs from run to run, and the peak of the memory."""
    path = os.path.join(folder, "out.json")
    with open(path, "wb") as out:
        child = subprocess.Popen([PROGRAM, "audit", store.url, "--history", "none", "--fail-on",
                                  "never", "--json", *flags], stdout=out)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    with open(path, encoding="utf-8") as result:
        document = json.load(result)
    return document, usage.ru_maxrss * 1024


def keeps_to(store, table, memory, jobs, most):
    document, peak = audit(store, "-t", table, "--memory", f"{memory}MiB", "-j", str(jobs))
    if not SANITIZERS:
        check(f"{store.name}: {table}: --memory {memory}MiB, {jobs} jobs: at most {most} MiB in all",
              peak < most * MIB, peak / MIB)
    return document


def same_tables(store, what, *flags):
    one, four = (audit(store, "-j", jobs, *flags)[0]["tables"] for jobs in ("1", "4"))
    check(f"{store.name}: {what}: the same with one job and with four", one == four,
          [pair for a, b in zip(one, four) for pair in zip(a["columns"], b["columns"])
           if pair[0] != pair[1]][:2])


def wide(store, columns, rows, declared, expression):
    store.execute(
        f"CREATE TABLE wide ({', '.join(f'c{i} {declared}' for i in range(columns))});"
        f"INSERT INTO wide " +
        store.numbers.format(", ".join(expression.format(i) for i in range(columns)), rows) + ";")


sqlite = Sqlite(folder)
wide(sqlite, 1_000, 4_000, "INTEGER", "i * 7919 % (4003 + {0})")
notes = keeps_to(sqlite, "wide", 256, 8, 256)["notes"]
check("sqlite: wide: what --memory holds has no note", not any("--memory" in note for note in notes),
      notes)
notes = keeps_to(sqlite, "wide", 1, 8, 160)["notes"]
check("sqlite: wide: what --memory does not hold has one",
      any("main.wide: the metrics of its 1,000 columns take up to" in note and "1.0 MB of --memory" in note
          for note in notes), notes)
notes = audit(sqlite, "--depth", "catalog", "--memory", "1MiB")[0]["notes"]
check("sqlite: wide: a table that is not read takes none", not any("--memory" in n for n in notes),
      notes)

# Read at the same time, as far as there is memory for them.
sqlite.execute("".join(f"CREATE TABLE wide{i} AS SELECT * FROM wide;" for i in range(5)))
keeps_to(sqlite, "wide?", 256, 8, 320)

# A table that one stream reads, whatever the jobs: in both cases a set of the same size.
sqlite.execute("CREATE TABLE alone (k INTEGER PRIMARY KEY, v INTEGER) WITHOUT ROWID;"
               "INSERT INTO alone " + sqlite.numbers.format("i, i * 7919 % 1000003", 60_000) + ";"
               "CREATE VIEW seen AS SELECT v + 1 AS v FROM alone;")
same_tables(sqlite, "tables that one stream reads", "-t", "alone", "-t", "seen", "--memory", "8MiB")

if SERVER:
    server = Database("audit_memory")
    wide(server, 600, 14_000, "int", "i + {0}")
    server.execute("ANALYZE wide;")
    for jobs in (2, 20):
        keeps_to(server, "wide", 256, jobs, 256)
    notes = keeps_to(server, "wide", 1, 4, 128)["notes"]
    check("postgres: wide: what --memory does not hold has a note",
          any("its 600 columns" in note for note in notes), notes)

shutil.rmtree(folder)
finish()
