#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""dedupe-check tells of a SQLite table without a rowid what it tells of the same table with one, but
that the primary key leads to the rows; and why a view has duplicates, although nothing leads to its rows.

usage: without_rowid_test.py PROGRAM
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
folder = tempfile.mkdtemp(prefix="assay-rowid.")
PATH = os.path.join(folder, "t.db")
COLUMNS = "id INTEGER NOT NULL PRIMARY KEY, code TEXT, city TEXT, price, loaded_at TEXT"


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def execute(sql):
    connection = sqlite3.connect(PATH)
    connection.executescript(sql)
    connection.commit()
    connection.close()


def run(*arguments):
    return subprocess.run([PROGRAM, "dedupe-check", PATH, "--history", "none", *arguments],
                          capture_output=True, text=True, check=False, timeout=300)


def checks_of(table, *arguments):
    """The checks of a table, without what differs between any two runs."""
    done = run("-t", quoted(table), "--json", *arguments)
    try:
        checks = json.loads(done.stdout)["checks"]
    except ValueError:
        return done.stdout + done.stderr
    for one in checks:
        for name in ("table", "duration_ms", "fingerprint"):
            one.pop(name, None)
        one["evidence"].pop("spilled_bytes", None)  # other places take other room
    return checks


def with_keys(value):
    """The same, with {"id": 17} for the rowid 17, and statements for the other table."""
    if isinstance(value, str):
        return value.replace('"placed', '"compact')
    if isinstance(value, dict):
        return {name: [{"id": int(place)} for place in entry] if name == "places" else with_keys(entry)
                for name, entry in value.items()}
    return [with_keys(entry) for entry in value] if isinstance(value, list) else value


def first_difference(left, right, path=""):
    if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
        return next((first_difference(left[name], right[name], f"{path}.{name}") for name in left
                     if left[name] != right[name]), None)
    if isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        return next((first_difference(left[i], right[i], f"{path}[{i}]") for i in range(len(left))
                     if left[i] != right[i]), None)
    return path, left, right


def without_places(value):
    if isinstance(value, dict):
        return {name: without_places(entry) for name, entry in value.items() if name not in ("places", "unplaced")}
    return [without_places(entry) for entry in value] if isinstance(value, list) else value


