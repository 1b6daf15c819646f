#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""In a table of SQLite with long rows dedupe-check reads the keys in an index, and tells everything
as it would without that index, and as GROUP BY does; a damaged index is noticed.

usage: dedupe_index_test.py PROGRAM
"""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
ROWS = 4_000
# What SQLite and we take for equal is not always the same: these are compared with the table alone.
MIXED = [None, 0, 0.0, -0.0, 1, 1.0, "1", "1.0", b"1", 2**53, 2.0**53, 2**53 + 1, 2**62, 2.0**62, 1e300, "1e300",
         "1.10", "1.1", 1.1, "A", "a", "a ", "", b"", b"\xff", "é", "e\u0301", "2024-01-01", "2024-01-01T00:00:00",
         "2024-01-01 00:00:00Z", "2024-01-01 01:00:00+01:00", 1704067200, "a\0b",
         "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff", float("inf")]
TYPES = ["", "TEXT", "INTEGER", "REAL", "BLOB", "DECIMAL(9, 2)", "UUID", "TIMESTAMP", "DATE", "BOOLEAN", "JSON",
         "VARCHAR(9) COLLATE NOCASE", "TEXT COLLATE RTRIM"]
folder = tempfile.mkdtemp(prefix="assay-index.")


def document(path, *flags):
    done = subprocess.run([PROGRAM, "dedupe-check", path, "-t", "t", "--values", "all", "--fail-on", "never", "--json",
                           *flags], capture_output=True, text=True, check=False, timeout=120)
    return json.loads(done.stdout) if done.returncode == 0 else {"error": done.stderr}


def told(path, *flags):
    """@return the index that was read, and everything else that is told of the key."""
    found = document(path, *flags)
    if "error" in found:
        return found, None
    result = found["checks"][0]
    evidence = dict(result["evidence"])
    index = evidence.pop("counted_in", None)
    evidence.pop("spilled_bytes", None)
    evidence.pop("unique", None)
    return index, [result["status"], re.sub(r", as index[^;]*", "", result["message"]), evidence]


def planned(path, *flags):
    return [step["why"] for step in document(path, *flags, "--explain")["plan"] if step["action"] == "scan"][0]


def make(path, types, index, rows, before=""):
    """A file whose table t has this index, and one whose table has none."""
    for name, also in ((path, index), (path + ".plain", "")):
        connection = sqlite3.connect(name)
        connection.executescript(before + "CREATE TABLE t (id INTEGER PRIMARY KEY, " + ", ".join(
            f"c{i} {type_of}" for i, type_of in enumerate(types)) + ", at TIMESTAMP, long TEXT);")
        marks = ", ".join("?" for _ in types)
        connection.executemany(f"INSERT INTO t VALUES (?, {marks}, ?, printf('%1200s', ''))", rows)
        # Texts that are not UTF-8 cannot be bound.
        connection.execute("UPDATE t SET c0 = CAST(x'ff41' AS TEXT) WHERE id % 397 = 0")
        connection.executescript(also)
        connection.close()


def group_by(path, columns, nulls):
    """The numbers as SQLite has them; which keys are equal is for it to say."""
    names = ", ".join(columns)
    is_null = " OR ".join(f"{name} IS NULL" for name in columns)
    connection = sqlite3.connect(path)
    groups = connection.execute(f"SELECT count(*), {is_null} FROM t GROUP BY {names}").fetchall()
    connection.close()
    null_rows = sum(rows for rows, has_null in groups if has_null)
    sizes = [rows for rows, has_null in groups if nulls == "equal" or not has_null]
    return {"rows": sum(rows for rows, _ in groups), "distinct_keys": len(sizes),
            "duplicated_keys": sum(rows > 1 for rows in sizes), "surplus_rows": sum(rows - 1 for rows in sizes),
            "largest_group": max(sizes), "null_key_rows": null_rows}


def same_as_table(what, path, key, is_grouped):
    for nulls in ("distinct", "equal", "skip"):
        flags = ["-k", key, "--nulls", nulls]
        index, answer = told(path, *flags)
        none, plain = told(path + ".plain", *flags)
        check(f"{what}, --nulls {nulls}: the index is read", (index, none) == ("t_key", None), (index, none))
        check(f"{what}, --nulls {nulls}: the answer of the table", answer == plain, (answer, plain))
        for more in (["--verify"], ["--memory", "64KiB"], ["--jobs", "1"], ["--limit", "0"]):
            by_index = told(path, *flags, *more)
            by_table = told(path + ".plain", *flags, *more)
            check(f"{what}, --nulls {nulls} {more}: the answer of the table", by_index[1] == by_table[1],
                  (by_index, by_table))
            check(f"{what}, --nulls {nulls} {more}: the index is read, but for --verify",
                  by_index[0] == (None if more == ["--verify"] else "t_key"), by_index[0])
        if is_grouped:
            numbers = {name: answer[2][name] for name in group_by(path, key.split(","), nulls)}
            check(f"{what}, --nulls {nulls}: the numbers of GROUP BY", numbers == group_by(path, key.split(","), nulls),
                  (numbers, group_by(path, key.split(","), nulls)))


def random_tables():
    for seed in range(12):
        dice = random.Random(seed)
        types = [dice.choice(TYPES), dice.choice(TYPES)]
        is_grouped = seed % 3 == 0
        if is_grouped:
            types = ["INTEGER", "TEXT"]
        spread = dice.choice([3, 60, 3000])

        def value(column):
            if is_grouped:
                number = dice.randrange(spread)
                return None if number == 1 else number if column == 0 else f"k{number % 7}"
            return dice.choice(MIXED) if dice.randrange(3) else dice.randrange(spread)

        rows = [(number + (10**12 if number > ROWS // 2 else 0), value(0), value(1),
                 f"2024-01-{dice.randrange(1, 29):02} 00:00:00") for number in range(ROWS)]
        order = dice.choice(["c0, c1", "c1, c0", "c1 DESC, c0", "c0, c1, at", "c1, c0 DESC, id"])
        order = ", ".join(part.split(" ")[0] + " COLLATE BINARY" +
                          (" DESC" if part.endswith("DESC") else "") for part in order.split(", "))
        path = os.path.join(folder, f"random{seed}.db")
        before = dice.choice(["", "PRAGMA encoding = 'UTF-16';", "PRAGMA page_size = 16384;",
                              "PRAGMA journal_mode = WAL;"])
        make(path, types, f"CREATE INDEX t_key ON t ({order});", rows, before)
        what = f"table {seed}, {types}, ({order}), {before}"
        same_as_table(what, path, dice.choice(["c0,c1", "c1,c0"]), is_grouped)


def damaged_indexes():
    def change(path, sql):
        """The table, while SQLite does not know of the index."""
        connection = sqlite3.connect(path)
        connection.executescript("""
