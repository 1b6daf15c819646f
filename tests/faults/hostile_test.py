#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Names that were chosen to harm, and values that must stay where they are, through every command
and format, on both stores.

usage: hostile_test.py PROGRAM; with ASSAY_TEST_POSTGRES also against that server
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

from corpus import CANARY, MEANT, WIDE, distinct_names, quoted, statements
from modes import every_mode, modes_of_a_table
from support import CONTROL, GIVE_UP, Run, check, finish, hard_cases, run

PASSWORD = os.environ.get("ASSAY_TEST_POSTGRES_PASSWORD") or "none that is used"
FORMATS = ["text", "json", "markdown", "nagios"]
LAYOUTS = [["--ascii", "--width", "40"], ["--no-color"], ["--width", "100"], []]
# What takes no name and shows no value in a way of its own.
NO_MODES = {"--output", "--quiet", "--fail-on", "--json", "--progress", "--pause-file", "--color",
            "--ascii", "--no-color", "--width"}
SHORT = {"-t": "--table", "-k": "--key", "-c": "--column", "-f": "--format", "-j": "--jobs",
         "-v": "--verbose"}
place = tempfile.mkdtemp(prefix="assay-hostile.")
documents = os.path.join(place, "documents")
used = {}  # command -> the flags that some call of it has had


def is_clean(text):
    """Nothing that drives a terminal, and no byte that was no text."""
    return not CONTROL.search(text) and "\ufffd" not in text


def without_names(sql):
    """Of names that control something: SQL has no other way to write them."""
    for name in filter(CONTROL.search, [*distinct_names(), WIDE]):
        sql = sql.replace(quoted(name), "").replace(quoted(name.replace("\n", " ")), "")
    return sql


def holds_values(text):
    return CANARY.lower() in text.lower()


def read(path):
    with open(path, "rb") as file:
        return file.read().decode("utf-8", "replace")


def ask(arguments):
    used.setdefault(arguments[0], set()).update(
        SHORT.get(word, word) for word in arguments
        if word in SHORT or re.fullmatch("--[a-z]+(-[a-z]+)*", word))
    return run(arguments)


def expect_clean(what, outcome, statuses):
    """The status is one of those, and nothing raw, no password and no crash is on a stream."""
    check(f"{what}: ends as it should", outcome.status in statuses and
          "internal" not in outcome.err, outcome)
    for stream, text in (("stdout", outcome.out), ("stderr", outcome.err)):
        check(f"{what}: nothing raw on {stream} (cases 7, 168, 247)", is_clean(text),
              CONTROL.findall(text)[:5])
        check(f"{what}: no password on {stream} (case 239)", PASSWORD not in text, text)


def expect_no_values(what, outcome, folder):
    """Neither on a stream nor in a file."""
    texts = {"stdout": outcome.out, "stderr": outcome.err}
    texts.update((path, read(path)) for path in
                 (os.path.join(folder, name) for name in os.listdir(folder)))
    leaks = [name for name, text in texts.items() if holds_values(text)]
    check(f"{what}: no value of a cell in {len(texts)} texts (cases 239, 253)", not leaks, leaks)
    secrets = [name for name, text in texts.items() if PASSWORD in text]
    check(f"{what}: no password in {len(texts)} texts", not secrets, secrets)