def random_rows(count, seed):
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        code = dice.choice([None, "a", "A", "b ", "b", "Ö", "x" * 600, str(dice.randrange(count // 3 + 1))])
        rows.append((number * 3 - count, code, dice.choice([None, "x", "X", "y"]),
                     dice.choice([1, 1.0, "1", None, b"\x00\xff", 2.5]),
                     dice.choice([None, "2024-01-01 06:00:00", "2024-01-01 06:00:10", "2024-01-02", "no time"])))
    return rows


def is_the_same(name, rows):
    execute("DROP TABLE IF EXISTS placed; DROP TABLE IF EXISTS compact; DROP VIEW IF EXISTS seen;"
            f"CREATE TABLE placed ({COLUMNS}); CREATE TABLE compact ({COLUMNS}) WITHOUT ROWID;"
            "CREATE VIEW seen AS SELECT * FROM placed;")
    connection = sqlite3.connect(PATH)
    for table in ("placed", "compact"):
        connection.executemany(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    for arguments in (["-k", "code"], ["-k", "code,city"], ["-k", "code", "-k", "city,price"],
                      ["-k", "code", "--nulls", "equal"], ["-k", "code", "--nulls", "skip", "--values", "all"],
                      ["-k", "code", "--values", "none"], ["-k", "code", "--where", "price = 1"],
                      ["-k", "code", "-c", "price"], ["--ignore", "id,price,loaded_at"],
                      ["-k", "code", "--memory", "64KiB"], ["-k", "code", "--limit", "0"],
                      ["-k", "code", "--limit", "1"], ["-k", "code,city,price,loaded_at"],
                      ["-k", "code", "--fold", "case,space"], ["-k", "code", "--fold", "case,space", "--values", "all"],
                      ["--within", "1m", "-k", "code"], ["--within", "1m", "-k", "code", "--actor", "city"]):
        placed = checks_of("placed", *arguments)
        compact = checks_of("compact", *arguments)
        check(f"{name}: {' '.join(arguments)}: a primary key stands for the rowid",
              with_keys(placed) == compact, first_difference(with_keys(placed), compact))
        # The primary key of a view is not known: what numbers the rows is left out for it.
        if "-k" in arguments and "--where" not in arguments:
            hidden = [*arguments, "--limit", "1000"] if "--limit" not in arguments else arguments
            counts = [[one["evidence"].get(key) for key in ("rows", "surplus_rows", "retries", "missed_groups")]
                      for one in checks_of("seen", *hidden)]
            check(f"{name}: {' '.join(arguments)}: a view has the same numbers",
                  counts == [[one["evidence"].get(key) for key in ("rows", "surplus_rows", "retries", "missed_groups")]
                             for one in placed], counts)


def views():
    execute("CREATE TABLE t (code TEXT, city TEXT, loaded_at TEXT);"
            "INSERT INTO t VALUES ('a', 'x', '2024-01-01'), ('a', 'x', '2024-01-02'), ('b', 'x', '2024-01-01'),"
            "('b', 'y', '2024-01-01'), ('c', 'x', NULL), ('c', 'x', NULL), ('d', 'x', NULL);"
            "CREATE VIEW v AS SELECT * FROM t;")
    for arguments in (["-k", "code"], ["-k", "code", "-k", "city"], ["-k", "code", "--nulls", "equal", "--where", "city = 'x'"]):
        of_table = checks_of("t", *arguments)
        of_view = checks_of("v", *arguments)
        for one in of_table + of_view:
            one["evidence"].pop("unique")
            one.pop("remedy")
        check(f"a view tells why it has duplicates: {arguments}",
              without_places(of_table) == without_places(of_view) and "why" in of_view[0]["evidence"],
              (of_table, of_view))
        check(f"and that nothing leads to its rows: {arguments}",
              all(one["evidence"]["unplaced"] == "none: the rows of a view stand nowhere" for one in of_view), of_view)
    for arguments in (["-k", "code", "--fold", "case"], ["--within", "1d", "-k", "city"]):
        of_view = checks_of("v", *arguments)
        shown = [one for one in of_view if one["evidence"]["groups"]]
        check(f"so do other checks: {arguments}", shown and all("unplaced" in one["evidence"] for one in shown), of_view)
    of_view = checks_of("v", "-k", "code", "--values", "none")
    check("nothing is said of places that nobody may see", "unplaced" not in of_view[0]["evidence"], of_view)


def other_rows_each_time():
    execute("CREATE VIEW dice AS SELECT abs(random() % 20) AS k, code FROM placed;")
    for arguments in (["-k", "k"], ["-k", "k", "--fold", "case"]):
        done = run("-t", "dice", *arguments)
        check(f"a view that gives other rows each time is told as one: {arguments}",
              done.returncode == 3 and "random()" in done.stdout, (done.returncode, done.stdout))
    done = run("-t", "dice", "-k", "k", "--limit", "0")
    check("and is counted by who reads it once", done.returncode == 1, done.stdout)


def hostile_keys():
    """Whatever the primary key is made of, it is told in its own order, and masked where it is a text."""
    execute("""CREATE TABLE "odd ""name
" ("the ""key
" TEXT COLLATE NOCASE, part BLOB, no REAL, code TEXT, twice AS (no * 2),
            PRIMARY KEY ("the ""key
" DESC, part, no DESC)) WITHOUT ROWID;
        INSERT INTO "odd ""name
" VALUES ('Zoe', x'00ff', 2, 'c'), ('Zoe', x'00', 1.5, 'c'), ('adam', 'text', -1, 'c'), ('Eve', 7, 1, 'd'),
         ('\x1b[31mred', x'', 3, 'd');""")
    table = 'odd "name\n'
    key = 'the "key\n'
    groups = checks_of(table, "-k", "code")[0]["evidence"]["groups"]
    check("the primary key comes in its order, and texts of it as masks",
          groups[0]["places"] == [{key: "Aa{2}", "part": "1 byte", "no": 1.5},
                                  {key: "Aa{2}", "part": "2 bytes", "no": 2},
                                  {key: "a{4}", "part": "a{4}", "no": -1}], groups)
    check("what no column numbers conflicts", groups[0]["cause"] == "versions" and
          groups[0]["conflicts"] == [key, "part", "no", "twice"], groups)
    everything = checks_of(table, "-k", "code", "--values", "all")[0]["evidence"]["groups"]
    check("whoever may see values sees the primary key", everything[0]["places"][0][key] == "Zoe", everything)
    nothing = checks_of(table, "-k", "code", "--values", "none")[0]["evidence"]["groups"]
    check("whoever may see none does not", all("places" not in group for group in nothing), nothing)
    text = run("-t", quoted(table), "-k", "code", "--values", "all").stdout
    check("on a terminal it is escaped", "\x1b" not in text and "at primary key (the" in text, text)
    execute("CREATE TABLE shared (code TEXT, n INTEGER, PRIMARY KEY (code, n)) WITHOUT ROWID;"
            "INSERT INTO shared VALUES ('frequent', 1), ('frequent', 2), ('frequent', 3), ('frequent', 4),"
            "('frequent', 5), ('rare', 1), ('rare', 2);")
    groups = checks_of("shared", "-k", "code")[0]["evidence"]["groups"]
    check("what all rows of a group share is shown as its key is",
          [group["places"][0] for group in groups] == [{"code": "frequent", "n": 1}, {"code": "a{4}", "n": 1}], groups)


def large():
    """More groups, and larger ones, than are read again by their places."""
    execute("CREATE TABLE large (id INTEGER PRIMARY KEY, code INTEGER, city TEXT) WITHOUT ROWID;"
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
            "INSERT INTO large SELECT i, CASE WHEN i % 2 THEN 0 ELSE i % 5000 END, CASE WHEN i = 99999 THEN 'y' ELSE 'x' END FROM n;")
    evidence = checks_of("large", "-k", "code")[0]["evidence"]
    check("every row of a large group is compared",
          evidence["groups"][0]["conflicts"] == ["city"] and evidence["groups"][0]["count"] == 50020 and
          evidence["cause"]["unknown"] == 0, evidence)
    check("the thousand largest groups are looked into",
          evidence["cause"]["groups"] == 1000 and evidence["cause"]["reinsert"] == 999 and
          evidence["why"].startswith("of the 1,000 largest groups"), evidence)
    check("its first rows are the first ones of the table",
          evidence["groups"][0]["places"] == [{"id": 1}, {"id": 3}, {"id": 5}], evidence)
    less = checks_of("large", "-k", "code", "--memory", "64KiB")[0]["evidence"]
    check("memory changes nothing", less == evidence, less)
    both = checks_of("large", "-k", "code", "--against", PATH + ":large")[0]["evidence"]["groups"]
    check("keys in two tables are shown with their rows on both sides",
          both[0]["places"] == [{"id": 1}, {"id": 3}, {"id": 5}] == both[0]["places_against"], both)


for number in range(4):
    is_the_same(f"table {number}", random_rows([7, 40, 400, 3000][number], number))
views()
other_rows_each_time()
hostile_keys()
large()
shutil.rmtree(folder)
finish()
