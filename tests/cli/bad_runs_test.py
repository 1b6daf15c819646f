#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""volume-diff with --history: a bad run, a repair, and another run, which is compared with the last
good one. What a run finds stays a finding until it is repaired or accepted.

usage: bad_runs_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import stores

PROGRAM = sys.argv[1]
TABLE = "bad_runs_test"
NULLS = f"{TABLE}.v.null_fraction"
MEAN = f"{TABLE}.v.mean"
folder = tempfile.mkdtemp(prefix="assay-bad-runs.")


class Sequence:
    """A table and the history of the runs on it, one a day unless a time is told."""

    count = 0

    def __init__(self, store, *arguments):
        Sequence.count += 1
        self.store = store
        self.arguments = arguments
        self.history = os.path.join(folder, f"{Sequence.count}.history")
        self.day = 0
        store.execute(f"DROP TABLE IF EXISTS {TABLE};\nCREATE TABLE {TABLE} (v INTEGER);\n")

    def load(self, rows, value="i % 100"):
        self.store.execute(f"DELETE FROM {TABLE};\nINSERT INTO {TABLE} {self.store.numbers.format(value, rows)};\n")

    def run(self, *more, command="volume-diff", hour=0):
        """A new day begins with hour 0."""
        self.day += 1 if hour == 0 else 0
        arguments = [*(self.arguments if command == "volume-diff" else ["-t", TABLE]), *more]
        now = (datetime(2024, 1, 1) + timedelta(days=self.day, hours=hour)).isoformat() + "Z"
        done = subprocess.run([PROGRAM, command, self.store.url, *arguments, "--history", self.history, "--now", now,
                               "--json"], capture_output=True, text=True, check=False)
        return done.returncode, {one["id"]: one for one in json.loads(done.stdout)["checks"]}

    def statuses(self, *loads, more=()):
        """The exit status of a run after each load."""
        found = []
        for load in loads:
            self.load(*load) if isinstance(load, tuple) else self.load(load)
            found.append(self.run(*more)[0])
        return found


def rows_that_are_lost(store):
    runs = Sequence(store, "-t", TABLE, "--append-only")
    check(f"{store.name}: rows that are lost stay lost", runs.statuses(1000, 1000, 1000, 500, 500, 500) ==
          [0, 0, 0, 1, 1, 1])
    check(f"{store.name}: until they are back", runs.statuses(999, 1000, 1001) == [1, 0, 0])
    runs.load(800)
    check(f"{store.name}: other rows have a past of their own", runs.run("--where", "v < 200")[0] == 0)
    runs.load(700)
    check(f"{store.name}: and are lost for themselves", runs.run("--where", "v < 200")[0] == 1)
    status, checks = runs.run("--accept")
    check(f"{store.name}: a run that accepts a finding has it", status == 1 and checks["volume.shrunk"]["message"] ==
          "301 rows fewer than 3 d before: 700 are left" and "--accept" in checks["volume.shrunk"]["remedy"], checks)
    status, checks = runs.run()
    check(f"{store.name}: and later ones do not", status == 0 and checks["volume.shrunk"]["message"] ==
          "700 rows, 700 before", checks)
    check(f"{store.name}: fewer rows than that are lost again", runs.statuses(699, 699) == [1, 1])


def numbers_of_rows(store):
    runs = Sequence(store, "-t", TABLE)
    check(f"{store.name}: a number of rows is usual", runs.statuses(*[1000 + 10 * i for i in range(10)]) == [0] * 10)
    check(f"{store.name}: half of them are not, on any day", runs.statuses(*[500] * 6) == [1] * 6)
    status, checks = runs.run()
    check(f"{store.name}: nor are they what growth is measured by", checks["volume.growth"]["status"] == "skipped",
          checks)
    runs.load(1100)
    status, checks = runs.run(hour=1)
    check(f"{store.name}: what was repaired is no finding", status == 0, checks)
    check(f"{store.name}: nor is the day after it", runs.statuses(1110) == [0])
    check(f"{store.name}: rows that came twice are one", runs.statuses(2220) == [1])
    runs.load(1120)
    status, checks = runs.run(hour=1)
    check(f"{store.name}: and their repair is none", status == 0 and checks["volume.shrunk"]["message"] ==
          "1,120 rows, 1,110 before", checks)

    runs = Sequence(store, "-t", TABLE)
    runs.statuses(*[1000] * 10)
    check(f"{store.name}: another number of rows takes some days to be accepted",
          runs.statuses(*[3000] * 4, more=["--accept"]) == [1] * 4)
    check(f"{store.name}: and then it is usual", runs.statuses(3000, 3000) == [0, 0])


