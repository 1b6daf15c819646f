#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What a person at a terminal sees while a scan runs, and what Ctrl-C leaves of it.

usage: progress_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import fcntl
import json
import os
import pty
import select
import signal
import sqlite3
import struct
import subprocess
import sys
import tempfile
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
CLEAR = "\r\x1b[K"
GIVE_UP = 120  # seconds


def take_terminal(terminal):
    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


def run(arguments, environment=None, interrupt_at=None, columns=80):
    """Run with stderr on a terminal. Returns status, stdout and what the terminal got.

    interrupt_at: press Ctrl-C once the terminal shows this.
    """
    keyboard, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm", **(environment or {})}
    process = subprocess.Popen([PROGRAM, *arguments], stdin=terminal, stderr=terminal,
                               stdout=subprocess.PIPE, env=environment,
                               preexec_fn=lambda: take_terminal(terminal))
    os.close(terminal)
    shown = b""
    end = time.monotonic() + GIVE_UP
    while time.monotonic() < end:
        readable, _, _ = select.select([keyboard], [], [], 0.1)
        try:
            piece = os.read(keyboard, 4096) if readable else None
        except OSError:  # nobody has the terminal any more
            break
        if piece == b"":
            break
        shown += piece or b""
        if interrupt_at and interrupt_at.encode() in shown:
            os.write(keyboard, b"\x03")
            interrupt_at = None
    if time.monotonic() >= end:
        process.kill()
    output = process.communicate()[0].decode()
    os.close(keyboard)
    return process.returncode, output, shown.decode(errors="replace")


def drawn(shown):
    """The lines of progress that were drawn one over the other."""
    return [line for line in shown.split(CLEAR)[1:] if line]


folder = tempfile.TemporaryDirectory()
database = os.path.join(folder.name, "shop.db")
with sqlite3.connect(database) as sql:
    sql.executescript("""
        CREATE TABLE a_small (id INTEGER PRIMARY KEY, name TEXT);
        INSERT INTO a_small VALUES (1, 'x'), (2, 'y');
        CREATE VIEW finite AS WITH RECURSIVE n(i) AS
            (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000000) SELECT i, i % 7 AS j FROM n;
        CREATE VIEW "red \x1b[31m" AS SELECT i FROM finite;
        CREATE VIEW endless AS WITH RECURSIVE n(i) AS
            (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;
    """)

status, output, shown = run(["audit", database, "-t", "finite", "--json"])
lines = drawn(shown)
check("a scan of some time is shown on a terminal", len(lines) > 0, shown)
check("the line tells the table and its rows",
      all(line.startswith("main.finite: ") and " rows" in line for line in lines), lines)
check("the line fits the terminal", all(len(line) < 80 for line in lines), lines)
check("nothing of it is left at the end", shown.endswith(CLEAR), shown[-200:])
check("stdout has the result and nothing else", json.loads(output)["run"]["complete"], output)

status, output, shown = run(["audit", database, "--views", "-t", "red*", "--json"], columns=36)
check("a hostile name is escaped", "\x1b[31m" not in shown and "\\x1b" in shown, shown)
check("a narrow terminal gets a narrow line", all(len(line) < 36 for line in drawn(shown)), shown)

quick = ["audit", database, "-t", "a_small", "--json"]
check("a scan that is over soon is not shown", run(quick)[2] == "")
long = ["audit", database, "-t", "finite", "--json"]
for sentence, arguments, environment in [
        ("-q shows no progress", ["-q"], {}), ("--progress never shows none", ["--progress=never"], {}),
        ("a terminal that knows no cursor gets none", [], {"TERM": "dumb"})]:
    shown = run(long + arguments, environment)[2]
    check(sentence, shown == "", shown)

piped = subprocess.run([PROGRAM, *long], capture_output=True, text=True, timeout=GIVE_UP)
check("a pipe gets no progress", piped.stderr == "", piped.stderr)
piped = subprocess.run([PROGRAM, *long, "--progress", "always"], capture_output=True, timeout=GIVE_UP)
check("--progress always shows it in a pipe too",
      (CLEAR + "main.finite: ").encode() in piped.stderr, piped.stderr)


def check_interrupt(name, target, tables):
    status, output, shown = run(["audit", target, *tables, "--json", "-j", "1"],
                                interrupt_at="endless: ")
    check(f"{name}: Ctrl-C ends the process as the signal does", status == -signal.SIGINT, status)
    document = json.loads(output)
    check(f"{name}: the result says that it is incomplete", document["run"]["complete"] is False)
    check(f"{name}: and with which status it ended", document["run"]["exit_code"] == 130, document["run"])
    small = [table for table in document["tables"] if table["name"] == "a_small"]
    check(f"{name}: what was finished before is in it",
          len(small) == 1 and small[0]["rows_examined"] == 2 and
          any(each["table"].endswith("a_small") for each in document["checks"]), document["tables"])
    check(f"{name}: the interrupt is answered", "interrupted, stopping" in shown, shown)
    check(f"{name}: the last line of progress is gone", shown.rfind(CLEAR) > shown.rfind("endless:"),
          shown[-300:])


check_interrupt("SQLite", database, ["-t", "a_small", "-t", "endless"])

# The command that reads two tables in turn, cut off in the second.
status, output, shown = run(["dedupe-check", database, "-t", "a_small", "-t", "endless", "--json",
                             "-j", "1"], interrupt_at="endless: ")
document = json.loads(output)
check("dedupe-check: what was finished before the interrupt is told",
      any(each["table"] == "main.a_small" and each["status"] == "pass" for each in document["checks"]),
      document["checks"])

server = os.environ.get("ASSAY_TEST_POSTGRES")
if server:
    def psql(statement):
        return subprocess.run(["psql", "-X", "-A", "-t", "-q", "-d", server, "-c", statement],
                              capture_output=True, text=True, check=True).stdout.strip()

    psql("CREATE SCHEMA progress_test; CREATE TABLE progress_test.a_small AS SELECT 1 AS i "
         "UNION SELECT 2; CREATE VIEW progress_test.endless AS SELECT i FROM "
         "generate_series(1, 9) AS i, pg_sleep(600)")
    try:
        check_interrupt("Postgres", server, ["-t", "progress_test.a_small", "-t", "progress_test.endless"])
        running = ("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND "
                   "query LIKE '%endless%' AND pid <> pg_backend_pid()")
        end = time.monotonic() + 10
        while psql(running) != "0" and time.monotonic() < end:
            time.sleep(0.1)
        check("Postgres: no statement is left running on the server", psql(running) == "0")
    finally:
        psql("DROP SCHEMA progress_test CASCADE")
else:
    print("skipped: no Postgres (set ASSAY_TEST_POSTGRES)")

finish()
