#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What goes wrong on a server, and what a run makes of it.

usage: postgres_test.py PROGRAM; with ASSAY_TEST_POSTGRES, which says that there is a server at all.
The faults hit everybody on a server, so the test starts one of its own.
"""

import os
import re
import signal
import socket
import struct
import threading
import time

from support import (FakeServer, Proxy, Run, Server, check, expect_nothing_of_values,
                     expect_protocol, expect_stopped, expect_unknown, finish, hard_cases,
                     inside_own_server, random_signals, resume, run, stop, wrong_numbers)

inside_own_server(os.path.abspath(__file__))
server = Server()
ROWS = 150_000  # 19 MB
TRUTH = {"a_big": ROWS, "b_small": 3, "c_truncated": 5, "d_rewritten": 5, "e_dropped": 5,
         "f_swapped": 5, "g_viewed": 5, "h_kept": 5}
MIDDLE = 2_000_000  # bytes of the server after which the scan of a_big is under way


def audit(where, *arguments):
    return ["audit", where, "--json", "--fail-on", "never", "-j", "1", *arguments]


def rows_of(outcome, name):
    """The number of rows that a run gives for a table, or None."""
    for table in (outcome.document or {}).get("tables", []):
        if table["name"] == name:
            return table["rows"]["value"]
    return None


def set_up():
    server.psql(f"""
        CREATE TABLE a_big AS SELECT i AS id, repeat('x', 90) || i AS v
          FROM generate_series(1, {ROWS}) AS i;
        ALTER TABLE a_big ADD PRIMARY KEY (id);
        CREATE TABLE b_small (id int PRIMARY KEY);
        INSERT INTO b_small VALUES (1), (2), (3);
        CREATE ROLE plain LOGIN;
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain;
        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO plain;
        VACUUM ANALYZE;""")


def held(act, *arguments, after=MIDDLE, end="release", extra=""):
    """Run against a proxy that stops in the middle of the scan, do something, go on."""
    with Proxy(server.socket, hold_after=after) as proxy:
        scan = Run(audit(proxy.conninfo(extra), *arguments))
        check("the run reaches the point of the fault", proxy.held.wait(30), after)
        act(scan)
        getattr(proxy, end)()
        return scan.end()


def backend(application="assay%"):
    return int(server.psql("SELECT pid FROM pg_stat_activity WHERE application_name LIKE"
                           f" '{application}' ORDER BY backend_start LIMIT 1"))


@hard_cases(150)
def terminated():
    outcome = held(lambda _: server.psql(f"SELECT pg_terminate_backend({backend()})"))
    expect_unknown("terminated backend", outcome, TRUTH, "lost the connection")
    server.expect_nothing_left("terminated backend")


def cancel_the_next(done):
    """The statement that reads the table anew, a second later."""
    server.psql("""DO $$
        DECLARE
            ended boolean;
            late timestamptz := clock_timestamp() + interval '9 s';
        BEGIN
            PERFORM pg_sleep(0.5);
            LOOP
                IF clock_timestamp() > late THEN
                    RAISE 'there was none';
                END IF;
                PERFORM pg_stat_clear_snapshot();
                SELECT bool_or(pg_cancel_backend(pid)) INTO ended FROM pg_stat_activity
                WHERE application_name LIKE 'assay%' AND state = 'active' AND query LIKE 'COPY%';
                EXIT WHEN ended;
            END LOOP;
        END $$""")
    done.set()


@hard_cases(156)
def cancelled_by_admin():
    def cancel(_):
        server.psql(f"SELECT pg_cancel_backend({backend()})")

    outcome = held(cancel, "-v")
    check("statement cancelled by an admin: the table is read once more", outcome.status == 0 and
          not wrong_numbers(outcome.document, TRUTH) and "trying again" in outcome.err, outcome)
    cancelled = threading.Event()
    with Proxy(server.socket, hold_after=MIDDLE) as proxy:
        scan = Run(audit(proxy.conninfo()))
        check("the run reaches the point of the fault", proxy.held.wait(30), MIDDLE)
        cancel(scan)
        proxy.per_second = 2 * MIDDLE  # slowly, so that the next one is met
        threading.Thread(target=cancel_the_next, args=(cancelled,)).start()
        proxy.release()
        outcome = scan.end()
    check("a second statement is cancelled", cancelled.wait(9), outcome)
    expect_unknown("statement cancelled twice by an admin", outcome, TRUTH, "somebody .* cancelled")
    server.expect_nothing_left("statement cancelled by an admin")


def cut_connection():
    for after in (0, 9, 40, 400, 3_000, MIDDLE, 2 * MIDDLE):
        outcome = held(lambda _: None, after=after, end="cut")
        expect_unknown(f"connection cut after {after} bytes", outcome, TRUTH)
    server.expect_nothing_left("cut connection")


def garble(after):
    with Proxy(server.socket, garble_after=after) as proxy:
        outcome = run(audit(proxy.conninfo("connect_timeout=3"), "--timeout", "1s"))
    expect_unknown(f"noise after {after} bytes", outcome, TRUTH)


@hard_cases(233)
def garbled_copy():
    garble(MIDDLE)


@hard_cases(233)
def garbled_connection():
    for after in (0, 9, 400, 3_000):
        garble(after)
    server.expect_nothing_left("noise")


@hard_cases(152)
def frozen_backend():
    """While this one waits for its deadlines, so does one that hears noise."""
    frozen = []
    noise = threading.Thread(target=garbled_copy)
    noise.start()

    def freeze(_):
        frozen.append(backend("assay_frozen"))
        stop(frozen[0])

    outcome = held(freeze, "--timeout", "1s", extra="application_name=assay_frozen")
    expect_unknown("frozen backend", outcome, TRUTH, "stopped answering")
    check("frozen backend: the deadline of ours ends the run", outcome.seconds < 18, outcome)
    resume(frozen[0])
    noise.join()
    server.expect_nothing_left("frozen backend")


@hard_cases(153)
def no_answer():
    """A network that passes nothing any more, nor tells: our request to cancel gets no answer too."""
    with Proxy(server.socket, hold_after=MIDDLE, swallow=True) as proxy:
        outcome = run(audit(proxy.conninfo(), "--timeout", "1s"))
    expect_unknown("network without answer", outcome, TRUTH, "stopped answering")
    check("network without answer: the deadline of ours ends the run", outcome.seconds < 18, outcome)
    server.expect_nothing_left("network without answer")


@hard_cases(147)
def frozen_server():
    with open(os.path.join(server.folder, "data", "postmaster.pid"), encoding="ascii") as file:
        postmaster = int(file.readline())
    stop(postmaster)
    try:
        outcome = run(audit(f"{server.conninfo} connect_timeout=2"))
    finally:
        resume(postmaster)
    expect_unknown("frozen server", outcome, TRUTH, "no answer within 2")
    check("frozen server: the deadline of ours ends the run", outcome.seconds < 8, outcome)
    server.expect_nothing_left("frozen server")


@hard_cases(155, 170)
def locked_table():
    holder = server.start_psql("BEGIN; LOCK TABLE b_small IN ACCESS EXCLUSIVE MODE;\n")
    server.wait_for("EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted"
                    " AND relation = 'b_small'::regclass)")
    outcome = run(audit(server.conninfo, "--lock-timeout", "150ms"))
    holder.communicate("ROLLBACK;\n")
    expect_unknown("ACCESS EXCLUSIVE lock", outcome, TRUTH, "holds a lock")
    check("ACCESS EXCLUSIVE lock: the other tables are read", rows_of(outcome, "a_big") == ROWS,
          outcome)
    server.expect_nothing_left("ACCESS EXCLUSIVE lock")
    outcome = run(audit(server.conninfo))
    check("ACCESS EXCLUSIVE lock: all is well afterwards", outcome.status == 0, outcome)


@hard_cases(119, 121, 122, 123)
def changed_before_its_turn():
    """What others do to tables that the run has listed and not yet reached."""
    names = [name for name in TRUTH if name[0] in "cdefgh"]
    for name in names:
        server.psql(f"CREATE TABLE {name} (id int PRIMARY KEY, v int);"
                    f"INSERT INTO {name} SELECT i, i FROM generate_series(1, 5) AS i")

    def change(_):
        server.psql("""
            TRUNCATE c_truncated;
            ALTER TABLE d_rewritten ALTER COLUMN v TYPE bigint;
            DROP TABLE e_dropped;
            ALTER TABLE f_swapped RENAME TO f_old;
            CREATE TABLE f_swapped (id int PRIMARY KEY, v int);
            ALTER TABLE g_viewed RENAME TO g_old;
            CREATE VIEW g_viewed AS SELECT 1 AS id, 2 AS v;
            INSERT INTO h_kept VALUES (6, 6)""")

    outcome = held(change)
    expect_unknown("tables changed during the run", outcome, TRUTH)
    errors = {c["table"]: c["message"] for c in outcome.document["checks"]
              if c["status"] == "error" and c["id"] == "table.readable"}
    for name in ("c_truncated", "d_rewritten", "e_dropped", "f_swapped", "g_viewed"):
        check(f"{name}: is no empty table but unknown",
              re.search("after the run had begun|does not exist",
                        errors.get(f"public.{name}", "")), errors)
    check("h_kept: has the rows of the snapshot", rows_of(outcome, "h_kept") == 5, outcome)
    server.expect_nothing_left("tables changed during the run")
    server.psql("DROP VIEW g_viewed; DROP TABLE c_truncated, d_rewritten, f_swapped, f_old, g_old,"
                " h_kept")


@hard_cases(171)
def blocked_during_its_turn():
    """TRUNCATE and a rewrite of the table that is being read wait until it has been."""
    for sql in ("TRUNCATE t_read", "ALTER TABLE t_read ALTER COLUMN id TYPE bigint"):
        server.psql("CREATE TABLE t_read AS SELECT * FROM a_big")
        waiting = []

        def change(_, sql=sql, waiting=waiting):
            waiting.append(server.start_psql(f"{sql}; SELECT 'done';\n"))
            check(f"{sql}: waits for us", server.wait_for(
                "EXISTS (SELECT FROM pg_locks WHERE NOT granted)"))

        outcome = held(change, "-t", "t_read")
        said = waiting[0].communicate()[0]
        check(f"{sql}: happens in the end", "done" in said, said)
        if outcome.status == 0:
            check(f"{sql}: all rows were read", rows_of(outcome, "t_read") == ROWS, outcome)
        else:
            expect_unknown(sql, outcome, {"t_read": ROWS})
        server.expect_nothing_left(sql)
        server.psql("DROP TABLE t_read")


@hard_cases(172)
def gives_way():
    """Somebody who wants to alter the table that is being read, and everybody behind them, waits
    for a part of the scan and not for all of it."""
    server.psql("CREATE TABLE t_long AS SELECT i AS id, repeat('x', 90) || i AS v"
                " FROM generate_series(1, 400000) AS i")
    with Proxy(server.socket, hold_after=MIDDLE, per_second=15_000_000) as proxy:
        scan = Run(audit(proxy.conninfo(), "-t", "t_long"))
        proxy.held.wait(30)
        alter = server.start_psql("ALTER TABLE t_long ADD COLUMN later int; SELECT 'done';\n")
        server.wait_for("EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
        reader = server.start_psql("SELECT 'read ' || count(*) FROM (SELECT FROM t_long LIMIT 1)"
                                   " AS one;\n")
        proxy.release()
        said = alter.communicate()[0] + reader.communicate()[0]
        read = proxy.passed
        outcome = scan.end()
        check("ALTER TABLE behind us: goes ahead long before the scan is done",
              read < 0.7 * proxy.passed, (read, proxy.passed))
    check("ALTER TABLE behind us: it and a third session get their turn",
          "done" in said and "read 1" in said, said)
    check("ALTER TABLE behind us: every row was read once",
          outcome.status == 0 and rows_of(outcome, "t_long") == 400_000, outcome)
    server.expect_nothing_left("ALTER TABLE behind us")
    server.psql("DROP TABLE t_long")


@hard_cases(172)
def gives_way_in_one_statement():
    """A view, a sample and a count are one statement each: it ends when somebody waits behind it,
    and is begun anew when they had their turn."""
    server.psql("CREATE TABLE t_one AS SELECT i AS id FROM generate_series(1, 2000) AS i;"
                "CREATE VIEW v_one AS SELECT id, pg_sleep(.005) IS NULL AS slow FROM t_one")
    other = "'t_one'::regclass"
    for name, status, arguments in (
            ("a view", 0, audit(server.conninfo, "-t", "v_one", "-v")),
            ("a count", 1, ["volume-diff", server.conninfo, server.conninfo, "--json", "-v", "-t",
                            "t_one", "--where-a", "pg_sleep(.005) IS NULL"])):
        scan = Run(arguments)
        server.wait_for(f"EXISTS (SELECT FROM pg_locks WHERE relation = {other} AND pid IN (SELECT"
                        " pid FROM pg_stat_activity WHERE application_name LIKE 'assay%'))")
        alter = server.start_psql("ALTER TABLE t_one ADD COLUMN later int;"
                                  "ALTER TABLE t_one DROP COLUMN later; SELECT 'done';\n")
        begun = time.monotonic()
        said = alter.communicate()[0]
        waited = time.monotonic() - begun
        outcome = scan.end()
        check(f"ALTER TABLE behind {name}: does not wait for all of it",
              "done" in said and waited < 7, (said, waited))
        check(f"ALTER TABLE behind {name}: is told, and every row read afterwards",
              outcome.status == status and "others waited for a lock" in outcome.err and
              not wrong_numbers(outcome.document, {"v_one": 2000, "t_one": 2000}), outcome)
        server.expect_nothing_left(f"ALTER TABLE behind {name}")
    server.psql("DROP VIEW v_one; DROP TABLE t_one")


def connect(connection, user):
    """Enough of the protocol to take a place on the server."""
    body = struct.pack("!i", 196608) + f"user\0{user}\0database\0postgres\0\0".encode()
    connection.connect(server.socket)
    connection.sendall(struct.pack("!i", len(body) + 4) + body)
    connection.settimeout(10)
    answer = b""
    while not answer.endswith(b"Z\0\0\0\x05I"):
        piece = connection.recv(4096)
        if not piece:
            return False
        answer += piece
        if answer[:1] == b"E":
            return False
    return True


@hard_cases(145)
def no_connection_left():
    taken = []
    while True:
        place = socket.socket(socket.AF_UNIX)
        taken.append(place)
        if not connect(place, "plain"):
            break
    outcome = run(audit(server.conninfo.replace("user=postgres", "user=plain")))
    expect_unknown("no connection left", outcome, TRUTH, "connect")
    # One place: a second session would be one too many, so one has to do.
    taken.pop().close()
    taken.pop().close()
    server.wait_for("(SELECT count(*) FROM pg_stat_activity WHERE usename = 'plain') = "
                    f"{len(taken)}")
    outcome = run(["audit", server.conninfo.replace("user=postgres", "user=plain"), "--json",
                   "--fail-on", "never", "-j", "4"])
    check("one connection left: everything is read with it", outcome.status == 0, outcome)
    for place in taken:
        place.close()
    server.expect_nothing_left("no connection left")


@hard_cases(179)
def statement_shapes():
    """Case 179: who counts statements, pg_stat_statements, keeps a few entries for each table, and
    no more for a table with more rows but for its ranges of pages, which are COPY."""
    server.psql("CREATE SCHEMA few; CREATE SCHEMA many;" + "".join(
        f"CREATE TABLE {schema}.t{i} AS SELECT i AS id, i::text AS v FROM generate_series(1, {rows})"
        " AS i;" for schema, tables, rows in (("few", 2, 10), ("many", 12, 1000))
        for i in range(tables)))

    def shapes(*arguments):
        outcome = run([*arguments, "-v", "--json", "-j", "1", "--fail-on", "never"])
        told = [line for line in outcome.err.splitlines() if re.search(r"\b(SELECT|COPY|LOCK)\b", line)]
        check("statements are told", len(told) > 5, outcome)
        return {re.sub(r"'[^']*'|[0-9]+", "?", line) for line in told}

    for command in (["audit", server.conninfo], ["dedupe-check", server.conninfo, "-k", "id"]):
        few = shapes(*command, "--schema", "few")
        many = shapes(*command, "--schema", "many")
        check(f"{command[0]}: as many shapes of statements for twelve tables as for two",
              len(many) == len(few) <= 25, (few, many))
    server.psql("DROP SCHEMA few, many CASCADE")


@hard_cases(74)
def no_temporary_files():
    """Every value of a big table is another one: to count them on the server would fill its disk."""
    def written():
        return int(server.psql("SELECT temp_bytes FROM pg_stat_database"
                               " WHERE datname = current_database()"))

    begun = written()
    server.psql("SET work_mem = '64kB'; SELECT count(DISTINCT v) FROM a_big")
    spilled = written()
    check("values that the server counts: go through its disk", spilled > begun, (begun, spilled))
    for command in (audit(server.conninfo, "-t", "a_big"),
                    ["dedupe-check", server.conninfo, "-t", "a_big", "-k", "v", "-q"],
                    ["volume-diff", server.conninfo, server.conninfo, "-t", "a_big", "--rows", "-q"]):
        outcome = run([*command, "--timeout", "5min"])
        check(f"{command[0]}: is complete", outcome.status == 0, outcome)
        server.expect_nothing_left(command[0])
        check(f"{command[0]}: writes nothing on the server's disk", written() == spilled,
              (spilled, written()))


@hard_cases(249)
def hashes():
    """Of a value that can be guessed a hash is as good as the value."""
    def fill(secret):
        server.psql(f"""DROP TABLE IF EXISTS people;
            CREATE TABLE people (n int PRIMARY KEY, id int, v text, b bytea);
            INSERT INTO people VALUES (1, 1, '{secret}', '{secret}'), (2, 1, '{secret}', '{secret}'),
              (3, 2, reverse('{secret}'), NULL);""")

    expect_nothing_of_values(server.conninfo, fill)
    server.psql("DROP TABLE people")


@hard_cases(65, 66)
def wide_row():
    """Cases 65 and 66: a text of 300 MB, and a row of more than the 1 GB that can be sent."""
    if not os.environ.get("ASSAY_TEST_LARGE"):
        print("# a row of 1 GB: left out, ASSAY_TEST_LARGE=1 takes 2 GB of memory and a minute")
        return
    server.psql("""CREATE TABLE large (id int PRIMARY KEY, a text);
        INSERT INTO large VALUES (1, repeat('y', 300000000)), (2, 'z');
        CREATE TABLE wide (id int PRIMARY KEY, a text, b text, c text, d text, e text);
        INSERT INTO wide VALUES (1, repeat('x', 250000000));
        UPDATE wide SET b = a; UPDATE wide SET c = a; UPDATE wide SET d = a;
        UPDATE wide SET e = a""")
    outcome = run(audit(server.conninfo, "-t", "large", "--timeout", "10min"))
    lengths = [c.get("length") for t in (outcome.document or {}).get("tables", [])
               for c in t["columns"]]
    check("a text of 300 MB is measured", outcome.status == 0 and
          [x["max"] for x in lengths if x] == [300_000_000], outcome)
    outcome = run(audit(server.conninfo, "-t", "wide"))
    expect_unknown("a row of more than 1 GB", outcome, {"wide": 1}, "54000")
    server.psql("DROP TABLE large, wide")


@hard_cases(260)
def interrupted():
    with Proxy(server.socket) as proxy:
        run(audit(proxy.conninfo()))
        whole = proxy.passed
    for sent, moment in random_signals(0.95 * whole):
        fault = f"signal {sent} after {int(moment)} of {whole} bytes"
        outcome = held(lambda scan, sent=sent: scan.process.send_signal(sent), after=int(moment))
        expect_stopped(fault, sent, outcome, TRUTH)
        check(f"{fault}: at once", outcome.seconds < 8, outcome)
        server.expect_nothing_left(fault)
    document = held(lambda scan: scan.process.send_signal(signal.SIGINT)).document
    read = {table["name"] for table in document["tables"]}
    unread = [note for note in document["notes"] if note.startswith("not read to the end: ")]
    check("Ctrl-C in the middle of a table: it is named, and so is every other that was not read",
          not read and len(unread) == 1 and
          unread[0].endswith("public.a_big and public.b_small"), (read, unread))


def killed_client():
    def kill(scan):
        scan.process.kill()

    held(kill)
    server.expect_nothing_left("kill -9 of the program")
    server.psql("CREATE VIEW asleep AS SELECT 1 AS id FROM pg_sleep(30)")
    sleeper = Run(audit(server.conninfo, "-t", "asleep"))
    check("a statement that sends nothing runs", server.wait_for(
        f"EXISTS (SELECT FROM pg_stat_activity WHERE {server.OURS} AND wait_event = 'PgSleep')"))
    sleeper.process.kill()
    sleeper.end()
    server.expect_nothing_left("kill -9 of the program during a silent statement")
    server.psql("DROP VIEW asleep")


@hard_cases(151)
def killed_backend():
    """From here on: the server ends every other session as well and starts again."""
    outcome = held(lambda _: os.kill(backend(), signal.SIGKILL))
    expect_unknown("kill -9 of a backend", outcome, TRUTH, "lost the connection")
    time.sleep(1)  # until the server has noticed
    check("kill -9 of a backend: the server comes back", server.wait_until_up())
    server.expect_nothing_left("kill -9 of a backend")
    outcome = run(audit(server.conninfo))
    check("kill -9 of a backend: all is well afterwards", outcome.status == 0, outcome)


@hard_cases(118)
def damaged_table():
    """Pages on the disk that are none any more; the server that comes up again has none in memory."""
    server.psql("CREATE TABLE d_damaged AS SELECT i AS id, repeat('d', 90) AS v"
                " FROM generate_series(1, 20000) AS i; CHECKPOINT")
    name = server.psql("SELECT pg_relation_filepath('d_damaged')")
    writer = int(server.psql("SELECT pid FROM pg_stat_activity"
                             " WHERE backend_type = 'background writer'"))
    with open(os.path.join(server.folder, "data", name), "r+b") as file:
        file.seek(100 * 8192)
        file.write(bytes(i * 167 % 256 for i in range(4 * 8192)))
    os.kill(writer, signal.SIGKILL)
    time.sleep(1)
    check("damaged table: the server comes back", server.wait_until_up())
    outcome = run(audit(server.conninfo))
    expect_unknown("damaged table", outcome, TRUTH, "corrupt data.*XX001")
    check("damaged table: the others are read", rows_of(outcome, "a_big") == ROWS, outcome)
    server.expect_nothing_left("damaged table")


@hard_cases(165)
def old_server():
    for version in ("9.6.24", "8.0.2"):
        fake = FakeServer(version)
        where = f"host=127.0.0.1 port={fake.port} user=u dbname=d sslmode=disable gssencmode=disable"
        expect_unknown(f"a server of version {version}", run(audit(where)),
                       words=f"too old .*version {version}")
        check(f"a server of version {version}: is asked nothing", fake.asked in (b"", b"X\0\0\0\4"),
              fake.asked)
        fake.close()


@hard_cases(146)
def stops_as_we_come():
    """A server that ends while it is connected to closes the connection without a word: with
    --wait-ready it is tried again, as one that starts."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken = []

    def close_each():
        try:
            while True:
                connection = listener.accept()[0]
                connection.recv(4096)
                taken.append(connection.close())
        except OSError:
            pass  # the listener was closed

    threading.Thread(target=close_each, daemon=True).start()
    where = (f"host=127.0.0.1 port={listener.getsockname()[1]} user=u dbname=d sslmode=disable"
             " gssencmode=disable")
    for flags, again in (([], False), (["--wait-ready", "1500ms"], True)):
        taken.clear()
        outcome = run(audit(where, *flags))
        expect_unknown("a server that stops as we come", outcome, words="cannot connect")
        check(f"a server that stops as we come: is tried again or not {' '.join(flags)}",
              (len(taken) > 1) == again, taken)
    listener.close()


