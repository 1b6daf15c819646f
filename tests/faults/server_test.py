#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A server that ends a session at each of its statements, has little to give, lost a part of a table
or of another server, or is replaced by a second one in the middle of a run.

usage: server_test.py PROGRAM; with ASSAY_TEST_POSTGRES, which says that there is a server at all.
The faults hit everybody on a server, so the test starts one of its own.
"""

import os
import signal
import struct
import time

from support import (GIVE_UP, Proxy, Run, Server, check, expect_protocol, expect_unknown, finish,
                     hard_cases, inside_own_server, run)

inside_own_server(os.path.abspath(__file__))
server = Server()
ROWS = 150_000  # 19 MB
MIDDLE = 2_000_000  # bytes of the server after which the scan of a_big is under way
SECRET = "s3cret-of-a-mapping"
SMALL = {"b_one": 3, "b_two": 4, "b_view": 3}
TRUTH = dict(SMALL, a_big=ROWS, c_damaged=5000)
STARTUP = 196608  # the version of the protocol


class StatementProxy(Proxy):
    """A proxy that counts what the client asks, and does something when it asks for the nth time.

    then: called before the question goes on to the server; its connection is cut if it says so.
    """

    def __init__(self, target, nth=None, then=None):
        self.nth, self.then = nth, then
        self.asked = self.sessions = 0
        super().__init__(target)

    @staticmethod
    def _read(source, size):
        data = b""
        while len(data) < size:
            piece = source.recv(size - len(data))
            if not piece:
                raise OSError("closed")
            data += piece
        return data

    def _pump(self, source, sink):
        is_started = False
        try:
            while True:
                kind = self._read(source, 1) if is_started else b""
                length = self._read(source, 4)
                body = self._read(source, struct.unpack("!i", length)[0] - 4)
                if not is_started and struct.unpack("!i", body[:4])[0] == STARTUP:
                    is_started = True
                    self.sessions += 1
                if kind in (b"S", b"Q"):  # the end of each question
                    self.asked += 1
                    if self.asked == self.nth and self.then():
                        self.cut()
                        return
                sink.sendall(kind + length + body)
        except OSError:
            Proxy._pump(source, sink)


def audit(where, *arguments):
    return ["audit", where, "--json", "--fail-on", "never", "-j", "1", *arguments]


def set_up():
    server.psql(f"""
        CREATE EXTENSION postgres_fdw;
        CREATE TABLE a_big AS SELECT i AS id, repeat('x', 90) || i AS v
          FROM generate_series(1, {ROWS}) AS i;
        CREATE TABLE b_one AS SELECT i AS id FROM generate_series(1, 3) AS i;
        CREATE TABLE b_two AS SELECT i AS id FROM generate_series(1, 4) AS i;
        CREATE VIEW b_view AS SELECT * FROM b_one;
        CREATE VIEW sorted AS SELECT md5(v) AS m, v FROM a_big ORDER BY 1;
        CREATE TABLE c_damaged AS SELECT i AS id, repeat('y', 90) AS v
          FROM generate_series(1, 5000) AS i;
        CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw
          OPTIONS (host '127.0.0.1', port '1', dbname 'far');
        CREATE USER MAPPING FOR PUBLIC SERVER elsewhere
          OPTIONS (user 'far', password '{SECRET}');
        CREATE FOREIGN TABLE remote (id int) SERVER elsewhere;
        CREATE ROLE limited LOGIN CONNECTION LIMIT 1;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO limited;
        ALTER ROLE limited SET work_mem = '64kB';
        ALTER ROLE limited SET temp_file_limit = '1MB';
        VACUUM ANALYZE;""")


def passed(outcome):
    return {(c["id"], c["table"]) for c in (outcome.document or {}).get("checks", [])
            if c["status"] == "pass"}


def unfounded(outcome):
    """Tables of which rows are said to be there, and that were not counted."""
    counted = {table["name"] for table in (outcome.document or {}).get("tables", [])
               if (table.get("rows") or {}).get("method") == "exact"}
    return [table for check_id, table in passed(outcome)
            if not check_id.startswith("schema.") and table.split(".")[-1] not in counted]


@hard_cases(150)
def each_statement():
    """The session is ended, or its connection is cut, before each of the statements of a run."""
    small = [word for name in SMALL for word in ("-t", name)]
    with StatementProxy(server.socket) as proxy:
        whole = run(audit(proxy.conninfo(), *small))
        statements = proxy.asked
    check("a whole run is complete", whole.status == 0 and proxy.sessions == 1, whole)
    check("a whole run has some statements", 10 < statements < 100, statements)

    def terminate():
        server.psql(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                    f" WHERE {Server.OURS}")
        return False

    def disconnect():
        return True

    unharmed = set()
    for then in (terminate, disconnect):
        for nth in range(1, statements + 1):
            fault = f"{then.__name__} at statement {nth} of {statements}"
            with StatementProxy(server.socket, nth, then) as proxy:
                outcome = run(audit(proxy.conninfo(), *small))
            check(f"{fault}: connects once", proxy.sessions == 1, proxy.sessions)
            if outcome.status == 0 and passed(outcome) == passed(whole):
                unharmed.add(nth)
                continue
            expect_unknown(fault, outcome, TRUTH)
            check(f"{fault}: nothing passes that does not in a whole run",
                  passed(outcome) <= passed(whole), passed(outcome) - passed(whole))
            check(f"{fault}: nothing passes that was not read", not unfounded(outcome),
                  unfounded(outcome))
    # The last two end the transaction: everything has been read.
    check("every statement but the last two is missed", unharmed <= {statements - 1, statements},
          (unharmed, statements))
    server.expect_nothing_left("a session that ends")


@hard_cases(149)
def second_host():
    """The first of two hosts dies; the second one, which has taken its place, is not asked."""
    for jobs in ("1", "4"):
        with Proxy(server.socket, per_second=4_000_000) as first, \
                Proxy(server.socket) as second:
            where = (f"host=127.0.0.1,127.0.0.1 port={first.port},{second.port} user=postgres "
                     "dbname=postgres target_session_attrs=any")
            scan = Run(audit(where, "-j", jobs))
            end = time.monotonic() + GIVE_UP
            while first.passed < MIDDLE and time.monotonic() < end:
                time.sleep(0.01)
            check(f"two hosts, {jobs} jobs: the scan is under way", first.passed >= MIDDLE)
            first.listener.close()
            first.cut()
            outcome = scan.end()
            check(f"two hosts, {jobs} jobs: the second is never asked", not second.pairs,
                  len(second.pairs))
        expect_unknown(f"two hosts, {jobs} jobs, the first dies", outcome, TRUTH, "connection")
    server.expect_nothing_left("two hosts")


@hard_cases(75, 145)
def little_to_give():
    """Of memory and of room for temporary files."""
    where = server.conninfo.replace("user=postgres", "user=limited")
    outcome = run(audit(where, "-t", "sorted", "-t", "b_one"))
    expect_unknown("temp_file_limit", outcome, TRUTH, "53400|temp_file_limit|temporary file")
    names = [c["table"] for c in (outcome.document or {}).get("checks", [])
             if c["status"] == "error"]
    check("temp_file_limit: the view is named", "public.sorted" in names, outcome)
    counted = {t["name"]: t["rows"]["value"] for t in (outcome.document or {}).get("tables", [])
               if t.get("rows")}
    check("temp_file_limit: the rest is read", counted.get("b_one") == 3, counted)
    for command in (["audit", where], ["dedupe-check", where], ["freshness", where, "-t", "a_big",
                                                                "--depth", "full"]):
        outcome = run([*command, "--exclude", "c_damaged", "--json", "--fail-on", "never", "-j",
                       "4"])
        check(f"64 kB of memory, one connection: {command[0]} is complete",
              outcome.status == 0, outcome)
    holder = server.start_psql("SELECT 1;\n", user="limited")
    server.wait_for("EXISTS (SELECT FROM pg_stat_activity WHERE usename = 'limited')")
    outcome = run(audit(where))
    holder.communicate("")
    expect_unknown("no connection left for the role", outcome, TRUTH, "too many connections")


@hard_cases(108)
def remote_table():
    """A foreign table of a server that is down is an error, and the others are read."""
    outcome = run(audit(server.conninfo, "-t", "remote", "-t", "b_*", "-v"))
    expect_unknown("a foreign table of a server that is down", outcome, SMALL)
    errors = {c["table"] for c in (outcome.document or {}).get("checks", [])
              if c["status"] == "error"}
    check("a foreign table of a server that is down: is named, and no other", errors == {
        "public.remote"}, (outcome.messages(), passed(outcome)))
    counted = {t["name"] for t in (outcome.document or {}).get("tables", [])
               if (t.get("rows") or {}).get("method") == "exact"}
    check("a foreign table of a server that is down: the others are read", {"b_one", "b_two"} <=
          counted, counted)
    check("a foreign table of a server that is down: no password",
          SECRET not in outcome.out + outcome.err)
    outcome = run(audit(server.conninfo, "--exclude", "c_damaged"))
    check("a foreign table that nobody names is left out", outcome.status == 0, outcome)


@hard_cases(118)
def damaged_page():
    """Rubbish in the middle of a table, as a disk may leave it. Last: what the server has in memory
    must go, so a backend is killed, which makes it start again."""
    server.psql("CHECKPOINT")
    path = os.path.join(server.folder, "data", server.psql(
        "SELECT pg_relation_filepath('c_damaged')"))
    with open(path, "r+b") as file:
        file.seek(8192 * 20)
        file.write(bytes((i * 167 + 13) % 256 for i in range(8192)))
    victim = server.start_psql("SELECT 1;\n")
    check("a damaged page: somebody is there to be killed", server.wait_for(
        "EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'other')"))
    os.kill(int(server.psql("SELECT pid FROM pg_stat_activity WHERE application_name = 'other'")),
            signal.SIGKILL)
    victim.communicate("")
    time.sleep(0.5)
    check("a damaged page: the server comes back", server.wait_until_up())
    for arguments in (["audit"], ["audit", "-j", "4"], ["dedupe-check"]):
        what = "a damaged page, " + " ".join(arguments)
        outcome = run([arguments[0], server.conninfo, "--json", "--fail-on", "never",
                       *arguments[1:]])
        expect_unknown(what, outcome, TRUTH, "c_damaged|XX001|damaged")
        errors = {c["table"] for c in (outcome.document or {}).get("checks", [])
                  if c["status"] == "error"}
        check(f"{what}: the table is named, and no other", errors == {"public.c_damaged"}, outcome)
        wrong = [table for _, table in passed(outcome) if table == "public.c_damaged" and
                 arguments[0] != "audit"]
        check(f"{what}: nothing passes that was not read", not wrong and not (
            arguments[0] == "audit" and unfounded(outcome)), unfounded(outcome))
        if arguments[0] == "audit":
            counted = {t["name"]: t["rows"]["value"] for t in outcome.document["tables"]
                       if (t.get("rows") or {}).get("method") == "exact"}
            check(f"{what}: the others are read", counted.get("a_big") == ROWS and
                  counted.get("b_two") == 4 and "c_damaged" not in counted, counted)
    server.expect_nothing_left("a damaged page")


set_up()
for scenario in (each_statement, second_host, little_to_give, remote_table, damaged_page):
    begun = time.monotonic()
    scenario()
    print(f"# {scenario.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
expect_protocol()
finish()
