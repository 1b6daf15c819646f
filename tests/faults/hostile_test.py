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
import tempfile
import time

from support import CONTROL, GIVE_UP, check, finish, hard_cases, run

CANARY = "CANARYkf83hq"
PASSWORD = os.environ.get("ASSAY_TEST_POSTGRES_PASSWORD") or "none that is used"
NAMES = [
    'quote"d', '"', '""', "apo'strophe", "'", "`tick`", "[bracket]", "]", "semi;colon",
    "x; DROP TABLE victim; --", "/* comment", "-- dash", "back\\slash", "\\", "new\nline",
    "carriage\rreturn", "tab\tstop", "\n", "nul-like \\0", "esc\x1b[31mred\x1b[0m", "bell\x07",
    "\x1b]0;title\x07", "del\x7f", "c1\u009b31m", "bidi\u202egnp.exe", "\u2066isolate\u2069",
    "zero\u200bwidth", "\ufeffbom", "caf\u00e9", "cafe\u0301", "\u0130stanbul",
    "\u65e5\u672c\u8a9e", "\U0001f4a9", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u0627\u0644\u0639", "select", "from", "table", "order", "user", " leading", "trailing ",
    " ", "two  spaces", "dot.ted", ".", "..", "a.b.c", "%s%s%n", "{}", "{0}{1}", "$1", "${HOME}",
    "$(id)", "<script>alert(1)</script>", "a|b|c", "=cmd|' /C calc'!A0", "*glob?",
    "CaseSensitive", "x" * 63, "\u00e9" * 31, "--json", "-t", "pg_toast_fake",
    "https://evil.example/", "::warning::x",
]
# What some of them are for. Each comes through every command, format and store as all the others.
MEANT = {
    "case 1: dots and quotes": ["dot.ted", ".", "a.b.c", 'quote"d', '""'],
    "case 2: a statement": ["x; DROP TABLE victim; --", "semi;colon"],
    "case 3: line breaks and tabs": ["new\nline", "carriage\rreturn", "tab\tstop", "\n"],
    "case 5: emoji, Arabic, both spellings of an accent": [
        "\U0001f4a9", "\u0627\u0644\u0639", "caf\u00e9", "cafe\u0301"],
    "case 6: bidi and zero width": ["bidi\u202egnp.exe", "zero\u200bwidth"],
    "case 7: commands of a terminal": ["esc\x1b[31mred\x1b[0m", "bell\x07", "\x1b]0;title\x07"],
    "cases 8, 9: 63 bytes, and 62 where one more letter would not fit": ["x" * 63, "\u00e9" * 31],
    "case 10: capitals": ["CaseSensitive"],
    "case 11: a dotted capital I": ["\u0130stanbul"],
    "case 12: reserved words": ["select", "from", "table", "order", "user"],
    "case 13: blanks at the ends": [" leading", "trailing ", " "],
    "case 14: formats and shells": ["%s%s%n", "{}", "{0}{1}", "$1", "back\\slash", "`tick`", "$(id)"],
    "case 15: HTML, Markdown, spreadsheets": [
        "<script>alert(1)</script>", "a|b|c", "=cmd|' /C calc'!A0"],
    "case 17: a name as of the system": ["pg_toast_fake"],
    "case 20: brackets and ticks": ["[bracket]", "]", "`tick`", '"'],
    "case 245: a command of a log reader": ["::warning::x"],
}
FORMATS = ["text", "json", "markdown", "nagios"]
folder = tempfile.mkdtemp(prefix="assay-hostile.")


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def distinct_names():
    """Without those that SQLite takes for the same: a and A."""
    return list({name.lower(): name for name in reversed(NAMES)}.values())


def statements(text_type):
    """A table for each name, with a column of that name too."""
    made = []
    for name in distinct_names():
        table, column = quoted(name), quoted(name)
        made.append(f"CREATE TABLE {table} (id integer, {column} {text_type}, at timestamp)")
        for i in range(3):
            made.append(f"INSERT INTO {table} VALUES ({i % 2}, '{CANARY} {len(made)}',"
                        f" '2026-11-0{i + 1} 00:00:00')")
    return made


