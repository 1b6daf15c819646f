#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""volume-diff --distribution of one database: what changed since an earlier run kept quantiles and
frequent values.

usage: distribution_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import stores

PROGRAM = sys.argv[1]
TABLE = "distribution_test"
folder = tempfile.mkdtemp(prefix="assay-distribution.")


def history_of(store):
    return os.path.join(folder, store.name + ".history")


def damage(store, column):
    connection = sqlite3.connect(history_of(store))
    connection.execute("UPDATE sketch SET state = x'00' WHERE subject_id IN (SELECT subject_id FROM subject "
                       "WHERE column_name = ?)", (column,))
    connection.commit()
    connection.close()


def run(store, day, *arguments, command=("volume-diff", "--distribution")):
    done = subprocess.run([PROGRAM, command[0], store.url, "-t", TABLE, *command[1:], "--history",
                           history_of(store), "--now", f"2024-01-{day:02}T00:00:00Z", "--json",
                           *arguments], capture_output=True, text=True, check=False)
    checks = json.loads(done.stdout)["checks"]
    return done.returncode, {one["columns"][0]: one for one in checks if one["id"] == "volume.distribution"}


def runs(store):
    store.execute(f"DROP TABLE IF EXISTS {TABLE};\nCREATE TABLE {TABLE} (v INTEGER, r DOUBLE PRECISION, mixed DOUBLE PRECISION, "
                  "state TEXT, flag BOOLEAN, code TEXT);\n"
                  f"INSERT INTO {TABLE} " + store.numbers.format(
                      "i % 1000, i / 3.0, i, CASE WHEN i % 10 < 7 THEN 'open' WHEN i % 10 < 9 THEN 'paid' END, "
                      "i % 3 = 0, 'c' || i", 6000) + ";\n")
    status, checks = run(store, 1, command=("audit",))
    check(f"{store.name}: an audit says nothing of it", not checks)
    status, checks = run(store, 2)
    check(f"{store.name}: what an audit kept is the past", status == 0 and
          {one["status"] for name, one in checks.items() if name != "code"} == {"pass"} and len(checks) == 6, checks)
    check(f"{store.name}: texts of which none is frequent are never a pass", checks["code"]["message"] ==
          "no value is frequent enough to compare its shares", checks["code"])
    store.execute(f"UPDATE {TABLE} SET v = v + 200, r = r * 1.02, state = CASE WHEN v % 10 < 3 THEN 'lost' ELSE state END, "
                  "flag = (v % 2 = 0);\n")
    status, checks = run(store, 3)
    check(f"{store.name}: what moved is told", status != 0 and checks["v"]["status"] == "fail", checks["v"])
    check(f"{store.name}: by how much", checks["v"]["evidence"]["quantiles"]["0.5"]["b"]
          - checks["v"]["evidence"]["quantiles"]["0.5"]["a"] == 200, checks["v"])
    check(f"{store.name}: and what hardly moved is not", checks["r"]["status"] == "pass", checks["r"])
    check(f"{store.name}: of texts the shares", checks["state"]["message"] ==
          "spread in another way: PSI 2.915, shares changed by up to 33.3 %, of 5,400 and 5,400 values; "
          "'open' 77.8 % before, 44.4 % now; 'lost' 0 % before, 33.3 % now; 'paid' 22.2 % before, 22.2 % now", checks["state"])
    check(f"{store.name}: the counts are those of both runs", [checks["state"]["evidence"]["categories"][0][name] for name in
          ("value", "count_a", "count_b")] == ["open", 4200, 2400] and checks["state"]["evidence"]["nulls_b"] == 600,
          checks["state"])
    check(f"{store.name}: and truth values", checks["flag"]["status"] == "fail" and "true 33.3 % before, 50 % now" in
          checks["flag"]["message"], checks["flag"])
    check(f"{store.name}: ranks of many values are estimates", [checks[name]["method"] for name in ("v", "state")] ==
          ["estimate", "exact"], checks["v"])
    status, checks = run(store, 4)
    check(f"{store.name}: and told again the next day", checks["v"]["status"] == checks["state"]["status"] == "fail", checks)
    run(store, 5, "--accept")
    status, checks = run(store, 6)
    check(f"{store.name}: once it was accepted it is the past", checks["v"]["status"] == checks["state"]["status"] == "pass",
          checks)
    status, checks = run(store, 7, "--ignore", "V")
    check(f"{store.name}: columns can be left out", set(checks) == {"r", "mixed", "state", "flag", "code"}, checks)
    damage(store, "state")
    status, checks = run(store, 8)
    check(f"{store.name}: what cannot be read again is an error of its column", status == 3 and
          {name for name, one in checks.items() if one["status"] == "error"} == {"state"} and checks["v"]["status"] == "pass",
          checks)
    status, checks = run(store, 9)
    check(f"{store.name}: until the next run", checks["state"]["status"] == "pass", checks)
    store.execute(f"DELETE FROM {TABLE};\n")
    status, checks = run(store, 10)
    check(f"{store.name}: no rows are never a pass", {one["status"] for one in checks.values()} == {"skipped"}, checks)
    store.execute(f"DROP TABLE {TABLE};\n")


for place in stores(folder):
    runs(place)
shutil.rmtree(folder)
finish()
