#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""--resume: a run that ended early leaves what it had compared, and the same call goes on from there.

usage: resume_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish

PROGRAM = sys.argv[1]
SERVER = os.environ.get("ASSAY_TEST_POSTGRES")
GIVE_UP = 120  # seconds
LEAST = -9223372036854775808  # whose abs() is beyond a bigint: an error of the query, in both stores
folder = tempfile.mkdtemp(prefix="assay-resume.")
state = os.path.join(folder, "state.json")
TABLES = """CREATE TABLE t (id BIGINT PRIMARY KEY, v BIGINT);
CREATE TABLE u (id BIGINT PRIMARY KEY, v BIGINT);
INSERT INTO t VALUES (1, 10), (2, 20), (3, 30);
INSERT INTO u VALUES (1, 10), (2, 20);"""


def psql(url, sql):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True,
                   capture_output=True)


def in_sqlite(path, sql):
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()


def run(*arguments):
    done = subprocess.run([PROGRAM, "volume-diff", *arguments], text=True, capture_output=True, check=False,
                          timeout=GIVE_UP)
    return done.returncode, done.stdout, done.stderr


def rows_of(document):
    return {one["table"].split(".")[-1]: one for one in document["checks"] if one["id"] == "volume.rows"}


def known_of_big():
    """The moment of the first part, and up to which key it goes."""
    with open(state, encoding="utf-8") as file:
        found = [one for one in json.load(file)["checks"] if one["id"] == "volume.rows" and "big" in one["table"]]
    parts = found[0]["evidence"]["resume"]["parts"]
    return parts[0]["snapshot_a"], int(parts[-1]["keys_to"])


def look(name, a, b, change_a, change_b):
    """Side B lacks a row of t; u cannot be read until it is mended."""
    call = [a, b, "--rows", "--where", "abs(v) >= 0", "--json", "--resume", state]
    change_b(f"DELETE FROM t WHERE id = 3; UPDATE u SET v = {LEAST} WHERE id = 2;")
    code, out, _ = run(*call)
    check(f"{name}: a table that cannot be read is an error", code == 3, code)
    check(f"{name}: it says how to go on", any("goes on from here" in note for note in json.loads(out)["notes"]))
    check(f"{name}: the state is there", os.path.exists(state))
    with open(state, encoding="utf-8") as file:
        kept = rows_of(json.load(file))
    check(f"{name}: t was compared, u was not", [kept[one]["status"] for one in "tu"] == ["fail", "error"], kept)
    code = subprocess.run([PROGRAM, "report", state], capture_output=True, check=False).returncode
    check(f"{name}: it is a result that can be shown", code == 3, code)

    code, out, said = run("--limit=5", *call, "--max-runtime", "90s", "--duty-cycle", "90", "-j1", "-v", "--copy")
    check(f"{name}: other limits are no other call", code == 3 and "u" in rows_of(json.loads(out)), said)
    code, _, said = run(*call, "--max-diff", "5")
    check(f"{name}: another call is refused", code == 2 and "that run was another call" in said, said)
    code, _, said = run(b, a, *call[2:])
    check(f"{name}: other sides are another call", code == 2, said)

    process = subprocess.Popen([PROGRAM, "volume-diff", *call], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=GIVE_UP)
    with open(state, encoding="utf-8") as file:
        kept = rows_of(json.load(file))
    check(f"{name}: who is interrupted at once loses nothing", kept["t"]["status"] == "fail", kept)

    # What happens to t now is not looked at: it was compared. u is read again.
    change_b("INSERT INTO t VALUES (3, 30); UPDATE u SET v = 20 WHERE id = 2;")
    code, out, _ = run(*call)
    document = json.loads(out)
    found = rows_of(document)
    check(f"{name}: what the earlier run found counts", code == 1, code)
    check(f"{name}: t is as of then", found["t"]["evidence"]["only_a"] == 1)
    check(f"{name}: and says when that was", "compared_at" in found["t"]["evidence"])
    check(f"{name}: u is as of now", found["u"]["status"] == "pass" and "compared_at" not in found["u"]["evidence"])
    check(f"{name}: the result says so",
          any("a run that was ended early has compared t; what is said of it is as of then" in note
              for note in document["notes"]), document["notes"])
    check(f"{name}: each table is told of once", len(document["tables"]) == 4, document["tables"])
    check(f"{name}: the state is gone", not os.path.exists(state))
    check(f"{name}: without it all is read", run(*call)[0] == 0)

    # A table that is defined in another way by then is compared again.
    change_b(f"UPDATE u SET v = {LEAST} WHERE id = 2;")
    run(*call)
    change_a("ALTER TABLE t ADD COLUMN w BIGINT;")
    change_b("ALTER TABLE t ADD COLUMN w BIGINT; UPDATE t SET w = 1; UPDATE u SET v = 20 WHERE id = 2;")
    code, out, _ = run(*call)
    found = rows_of(json.loads(out))
    check(f"{name}: new columns are compared", code == 1 and found["t"]["evidence"]["changed"] == 3, found["t"])

    for text, why in (("", "empty"), ("{}", "no result"), ("x", "no JSON")):
        with open(state, "w", encoding="utf-8") as file:
            file.write(text)
        code, _, said = run(*call)
        check(f"{name}: a file with {why} is refused", code in (2, 3), said)
        with open(state, encoding="utf-8") as file:
            check(f"{name}: and stays as it is ({why})", file.read() == text)
    os.remove(state)
    run(*[one for one in call if one not in ("--resume", state)], "-o", state)
    code, _, said = run(*call)
    check(f"{name}: a finished result is refused", code == 2 and "not of a run that was ended early" in said, said)
    os.remove(state)
    wrong = os.path.join(folder, "no", "state.json")
    check(f"{name}: a folder that is not there is told first", run(*call[:-1], wrong)[0] in (2, 3))