def look(kind, mode, folder, turn):
    """One run that writes every format at once, and shows no value."""
    form = FORMATS[turn % len(FORMATS)]
    what = f"{kind}: {mode.name}, {form}"
    exports = {name: os.path.join(folder, f"result.{name}") for name in FORMATS}
    written = [word for name, path in exports.items() for word in ("--export", f"{name}={path}")]
    outcome = ask([*mode.arguments, "-v", "-f", form, *LAYOUTS[turn // 4 % len(LAYOUTS)], *written])
    if mode.values:
        check(f"{what}: has to be told that values may be shown", outcome.status ==
              (3 if form == "nagios" else 2) and "--values all" in outcome.err + outcome.out,
              outcome)
        expect_no_values(what, outcome, folder)
        return None
    expect_clean(what, outcome, (0, 1, 2, 3) if form == "nagios" else mode.statuses)
    check(f"{what}: is no wrong call", "assay: error" not in outcome.err, outcome)
    expect_no_values(what, outcome, folder)
    if not os.path.exists(exports["json"]):
        return None
    for name, path in exports.items():
        check(f"{what}: nothing raw in its {name}", is_clean(read(path)),
              CONTROL.findall(read(path))[:5])
    document = json.loads(read(exports["json"]))
    check(f"{what}: no check that went wrong", mode.statuses != (0, 1) or not [
        c for c in document["checks"] if c["status"] == "error"], outcome)
    kept = f"{kind}-{turn}.json".replace("/", "-")
    shutil.move(exports["json"], os.path.join(documents, kept))
    return document


def look_at_values(kind, mode, folder):
    """With --values all the values stand where they are meant to: so they could have been there."""
    what = f"{kind}: {mode.name} --values all"
    one = ["-t", quoted(WIDE)] if mode.reads_many else []
    outcome = ask([*mode.arguments, *one, "--values", "all", "-f", "json"])
    expect_clean(what, outcome, mode.statuses)
    if mode.shows:
        text = outcome.out if mode.shows == "stdout" else read(mode.shows)
        check(f"{what}: shows values", holds_values(text), outcome)
        if mode.shows.endswith(".sql"):
            text = without_names(text)
        check(f"{what}: and nothing raw", is_clean(text), CONTROL.findall(text)[:5])
    for name in os.listdir(folder):
        if name.endswith(".snapshot"):
            check(f"{what}: no value of a cell in a snapshot",
                  not holds_values(read(os.path.join(folder, name))))


def look_at_plan(kind, mode, folder, turn):
    form = FORMATS[turn % len(FORMATS)]
    what = f"{kind}: {mode.name} --explain, {form}"
    outcome = ask([*mode.arguments, *mode.values, "--explain", "-f", form])
    expect_clean(what, outcome, (0, 3))
    expect_no_values(what, outcome, folder)


def expect_every_name(kind, document):
    names = set(distinct_names())
    seen = {table["name"] for table in document["tables"]}
    check(f"{kind}: every name comes through as it is", names <= seen, names - seen)
    for meant, hostile in MEANT.items():
        check(f"{meant}: {kind}: comes through as it is", names >= set(hostile) <= seen,
              set(hostile) - seen)
    rows = {table["rows"]["value"] for table in document["tables"]}
    check(f"{kind}: every table is counted", rows == {3}, rows)


def folders(kind):
    """One for each way to call, as each leaves its files there."""
    made = [os.path.join(place, f"{kind} {which} \u202e\x1b[31m';%41")
            for which in ("safe", "all", "explain", "table", "table all")]
    for path in made:
        os.mkdir(path)
    return made


def some_tables(mode, turn):
    """A third of the tables, and the one that has all names, for a mode that reads many."""
    if mode.reads_many:
        names = [WIDE, *distinct_names()[turn % 3::3]]
        mode.arguments += [word for name in names for word in ("-t", quoted(name))]


def look_at_store(kind, store, other):
    safe, everything, plans, one, one_all = folders(kind)
    modes = zip(*(every_mode(store, other, folder) for folder in (safe, everything, plans)))
    for turn, (mode, with_values, plan) in enumerate(modes):
        if mode.name != "audit":
            some_tables(mode, turn)
            some_tables(plan, turn + 1)
        document = look(kind, mode, safe, turn)
        if mode.shows or "snapshot" in mode.name:
            look_at_values(kind, with_values, everything)
        for name in [name for name in os.listdir(safe) if name.endswith(".snapshot")]:
            shutil.copy(os.path.join(safe, name), plans)
        look_at_plan(kind, plan, plans, turn + 1)
        if mode.name == "audit":
            expect_every_name(kind, document)
    # What a name goes through on its way into SQL is the same for both; one run takes longer there.
    every = 7 if kind == "sqlite" else 19
    for number, name in enumerate(sorted(distinct_names())):
        modes = zip(modes_of_a_table(store, other, one, name),
                    modes_of_a_table(store, other, one_all, name))
        for turn, (mode, with_values) in enumerate(modes):
            if "snapshot" not in mode.name and (number + turn) % every:
                continue
            if "snapshot" in mode.name and number % every:
                continue
            mode.name += f" of {name!r}"
            if mode.values:
                look_at_values(kind, with_values, one_all)
            else:
                look(kind, mode, one, 1000 * number + turn)


def look_at_reports():
    """What was saved is read again, and is what the schema says."""
    saved = [os.path.join(documents, name) for name in sorted(os.listdir(documents))]
    some = [saved[0], *saved[1::len(saved) // 8]]
    for form in FORMATS:
        for what, arguments in (("report", ["report", *some]),
                                ("report diff", ["report", "diff", saved[0], saved[-1]])):
            outcome = ask([*arguments, "-f", form])
            expect_clean(f"{what}, {form}", outcome, (0, 1, 2, 3))
            expect_no_values(f"{what}, {form}", outcome, documents)
    support = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support")
    done = subprocess.run([sys.executable, os.path.join(support, "validate_json.py"), documents],
                          stderr=subprocess.PIPE, text=True, timeout=GIVE_UP)
    check(f"{len(saved)} results are as the schema says", done.returncode == 0, done.stderr[-900:])


def look_at_histories():
    """report prune, on the files that the runs of both stores left."""
    for folder in [name for name in os.listdir(place) if " safe " in name]:
        history = os.path.join(place, folder, "history.db")
        for form in FORMATS:
            outcome = ask(["report", "prune", "--history", history, "--keep", "1d", "-f", form])
            expect_clean(f"report prune, {form}", outcome, (0, 1))
            expect_no_values(f"report prune, {form}", outcome, os.path.join(place, folder))


def look_at_flags():
    """A flag that is new needs a mode, or a reason why none."""
    for command, flags in used.items():
        known = set(re.findall(r"^ +(?:-\w, +)?(--[a-z][a-z-]+)", run([command, "--help"]).out,
                               re.MULTILINE))
        check(f"{command}: {len(known)} flags are known", len(known) > 8, known)
        rest = known - flags - NO_MODES
        check(f"{command}: every flag has met the names", command == "report" or not rest, rest)


def look_at_paths(store):
    """Files that are named on the command line, and what is said of them."""
    path = os.path.join(place, "paused \u202e\x1b[31m\n';%41")
    with open(path, "w", encoding="utf-8"):
        pass
    scan = Run(["audit", store, "--json", "--fail-on", "never", "--pause-file", path])
    time.sleep(1.2)
    os.unlink(path)
    outcome = scan.end()
    expect_clean("--pause-file", outcome, (0,))
    check("--pause-file: is named while it exists", "paused" in outcome.err, outcome)
    nowhere = os.path.join(path, "x")
    for arguments in (["audit", store, "-o", nowhere], ["audit", store, "--history", nowhere],
                      ["audit", store, "--export", f"json={nowhere}"], ["audit", nowhere],
                      ["freshness", store, "--by-time", "07:00 UTC", "--calendar", nowhere],
                      ["volume-diff", store, store, "--rows", "--changes", nowhere],
                      ["volume-diff", nowhere, store, "--rows"], ["report", nowhere],
                      ["report", "prune", "--keep", "1d", "--history", nowhere]):
        expect_clean(f"a file that cannot be: {arguments[0]} {arguments[-2]}", ask(arguments),
                     (2, 3))


def look_at_sqlite():
    paths = [os.path.join(place, name) for name in ("hostile.db", "other \u202e';%41.db")]
    for side, path in zip("ab", paths):
        base = sqlite3.connect(path)
        for statement in statements(side, "sqlite"):
            base.execute(statement)
        base.commit()
        base.close()
    look_at_store("sqlite", *paths)
    look_at_paths(paths[0])


@hard_cases(4, 8, 19, 24, 80, 97, 99)
def odd_tables():
    """What SQLite allows and hardly anybody expects."""
    path = os.path.join(place, "odd.db")
    base = sqlite3.connect(path)
    base.create_collation("elsewhere", lambda a, b: (a > b) - (a < b))
    for statement in (
            'CREATE TABLE unnamed ("" text, id integer)',
            "INSERT INTO unnamed VALUES ('a', 1), ('b', 2)",
            "CREATE TABLE sorted (id integer PRIMARY KEY, v text COLLATE elsewhere)",
            "INSERT INTO sorted VALUES (1, 'a'), (2, 'b'), (3, 'b')",
            "CREATE INDEX sorted_v ON sorted (v)",
            'CREATE TABLE "\u00c9" (id integer PRIMARY KEY)',
            'CREATE TABLE "\u00e9" (id integer PRIMARY KEY)', 'INSERT INTO "\u00e9" VALUES (1)',
            "CREATE TABLE beyond (id integer PRIMARY KEY, n integer)",
            "INSERT INTO beyond VALUES (1, 9223372036854775808), (2, 5)"):
        base.execute(statement)
    base.commit()
    base.close()

    def ask(*arguments):
        return run([arguments[0], path, *arguments[1:], "--json"])

    def evidence(outcome, key):
        return [c["evidence"].get(key) for c in (outcome.document or {}).get("checks", [])
                if "distinct_keys" in c["evidence"]]

    outcome = ask("audit", "--fail-on", "never")
    rows = {t["name"]: t["rows"]["value"] for t in (outcome.document or {}).get("tables", [])}
    check("odd tables: are all read", outcome.status == 0 and rows == {
        "unnamed": 2, "sorted": 3, "\u00c9": 0, "\u00e9": 1, "beyond": 2}, outcome)
    unfit = [c["table"] for c in (outcome.document or {}).get("checks", [])
             if c["id"] == "validity.declared_type" and c["status"] == "fail"]
    check("an integer that SQLite keeps as a real is told", unfit == ["main.beyond"], unfit)
    outcome = ask("dedupe-check", "-t", "sorted", "-k", "v")
    check("a collation that is missing is none that we need",
          evidence(outcome, "surplus_rows") == [1], outcome)
    outcome = ask("audit", "-t", "\u00c9")
    names = [table["name"] for table in (outcome.document or {}).get("tables", [])]
    check("letters beyond ASCII have a case that counts", names == ["\u00c9"], names)
    outcome = ask("audit", "-t", "sorted", "--where", '"emial" = 1')
    check("a column with a slip, in double quotes, is no text", outcome.status in (2, 3), outcome)
    for name in ("x" * 70, b"\xff\xfe"):
        outcome = ask("audit", "-t", name)
        check(f"{name[:4]!r}: is no table, and said so cleanly",
              outcome.status == 2 and is_clean(outcome.err), outcome)


def look_at_postgres():
    server = os.environ["ASSAY_TEST_POSTGRES"]
    databases = {side: f"hostile_{side}_{os.getpid()}" for side in "ab"}

    def psql(sql, name="postgres"):
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                               re.sub(r"dbname=\S+", f"dbname={name}", server)],
                              input=sql, text=True, stderr=subprocess.PIPE, timeout=GIVE_UP)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    where = re.search(r"host=(\S+)", server)[1]
    stores = [f"postgresql://assay_password:{PASSWORD}@/{name}?host={where}"
              for name in databases.values()]
    try:
        for side, name in databases.items():
            psql(f"CREATE DATABASE {name}")
            psql("BEGIN;" + ";\n".join(statements(side, "postgres")) +
                 ";GRANT SELECT ON ALL TABLES IN SCHEMA public TO assay_password; GRANT pg_read_all_stats TO assay_password; COMMIT", name)
        look_at_store("postgres", *stores)
        for what, arguments, status in (
                ("case 142: a wrong password", [stores[0].replace(PASSWORD, PASSWORD + "X")], 3),
                ("case 252: a password that is not encoded",
                 [stores[0].replace(PASSWORD, PASSWORD + "@/x")], 2),
                ("a condition that fails on a value",
                 [stores[0], "--where", f"CAST({quoted(distinct_names()[0])} AS integer) = 1",
                  "-t", quoted(distinct_names()[0])], 3)):
            for form in FORMATS:
                outcome = ask(["audit", *arguments, "-v", "-f", form])
                expect_clean(f"{what}, {form}", outcome, (3 if form == "nagios" else status,))
                check(f"{what}, {form}: no value of a cell",
                      not holds_values(outcome.out + outcome.err), outcome)
    finally:
        for name in databases.values():
            psql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@hard_cases(180)
def look_at_log():
    """A server keeps what it is asked: no statement of ours, and no parameter, holds a value. What
    it says itself of a condition that fails on one is not ours."""
    ours = []
    is_ours = False
    with open(os.environ["ASSAY_TEST_POSTGRES_LOG"], encoding="utf-8", errors="replace") as log:
        for line in log:
            if not line.startswith("\t"):  # else it goes on
                is_ours = line.startswith("assay/") and "|ERROR:" not in line
            if is_ours:
                ours.append(line)
    check("the log of the server: is of many statements", len(ours) > 1000, len(ours))
    leaks = [line for line in ours if holds_values(line)]
    check("the log of the server: no value of a cell", not leaks, leaks[:3])


begun = time.monotonic()
os.mkdir(documents)
try:
    look_at_sqlite()
    odd_tables()
    print(f"# sqlite: {time.monotonic() - begun:.1f} s")
    if os.environ.get("ASSAY_TEST_POSTGRES"):
        look_at_postgres()
        look_at_log()
        print(f"# both: {time.monotonic() - begun:.1f} s")
    else:
        print("# left out: no Postgres")
    look_at_reports()
    look_at_histories()
    look_at_flags()
finally:
    shutil.rmtree(place)
finish()