def commands(store, other):
    """Every command, with a table that has a hostile name where one is named."""
    yield "audit", ["audit", store]
    yield "audit --depth catalog", ["audit", store, "--depth", "catalog"]
    yield "audit --explain", ["audit", store, "--explain"]
    now = ["--now", "2026-11-04T00:00:00Z"]
    yield "audit with statements and notes", ["audit", store, "-v", "--values", "none"]
    yield "audit of the last days", ["audit", store, "--since", "2d", *now, "--depth", "sample"]
    if "://" not in store:
        yield "audit of a copy", ["audit", store, "--copy"]
    yield "audit with a history", ["audit", store, "--history", os.path.join(folder, "history.db")]
    yield "freshness of every row", ["freshness", store, *now, "--depth", "full", "--by", "id"]
    yield "freshness with a promise", ["freshness", store, *now, "--max-age", "1d", "--slo",
                                       "90%/3d", "--backcast", "3d", "--retention", "1d"]
    yield "dedupe-check of what looks alike", ["dedupe-check", store, "--fold", "case,trim"]
    yield "dedupe-check, folds chosen", ["dedupe-check", store, "--fold", "auto"]
    yield "volume-diff of distributions", ["volume-diff", store, other, "--distribution"]
    yield "volume-diff with changes", ["volume-diff", store, other, "--rows", "-k", "id",
                                       "--changes", os.path.join(folder, "changes.jsonl")]
    yield "dedupe-check of retries", ["dedupe-check", store, "--within", "2d", "--actor", "id"]
    yield "dedupe-check with samples", ["dedupe-check", store, "-k", "id", "-v", "--limit", "3"]
    yield "volume-diff of one", ["volume-diff", store, "--by", "day", *now]
    yield "volume-diff --explain", ["volume-diff", store, other, "--rows", "-k", "id", "--explain"]
    yield "freshness", ["freshness", store, "--now", "2026-11-21T00:00:00Z", "--max-age", "1d"]
    yield "dedupe-check", ["dedupe-check", store, "-k", "id"]
    yield "dedupe-check of rows", ["dedupe-check", store]
    yield "volume-diff", ["volume-diff", store, other]
    yield "volume-diff --rows", ["volume-diff", store, other, "--rows", "-k", "id"]


def is_clean(text):
    """Nothing that drives a terminal, and no byte that was no text."""
    return not CONTROL.search(text) and "\ufffd" not in text


def look(what, arguments, statuses=(0, 1)):
    """One command in every format. Returns what the document of --json says."""
    document = None
    for form in FORMATS:
        outcome = run([*arguments, "-f", form])
        expected = (0, 1, 2, 3) if form == "nagios" else statuses
        good = outcome.status in expected and "internal" not in outcome.err
        check(f"{what}, {form}: ends as it should", good, outcome)
        check(f"{what}, {form}: nothing raw on stderr (cases 7, 168)", is_clean(outcome.err), outcome.err)
        if form == "json":
            check(f"{what}, json: is JSON", outcome.document is not None, outcome.out)
            document = outcome.document
            check(f"{what}, json: is plain ASCII or clean", not re.search(
                "[\x00-\x09\x0b-\x1f\x7f]", outcome.out), outcome.out)
        else:
            check(f"{what}, {form}: nothing raw on stdout (case 247)", is_clean(outcome.out),
                  CONTROL.findall(outcome.out)[:5])
        check(f"{what}, {form}: no value of a cell (cases 239, 253)", CANARY not in outcome.out + outcome.err,
              [line for line in (outcome.out + outcome.err).splitlines() if CANARY in line][:3])
        check(f"{what}, {form}: no password (case 239)", PASSWORD not in outcome.out + outcome.err, outcome)
    return document


