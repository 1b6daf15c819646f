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


@hard_cases(174, 202)
def waits_to_commit():
    """A reader of a file in rollback mode gives way to whoever waits to commit, begins the table
    anew, and does not mistake a transaction that is not committed yet for one that waits."""
    path = os.path.join(folder, "waited for.db")
    base = sqlite3.connect(path, isolation_level=None)
    base.executescript("""
        CREATE TABLE many (id INTEGER PRIMARY KEY);
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 7000)
          INSERT INTO many SELECT n FROM c;
        CREATE TABLE altered AS SELECT 1 AS id;
        CREATE VIEW slow AS SELECT a.id FROM many AS a, many AS b WHERE (a.id + b.id) % 700 = 7;""")
    base.close()
    audit = ["audit", path, "-t", "slow", "-t", "altered", "--json", "--fail-on", "never", "-v"]
    rows = 70_000
    for what, flags, patience, gives_way in (
            ("a commit", [], 60, True), ("a commit, with one reader", ["-j", "1"], 60, True),
            ("a commit, and --consistent", ["--consistent"], 60, False)):
        scan = Run([*audit, *flags])
        scan.wait_until_open(path)
        base = sqlite3.connect(path, isolation_level=None, timeout=patience)
        base.execute("BEGIN IMMEDIATE")
        base.execute("ALTER TABLE altered ADD COLUMN later")
        time.sleep(0.1)  # keeps nobody from reading
        base.execute("COMMIT")
        still_reads = scan.process.poll() is None
        outcome = scan.end()
        base.execute("ALTER TABLE altered DROP COLUMN later")
        base.close()
        times = outcome.err.count("others waited to write to")
        found = {t["name"]: (t.get("rows") or {}).get("value") for t in outcome.document["tables"]}
        check(f"{what}: the rows are all there", found.get("slow") == rows, outcome)
        check(f"{what}: is let through, or not", (times > 0) == gives_way == still_reads,
              (times, still_reads, outcome))
        errors = [c["error_kind"] for c in outcome.document["checks"] if c["status"] == "error"]
        check(f"{what}: what it altered is not taken for what it was", errors == (
            ["changed"] if gives_way and "altered" not in found else []), outcome)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    base.execute("DELETE FROM altered")
    outcome = Run([*audit]).end()
    check("a transaction that does not commit: is not given way to", outcome.status == 0 and
          "others waited" not in outcome.err, outcome)
    base.close()


try:
    waits_to_commit()
    for journal, flags in (("delete", []), ("delete", ["--copy"]), ("wal", [])):
        writes_beside_a_reader(journal, flags)
finally:
    shutil.rmtree(folder)
finish()