CREATE TABLE saved AS SELECT * FROM sqlite_schema WHERE name = 't_key';
PRAGMA writable_schema = ON;
DELETE FROM sqlite_schema WHERE name = 't_key';
PRAGMA writable_schema = RESET;""" + sql + """
PRAGMA writable_schema = ON;
INSERT INTO sqlite_schema SELECT * FROM saved;
PRAGMA writable_schema = RESET;
DROP TABLE saved;""")
        connection.close()

    rows = [(number, f"k{number % 3990}", "2024-01-01 00:00:00") for number in range(ROWS)]
    for what, sql, is_planned in (
            ("misses the last row", f"INSERT INTO t VALUES ({ROWS}, 'k1', NULL, NULL);", False),
            ("names rows that are not there", f"DELETE FROM t WHERE id BETWEEN {ROWS - 10} AND {ROWS - 2};", True),
            ("names first rows that are not there", "DELETE FROM t WHERE id BETWEEN 1 AND 4;", True),
            ("has former keys of rows", "UPDATE t SET c0 = 'new' || id WHERE id BETWEEN 1 AND 4;", True)):
        path = os.path.join(folder, what.replace(" ", "_"))
        make(path, ["TEXT"], "CREATE INDEX t_key ON t (c0);", rows)
        for file in (path, path + ".plain"):
            change(file, sql) if file == path else sqlite3.connect(file).executescript(sql).connection.close()
        answer, plain = told(path, "-k", "c0"), told(path + ".plain", "-k", "c0")
        check(f"an index that {what}: the table is read", answer == plain and answer[0] is None, (answer, plain))
        why = planned(path, "-k", "c0")
        check(f"an index that {what}: the plan says what it can know",
              ("is read instead" in why) == is_planned and
              ("it is damaged and misses rows of the table: REINDEX mends it" in why) != is_planned, why)


random_tables()
damaged_indexes()
shutil.rmtree(folder)
finish()