def look_within(name, a, b, change_b):
    """Tables that are ended in: side B has a row that cannot be read until it is mended."""
    pause = os.path.join(folder, "pause")
    call = [a, b, "--rows", "--where", "abs(v) >= 0", "--json", "-t", "big", "-t", "words", "--pause-file", pause,
            "--resume", state]
    change_b(f"UPDATE big SET v = id WHERE id <> v; UPDATE big SET v = -7 WHERE id = 7; UPDATE big SET v = {LEAST} WHERE id = 250000;"
             f"UPDATE words SET v = {LEAST} WHERE id = 'w2';")
    code, out, _ = run(*call)
    check(f"{name}: a row that cannot be read is an error", code == 3, code)
    document = json.loads(out)
    check(f"{name}: who begins anew is told of",
          any("words: the next run begins anew with it, because its key is not one column that holds nothing but "
              "integers" in note for note in document["notes"]), document["notes"])
    resume = rows_of(document)["big"]["evidence"]["resume"]
    compared = int(resume["parts"][0]["keys_to"])
    check(f"{name}: big was compared up to a key before that row", 7 < compared < 250000, resume)
    check(f"{name}: what is known of it is the ranges that differ", len(resume["unequal"]) == 1, resume)

    # Ended once more before anything else is read, and not by an error of the table.
    with open(pause, "w", encoding="utf-8"):
        pass
    process = subprocess.Popen([PROGRAM, "volume-diff", *call], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=GIVE_UP)
    os.remove(pause)
    with open(state, encoding="utf-8") as file:
        kept = rows_of(json.load(file))["big"]
    check(f"{name}: who is interrupted keeps how far an earlier run came",
          int(kept["evidence"]["resume"]["parts"][0]["keys_to"]) == compared, kept)
    check(f"{name}: and says that it was", kept["message"].startswith("not compared to its end: "), kept)

    # Rows that were equal are not looked at again; those that differed are, as they are now.
    change_b("UPDATE big SET v = 250000 WHERE id = 250000; UPDATE big SET v = -5 WHERE id = 5005;"
             "UPDATE big SET v = -8 WHERE id = 7; UPDATE words SET v = 2 WHERE id = 'w2';")
    code, out, _ = run(*call)
    document = json.loads(out)
    found = rows_of(document)
    evidence = found["big"]["evidence"]
    check(f"{name}: what differs is found", code == 1 and evidence["changed"] == 1, evidence)
    check(f"{name}: it is what differs now", evidence["samples"][0]["columns"]["v"]["b"] == -8, evidence)
    check(f"{name}: all rows are counted", evidence["rows_a"] == 300000 and evidence["unchanged"] == 299999, evidence)
    check(f"{name}: the result has its parts", [part["keys_to"] for part in evidence["parts"]] == [str(compared), None],
          evidence)
    check(f"{name}: each of another moment", evidence["parts"][0]["snapshot_a"] < evidence["parts"][1]["snapshot_a"])
    check(f"{name}: the message says so", "compared in 2 parts, each of another moment" in found["big"]["message"],
          found["big"]["message"])
    check(f"{name}: and a note",
          any(f"big: a run that was ended early has compared the keys up to {compared}; that rows are equal there is "
              "as of " in note for note in document["notes"]), document["notes"])
    check(f"{name}: words were compared from the beginning", found["words"]["status"] == "pass", found["words"])
    check(f"{name}: the rows before are not read again",
          document["cost"]["rows_read"] < 2 * (300000 - compared) + 10000, document["cost"])
    check(f"{name}: nothing is left to go on from", not os.path.exists(state))
    code, out, _ = run(*call)
    check(f"{name}: a run from the beginning finds both", rows_of(json.loads(out))["big"]["evidence"]["changed"] == 2)

    # Without values no key is kept.
    change_b(f"UPDATE big SET v = {LEAST} WHERE id = 250000;")
    hidden = [*call[:-2], "--values", "none", "--resume", state]
    code, out, _ = run(*hidden)
    document = json.loads(out)
    check(f"{name}: with --values none no key is kept",
          code == 3 and "resume" not in rows_of(document)["big"]["evidence"] and
          any("big: the next run begins anew with it, because --values none" in note for note in document["notes"]),
          document["notes"])
    os.remove(state)

    # What is known of a table that was altered since is of no use, and gives way to less.
    run(*call)
    _, before = known_of_big()
    change_b(f"ALTER TABLE big ADD COLUMN w BIGINT; UPDATE big SET v = 250000 WHERE id = 250000;"
             f"UPDATE big SET v = {LEAST} WHERE id = 50000;")
    run(*call)
    moment, now = known_of_big()
    check(f"{name}: what is of no use any more is replaced", 0 < now < before, (before, now))
    change_b(f"UPDATE big SET v = 50000 WHERE id = 50000; UPDATE big SET v = {LEAST} WHERE id = 250000;")
    run(*call)
    later, further = known_of_big()
    check(f"{name}: and the next run goes on from there", later == moment and further > now, (moment, now))
    os.remove(state)
    change_b("ALTER TABLE big DROP COLUMN w;")

    # What is there must make sense.
    run(*call)
    with open(state, encoding="utf-8") as file:
        text = file.read()
    with open(state, "w", encoding="utf-8") as file:
        file.write(re.sub(r'"equal_rows":\s*"\d+"', '"equal_rows": "many"', text))
    code, _, said = run(*call)
    check(f"{name}: a damaged file is refused", code == 2 and "is damaged" in said, said)
    os.remove(state)


