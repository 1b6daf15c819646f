#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs a fuzz target on its seeds and on what becomes of them.

usage: run.py PROGRAM TARGET SECONDS [FOLDER]

PROGRAM is a target with libFuzzer or with the driver of our own; both take the same arguments. What
it finds, it leaves in FOLDER (default: a temporary folder, kept when something was found). The
number that ASSAY_FUZZ_SEED holds makes it change the seeds in the same way again; without it one is
chosen and printed.
"""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def text_seeds(target):
    """The lines of a file, each a seed; \\n and \\x.. in them stand for what cannot be in a line."""
    with open(os.path.join(HERE, "seeds", target + ".txt"), encoding="utf-8") as file:
        return [line.rstrip("\n").encode().decode("unicode_escape").encode("latin-1")
                if "\\" in line else line.rstrip("\n").encode() for line in file]


def sqlite_seeds():
    """Small files with every sort of page: tables, indexes, overflow, free pages, several modes."""
    statements = """
        CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT NOT NULL, at TIMESTAMP, n REAL);
        CREATE UNIQUE INDEX orders_name ON orders (name);
        CREATE TABLE lines (order_id INTEGER REFERENCES orders (id), k TEXT, v,
                            PRIMARY KEY (order_id, k)) WITHOUT ROWID;
        CREATE VIEW large AS SELECT * FROM orders WHERE n > 3;
        CREATE TABLE gone (v); INSERT INTO gone VALUES (zeroblob(900)); DROP TABLE gone;
        WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 30)
        INSERT INTO orders SELECT i, 'name ' || i, '2026-11-' || (10 + i % 20), i / 3.0 FROM c;
        INSERT INTO lines SELECT id, 'k', CASE id % 4 WHEN 0 THEN NULL WHEN 1 THEN x'00ff'
                                          WHEN 2 THEN 1e300 ELSE name END FROM orders;
        INSERT INTO orders VALUES (99, printf('%.*c', 1500, 'x'), NULL, 9e999);"""
    seeds = []
    folder = tempfile.mkdtemp(prefix="assay-fuzz.")
    for number, pragma in enumerate(("page_size = 512", "page_size = 1024; PRAGMA journal_mode = wal",
                                     "page_size = 512; PRAGMA auto_vacuum = incremental",
                                     "page_size = 512; PRAGMA encoding = 'UTF-16le'")):
        path = os.path.join(folder, f"{number}.db")
        base = sqlite3.connect(path)
        base.executescript(f"PRAGMA {pragma};{statements}")
        base.close()
        with open(path, "rb") as file:
            seeds.append(file.read())
    shutil.rmtree(folder)
    return seeds


def main():
    program, target, seconds = sys.argv[1:4]
    folder = sys.argv[4] if len(sys.argv) > 4 else tempfile.mkdtemp(prefix="assay-fuzz.")
    corpus = os.path.join(folder, "corpus")
    os.makedirs(corpus, exist_ok=True)
    for number, seed in enumerate(sqlite_seeds() if target == "sqlite_file" else text_seeds(target)):
        with open(os.path.join(corpus, f"seed{number}"), "wb") as file:
            file.write(seed)
    arguments = [f"-max_total_time={seconds}", corpus]
    if os.environ.get("ASSAY_FUZZ_SEED"):
        arguments.insert(0, "-seed=" + os.environ["ASSAY_FUZZ_SEED"])
    status = subprocess.call([os.path.abspath(program), *arguments], cwd=folder)
    if status != 0:
        print("not ok - a finding in", folder)
        return 1
    if len(sys.argv) <= 4:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
