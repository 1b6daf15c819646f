#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Calls of the system that fail while results are written, one after the other: the status says so,
and what stands under the name of a file is the old result or the whole new one.

usage: output_test.py PROGRAM; takes strace
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile

from support import GIVE_UP, PROGRAM, SANITIZERS, check, finish, hard_cases, skip

OLD = "what was there before\n"
tracer = shutil.which("strace")
folder = tempfile.mkdtemp(prefix="assay-output.")
shop = os.path.join(folder, "shop.db")


def set_up():
    base = sqlite3.connect(shop)
    base.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)")
    base.executemany("INSERT INTO orders VALUES (?, ?)", ((i, f"n{i}") for i in range(500)))
    base.execute("CREATE TABLE twice (v TEXT)")
    base.executemany("INSERT INTO twice VALUES (?)", ((f"n{i // 2}",) for i in range(500)))
    base.commit()
    base.close()
    shutil.copy(shop, os.path.join(folder, "other.db"))
    base = sqlite3.connect(os.path.join(folder, "other.db"))
    base.execute("UPDATE orders SET name = 'x' WHERE id % 3 = 0")
    base.commit()
    base.close()


def traced(arguments, calls, *more):
    """Run, and return the calls of its main thread as well, each with the file it is for."""
    log = os.path.join(folder, "trace")
    done = subprocess.run(
        [tracer, "-y", "-qq", "-o", log, "-e", f"trace={calls}", *more, PROGRAM, *arguments],
        timeout=GIVE_UP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(log, encoding="utf-8", errors="replace") as file:
        lines = [line for line in file if re.match(r"\w+\(", line)]
    os.unlink(log)
    return done, lines


def is_whole(path, text):
    if text == OLD:
        return True
    if path.endswith(".json"):
        try:
            return json.loads(text)["schema_version"] != ""
        except ValueError:
            return False
    if path.endswith(".snapshot"):
        return text.splitlines()[-1].startswith("end ")
    return text.endswith("assay_after;\n") or text.endswith("assay_surplus;\n")


def fails_at_each_call(what, path, arguments):
    """Every write, sync and rename of a run that replaces a file."""
    seen = 0
    for calls, error in (("write,pwrite64,writev", "ENOSPC"), ("fsync,fdatasync", "EIO"),
                         ("rename,renameat,renameat2", "EACCES")):
        for nth, line in enumerate(traced(arguments, calls)[1], 1):
            if "anon_inode" in line:  # threads that wake each other, on no disk
                continue
            with open(path, "w", encoding="utf-8") as file:
                file.write(OLD)
            before = set(os.listdir(folder))
            done, lines = traced(arguments, calls, "-e", f"inject={calls}:error={error}:when={nth}")
            seen += any("INJECTED" in line for line in lines)
            fault = f"{what}, {calls.split(',', maxsplit=1)[0]} {nth} fails"
            with open(path, encoding="utf-8") as file:
                text = file.read()
            check(f"{fault}: the file is the old one or whole", is_whole(path, text), text[-300:])
            check(f"{fault}: exit status 3, and the old file", done.returncode == 3 and
                  (text == OLD or folder not in line), (done, lines, text[:50]))
            check(f"{fault}: says so", b"assay: error: " in done.stderr, done)
            check(f"{fault}: nothing is left beside it", set(os.listdir(folder)) == before,
                  set(os.listdir(folder)) - before)
    check(f"{what}: writes and renames did fail", seen >= 3, seen)


@hard_cases(262)
def every_file():
    files = {name: os.path.join(folder, name) for name in (
        "result.json", "export.json", "rows.snapshot", "repair.sql", "delete.sql")}
    other = os.path.join(folder, "other.db")
    for what, name, arguments in (
            ("-o", "result.json", ["audit", shop, "--json", "-o", files["result.json"]]),
            ("--export", "export.json", ["audit", shop, "-q", "--export",
                                         f"json={files['export.json']}"]),
            ("--save-snapshot", "rows.snapshot",
             ["volume-diff", shop, "-t", "orders", "--rows", "-q", "--save-snapshot",
              files["rows.snapshot"]]),
            ("volume-diff --repair", "repair.sql",
             ["volume-diff", shop, other, "-t", "orders", "--rows", "-q", "--values", "all",
              "--repair", files["repair.sql"]]),
            ("dedupe-check --repair", "delete.sql",
             ["dedupe-check", shop, "-t", "twice", "-k", "v", "-q", "--repair",
              files["delete.sql"]])):
        fails_at_each_call(what, files[name], arguments)


try:
    if SANITIZERS:
        skip(f"the sanitizers {SANITIZERS} write, too")
    if not tracer or subprocess.run([tracer, "-qq", "-o", os.devnull, "true"], check=False,
                                    stderr=subprocess.DEVNULL).returncode != 0:
        skip("no strace, or it may not trace")
    set_up()
    every_file()
finally:
    shutil.rmtree(folder)
finish()