@hard_cases(164, 174)
def transaction_timeout():
    """A server from 17 on ends a transaction that lasts too long, and its session."""
    message = "terminating connection due to transaction timeout"
    fake = FakeServer("17.2", ("25P04", message))
    where = f"host=127.0.0.1 port={fake.port} user=u dbname=d sslmode=disable gssencmode=disable"
    outcome = run(audit(where))
    expect_unknown("a transaction that lasts too long", outcome, words=message)
    check("a transaction that lasts too long: says which flag allows more",
          "--max-runtime" in outcome.err, outcome)
    fake.close()


def busy_server():
    """With --max-load nothing is read as long as others have more to do than that."""
    server.psql("CREATE ROLE sees_no_one LOGIN; GRANT SELECT ON b_small TO sees_no_one;")
    where = f"host={server.folder} user=sees_no_one dbname=postgres"
    expect_unknown("--max-load without a sight of others",
                   run(audit(where, "-t", "b_small", "--max-load", "5")),
                   words="has to see what other sessions do")
    outcome = run(audit(where, "-t", "b_small"))
    check("without --max-load: no such sight is needed", outcome.status == 0, outcome)
    server.psql("GRANT pg_read_all_stats TO sees_no_one")
    others = [server.start_psql("SELECT pg_sleep(600);\n") for _ in range(2)]
    active = ("(SELECT count(*) FROM pg_stat_activity WHERE application_name = 'other'"
              " AND state = 'active')")
    server.wait_for(f"{active} = 2")
    outcome = run(audit(where, "-t", "b_small", "--max-load", "2"))
    check("--max-load: as many may be active", outcome.status == 0 and "paused" not in outcome.err,
          outcome)
    waits = Run(audit(where, "-t", "b_small", "--max-load", "1"))
    time.sleep(2.5)
    check("--max-load: one more keeps it from reading", waits.process.poll() is None)
    check("--max-load: nobody waits for its locks meanwhile", server.psql(
        "BEGIN; SET LOCAL lock_timeout = '5s'; LOCK TABLE b_small IN ACCESS EXCLUSIVE MODE;"
        " SELECT 'locked'; ROLLBACK") == "locked")
    server.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'other'")
    outcome = waits.end()
    check("--max-load: says why it waits, and reads when they are done", outcome.status == 0 and
          "assay: paused as long as more than 1 other session is active on the server\n"
          in outcome.err and rows_of(outcome, "b_small") == 3, outcome)
    for session in others:
        session.communicate()
    server.expect_nothing_left("--max-load")
    server.psql("DROP OWNED BY sees_no_one; DROP ROLE sees_no_one")