def come_far(document):
    """The key and the ranges that an ended run tells to have come to."""
    message = rows_of(document)["big"]["message"]
    told = re.search(r"; compared up to key (-?[0-9,]+); ([0-9,]+) of ([0-9,]+) ranges? that differ there", message)
    return None if told is None else [int(one.replace(",", "")) for one in told.groups()]


def look_at_short_runs(name, a, b, change_b):
    """As many runs as it takes: none has time for all that differs, and each goes on from the one before."""
    call = [a, b, "--rows", "--json", "-t", "big"]
    gone = [5, 1005, 250005]
    change_b("UPDATE big SET v = id WHERE id <> v; UPDATE big SET v = -id WHERE id % 300 = 7;"
             f"DELETE FROM big WHERE id IN ({', '.join(map(str, gone))});"
             "INSERT INTO big VALUES (-3, 1), (-2, 1), (-1, 1);")
    code, out, _ = run(*call)
    whole = rows_of(json.loads(out))["big"]["evidence"]
    check(f"{name}: much differs", code == 1 and whole["changed"] == 1000 and whole["only_b"] == 3, whole)
    before = [-4, 0, 0]
    told = []
    for number in range(80):
        # The limit may be another one each time, and grows in the end, for machines that are busy.
        limit = f"{40 + 10 * (number % 5) + (0 if number < 30 else 2 ** (number - 30))}ms"
        code, out, _ = run(*call, "--resume", state, "--max-runtime", limit)
        if code != 3:
            break
        document = json.loads(out)
        if "big" in rows_of(document) and (far := come_far(document)):
            check(f"{name}: run {number} comes no less far", far[0] >= before[0] and far[1] >= before[1], (before, far))
            told.append(far)
            before = far
    check(f"{name}: they come to the end", code == 1, (code, told))
    evidence = rows_of(json.loads(out))["big"]["evidence"]
    parts = evidence.pop("parts", None)
    check(f"{name}: with the result of one run", evidence == whole, (evidence, whole))
    check(f"{name}: which tells of its parts", (parts is None) == (not told) and (parts is None or
          [part["ranges_read"] for part in parts][-1] is None), parts)
    check(f"{name}: no file is left of them", not os.path.exists(state))
    change_b("DELETE FROM big WHERE id < 0; INSERT INTO big VALUES " + ", ".join(f"({id}, {id})" for id in gone) + ";")


