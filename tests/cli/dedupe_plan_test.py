#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What dedupe-check --explain says of an index is what the run does, whatever the server knows of the
table at that moment.

usage: dedupe_plan_test.py PROGRAM; with ASSAY_TEST_POSTGRES, else it is skipped
"""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish
from stores import SERVER, Database

PROGRAM = sys.argv[1]
SKIPPED = 77
# Nobody but this test may analyze it: what the server would do follows from its statistics.
TABLE = """
SET synchronous_commit = on;
CREATE TABLE plan_test (id int8, k text, long text) WITH (autovacuum_enabled = off);
ALTER TABLE plan_test ALTER long SET STORAGE PLAIN;
INSERT INTO plan_test SELECT i, 'k' || i, repeat('x', 1500) FROM generate_series(1, 30000) AS i;
CREATE INDEX plan_test_id ON plan_test (id);
CREATE INDEX plan_test_k ON plan_test (k, id);
"""
SEEN = "SELECT relallvisible >= relpages FROM pg_class WHERE oid = 'plan_test'::regclass"


def document(key, *flags):
    done = subprocess.run([PROGRAM, "dedupe-check", server.url, "-t", "plan_test", "-k", key, "--json",
                           *flags], capture_output=True, text=True, check=False, timeout=120)
    return json.loads(done.stdout)


def plan_and_run_agree(when):
    """@return how many of the keys are counted in an index."""
    counted = 0
    for key in ("id", "k"):
        for jobs in ("1", "2"):
            plan = document(key, "--jobs", jobs, "--explain")["plan"]
            says = "plan_test_" + key if any(step["action"] == "query" for step in plan) else None
            does = document(key, "--jobs", jobs)["checks"][0]["evidence"].get("counted_in")
            check(f"{when}: -k {key} --jobs {jobs}: the run does what the plan says", says == does,
                  (says, does, plan))
            counted += does is not None
    return counted


def vacuum(analyze):
    """Again while pages are not vouched for: others on the server may hold an older snapshot."""
    for _ in range(100):
        server.execute(f"VACUUM {analyze} plan_test")
        asked = subprocess.run(["psql", "-X", "-At", server.url, "-c", SEEN], capture_output=True, text=True,
                               check=True, timeout=120)
        if asked.stdout.strip() == "t":
            return
        time.sleep(0.1)


if not SERVER:
    sys.exit(SKIPPED)
server = Database("dedupe_plan")
server.execute(TABLE)
check("before VACUUM no index is read", plan_and_run_agree("before VACUUM") == 0)
vacuum("")
plan_and_run_agree("after VACUUM")
vacuum("ANALYZE")
check("after ANALYZE an index is read", plan_and_run_agree("after ANALYZE") > 0)
server.execute("UPDATE plan_test SET k = k || 'x' WHERE id % 20 = 0")
check("after a change of many pages no index is read", plan_and_run_agree("after a change") == 0)
finish()
