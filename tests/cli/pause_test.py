#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--pause-file: as long as it exists nothing more of a table is read, stderr says so, nobody waits for a
lock of ours, and Ctrl-C still ends the run.

usage: pause_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
SERVER = os.environ.get("ASSAY_TEST_POSTGRES")
GIVE_UP = 120  # seconds
folder = tempfile.mkdtemp(prefix="assay-pause.")
stop = os.path.join(folder, "stop")
TABLE = "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');"


def psql(url, sql):
    return subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=False,
                          capture_output=True).returncode


def start_paused(*arguments):
    """A run that has said that it holds still."""
    with open(stop, "w", encoding="utf-8"):
        pass
    process = subprocess.Popen([PROGRAM, *arguments, "--pause-file", stop], stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, text=True)
    return process, process.stderr.readline()


def end_pause():
    if os.path.exists(stop):
        os.remove(stop)


def look(name, url, take_lock):
    for arguments in (["audit", url], ["volume-diff", url, url, "--rows"],
                      ["volume-diff", url, url, "-t", "t"]):
        what = f"{name}: {arguments[0]}"
        process, said = start_paused(*arguments)
        check(f"{what} says that it is paused", said == f"assay: paused as long as '{stop}' exists\n")
        time.sleep(0.5)
        check(f"{what} waits", process.poll() is None)
        take_lock(what)
        end_pause()
        rest = process.communicate(timeout=GIVE_UP)[1]
        check(f"{what} goes on and says so", "assay: the pause is over\n" in rest)
        check(f"{what} ends as it would have", process.returncode == 0)
    process, _ = start_paused("audit", url)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=GIVE_UP)
    check(f"{name}: a pause can be interrupted", process.returncode == -signal.SIGINT, process.returncode)
    end_pause()


def may_lock(what):
    check(f"{what}: nobody waits for its locks",
          psql(url, "BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;") == 0)


path = os.path.join(folder, "a.db")
connection = sqlite3.connect(path)
connection.executescript(TABLE)
connection.close()
look("sqlite", path, lambda what: None)
if SERVER:
    url = re.sub("dbname=postgres", "dbname=pause_test", SERVER)
    psql(SERVER, "DROP DATABASE IF EXISTS pause_test;")
    psql(SERVER, "CREATE DATABASE pause_test;")
    psql(url, TABLE)
    look("postgres", url, may_lock)
    psql(SERVER, "DROP DATABASE pause_test;")
shutil.rmtree(folder)
finish()
