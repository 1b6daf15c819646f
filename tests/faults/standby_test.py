#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A hot standby, on which a role that may only read runs every command, and which takes rows away
that a run still reads; and a pooler, whose sessions must be as they were.

usage: standby_test.py PROGRAM; with ASSAY_TEST_POSTGRES, which says that there is a server at all
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time

from support import (GIVE_UP, Proxy, Run, Server, check, expect_protocol, expect_unknown, finish,
                     hard_cases, inside_own_server, run)

inside_own_server(os.path.abspath(__file__))
primary = Server()
ROWS = 150_000
STANDBY_PORT = 5433
CLOSED_PORT = 5434
POOLER_PORT = 6432
bindir = subprocess.run(["pg_config", "--bindir"], stdout=subprocess.PIPE, text=True,
                        check=True).stdout.strip()
owner = os.stat(os.path.join(primary.folder, "data")).st_uid


def as_owner(*command):
    """Run a program as the user who owns the server."""
    prefix = ["runuser", "-u", pwd.getpwuid(owner).pw_name, "--"] if os.geteuid() != owner else []
    path = os.path.join(bindir, command[0])
    program = path if os.path.exists(path) else command[0]
    subprocess.run([*prefix, program, *command[1:]], check=True, cwd="/", timeout=GIVE_UP,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Standby(Server):
    """A copy of the server that follows it."""

    def __init__(self):
        super().__init__()
        self.data = os.path.join(self.folder, "standby")
        self.socket = os.path.join(self.folder, f".s.PGSQL.{STANDBY_PORT}")
        with open(os.path.join(self.folder, "data", "pg_hba.conf"), "a", encoding="ascii") as hba:
            hba.write("local replication all trust\n")
        self.psql("SELECT pg_reload_conf()")
        as_owner("pg_basebackup", "-h", self.folder, "-U", "postgres", "-D", self.data, "-R",
                 "-c", "fast", "--no-sync")
        as_owner("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(self.folder, "standby.log"),
                 "-o", f"-p {STANDBY_PORT} -c hot_standby_feedback=off", "start")
        self.let_readers_stay("300ms")

    def let_readers_stay(self, delay):
        """So long what the primary did waits for a reader that is in its way."""
        self.psql(f"ALTER SYSTEM SET max_standby_streaming_delay = '{delay}'")
        self.psql("SELECT pg_reload_conf()")

    def psql(self, sql, database="postgres", user="postgres"):
        if not os.path.exists(self.socket):  # not begun yet: the primary answers
            return super().psql(sql, database, user)
        os.environ["PGPORT"] = str(STANDBY_PORT)
        try:
            return super().psql(sql, database, user)
        finally:
            del os.environ["PGPORT"]

    def stop(self):
        as_owner("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


@hard_cases(16, 109, 117, 148, 159, 162)
def every_command(standby):
    """As a role that may read and nothing else."""
    where = f"host={primary.folder} port={STANDBY_PORT} user=plain dbname=postgres"
    source = f"host={primary.folder} user=plain dbname=postgres"
    scratch = tempfile.mkdtemp(prefix="assay-standby.")
    history = ["--history", os.path.join(scratch, "history.db")]
    saved, newer, plan, changes = (os.path.join(scratch, name) for name in (
        "old.snapshot", "new.snapshot", "plan.sql", "changes.jsonl"))
    for arguments in (["audit", where], ["audit", where, "--depth", "catalog"],
                      ["audit", where, "--depth", "sample"], ["audit", where, "-j", "4"],
                      ["audit", where, "--explain"], ["audit", where, "-t", "customers"],
                      ["freshness", where, "-t", "orders", "--max-age", "9000d"],
                      ["freshness", where, "-t", "orders", "--depth", "full"],
                      ["dedupe-check", where, "-t", "orders", "-k", "id"],
                      ["dedupe-check", where, "-t", "orders"],
                      ["volume-diff", source, where, "-t", "orders"],
                      ["volume-diff", where, source, "-t", "orders", "--rows", "-k", "id"],
                      ["volume-diff", where, source, "-t", "customers", "--rows"],
                      ["audit", where, "-t", "customers", *history],
                      ["freshness", where, "-t", "orders", "--max-age", "9000d", "--slo", "90%/3d",
                       "--backcast", "3d", "--retention", "9000d", *history],
                      ["freshness", where, "-t", "orders", "-c", "at", "--by", "part"],
                      ["dedupe-check", where, "-t", "orders", "--verify"],
                      ["dedupe-check", where, "-t", "orders", "-k", "part", "--fold", "auto"],
                      ["dedupe-check", where, "-t", "customers", "--near", "-k", "name"],
                      ["dedupe-check", where, "-t", "customers", "-k", "id", "--against",
                       f"{source}:customers"],
                      ["dedupe-check", where, "-t", "orders", "--within", "1s", "-k", "part"],
                      ["dedupe-check", where, "-t", "customers", "-k", "kept", "--repair", plan],
                      ["volume-diff", where, source, "-t", "orders", "--by", "day"],
                      ["volume-diff", where, source, "-t", "orders", "--distribution"],
                      ["volume-diff", where, source, "-t", "orders", "--rows", "--recheck", "1ms",
                       "--changes", changes],
                      ["volume-diff", source, where, "-t", "orders", "--rows", "--values", "all",
                       "--repair", plan],
                      ["volume-diff", where, "-t", "orders", *history],
                      ["volume-diff", where, "-t", "orders", "--distribution", *history],
                      ["volume-diff", where, "--metric", "customers.name.null_fraction", *history],
                      ["volume-diff", where, "-t", "orders", "--rows", "--save-snapshot", saved],
                      ["volume-diff", saved, where, "--rows", "--save-snapshot", newer]):
        what = " ".join(word for word in arguments if source not in word and
                        word not in (where, *history[1:]))
        schema = [] if saved in arguments or "--metric" in arguments else ["--schema", "public"]
        outcome = run([*arguments, *schema, "--json", "--fail-on", "never"])
        check(f"standby: {what}: is complete", outcome.status == 0, outcome)
        roles = [entry["role"] for entry in (outcome.document or {}).get("sources", [])]
        check(f"standby: {what}: says that it is a standby", "standby" in roles, roles)
        lags = [entry.get("replay_lag_s", "none") for entry in
                (outcome.document or {}).get("sources", []) if entry["role"] == "standby"]
        check(f"standby: {what}: bounds its lag", lags and all(
            lag is None or 0 <= lag < 600 for lag in lags), lags)
        check(f"standby: {what}: says so", "the server is a standby" in outcome.out, outcome)
        check(f"standby: {what}: no check went wrong", not [
            c for c in (outcome.document or {}).get("checks", []) if c["status"] == "error"],
              outcome)
    shutil.rmtree(scratch)
    two = f"host=/nowhere,{primary.folder} port=1,{STANDBY_PORT} user=plain dbname=postgres"
    outcome = run(["audit", two, "-t", "customers", "--json", "--fail-on", "never"])
    check("standby: the second of two hosts is taken, and named", outcome.status == 0 and
          primary.folder in outcome.document["sources"][0]["url"] and
          "/nowhere" not in outcome.document["sources"][0]["url"], outcome)
    outcome = run(["audit", where, "-t", "kept_in_memory", "--json"])
    check("standby: an unlogged table is unknown, not empty", outcome.status == 3 and
          "unlogged" in outcome.out, outcome)
    standby.expect_nothing_left("standby")


@hard_cases(160)
def conflict(standby):
    """The primary removes rows that a scan on the standby can still see."""
    with Proxy(standby.socket, hold_after=2_000_000) as proxy:
        scan = Run(["audit", proxy.conninfo(), "-t", "orders", "--json", "-j", "1"])
        check("recovery conflict: the scan is under way", proxy.held.wait(30))
        primary.psql("DELETE FROM orders WHERE id % 2 = 0; VACUUM orders")
        gone = standby.wait_for(
            f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE {Server.OURS})", 15)
        check("recovery conflict: the standby ends our session", gone)
        proxy.release()
        outcome = scan.end()
    expect_unknown("recovery conflict", outcome, {"orders": ROWS}, "lost the connection")
    standby.expect_nothing_left("recovery conflict")
    standby.wait_for(f"(SELECT count(*) FROM orders) = {ROWS // 2}")
    outcome = run(["audit", f"host={primary.folder} port={STANDBY_PORT} user=plain dbname=postgres",
                   "-t", "orders", "--json", "--fail-on", "never"])
    rows = [table["rows"]["value"] for table in (outcome.document or {}).get("tables", [])]
    check("recovery conflict: the next run sees the new state", rows == [ROWS // 2], outcome)


@hard_cases(162)
def lagging(standby):
    """With --max-replay-lag nothing is read while the standby is further behind, and a table is given up
    that this lasts for."""
    where = f"host={primary.folder} port={STANDBY_PORT} user=plain dbname=postgres"
    standby.let_readers_stay("60s")
    scan = ["audit", where, "-t", "orders", "-t", "customers", "--json", "--fail-on", "never",
            "--max-replay-lag", "1s"]
    outcome = run(scan)
    check("--max-replay-lag: a standby that has replayed all is read", outcome.status == 0 and
          "paused" not in outcome.err, outcome)
    standby.psql("SELECT pg_wal_replay_pause()")
    primary.psql("CREATE TABLE later AS SELECT 1 AS id")
    standby.wait_for("pg_last_wal_receive_lsn() <> pg_last_wal_replay_lsn() AND"
                     " pg_last_xact_replay_timestamp() < now() - interval '2 s'")
    outcome = run([*scan, "--max-runtime", "1min"])
    expect_unknown("--max-replay-lag", outcome, {"orders": ROWS // 2, "customers": 9}, "the standby is .* behind")
    check("--max-replay-lag: says that it waits, and for how long at most", outcome.seconds > 9 and
          "assay: paused as long as the standby is more than 1 s behind\n" in outcome.err, outcome)
    waits = Run(scan)
    time.sleep(2)
    check("--max-replay-lag: waits", waits.process.poll() is None)
    standby.psql("SELECT pg_wal_replay_resume()")
    outcome = waits.end()
    check("--max-replay-lag: goes on when it has caught up", outcome.status == 0, outcome)
    standby.expect_nothing_left("--max-replay-lag")
    primary.psql("DROP TABLE later")


@hard_cases(149)
def promoted(standby):
    """In the middle of a run the standby becomes a primary, which is written to: the run has the
    rows of its snapshot, or says that it does not know."""
    truth = {"orders": ROWS // 2, "customers": 9}
    with Proxy(standby.socket, hold_after=2_000_000) as proxy:
        scan = Run(["audit", proxy.conninfo(), "-t", "orders", "-t", "customers", "--json",
                    "--fail-on", "never", "-j", "1"])
        check("promotion: the scan is under way", proxy.held.wait(30))
        as_owner("pg_ctl", "-D", standby.data, "-w", "promote")
        standby.psql("DELETE FROM orders WHERE id % 4 = 1; INSERT INTO customers VALUES (10)")
        proxy.release()
        outcome = scan.end()
    if outcome.status == 0:
        rows = {t["name"]: t["rows"]["value"] for t in outcome.document["tables"]}
        check("promotion: every row of the snapshot was read", rows == truth, rows)
    else:
        expect_unknown("promotion", outcome, truth)
    print(f"# promotion: exit status {outcome.status}")
    standby.expect_nothing_left("promotion")


@hard_cases(146)
def closed_standby():
    """A server that recovers and lets nobody in: as one that starts."""
    data = os.path.join(primary.folder, "closed")
    as_owner("pg_basebackup", "-h", primary.folder, "-U", "postgres", "-D", data, "-R", "-c", "fast",
             "--no-sync")
    as_owner("pg_ctl", "-D", data, "-W", "-l", os.path.join(primary.folder, "closed.log"),
             "-o", f"-p {CLOSED_PORT} -c hot_standby=off", "start")
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end and not os.path.exists(
                os.path.join(primary.folder, f".s.PGSQL.{CLOSED_PORT}")):
            time.sleep(0.1)
        outcome = run(["audit", f"host={primary.folder} port={CLOSED_PORT} user=plain "
                       "dbname=postgres", "--json"])
        expect_unknown("a server that starts", outcome, words="not (yet )?accepting connections|"
                       "starting up")
        waited = Run(["audit", f"host={primary.folder} port={CLOSED_PORT} user=plain "
                      "dbname=postgres", "--json", "--fail-on", "never", "-v", "--wait-ready", "50s"])
        as_owner("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        time.sleep(1.5)
        as_owner("pg_ctl", "-D", data, "-w", "-l", os.path.join(primary.folder, "closed.log"),
                 "-o", f"-p {CLOSED_PORT} -c hot_standby=on", "start")
        outcome = waited.end()
        check("a server that starts, with --wait-ready: is waited for, and that is said",
              outcome.status == 0 and "is not ready: waiting for it" in outcome.err, outcome)
    finally:
        as_owner("pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def pooler():
    """With one session for all, whatever we set would be seen by the next client."""
    for mode, scenario in (("transaction", through_pooler), ("statement", refused_by_pooler)):
        through(mode, scenario)


def through(mode, scenario):
    program = shutil.which("pgbouncer", path="/usr/sbin:/usr/bin:" + os.environ["PATH"])
    if not program:
        print("SKIPPED: pooler: no pgbouncer")
        return
    config = os.path.join(primary.folder, "pooler.ini")
    with open(config, "w", encoding="ascii") as file:
        file.write(f"""[databases]
postgres = host={primary.folder} port=5432 dbname=postgres user=plain
[pgbouncer]
listen_addr =
listen_port = {POOLER_PORT}
unix_socket_dir = {primary.folder}
auth_type = any
pool_mode = {mode}
admin_users = postgres
default_pool_size = 1
""")
    prefix = [] if os.geteuid() else ["runuser", "-u", pwd.getpwuid(owner).pw_name, "--"]
    running = subprocess.Popen([*prefix, program, "-q", config], cwd="/",
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 10
        while time.monotonic() < end and not os.path.exists(
                os.path.join(primary.folder, f".s.PGSQL.{POOLER_PORT}")):
            time.sleep(0.1)
        scenario()
    finally:
        running.terminate()
        running.wait(10)


@hard_cases(185, 186)
def refused_by_pooler():
    """Where no transaction is allowed nothing could be told of one state of the table."""
    where = f"host={primary.folder} port={POOLER_PORT} user=plain"
    expect_unknown("pooler in statement mode", run(["audit", f"{where} dbname=postgres", "--json"]),
                   words="transaction")
    where = f"host={primary.folder} port={POOLER_PORT} user=postgres"
    expect_unknown("the console of a pooler", run(["audit", f"{where} dbname=pgbouncer", "--json"]))


@hard_cases(183, 184, 187, 188)
def through_pooler():
    where = f"host={primary.folder} port={POOLER_PORT} user=plain dbname=postgres"
    settings = ("SELECT name, setting, reset_val, source FROM pg_settings"
                " WHERE name <> 'application_name' ORDER BY 1")

    def ask():
        return subprocess.run(["psql", "-X", "-A", "-t", "-d", where, "-c", settings],
                              stdout=subprocess.PIPE, text=True, timeout=GIVE_UP).stdout

    before = ask()
    check("pooler: answers", "search_path" in before, before)
    for command in (["audit", where, "-j", "4"], ["freshness", where, "-t", "orders"],
                    ["dedupe-check", where, "-t", "customers"],
                    ["volume-diff", where, "-t", "orders", "--by", "day"]):
        outcome = run([*command, "--json", "--fail-on", "never", "-v"])
        check(f"pooler: {command[0]} is complete", outcome.status == 0, outcome)
        check(f"pooler: {command[0]} reads with one connection", command[0] != "audit" or
              "a connection pooler is in between" in outcome.err, outcome)
        check(f"pooler: after {command[0]} another client finds every setting as it was",
              ask() == before)
    primary.psql("CREATE VIEW asleep AS SELECT 1 AS id FROM pg_sleep(20);"
                 "GRANT SELECT ON asleep TO plain")
    sleeper = Run(["audit", where, "-t", "asleep", "--json"])
    check("pooler: a statement runs", primary.wait_for(
        "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"))
    sleeper.process.send_signal(signal.SIGINT)
    outcome = sleeper.end()
    check("pooler: Ctrl-C ends it", outcome.status == 130 and outcome.seconds < 10, outcome)
    check("pooler: and the server has heard of it", primary.wait_for(
        "NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')", 3))
    expect_free("Ctrl-C", ask, before)
    killed = Run(["audit", where, "-t", "asleep", "--json"])
    check("pooler: a statement of a run that is killed runs", primary.wait_for(
        "EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep')"))
    killed.process.kill()
    killed.end()
    expect_free("kill -9", ask, before)


def expect_free(fault, ask, before):
    """The session is the pooler's, and stays; what counts is that it is free for others, as it was."""
    free = primary.wait_for(
        f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' OR ({Server.OURS}"
        " AND state <> 'idle'))", 3)
    check(f"pooler, {fault}: its session is free within 3 s", free, free or primary.psql(
        "SELECT state, wait_event, query FROM pg_stat_activity"))
    check(f"pooler, {fault}: another client finds every setting as it was", ask() == before)


primary.psql(f"""
    CREATE TABLE orders AS SELECT i AS id, repeat('x', 90) || i AS v,
           timestamptz '2026-11-20' - i * interval '1 s' AS at, i % 7 AS part
      FROM generate_series(1, {ROWS}) AS i;
    ALTER TABLE orders ADD PRIMARY KEY (id);
    CREATE INDEX ON orders (at);
    CREATE TABLE customers AS SELECT i AS id, 'customer ' || i AS name
      FROM generate_series(1, 9) AS i;
    ALTER TABLE customers ADD gone int DEFAULT 5, ADD kept int DEFAULT 6;
    ALTER TABLE customers DROP COLUMN gone;
    CREATE SCHEMA apart;
    CREATE UNLOGGED TABLE apart.kept_in_memory AS SELECT 1 AS id;
    CREATE ROLE plain LOGIN;
    GRANT USAGE ON SCHEMA apart TO plain;
    GRANT SELECT ON apart.kept_in_memory TO plain;
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain;
    VACUUM ANALYZE;""")
follower = Standby()
try:
    follower.wait_for(f"(SELECT count(*) FROM orders) = {ROWS}")
    # The pooler sends statements of its own under our name: it comes after the look at the log.
    for scenario in (lambda: every_command(follower), lambda: conflict(follower),
                     lambda: lagging(follower), expect_protocol, closed_standby, pooler, lambda: promoted(follower)):
        begun = time.monotonic()
        scenario()
        print(f"# {time.monotonic() - begun:.1f} s", flush=True)
finally:
    follower.stop()
finish()