def look_at_store(kind, store, other, names):
    for what, arguments in commands(store, other):
        document = look(f"{kind}: {what}", arguments)
        if what == "volume-diff with changes":
            with open(os.path.join(folder, "changes.jsonl"), encoding="utf-8") as file:
                lines = file.read()
            check(f"{kind}: {what}: the file holds no value of a cell and no control character",
                  CANARY not in lines and is_clean(lines), lines[:500])
        if what == "audit":
            seen = {table["name"] for table in document["tables"]}
            check(f"{kind}: every name comes through as it is", names <= seen, names - seen)
            for meant, hostile in MEANT.items():
                check(f"{meant}: {kind}: comes through as it is", names >= set(hostile) <= seen,
                      set(hostile) - seen)
            rows = {table["rows"]["value"] for table in document["tables"]}
            check(f"{kind}: every table is counted", rows == {3}, rows)
            saved = os.path.join(folder, f"{kind}.json")
            with open(saved, "w", encoding="utf-8") as file:
                json.dump(document, file)
            look(f"{kind}: report", ["report", saved])
            look(f"{kind}: report diff", ["report", "diff", saved, saved])
            look(f"{kind}: report of two", ["report", saved, saved])
    outcome = run(["audit", store, "--json", "--values", "all", "--fail-on", "never"])
    check(f"{kind}: --values all does show values", CANARY in outcome.out)
    failed_names = []
    # What a name goes through on its way into SQL is the same for both; one run takes longer there.
    for name in sorted(names)[::4 if kind == "postgres" else 1]:
        outcome = run(["dedupe-check", store, "-t", quoted(name), "-k", quoted(name), "--json",
                       "-j", "1"])
        told = [c for c in (outcome.document or {}).get("checks", [])
                if c["table"].endswith(name) or c["status"] == "pass"]
        if outcome.status not in (0, 1) or not told:
            failed_names.append((name, outcome))
    check(f"{kind}: -t and -k take every name in quotes", not failed_names, failed_names[:3])


def look_at_sqlite():
    paths = [os.path.join(folder, name) for name in ("hostile.db", "other \u202e';%41.db")]
    names = set()
    for path in paths:
        base = sqlite3.connect(path)
        for statement in statements("text"):
            base.execute(statement)
        base.commit()
        names = {row[0] for row in base.execute("SELECT name FROM sqlite_schema")}
        base.close()
    look_at_store("sqlite", *paths, names)


@hard_cases(4, 8, 19, 24, 80, 97, 99)
def odd_tables():
    """What SQLite allows and hardly anybody expects."""
    path = os.path.join(folder, "odd.db")
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
    database = f"hostile_{os.getpid()}"

    def psql(sql, name="postgres"):
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d",
                               re.sub(r"dbname=\S+", f"dbname={name}", server)],
                              input=sql, text=True, stderr=subprocess.PIPE, timeout=GIVE_UP)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)

    psql(f"CREATE DATABASE {database}")
    try:
        psql("BEGIN;" + ";\n".join(statements("text")) +
             ";GRANT SELECT ON ALL TABLES IN SCHEMA public TO assay_password; COMMIT", database)
        where = re.search(r"host=(\S+)", server)[1]
        store = f"postgresql://assay_password:{PASSWORD}@/{database}?host={where}"
        look_at_store("postgres", store, store, set(distinct_names()))
        look("case 142: postgres: a wrong password", ["audit", store.replace(PASSWORD, PASSWORD + "X")],
             statuses=(3,))
        look("case 252: postgres: a password that is not encoded",
             ["audit", store.replace(PASSWORD, PASSWORD + "@/x")], statuses=(2,))
    finally:
        psql(f"DROP DATABASE {database} WITH (FORCE)")


begun = time.monotonic()
assert len(NAMES) >= 60
try:
    look_at_sqlite()
    odd_tables()
    print(f"# sqlite: {time.monotonic() - begun:.1f} s")
    if os.environ.get("ASSAY_TEST_POSTGRES"):
        look_at_postgres()
        print(f"# both: {time.monotonic() - begun:.1f} s")
    else:
        print("# left out: no Postgres")
finally:
    shutil.rmtree(folder)
finish()