def too_costly():
    """With --max-cost the planner is asked first: of a table read in chunks for all of them, of a
    view, of a sample, and of a count."""
    server.psql("CREATE VIEW v_costly AS SELECT a.id FROM b_small AS a, a_big AS b; ANALYZE a_big")
    dear = "more than the 100 of --max-cost"
    for what, arguments in (("a table", audit(server.conninfo, "-t", "a_big")),
                            ("a view", audit(server.conninfo, "-t", "v_costly")),
                            ("a sample", audit(server.conninfo, "-t", "a_big", "--depth", "sample")),
                            ("two workers", ["audit", server.conninfo, "--json", "-t", "a_big"]),
                            ("a count", ["volume-diff", server.conninfo, server.conninfo, "--json",
                                         "-t", "a_big"])):
        outcome = run([*arguments, "--max-cost", "100"])
        expect_unknown(f"--max-cost and {what}", outcome, words=dear)
        kinds = {c.get("error_kind") for c in outcome.document["checks"] if c["status"] == "error"}
        check(f"--max-cost and {what}: is a limit", kinds == {"limit"}, outcome)
    outcome = run(audit(server.conninfo, "-t", "a_big", "-t", "b_small", "--max-cost", "100"))
    check("--max-cost: what is cheap is read", outcome.status == 3 and
          rows_of(outcome, "b_small") == 3, outcome)
    outcome = run(audit(server.conninfo, "-t", "a_big", "--max-cost", "1000000"))
    check("--max-cost: what it allows is read", outcome.status == 0 and
          rows_of(outcome, "a_big") == ROWS, outcome)
    server.psql("DROP VIEW v_costly")


set_up()
for scenario in (old_server, stops_as_we_come, transaction_timeout, busy_server, too_costly, terminated, cancelled_by_admin, cut_connection, garbled_connection,
                 frozen_backend, no_answer, frozen_server, locked_table,
                 changed_before_its_turn, blocked_during_its_turn, gives_way,
                 gives_way_in_one_statement, no_connection_left, statement_shapes,
                 no_temporary_files, hashes, wide_row, interrupted, killed_client,
                 killed_backend, damaged_table):
    begun = time.monotonic()
    scenario()
    print(f"# {scenario.__name__}: {time.monotonic() - begun:.1f} s", flush=True)
expect_protocol()
finish()
