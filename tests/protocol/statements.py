#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Reads the log of the test server, in which every statement of the whole test run stands, and
refuses each one of ours that is outside the read-safety protocol. Runs after all other tests."""

import os
import re
import sys

ALLOWED = [
    r"BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
    r"SET TRANSACTION SNAPSHOT '[0-9A-F-]+'",
    r"SET LOCAL [a-zA-Z_]+ = \S.*",
    r"SAVEPOINT assay",
    r"RELEASE SAVEPOINT assay",
    r"ROLLBACK TO SAVEPOINT assay",
    r"ROLLBACK",
    r"LOCK TABLE ONLY .* IN ACCESS SHARE MODE",
    r"SELECT( .*)?",
    r"WITH .*",
    r"EXPLAIN \(FORMAT JSON(, COSTS OFF)?\) (SELECT|WITH) .*",
    r"COPY \(SELECT .*\) TO STDOUT \(FORMAT binary\)",
]
# Statistics hold values of rows, and are never asked for.
STATISTICS = re.compile(r"\bpg_(stats|stats_ext|stats_ext_exprs|statistic|statistic_ext_data)\b")
# What a SELECT must not call: these change something even in a read-only transaction.
FORBIDDEN = re.compile(
    r"\b(pg_advisory\w*|pg_notify|lo_\w+|dblink\w*|pg_stat_reset\w*|pg_terminate_backend|nextval|"
    r"pg_reload_conf|pg_cancel_backend)\s*\(|\bFOR (UPDATE|SHARE)\b|\bINTO\b|\bset_config\([^)]*false\)",
    re.IGNORECASE)
RECORD = re.compile(r"^(?P<application>[^|]*)\|(?P<user>[^|]*)\|LOG:\s+(?P<how>statement|execute [^:]*): (?P<sql>.*)$",
                    re.DOTALL)


def records(path):
    """The records of the log, each with its continuation lines."""
    record = ""
    with open(path, encoding="utf-8", errors="replace", newline="\n") as log:
        for line in log:
            if line.startswith("\t"):
                record += line
            else:
                yield record
                record = line
    yield record


def without_names(sql):
    """Names and texts in quotes may hold any word."""
    return re.sub(r"\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'", "x", sql)


def fault_of(how, sql):
    if how == "statement":
        return "was sent by the simple protocol"
    if not any(re.fullmatch(pattern, sql, re.DOTALL) for pattern in ALLOWED):
        return "is not on the list"
    if FORBIDDEN.search(without_names(sql)):
        return "may change something"
    if STATISTICS.search(without_names(sql)):
        return "reads values from statistics"
    return None


def main():
    path = os.environ.get("ASSAY_TEST_POSTGRES_LOG")
    if not path:
        print("SKIPPED: no Postgres")
        return 77
    seen = 0
    faults = []
    kinds = set()
    for record in records(path):
        match = RECORD.match(record.rstrip("\n"))
        if not match or not match["application"].startswith("assay"):
            continue
        seen += 1
        sql = " ".join(match["sql"].split())
        kinds.add(sql.split(" ")[0])
        fault = fault_of(match["how"], sql)
        if fault:
            faults.append(f"{fault}: [{match['application']}] {sql[:300]}")
    for fault in sorted(set(faults)):
        print("not ok - cases 181, 230:", fault)
    print(f"# {seen} statements of assay, {len(faults)} outside the protocol")
    if not {"BEGIN", "SET", "SELECT", "COPY", "ROLLBACK"} <= kinds:
        print("not ok - case 181: the log holds too little of a run to prove anything:", sorted(kinds))
        return 1
    if faults:
        return 1
    print("ok - cases 181, 230: every statement of the run is on the list")
    return 0


if __name__ == "__main__":
    sys.exit(main())
