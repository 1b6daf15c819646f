#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""SQLite files that are damaged, half-written, locked, foreign or replaced, and what a run makes of
them. None may be changed by it, and nothing may be left beside it.

usage: sqlite_test.py PROGRAM
"""

import os
import re
import resource
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time

from support import (PROGRAM, Run, check, expect_nothing_of_values, expect_stopped, expect_unknown,
                     fingerprint, finish, hard_cases, random_signals, run, wrong_numbers)

ROWS = {"orders": 120, "notes": 40}
LONG_TEXT = ("notes", "text")
PAGE = 512
OWNER, STRANGER = 4241, 4242  # users that own nothing else
# Runs for seconds after the snapshot is taken and before the first row is read.
SLOWLY = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 4000000)" \
         " SELECT count(*) FROM c) > 0"
folder = tempfile.mkdtemp(prefix="assay-faults.")
os.chmod(folder, 0o755)


def make(path, mode="delete", page=PAGE, extra=""):
    """Two tables over some forty pages: an index, a long text, a page that is free."""
    base = sqlite3.connect(path, isolation_level=None)
    base.execute(f"PRAGMA page_size = {page}")
    base.execute(f"PRAGMA journal_mode = {mode}")
    base.executescript("""
        CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT, at TEXT);
        CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);
        CREATE INDEX orders_at ON orders (at);
        CREATE TABLE gone (v); INSERT INTO gone VALUES (zeroblob(900)); DROP TABLE gone;""")
    for i in range(ROWS["orders"]):
        base.execute("INSERT INTO orders VALUES (?, ?, ?)",
                     (i, f"name {i}", f"2026-11-{1 + i % 20:02} 00:00:00"))
    for i in range(ROWS["notes"]):
        base.execute("INSERT INTO notes VALUES (?, ?)", (i, "x" * (1500 if i == 7 else 60)))
    base.executescript(extra)
    return base


def fresh(name, mode="delete", **options):
    """A folder of its own with a database that nobody has open."""
    where = os.path.join(folder, name)
    os.mkdir(where)
    path = os.path.join(where, "shop.db")
    make(path, mode, **options).close()
    return path


def audit(path, *arguments):
    return ["audit", path, "--json", "--fail-on", "never", *arguments]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def untouched(fault, path, arguments=None, **options):
    """Run, and compare the folder of the file before and after."""
    before = fingerprint(os.path.dirname(path))
    outcome = run(arguments or audit(path), **options)
    after = fingerprint(os.path.dirname(path))
    check(f"{fault}: nothing is changed or left behind", before == after, (before, after))
    return outcome


def facts(document):
    """The numbers of the columns, which damage must not change without a word. Not those of a text
    that fills pages of its own: nothing in a file tells whether such a text is as it was."""
    known = {}
    for table in (document or {}).get("tables", []):
        for column in table["columns"]:
            for key in ("nulls", "distinct", "min", "max", "mean", "length"):
                if column.get(key) is not None and (table["name"], column["name"]) != LONG_TEXT:
                    known[table["name"], column["name"], key] = column[key]
    return known


@hard_cases(132, 199, 200)
def damaged_pages():
    path = fresh("damaged")
    good = read(path)
    whole = run(audit(path))
    check("the whole file is read", whole.status == 0, whole)
    truth = facts(whole.document)
    pages = len(good) // PAGE
    check("the file has pages enough", pages > 25, pages)
    damages = {
        "zeroed": lambda page: bytes(PAGE),
        "all ones": lambda page: b"\xff" * PAGE,
        "noise": lambda page: bytes((i * 167 + page) % 256 for i in range(PAGE)),
        "of a wrong type": lambda page: bytes([good[page * PAGE] ^ 0x0F]) +
                                        good[page * PAGE + 1:(page + 1) * PAGE],
        "with cells beyond its end": lambda page: good[page * PAGE:page * PAGE + 8] +
                                                  b"\xff\xf0" * 16 +
                                                  good[page * PAGE + 40:(page + 1) * PAGE],
    }
    bad, seen, statuses = [], 0, set()

    def look(what, data):
        nonlocal seen
        write(path, data)
        before = read(path)
        outcome = run(audit(path, "-j", "1"))
        seen += 1
        statuses.add(outcome.status)
        lies = [key for key, value in facts(outcome.document).items() if truth.get(key) != value]
        if outcome.status not in (0, 3) or wrong_numbers(outcome.document, ROWS) or lies or \
                (outcome.status == 3 and not outcome.messages()) or read(path) != before or \
                len(os.listdir(os.path.dirname(path))) != 1:
            bad.append((what, lies, outcome))

    for page in range(pages):
        for what, damage in damages.items():
            look(f"page {page + 1} {what}",
                 good[:page * PAGE] + damage(page) + good[(page + 1) * PAGE:])
        look(f"cut before page {page + 1}", good[:page * PAGE])
        look(f"cut within page {page + 1}", good[:page * PAGE + PAGE // 2])
    check(f"{seen} damaged files: unknown, or every number is true", not bad, bad[:4])
    check("most damage is seen", statuses == {0, 3}, statuses)


@hard_cases(94, 95)
def large_value():
    """Of more bytes than SQLite gives us: unknown, not a crash and not a wrong length, and nothing
    that memory has to hold."""
    path = fresh("large", page=4096)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("CREATE TABLE large (v)")
    base.execute("INSERT INTO large VALUES (zeroblob(100000001))")
    base.close()
    truth = dict(ROWS, large=1)
    # Before this process has read the file: a child begins with the peak of its parent.
    little = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    run(audit(path))
    more = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss - little
    check("a value of 100 MB: takes no memory", more < 30_000, more)
    outcome = untouched("a value of 100 MB", path)
    expect_unknown("a value of 100 MB", outcome, truth, "100 MB|too big")
    rows = {table["name"]: table["rows"] for table in (outcome.document or {}).get("tables", [])}
    check("a value of 100 MB: the other tables are read",
          rows.get("orders", {}).get("value") == ROWS["orders"], rows)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("UPDATE large SET v = zeroblob(95000000)")
    base.close()
    outcome = untouched("a value of 95 MB", path, audit(path, "-t", "large"))
    lengths = [c.get("length") for t in (outcome.document or {}).get("tables", [])
               for c in t["columns"]]
    check("a value of 95 MB: is told by its length", outcome.status == 0 and lengths and
          lengths[0] and lengths[0]["max"] == 95_000_000, lengths)
    os.unlink(path)


@hard_cases(195, 196, 197, 198, 201, 211)
def no_databases():
    path = fresh("none")
    good = read(path)
    newer_format = good[:18] + b"\x03\x03" + good[20:]
    newer_schema = good[:44] + struct.pack(">I", 5) + good[48:]
    files = {
        "zero bytes": (b"", "is empty"),
        "one byte": (b"S", "too small"),
        "a header and no more": (good[:511], "too small"),
        "a text": (b"hello, world\n" * 100, "not a SQLite database"),
        "encrypted": (bytes((i * i * 31 + i // 7) % 256 for i in range(4096)),
                      "not a SQLite database, or it is encrypted"),
        "a newer format": (newer_format, "too new"),
        "a newer schema format": (newer_schema, "unsupported file format"),
        "a page size of 3": (good[:16] + b"\x00\x03" + good[18:], "not a SQLite database"),
    }
    for what, (data, words) in files.items():
        write(path, data)
        expect_unknown(what, untouched(what, path), words=words)
    os.unlink(path)
    os.mkdir(path)
    expect_unknown("a directory", run(audit(path)), words="a directory")
    os.rmdir(path)
    os.mkfifo(path)
    outcome = run(audit(path))
    expect_unknown("a named pipe", outcome, words="a named pipe")
    os.unlink(path)
    expect_unknown("a missing file", untouched("a missing file", path), words="does not exist")
    os.symlink("shop.db", path)
    expect_unknown("a link to itself", untouched("a link to itself", path), words="symbolic links")
    expect_unknown("a device", run(audit("/dev/zero")), words="a device")


@hard_cases(204)
def hot_journal():
    path = fresh("hot")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA cache_size = 2")
    base.execute("BEGIN")
    base.execute("UPDATE orders SET name = 'half-done', at = '2030-01-01'")
    where = os.path.join(folder, "hot-copy")
    os.mkdir(where)
    copy = os.path.join(where, "shop.db")
    for suffix in ("", "-journal"):
        shutil.copy(path + suffix, copy + suffix)
    base.execute("ROLLBACK")
    base.close()
    check("the file holds half of a transaction", b"half-done" in read(copy))
    expect_unknown("a hot journal", untouched("a hot journal", copy), words="recovered")
    outcome = untouched("a hot journal, immutable", copy,
                        audit(f"file:{copy}?immutable=1"))
    expect_unknown("a hot journal, immutable", outcome, words="cannot be read as immutable")


@hard_cases(202, 203)
def writers():
    path = fresh("writer")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN IMMEDIATE")
    base.execute("UPDATE orders SET name = 'uncommitted'")
    outcome = run(audit(path))
    check("a writer that has not begun to commit is no obstacle", outcome.status == 0, outcome)
    check("a writer that has not begun to commit is not seen",
          not wrong_numbers(outcome.document, ROWS), outcome)
    base.execute("ROLLBACK")
    base.execute("BEGIN EXCLUSIVE")
    outcome = run(audit(path))
    expect_unknown("a file in the middle of a commit", outcome, ROWS, "locked by another program")
    check("a file in the middle of a commit: gives way soon", outcome.seconds < 5, outcome)
    waiting = Run(audit(path, "--lock-timeout", "10s"))
    time.sleep(0.5)
    base.execute("COMMIT")
    outcome = waiting.end()
    check("a lock that goes away in time is waited for", outcome.status == 0, outcome)
    base.close()


@hard_cases(206, 217)
def write_ahead_log():
    path = fresh("wal", "wal")
    outcome = untouched("WAL that nobody has open", path)
    check("WAL that nobody has open is read", outcome.status == 0, outcome)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA wal_autocheckpoint = 0")
    base.execute("INSERT INTO orders VALUES (900, 'late', '2026-11-20 00:00:00')")
    truth = dict(ROWS, orders=ROWS["orders"] + 1)
    outcome = untouched("WAL in use", path)
    check("WAL in use: what is committed is read",
          outcome.status == 0 and not wrong_numbers(outcome.document, truth), outcome)
    os.truncate(path + "-wal", 70_000_000)
    outcome = untouched("a WAL of 70 MB", path)
    check("a WAL of 70 MB: is read, and said", outcome.status == 0 and
          not wrong_numbers(outcome.document, truth) and "has 70 MB" in outcome.out, outcome)
    outcome = untouched("WAL in use, immutable", path, audit(f"file:{path}?immutable=1"))
    expect_unknown("WAL in use, immutable", outcome, truth, "cannot be read as immutable")
    where = os.path.join(folder, "wal-copy")
    os.mkdir(where)
    copy = os.path.join(where, "shop.db")
    for suffix in ("", "-wal"):
        shutil.copy(path + suffix, copy + suffix)
    base.close()
    outcome = untouched("WAL without its index", copy)
    if outcome.status == 0:
        check("WAL without its index: what is committed is read",
              not wrong_numbers(outcome.document, truth), outcome)
    else:
        expect_unknown("WAL without its index", outcome, truth, "-shm")


def as_user(user):
    def become():
        os.setgid(user)
        os.setuid(user)
    return become


def writes_as(user, path):
    child = os.fork()
    if child == 0:
        as_user(user)()
        try:
            base = sqlite3.connect(path)
            base.execute("DELETE FROM notes")
            base.commit()
            base.close()
        except sqlite3.Error as error:
            print("    seen:", error, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


@hard_cases(205, 273)
def foreign_owner():
    """A reader that is not the owner must not lock the owner out of a WAL database."""
    if os.geteuid() != 0:
        print("# WAL of another user: left out, only root can change users")
        return
    path = fresh("foreign", "wal")
    where = os.path.dirname(path)
    os.chmod(where, 0o777)
    os.chmod(path, 0o666)
    os.chown(path, OWNER, OWNER)
    outcome = untouched("WAL of another user", path, preexec_fn=as_user(STRANGER))
    check("WAL of another user: is read", outcome.status == 0, outcome)
    check("WAL of another user: no wrong number", not wrong_numbers(outcome.document, ROWS))
    check("WAL of another user: the owner can write afterwards", writes_as(OWNER, path))
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.unlink(path + suffix)
    base = make(path, "wal")
    os.chmod(path + "-shm", 0o600)
    os.chmod(path + "-wal", 0o600)
    outcome = untouched("side files of another user", path, preexec_fn=as_user(STRANGER))
    expect_unknown("side files of another user", outcome, ROWS, "permission to read .*-wal")
    os.chmod(path, 0o600)
    outcome = untouched("a file of another user", path, preexec_fn=as_user(STRANGER))
    expect_unknown("a file of another user", outcome, ROWS, "no permission")
    base.close()


@hard_cases(207)
def replaced():
    """Another file takes the place, or the bytes, of the one that is being read."""
    for mode in ("delete", "wal"):
        path = fresh(f"replaced-{mode}", mode)
        other = os.path.join(folder, f"other-{mode}.db")
        make(other, mode, extra="DELETE FROM orders WHERE id > 10").close()
        for how in ("replaced", "overwritten", "deleted"):
            write(path, read(path))
            scan = Run(audit(path, "--where", SLOWLY, "-t", "orders", "-j", "1"))
            scan.wait_until_open(path)
            time.sleep(0.25)
            before = read(path)
            if how == "replaced":
                shutil.copy(other, other + ".new")
                os.rename(other + ".new", path)
            elif how == "overwritten":
                write(path, read(other))
            else:
                os.unlink(path)
            outcome = scan.end()
            expect_unknown(f"{mode}: the file is {how}", outcome, ROWS,
                           "while it was read")
            write(path, before)


@hard_cases(258, 262)
def full_disk():
    """A disk of 1 MB that is full before the result is."""
    path = fresh("full")
    disk = os.path.join(folder, "disk")
    os.mkdir(disk)
    if os.geteuid() != 0 or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "assay", disk],
            stderr=subprocess.DEVNULL).returncode != 0:
        print("# a small disk: left out, only root can mount one")
        return
    try:
        write(os.path.join(disk, "filler"), b"x" * 1_040_000)
        report = os.path.join(disk, "report.json")
        for arguments in (["-o", report], ["--export", f"json={report}"]):
            outcome = untouched("a full disk", path, audit(path, *arguments))
            check(f"a full disk, {arguments[0]}: exit status 3", outcome.status == 3, outcome)
            check(f"a full disk, {arguments[0]}: is named", "No space left" in outcome.err, outcome)
            check(f"a full disk, {arguments[0]}: no half of a file is left",
                  os.listdir(disk) == ["filler"], os.listdir(disk))
        history = ["freshness", path, "-t", "orders", "-c", "at", "--max-age", "900d", "--json",
                   "--history", os.path.join(disk, "history.db")]
        outcome = untouched("a full disk, --history", path, history)
        check("a full disk, --history: exit status 3", outcome.status == 3, outcome)
        check("a full disk, --history: says so",
              any("history" in message for message in outcome.messages()), outcome)
        outcome = untouched("a full disk, --copy", path, audit(path, "--copy"),
                            environment=dict(os.environ, TMPDIR=disk))
        expect_unknown("a full disk, --copy", outcome, ROWS, "no space for a copy|No space left")
        check("a full disk, --copy: nothing is left", not any(
            name.startswith("assay-copy") for name in os.listdir(disk)), os.listdir(disk))
        os.unlink(os.path.join(disk, "filler"))
        for name in os.listdir(disk):
            os.unlink(os.path.join(disk, name))
        outcome = run(history)
        check("a disk with room again: all is well", outcome.status == 0, outcome)
    finally:
        subprocess.run(["umount", disk], check=False)


@hard_cases(209)
def copies():
    """--copy: the same numbers, the owner of the file writes on, and nothing is left."""
    temporary = os.path.join(folder, "temporary")
    os.mkdir(temporary)
    environment = dict(os.environ, TMPDIR=temporary)
    for mode in ("delete", "wal"):
        path = fresh(f"copy-{mode}", mode)
        base = sqlite3.connect(path, isolation_level=None, timeout=0.2)
        base.execute("INSERT INTO orders VALUES (900, 'late', '2026-11-20 00:00:00')")
        truth = dict(ROWS, orders=ROWS["orders"] + 1)
        plain = run(audit(path))
        outcome = untouched(f"--copy, {mode}", path, audit(path, "--copy"),
                            environment=environment)
        check(f"--copy, {mode}: is complete, and says that it is a copy", outcome.status == 0 and
              "was read from a copy" in outcome.out, outcome)
        check(f"--copy, {mode}: says what the file itself says",
              facts(outcome.document) == facts(plain.document), outcome)
        check(f"--copy, {mode}: names the file", outcome.document["sources"][0]["url"] == path,
              outcome.document["sources"])
        check(f"--copy, {mode}: nothing is left", os.listdir(temporary) == [])
        scan = Run(audit(path, "--copy", "--where", SLOWLY), environment)
        end = time.monotonic() + 10
        while time.monotonic() < end and not os.listdir(temporary):
            time.sleep(0.01)
        names = os.listdir(temporary)
        modes = [os.stat(os.path.join(temporary, name)).st_mode & 0o777 for name in names]
        check(f"--copy, {mode}: nobody else may enter its folder", modes == [0o700], modes)
        time.sleep(0.3)
        base.execute("BEGIN EXCLUSIVE")
        base.execute("DELETE FROM orders")
        base.execute("COMMIT")
        check(f"--copy, {mode}: a writer does not wait", True)
        outcome = scan.end()
        check(f"--copy, {mode}: is of one state", outcome.status == 0 and
              not wrong_numbers(outcome.document, truth), outcome)
        for moment in range(5):
            scan = Run(audit(path, "--copy", "--where", SLOWLY), environment)
            time.sleep(0.02 + moment * 0.04)
            scan.process.send_signal(2)
            outcome = scan.end()
            check(f"--copy, {mode}, Ctrl-C: exit status 130", outcome.status == 130, outcome)
            check(f"--copy, {mode}, Ctrl-C: nothing is left", os.listdir(temporary) == [],
                  os.listdir(temporary))
        base.close()
    path = fresh("copy-locked")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("BEGIN EXCLUSIVE")
    outcome = run(audit(path, "--copy"), environment)
    expect_unknown("--copy of a locked file", outcome, ROWS, "locked by another program")
    base.close()
    os.truncate(path, os.path.getsize(path) - 100)
    outcome = run(audit(path, "--copy"), environment)
    expect_unknown("--copy of a file without its end", outcome, ROWS, "is damaged")
    outcome = run(audit(path, "--copy"), dict(environment, TMPDIR="/nowhere"))
    expect_unknown("--copy without a folder", outcome, ROWS, "cannot make a folder .* '/nowhere'")
    check("--copy: nothing is left of those that failed", os.listdir(temporary) == [])


def killed_copies():
    """What kill -9 leaves of a copy goes with the next one; what is in use stays."""
    temporary = os.path.join(folder, "killed")
    os.mkdir(temporary)
    environment = dict(os.environ, TMPDIR=temporary)
    path = fresh("copy-killed")

    def begin():
        before = set(os.listdir(temporary))
        scan = Run(audit(path, "--copy", "--where", SLOWLY), environment)
        end = time.monotonic() + 10
        while time.monotonic() < end and before == set(os.listdir(temporary)):
            time.sleep(0.01)
        return scan, (set(os.listdir(temporary)) - before).pop()

    killed, left = begin()
    killed.process.kill()
    killed.process.wait()
    used, kept = begin()
    check("--copy, kill -9: leaves its folder", left in os.listdir(temporary))
    for name in (left, kept):
        os.utime(os.path.join(temporary, name), (1, 1))
    outcome = run(audit(path, "--copy"), environment)
    check("--copy after kill -9: removes what was left, and nothing that is in use",
          outcome.status == 0 and os.listdir(temporary) == [kept], os.listdir(temporary))
    check("--copy beside others: is complete", used.end().status == 0)
    check("--copy: nothing is left", os.listdir(temporary) == [])


def writes_seen_in_copies():
    """A copy counts transactions anew: what is told of writes must be told of the original."""
    path = fresh("copy-counter")
    history = os.path.join(folder, "copy-history.db")

    def last_write(moment, *arguments):
        outcome = run(["freshness", path, "-t", "notes", "--json", "--fail-on", "never",
                       "--history", history, "--now", f"2026-11-{moment}T00:00:00Z", *arguments])
        found = [c["evidence"] for c in (outcome.document or {}).get("checks", [])]
        check(f"writes, {moment}: are told", outcome.status == 0 and found, outcome)
        return (found[0].get("age_at_least_s"), found[0].get("age_at_most_s")) if found else None

    last_write("01", "--copy")
    seen = last_write("02", "--copy")
    check("no write between two copies", seen == (86400, None), seen)
    base = sqlite3.connect(path)
    base.execute("INSERT INTO notes VALUES (900, 'late')")
    base.commit()
    base.close()
    seen = last_write("03", "--copy")
    check("a write between two copies", seen[1] == 86400, seen)
    seen = last_write("04")
    check("no write between a copy and the file itself", seen[0] == 86400, seen)


@hard_cases(138)
def index_disagrees():
    """Case 138: an index that has other entries than its table; counts must be those of the table.
    What SQLite would call `wrong # of entries in index`."""
    path = fresh("index")
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("CREATE TABLE pairs (id INTEGER PRIMARY KEY, v TEXT)")
    base.execute("CREATE INDEX pairs_v ON pairs (v)")
    base.executemany("INSERT INTO pairs (v) VALUES (?)", [(f"v{i}",) for i in range(300)])
    sql = base.execute("SELECT sql FROM sqlite_schema WHERE name = 'pairs_v'").fetchone()[0]
    base.execute("PRAGMA writable_schema = ON")
    base.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'pairs_v'",
                 (sql + " WHERE v > 'w'",))
    base.close()
    base = sqlite3.connect(path, isolation_level=None)
    base.executemany("INSERT INTO pairs (v) VALUES (?)", [(f"u{i}",) for i in range(50)])
    base.execute("PRAGMA writable_schema = ON")
    base.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'pairs_v'", (sql,))
    base.close()
    base = sqlite3.connect(path)
    problem = base.execute("PRAGMA integrity_check").fetchone()[0]
    base.close()
    check("an index that lacks rows: is what the test made", "ing from index" in problem or
          "wrong # of entries" in problem, problem)
    truth = dict(ROWS, pairs=350)
    # A condition may go through the index, as in SQLite itself.
    for arguments in ((), ("-j", "1"), ("--copy",)):
        outcome = run(audit(path, "-t", "pairs", *arguments))
        rows = [table["rows"]["value"] for table in (outcome.document or {}).get("tables", [])]
        check(f"an index that lacks rows: {arguments}: every row of the table is counted",
              rows == [350] and not wrong_numbers(outcome.document, truth), outcome)
    outcome = run(audit(path, "-t", "pairs", "--verify", "--fail-on", "critical"))
    found = [c for c in (outcome.document or {}).get("checks", []) if c["id"] == "integrity.storage"]
    check("an index that lacks rows: --verify finds it", outcome.status == 1 and
          [c["status"] for c in found] == ["fail"] and "pairs_v" in str(found), outcome)
    outcome = run(["dedupe-check", path, "-t", "pairs", "-k", "v", "--json"])
    found = [c["evidence"].get("rows") for c in (outcome.document or {}).get("checks", [])]
    check("an index that lacks rows: dedupe-check counts every row", 350 in found, outcome)


@hard_cases(208)
def temporary_files():
    """What SQLite sorts stays in memory: a file would hold values, where nobody expects them. One
    that is made and removed at once is seen by the time of its folder."""
    path = fresh("sorted", extra="""
        CREATE TABLE many (id INTEGER PRIMARY KEY, v TEXT);
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 40000)
          INSERT INTO many SELECT n, hex(n * 7919 % 40009) || hex(zeroblob(150)) FROM c;
        CREATE VIEW sorted AS SELECT DISTINCT v FROM many ORDER BY v DESC;""")
    place = os.path.join(folder, "spilled")
    os.mkdir(place)
    environment = {**os.environ, "SQLITE_TMPDIR": place}

    def is_used(arguments):
        os.utime(place, ns=(0, 0))
        done = subprocess.run(arguments, env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60)
        check(f"{arguments[1]}: ends well", done.returncode in (0, 1), done)
        return os.stat(place).st_mtime_ns != 0 or bool(os.listdir(place))

    check("sorted by others: goes through a file", is_used(
        [sys.executable, "-c", "import sqlite3, sys\n"
         "for row in sqlite3.connect(sys.argv[1]).execute('SELECT * FROM sorted'): pass", path]))
    for arguments in (["audit", path, "--views"], ["dedupe-check", path, "-t", "sorted", "-k", "v"],
                      ["dedupe-check", path, "-t", "many"],
                      ["volume-diff", path, path, "-t", "many", "--rows", "-k", "v"]):
        check(f"{' '.join(arguments[:1] + arguments[2:])}: nothing is sorted through a file"
              .replace(path, "itself"), not is_used([PROGRAM, *arguments]))


@hard_cases(208)
def little_memory():
    """What SQLite sorts takes no more than --memory, and 64 MiB in any case."""
    path = fresh("memory", extra="""
        CREATE TABLE many (id INTEGER PRIMARY KEY, v TEXT);
        WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 420000)
          INSERT INTO many SELECT n, printf('%0500d', n * 7919 % 420001) FROM c;
        CREATE VIEW sorted AS SELECT v FROM many ORDER BY v;""")
    for command, flags in (("audit", []), ("freshness", ["-c", "v", "--depth", "full"])):
        scan = [command, path, "--json", "--fail-on", "never", *flags]
        outcome = run([*scan, "-t", "sorted", "--memory", "70MB"])
        expect_unknown(f"{command}: a view that sorts 200 MB in 70", outcome, {"many": 420_000},
                       "more memory than --memory allows")
        kinds = {c.get("error_kind") for c in outcome.document["checks"] if c["status"] == "error"}
        check(f"{command}: is a limit", kinds == {"limit"}, outcome)
        outcome = run([*scan, "-t", "many", "--memory", "64KiB"])
        check(f"{command}: a table of 200 MB needs no more than 64 MiB",
              "more memory" not in str(outcome.messages()), outcome)
    outcome = run(audit(path, "-t", "sorted", "-t", "orders", "--memory", "64KiB", "-j", "1"))
    rows = {t["name"]: (t.get("rows") or {}).get("value") for t in outcome.document["tables"]}
    check("a view that needs too much memory: the other tables are read",
          rows.get("orders") == ROWS["orders"], outcome)
    outcome = run(audit(f"file:{path}?immutable=1", "-t", "sorted", "-t", "orders", "--memory",
                        "64KiB", "-j", "1"))
    rows = {t["name"]: (t.get("rows") or {}).get("value") for t in outcome.document["tables"]}
    check("a view that needs too much memory, immutable: the other tables are read",
          outcome.status == 3 and rows.get("orders") == ROWS["orders"], outcome)
    outcome = run(audit(path, "-t", "many", "--memory", "64KiB", "-j", "20"))
    check("a table with many readers: their caches are not what --memory is about",
          outcome.status == 0, outcome)
    outcome = run(audit(path, "-t", "sorted", "--memory", "1GB"))
    check("a view that sorts 200 MB: is read in 1 GB", outcome.status == 0, outcome)
    os.unlink(path)


@hard_cases(81, 82, 92, 93, 98)
def statements():
    """What SQLite computes from values it computes in its own way, or not at all from a BLOB: it
    is asked for no sum, no JSON and no LIKE."""
    path = fresh("statements", extra="""
        CREATE TABLE mixed (id INTEGER PRIMARY KEY, v);
        INSERT INTO mixed VALUES (1, x'00ff'), (2, 'a%b'), (3, 1e300), (4, 9223372036854775807),
          (5, '12abc'), (6, -0.0);""")
    for arguments in (["audit", path], ["audit", path, "--depth", "sample"],
                      ["freshness", path, "-t", "orders", "-c", "at", "--depth", "full"],
                      ["dedupe-check", path, "-t", "mixed", "-k", "v"],
                      ["volume-diff", path, path, "--rows"],
                      ["volume-diff", path, path, "--distribution"]):
        outcome = run([*arguments, "-v", "--json", "--fail-on", "never"])
        told = [line for line in outcome.err.splitlines() if line.startswith("assay: sql ")]
        what = " ".join(word for word in arguments if word != path)
        check(f"{what}: is done, and its statements are told", outcome.status == 0 and
              outcome.document and len(told) > 5, outcome)
        asked = [line for line in told if re.search(
            r"\b(sum|avg|total|group_concat|json\w*)\s*\(|\b(LIKE|GLOB|REGEXP)\b", line, re.I)]
        check(f"{what}: asks SQLite to compute nothing from values", not asked, asked[:3])


@hard_cases(249)
def hashes():
    """Of a value that can be guessed a hash is as good as the value: values of one shape give the
    same document, so nothing in it was made from them but their shape."""
    path = os.path.join(folder, "hashes.db")

    def fill(secret):
        if os.path.exists(path):
            os.unlink(path)
        base = sqlite3.connect(path)
        base.executescript(f"""
            CREATE TABLE people (n INTEGER PRIMARY KEY, id INTEGER, v TEXT, b BLOB);
            INSERT INTO people VALUES (1, 1, '{secret}', x'{secret.encode().hex()}'),
              (2, 1, '{secret}', x'{secret.encode().hex()}'), (3, 2, '{secret[::-1]}', NULL);""")
        base.close()

    expect_nothing_of_values(path, fill)


@hard_cases(260)
def interrupted():
    path = fresh("interrupted")
    other = fresh("interrupted-other")
    some_time = ["--json", "--where", SLOWLY.replace("4000000", "150000")]
    commands = (["audit", path, *some_time], ["dedupe-check", path, *some_time],
                ["volume-diff", path, other, "--rows", *some_time],
                ["freshness", path, "-t", "orders", "-c", "at", "--depth", "full", *some_time])
    longest = max(run(command).seconds for command in commands)
    for number, (sent, moment) in enumerate(random_signals(longest)):
        command = commands[number % len(commands)]
        before = fingerprint(os.path.dirname(path))
        scan = Run(command)
        time.sleep(moment)
        scan.process.send_signal(sent)
        outcome = scan.end()
        fault = f"{command[0]}, signal {sent} after {moment:.3f} of {longest:.1f} s"
        expect_stopped(fault, sent, outcome, ROWS)
        check(f"{fault}: nothing is changed or left behind",
              before == fingerprint(os.path.dirname(path)))
    for signals in ((2, 2), (15, 2), (2, 15, 2)):
        scan = Run(audit(path, "--where", SLOWLY))
        time.sleep(0.2)
        for signal in signals:
            scan.process.send_signal(signal)
            time.sleep(0.002)
        outcome = scan.end()
        check(f"signals {signals}: ends as interrupted, and at once when asked again",
              outcome.status in (130, 143, -2, -15), outcome)
        check(f"signals {signals}: no complete document",
              outcome.document is None or outcome.document["run"]["complete"] is False, outcome)
    check("SIGINT: nothing is left", os.listdir(os.path.dirname(path)) == ["shop.db"])


try:
    for scenario in (damaged_pages, large_value, no_databases, hot_journal, writers, write_ahead_log,
                     foreign_owner, replaced, full_disk, copies, killed_copies, writes_seen_in_copies,
                     index_disagrees, temporary_files, little_memory, statements, hashes, interrupted):
        begun = time.monotonic()
        scenario()
        print(f"# {scenario.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
finally:
    shutil.rmtree(folder)
finish()
