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

ROWS = 150_000
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
    # Without a write-ahead log a writer waits as long as the run lasts, as the manual says.
    promised = outcome.seconds if mode == "delete" and not arguments else 0
    check(f"{what}: it waits no longer than it has to", writer.longest < promised + PATIENCE,
          writer.longest)
    check(f"{what}: the log does not grow without end", writer.largest_log < 20_000_000,
          writer.largest_log)


try:
    for journal, flags in (("delete", []), ("delete", ["--copy"]), ("wal", [])):
        writes_beside_a_reader(journal, flags)
finally:
    shutil.rmtree(folder)
finish()
