#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How long somebody who writes to a SQLite file waits while it is read.

usage: writer_test.py PROGRAM
"""

import os
import shutil
import sqlite3
import tempfile
import threading
import time

from support import Run, check, finish, hard_cases

ROWS = 600_000
PATIENCE = 5.0  # seconds on top of what is promised: no machine is that busy
folder = tempfile.mkdtemp(prefix="assay-writer.")


class Writer:
    """Writes a row about a hundred times a second, and notes the longest wait."""

    def __init__(self, path):
        self.path, self.longest, self.writes, self.largest_log = path, 0.0, 0, 0
        self.failure = None
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self._write)
        self.thread.start()

    def _write(self):
        try:
            base = sqlite3.connect(self.path, isolation_level=None, timeout=60)
            while not self.stop.wait(0.01):
                begun = time.monotonic()
                base.execute("INSERT INTO late VALUES (zeroblob(200))")
                self.longest = max(self.longest, time.monotonic() - begun)
                self.writes += 1
                if os.path.exists(self.path + "-wal"):
                    self.largest_log = max(self.largest_log, os.path.getsize(self.path + "-wal"))
            base.close()
        except sqlite3.Error as error:
            self.failure = error

    def end(self):
        self.stop.set()
        self.thread.join()


@hard_cases(202, 206)
def writes_beside_a_reader(mode, arguments):
    path = os.path.join(folder, f"{mode}.db")
    if not os.path.exists(path):
        base = sqlite3.connect(path)
        base.execute(f"PRAGMA journal_mode = {mode}")
        base.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)")
        base.execute("CREATE TABLE late (v)")
        base.executemany("INSERT INTO orders VALUES (?, ?)",
                         ((i, f"name {i}") for i in range(ROWS)))
        base.commit()
        base.close()
    writer = Writer(path)
    time.sleep(0.2)
    before = writer.writes
    outcome = Run(["audit", path, "-t", "orders", "--json", "--fail-on", "never",
                   *arguments]).end()
    meanwhile = writer.writes - before
    time.sleep(0.2)
    writer.end()
    what = " ".join([mode, *arguments])
    print(f"# {what}: the writer waited for {writer.longest * 1000:.0f} ms at most, in a run of "
          f"{outcome.seconds * 1000:.0f} ms, and wrote {meanwhile} rows meanwhile; the log had "
          f"{writer.largest_log / 1e6:.1f} MB")
    check(f"{what}: the writer always gets its turn", writer.failure is None, writer.failure)
    check(f"{what}: it has written before and after", before > 0 and writer.writes > before)
    rows = [table["rows"]["value"] for table in (outcome.document or {}).get("tables", [])]
    check(f"{what}: the run is complete, or says why not", outcome.status == 3 or
          (outcome.status == 0 and rows == [ROWS]), outcome)
    # Without a write-ahead log the third reader of a table has this much patience with a writer.
    promised = 2.0 if mode == "delete" and not arguments else 0
    check(f"{what}: it waits no longer than it has to", writer.longest < promised + PATIENCE,
          writer.longest)
    check(f"{what}: the log does not grow without end", writer.largest_log < 20_000_000,
          writer.largest_log)


SLOW = """
    CREATE TABLE many (id INTEGER PRIMARY KEY);
    WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 7000)
      INSERT INTO many SELECT n FROM c;
    CREATE TABLE small AS SELECT 1 AS id;
    CREATE VIEW slow AS SELECT a.id FROM many AS a, many AS b WHERE (a.id + b.id) % 700 = 7;"""
SLOW_ROWS = 70_000


def commits_during(scan, path, *statements):
    """Somebody writes as soon as a run has opened the file. Returns whether the run still reads
    after the commit, and how it ended."""
    scan.wait_until_open(path)
    base = sqlite3.connect(path, isolation_level=None, timeout=60)
    base.execute("BEGIN IMMEDIATE")
    for statement in statements:
        base.execute(statement)
    time.sleep(0.1)  # keeps nobody from reading
    base.execute("COMMIT")
    still_reads = scan.process.poll() is None
    base.close()
    return still_reads, scan.end()


def rows_of(outcome):
    return {table["name"]: (table.get("rows") or {}).get("value")
            for table in outcome.document["tables"]}


def kinds_of_errors(outcome):
    return [check["error_kind"] for check in outcome.document["checks"]
            if check["status"] == "error"]


@hard_cases(174, 202)
def waits_to_commit():
    """A reader of a file in rollback mode gives way to whoever waits to commit, begins the table
    anew, and does not mistake a transaction that is not committed yet for one that waits."""
    path = os.path.join(folder, "waited for.db")
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript(SLOW)
    base.close()
    audit = ["audit", path, "-t", "slow", "-t", "small", "--json", "--fail-on", "never", "-v"]
    for what, statement, flags, gives_way in (
            ("a row", "INSERT INTO small VALUES (2)", [], True),
            ("a row, with one reader", "INSERT INTO small VALUES (2)", ["-j", "1"], True),
            ("a row, and --consistent", "INSERT INTO small VALUES (2)", ["--consistent", "-j", "1"], False),
            ("a column", "ALTER TABLE small ADD COLUMN later", [], True)):
        base = sqlite3.connect(path)
        small = base.execute("SELECT count(*) FROM small").fetchone()[0]
        base.close()
        still_reads, outcome = commits_during(Run([*audit, *flags]), path, statement)
        times = outcome.err.count("others waited to write to")
        check(f"to commit {what}: is let through, or not", (times > 0) == gives_way and
              (still_reads or not gives_way), (times, still_reads, outcome))
        if what == "a column":
            check(f"to commit {what}: nothing is taken for what it was",
                  set(kinds_of_errors(outcome)) == {"changed"} and outcome.status == 3 and
                  rows_of(outcome).get("slow") is None, (rows_of(outcome), outcome))
        else:
            check(f"to commit {what}: the rows are all there", outcome.status == 0 and
                  rows_of(outcome).get("slow") == SLOW_ROWS, outcome)
        if not gives_way:
            check(f"to commit {what}: all tables are of the state before it",
                  rows_of(outcome).get("small") == small, (small, outcome))
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    base.execute("DELETE FROM small")
    outcome = Run([*audit]).end()
    check("a transaction that does not commit: is not given way to", outcome.status == 0 and
          "others waited" not in outcome.err, outcome)
    base.close()


@hard_cases(174)
def parts_are_made_anew():
    """A large table is read in ranges of rowids: those of the snapshot that it is read in."""
    path = os.path.join(folder, "large.db")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("CREATE TABLE large (id INTEGER PRIMARY KEY, a TEXT, b TEXT, c TEXT)")
    base.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900000)"
                 " INSERT INTO large SELECT i, printf('%050d', i), i * 7, 'x' || i FROM n")
    base.close()
    rows = 900_000
    for command, flags in (("audit", []), ("dedupe-check", ["-k", "a"])):
        scan = Run([command, path, "-t", "large", "--json", "--fail-on", "never", "-v", *flags])
        _, outcome = commits_during(
            scan, path, "INSERT INTO large SELECT id + 1000000 * (SELECT count(*) FROM large), a,"
            " b, c FROM large LIMIT 1000")
        times = outcome.err.count("others waited to write to")
        print(f"# {command} of a large table gave way {times} times in {outcome.seconds:.1f} s")
        examined = [c["rows_examined"] for c in outcome.document["checks"] if c["rows_examined"]]
        check(f"{command} of a large table: has all rows of its snapshot", outcome.status == 0 and
              examined and set(examined) <= {rows + 1000 if times else rows} | (
                  set() if times else {rows + 1000}), (examined, outcome))
        rows += 1000


@hard_cases(174)
def made_anew():
    """A table that was dropped and made anew is not counted under its old definition."""
    paths = [os.path.join(folder, f"made {side}.db") for side in "ab"]
    for path in paths:
        base = sqlite3.connect(path, isolation_level=None)
        base.executescript(SLOW)
        base.close()
    scan = Run(["volume-diff", *paths, "--json", "-t", "slow", "-t", "small", "-v"])
    still_reads, outcome = commits_during(scan, paths[1], "DROP TABLE small",
                                          "CREATE TABLE small (other, id)")
    check("a table that is made anew: others are let through", still_reads, outcome)
    check("a table that is made anew: is not counted", outcome.status == 3 and
          set(kinds_of_errors(outcome)) == {"changed"}, outcome)


try:
    for scenario in (waits_to_commit, parts_are_made_anew, made_anew):
        scenario()
    for journal, flags in (("delete", []), ("delete", ["--copy"]), ("wal", [])):
        writes_beside_a_reader(journal, flags)
finally:
    shutil.rmtree(folder)
finish()