def days(store):
    runs = Sequence(store, "-t", TABLE)
    store.execute(f"DROP TABLE {TABLE};\nCREATE TABLE {TABLE} (at TIMESTAMP);\n")

    def load(day, rows):
        at = f"'{datetime(2024, 1, 1, 6) + timedelta(days=day)}'"
        store.execute(f"INSERT INTO {TABLE} {store.numbers.format(at, rows)};\n")

    def run_after(rows):
        load(runs.day, rows)
        return runs.run()[0]

    def left_out(*more):
        learned = runs.run("--dry-learn", *more, hour=3)[1]["volume.anomaly"]["evidence"]["learned"]
        return {one["why"]: one["points"] for one in learned["left_out"]}.get("a run found it wrong", 0)

    for day in range(-20, 0):
        load(day, 1000)
    check(f"{store.name}: days that were wrong never become usual",
          [run_after(rows) for rows in [1000, 400, 1000, 1000, 400, 1000, 1000, 400]] == [0, 1, 0, 0, 1, 0, 0, 1])
    check(f"{store.name}: a day that is wrong is so an hour later", runs.run(hour=1)[0] == 1)
    check(f"{store.name}: a good day after them is good", run_after(1000) == 0)
    check(f"{store.name}: they are told to be left out", left_out() == 3)
    check(f"{store.name}: days of other rows, and weeks, have a past of their own",
          (left_out("--where", "1 = 1"), left_out("--by", "week")) == (0, 0))
    check(f"{store.name}: a day that came late is wrong", run_after(500) == 1)
    load(runs.day - 1, 500)
    check(f"{store.name}: until it is there", runs.run(hour=1)[0] == 0)
    check(f"{store.name}: another number of rows is wrong", run_after(1500) == 1)
    check(f"{store.name}: and may be accepted", runs.run("--accept", hour=1)[0] == 1)
    check(f"{store.name}: which another run does not take back", runs.run(hour=2)[0] == 1)
    run_after(1000)
    check(f"{store.name}: repaired and accepted days are the past", left_out() == 3)


def metrics(store):
    runs = Sequence(store, "--metric", NULLS)
    half = (1000, "CASE WHEN i % 2 = 0 THEN i END")
    some = (1000, "CASE WHEN i % 50 <> 0 THEN i END")
    runs.statuses(*[some] * 10)
    check(f"{store.name}: a column of which half is NULL never becomes usual", runs.statuses(*[half] * 8) == [1] * 8)
    check(f"{store.name}: and once it is repaired all is well", runs.statuses(some) == [0])
    runs.load(*half)
    runs.run(command="audit")
    status, checks = runs.run("--metric", MEAN)
    points = checks["volume.metric"]["evidence"]["points"]
    check(f"{store.name}: runs that were bad by one metric are the past of others", points == 20, checks)

    runs = Sequence(store, "--metric", NULLS)
    runs.statuses(*[some] * 8)
    check(f"{store.name}: a lasting change takes some days to be accepted", runs.statuses(*[half] * 4, more=["--accept"])
          == [1] * 4)
    check(f"{store.name}: and then it is usual", runs.statuses(half, half) == [0, 0])

    runs = Sequence(store, "--metric", MEAN)
    check(f"{store.name}: a mean is judged by good runs too", runs.statuses(*[(1000, "100 + i % 3")] * 8, *[(1000, "300")] * 6,
          (1000, "100 + i % 3")) == [0] * 8 + [1] * 6 + [0])


def distributions(store):
    runs = Sequence(store, "-t", TABLE, "--distribution")
    good, bad = (1000, "i % 100"), (1000, "i % 100 + 70")
    check(f"{store.name}: a distribution is held against that of the last good run",
          runs.statuses(good, bad, bad, good, good) == [0, 1, 1, 0, 0])
    runs.load(*bad)
    check(f"{store.name}: a finding of the morning", runs.run()[0] == 1)
    check(f"{store.name}: is one an hour later", runs.run(hour=1)[0] == 1)
    runs.load(1000, "i % 100 + 2")
    check(f"{store.name}: and repaired in the evening", runs.run(hour=2)[0] == 0)
    runs.load(1000, "i % 100 + 3")
    status, checks = runs.run()
    median = checks["volume.distribution"]["evidence"]["quantiles"]["0.5"]
    check(f"{store.name}: what was repaired is the past", median["b"] - median["a"] == 1, median)
    runs.load(*bad)
    status, checks = runs.run("--accept", hour=1)
    check(f"{store.name}: an accepted distribution is told", status == 1 and "--accept" in
          checks["volume.distribution"]["remedy"], checks)
    check(f"{store.name}: and is the past from then on", runs.statuses(bad, good) == [0, 1])


for place in stores(folder):
    rows_that_are_lost(place)
    numbers_of_rows(place)
    days(place)
    metrics(place)
    distributions(place)
    place.execute(f"DROP TABLE {TABLE};\n")
shutil.rmtree(folder)
finish()
