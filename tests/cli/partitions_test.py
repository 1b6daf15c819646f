#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tables with partitions or children in Postgres are read by ranges of pages, as others are: any number of
sessions finds the same, and no statement reads all of a large one.

usage: partitions_test.py PROGRAM; with ASSAY_TEST_POSTGRES, else it is skipped
"""

import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database

PROGRAM = sys.argv[1]
SKIPPED = 77
# Uneven, one level deeper, one without rows: about 45 MB, and the same by inheritance and as a plain table.
PLAIN = """
CREATE TABLE {} AS SELECT i::int8 AS id, i % 3 AS k, repeat('x', 850) AS t,
    '2026-01-01Z'::timestamptz + i * interval '1 minute' AS born
    FROM generate_series(1, 50000) AS i WHERE i NOT BETWEEN 31000 AND 31999;
INSERT INTO {} SELECT id, 5, t, born FROM {} WHERE id % 9000 = 1;
"""
TABLES = """
CREATE TABLE split (id int8, k int, t text, born timestamptz) PARTITION BY RANGE (id);
CREATE TABLE split_1 PARTITION OF split FOR VALUES FROM (0) TO (30000);
CREATE TABLE split_2 PARTITION OF split FOR VALUES FROM (30000) TO (31000);
CREATE TABLE split_3 PARTITION OF split FOR VALUES FROM (31000) TO (32000);
CREATE TABLE split_4 PARTITION OF split DEFAULT PARTITION BY LIST (k);
CREATE TABLE split_4a PARTITION OF split_4 FOR VALUES IN (0, 1);
CREATE TABLE split_4b PARTITION OF split_4 DEFAULT;
INSERT INTO split SELECT * FROM plain;
CREATE TABLE parent (LIKE plain);
CREATE TABLE child () INHERITS (parent);
INSERT INTO parent SELECT * FROM plain WHERE id <= 20000;
INSERT INTO child SELECT * FROM plain WHERE id > 20000;
"""
# What is of one run or one table, and not of its rows.
OF_A_RUN = {"run", "cost", "sources", "started_at", "finished_at", "duration_ms", "seconds", "snapshot_at"}


def without(value, names):
    if isinstance(value, dict):
        return {name: without(inner, names) for name, inner in value.items() if name not in names}
    return [without(inner, names) for inner in value] if isinstance(value, list) else value


def run(command, *flags):
    """@return the document and the COPY statements."""
    done = subprocess.run([PROGRAM, command, *flags, "--json", "-v"], capture_output=True, text=True, check=False,
                          timeout=300)
    return json.loads(done.stdout), [line for line in done.stderr.splitlines() if "COPY" in line]


def columns(document):
    """But for sums of doubles, which depend on the order of rows in their last digits."""
    return without(document["tables"][0]["columns"], {"mean", "stddev"})


def by_any_number_of_sessions(command, table, *flags):
    """@return the document."""
    alone, copies = run(command, server.url, "-t", table, "-j", "1", *flags)
    together, shared = run(command, server.url, "-t", table, "-j", "4", *flags)
    what = f"{command} {' '.join(flags)} of {table}"
    check(f"{what}: one session reads it in several statements", len(copies) > 1, copies)
    check(f"{what}: four sessions, too", len(shared) > 1, shared)
    check(f"{what}: each reads a range of pages", all("ctid" in line for line in copies + shared), copies)
    check(f"{what}: some of the other sessions read", len({line.split(":")[1] for line in shared}) > 1, shared)
    check(f"{what}: the document is the same", without(alone, OF_A_RUN) == without(together, OF_A_RUN),
          (without(alone, OF_A_RUN), without(together, OF_A_RUN)))
    return alone


if not SERVER:
    sys.exit(SKIPPED)
server = Database("partitions")
server.execute(PLAIN.replace("{}", "plain") + TABLES)
other = Database("no_partitions")
other.execute(PLAIN.replace("{}", "split") + PLAIN.replace("{}", "parent"))

plain = by_any_number_of_sessions("audit", "plain")
for name in ("split", "parent"):
    document = by_any_number_of_sessions("audit", name)
    check(f"audit of {name} finds what it finds in the plain table", columns(document) == columns(plain),
          (columns(document), columns(plain)))
    document = by_any_number_of_sessions("dedupe-check", name, "-k", "id")
    check(f"dedupe-check of {name} finds the keys that are there twice",
          document["checks"][0]["evidence"]["surplus_rows"] == 6, document["checks"][0])
    document = by_any_number_of_sessions("audit", name, "--where", "k < 2 AND id > 500")
    check(f"audit --where of {name} counts the rows of the condition",
          document["tables"][0]["rows"]["value"] == 32333, document["tables"][0]["rows"])
    document, _ = run("audit", server.url, "-t", name, "-j", "4", "--explain")
    check(f"audit --explain of {name} tells the ranges", document["plan"][1].get("parts", 0) > 1, document["plan"])
    document, copies = run("volume-diff", server.url, other.url, "-t", name, "--rows", "-k", "id,k", "--jobs", "4")
    check(f"volume-diff of {name} and a plain table finds the same rows",
          [result["status"] for result in document["checks"] if result["id"] == "volume.rows"] == ["pass"],
          document["checks"])

document, _ = run("audit", server.url)
check("a partition that has partitions is left out like the others",
      [table["name"] for table in document["tables"]] == ["child", "parent", "plain", "split"], document["tables"])
document, _ = run("audit", server.url, "-t", "split_4")
check("and it is read when it is named", document["tables"][0]["rows"]["value"] > 18000, document["tables"])

# A foreign table has no pages: what stands above it is one statement.
server.execute("CREATE EXTENSION file_fdw; CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;"
               "CREATE FOREIGN TABLE split_file PARTITION OF split FOR VALUES FROM (90000) TO (90001) SERVER files"
               " OPTIONS (program 'printf \"90000,1,far,2026-01-01Z\\n\"', format 'csv')")
document, copies = run("audit", server.url, "-t", "split", "-j", "4")
check("the rows of a foreign partition are read", document["tables"][0]["rows"]["value"] == 49007,
      document["tables"][0]["rows"])
check("with the others, in one statement", len(copies) == 1 and "ctid" not in copies[0], copies)
finish()
