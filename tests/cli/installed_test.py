#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What cmake --install puts somewhere works there: the program, and the Postgres driver beside it.

usage: installed_test.py PROGRAM, as it is in the build tree
"""

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

BUILD = os.path.dirname(os.path.dirname(os.path.abspath(sys.argv[1])))
GIVE_UP = 120  # seconds
folder = tempfile.mkdtemp(prefix="assay-installed.")
program = os.path.join(folder, "bin", "assay")
NOWHERE = "postgresql://nobody@/shop?host=" + os.path.join(folder, "no-server")


def run(*arguments):
    done = subprocess.run([program, *arguments], text=True, capture_output=True, check=False, timeout=GIVE_UP)
    return done.returncode, done.stdout, done.stderr


def needed():
    listed = subprocess.run(["ldd", program], text=True, capture_output=True, check=True).stdout
    return re.findall(r"^\s*(\S+)", listed, re.MULTILINE)


try:
    subprocess.run(["cmake", "--install", BUILD, "--prefix", folder], check=True, capture_output=True)
    data = os.path.join(folder, "shop.db")
    connection = sqlite3.connect(data)
    connection.execute("CREATE TABLE t (id INTEGER PRIMARY KEY)")
    connection.close()
    drivers = [os.path.join(at, name) for at, _, names in os.walk(folder) for name in names
               if name == "assay-postgres.so"]
    check("one driver is installed", len(drivers) == 1, drivers)
    check("the program loads without libpq", not any("libpq" in name for name in needed()), needed())

    code, _, err = run("audit", NOWHERE)
    check("the driver is found: that there is no server is its word",
          code == 3 and "no-server" in err and "driver" not in err, err)
    os.remove(drivers[0])
    code, _, err = run("audit", NOWHERE)
    check("without the driver, Postgres is an error that names it", code == 3 and "assay-postgres.so" in err, err)
    check("and says what to do", "install assay again" in err, err)
    code, out, err = run("audit", data, "--fail-on", "never")
    check("and SQLite works", code == 0 and "t" in out, err)
finally:
    shutil.rmtree(folder, ignore_errors=True)
finish()