def large(numbers):
    return f"""CREATE TABLE big (id BIGINT PRIMARY KEY, v BIGINT);
CREATE TABLE words (id TEXT PRIMARY KEY, v BIGINT);
INSERT INTO big SELECT i, i FROM {numbers};
INSERT INTO words VALUES ('w1', 1), ('w2', 2);"""


IN_SQLITE = "(WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 300000) SELECT i FROM g)"
paths = [os.path.join(folder, "a.db"), os.path.join(folder, "b 'x'.db")]
for path in paths:
    in_sqlite(path, TABLES)
look("sqlite", *paths, lambda sql: in_sqlite(paths[0], sql), lambda sql: in_sqlite(paths[1], sql))
for path in paths:
    os.remove(path)
    # In SQLite only that spelling holds nothing but integers.
    in_sqlite(path, large(IN_SQLITE).replace("BIGINT PRIMARY", "INTEGER PRIMARY"))
look_within("sqlite", *paths, lambda sql: in_sqlite(paths[1], sql))
look_at_short_runs("sqlite", *paths, lambda sql: in_sqlite(paths[1], sql))
if SERVER:
    url = re.sub("dbname=postgres", "dbname=resume_test", SERVER)
    psql(SERVER, "DROP DATABASE IF EXISTS resume_test;")
    psql(SERVER, "CREATE DATABASE resume_test;")
    psql(url, TABLES)
    path = os.path.join(folder, "c.db")
    in_sqlite(path, TABLES)
    look("postgres", path, url, lambda sql: in_sqlite(path, sql), lambda sql: psql(url, sql))
    psql(url, "DROP TABLE t; DROP TABLE u;" + large("generate_series(1, 300000) AS g(i)"))
    look_within("sqlite and postgres", paths[0], url, lambda sql: psql(url, sql))
    look_at_short_runs("sqlite and postgres", paths[0], url, lambda sql: psql(url, sql))
    psql(SERVER, "CREATE DATABASE resume_test_2;")
    psql(url.replace("resume_test", "resume_test_2"), large("generate_series(1, 300000) AS g(i)"))
    look_within("postgres", url.replace("resume_test", "resume_test_2"), url, lambda sql: psql(url, sql))
    look_at_short_runs("postgres", url.replace("resume_test", "resume_test_2"), url, lambda sql: psql(url, sql))
    psql(SERVER, "DROP DATABASE resume_test_2;")
    psql(SERVER, "DROP DATABASE resume_test;")
shutil.rmtree(folder)
finish()
