#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A process that starts in a bad place: streams that are closed or full, no home, odd locales,
little memory.

usage: process_test.py PROGRAM
"""

import itertools
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from support import (CONTROL, GIVE_UP, PROGRAM, SANITIZERS, Run, check, fingerprint, finish,
                     hard_cases, resume, run, stop)

folder = tempfile.mkdtemp(prefix="assay-process.")
shop = os.path.join(folder, "shop.db")
AUDIT = ["audit", shop, "--fail-on", "never"]
# Runs for a second before the first row is read.
SLOWLY = "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 8000000)" \
         " SELECT count(*) FROM c) > 0"


def set_up():
    base = sqlite3.connect(shop)
    base.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, name TEXT)")
    base.executemany("INSERT INTO orders VALUES (?, ?)", ((i, f"n{i}") for i in range(500)))
    base.commit()
    base.close()


@hard_cases(263)
def closed_streams():
    """All eight ways to start without some of the streams 0, 1 and 2. What is written to one of
    them must not end in a file that was opened in its place: the database."""
    before = fingerprint(folder)
    for closed in itertools.chain.from_iterable(
            itertools.combinations((0, 1, 2), n) for n in range(4)):
        def close(closed=closed):
            for stream in closed:
                os.close(stream)
        for arguments in (AUDIT, AUDIT + ["--json", "-v"], ["audit", shop + ".none"]):
            done = subprocess.run([PROGRAM, *arguments], preexec_fn=close, timeout=GIVE_UP,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
            expected = 3 if 1 in closed or arguments[1] != shop else 0
            check(f"streams {closed} closed, {arguments[1:][-1]}: exit status {expected}",
                  done.returncode == expected, (done.returncode, done.stderr))
    check("closed streams: nothing is written elsewhere", fingerprint(folder) == before)


@hard_cases(262)
def full_streams():
    for form in ("text", "json", "markdown", "nagios"):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([PROGRAM, *AUDIT, "-f", form], stdout=full, timeout=GIVE_UP,
                                  stderr=subprocess.PIPE)
        check(f"a full stdout, {form}: exit status 3 and a reason",
              done.returncode == 3 and b"No space left" in done.stderr, done)
    with open("/dev/full", "wb") as full:
        done = subprocess.run([PROGRAM, *AUDIT, "-v", "--json"], stderr=full, timeout=GIVE_UP,
                              stdout=subprocess.PIPE)
    check("a full stderr: the result is whole", done.returncode == 0 and json.loads(done.stdout),
          done)
    outcome = run([*AUDIT, "-o", "/dev/full"])
    check("-o /dev/full: exit status 3", outcome.status == 3, outcome)
    outcome = run([*AUDIT, "--export", "json=/dev/full"])
    check("--export json=/dev/full: exit status 3", outcome.status == 3, outcome)


@hard_cases(274)
def homes():
    """Nothing of a run depends on a home: it is neither read nor written without being asked."""
    home = os.path.join(folder, "home")
    os.mkdir(home)
    os.chmod(home, 0o500)
    places = {"no HOME": None, "a HOME that may not be written": home,
              "a HOME that does not exist": os.path.join(folder, "nowhere"),
              "an empty HOME": "", "a HOME that is a file": shop}
    for what, place in places.items():
        environment = {"PATH": os.environ["PATH"]}
        if place is not None:
            environment["HOME"] = place
        outcome = run([*AUDIT, "--json"], environment)
        check(f"{what}: all is well", outcome.status == 0 and not outcome.err, outcome)
    check("a HOME stays empty", not os.listdir(home), os.listdir(home))


@hard_cases(11, 221, 265, 271)
def locales():
    """Numbers, case and sorting do not depend on the locale; a broken one is no error."""
    plain = run([*AUDIT, "--json"], {"LC_ALL": "C"}).document
    for locale in ("", "C", "POSIX", "de_DE.UTF-8", "tr_TR.UTF-8", "xx_XX.broken", "\udcff\udcfe",
                   "C.UTF-8", "../../etc/passwd", "A" * 5000):
        environment = {"LC_ALL": locale, "LANG": locale, "LANGUAGE": locale, "TZ": locale}
        outcome = run([*AUDIT, "--json"], environment)
        same = outcome.document and outcome.document["tables"] == plain["tables"]
        check(f"locale {locale[:20]!r}: the same numbers", outcome.status == 0 and same, outcome)
        outcome = run(AUDIT, environment)
        check(f"locale {locale[:20]!r}: no message", outcome.status == 0 and not outcome.err,
              outcome)
        if locale in ("", "C", "POSIX"):
            check(f"locale {locale[:20]!r}: plain ASCII", outcome.out.isascii(), outcome.out[:200])


@hard_cases(226)
def clocks():
    """What is seen by a clock that is far off is said, and not kept for later runs."""
    history = os.path.join(folder, "clocks.db")
    for now in ("1969-12-31T00:00:00Z", "2100-01-01T00:00:00Z", "2099-12-31T23:59:59Z"):
        outcome = run([*AUDIT, "--now", now, "--json", "--history", history, "--fail-on", "never"])
        check(f"{now}: an answer", outcome.status == 0, outcome)
        is_kept = "not kept: the clock says" not in outcome.out
        check(f"{now}: is kept in this century only", is_kept == now.startswith("2099"), outcome)
    base = sqlite3.connect(history)
    check("a history holds the runs of plausible clocks",
          base.execute("SELECT count(*) FROM run").fetchone()[0] == 1)
    base.close()


@hard_cases(284)
def odd_results():
    """The only files of ours that others may have edited: results that were saved."""
    plain = run([*AUDIT, "--json"]).out.encode()
    path = os.path.join(folder, "odd.json")
    for what, data, status in (
            ("a byte order mark", b"\xef\xbb\xbf" + plain, 0),
            ("lines of Windows", plain.replace(b"\n", b"\r\n"), 0),
            ("UTF-16", plain.decode().encode("utf-16"), 2),
            ("Latin-1", plain.replace(b'"main"', b'"m\xe9in"'), 2),
            ("bytes of zero", bytes(1000), 2), ("noise", bytes(i * 167 % 256 for i in range(9999)), 2),
            ("nothing", b"", 3), ("half of a result", plain[:len(plain) // 2], 2)):
        with open(path, "wb") as file:
            file.write(data)
        outcome = run(["report", path])
        check(f"a result with {what}: exit status {status}", outcome.status == status, outcome)
        check(f"a result with {what}: a clean message, or none", CONTROL.search(outcome.err) is None
              and (status == 0) == (not outcome.err), outcome)
    os.unlink(path)


@hard_cases(267)
def little_memory():
    if SANITIZERS:
        print(f"# little memory: left out, the sanitizers {SANITIZERS} take more")
        return

    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (96 << 20, 96 << 20))
    done = subprocess.run([PROGRAM, *AUDIT, "--json"], preexec_fn=limit, timeout=GIVE_UP,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check("96 MB of address space: an answer or a message, no crash",
          done.returncode in (0, 3), (done.returncode, done.stderr))


def no_files():
    if SANITIZERS:
        print(f"# no file descriptors: left out, the sanitizers {SANITIZERS} open some")
        return

    def limit():
        resource.setrlimit(resource.RLIMIT_NOFILE, (4, 4))
    done = subprocess.run([PROGRAM, *AUDIT, "--json"], preexec_fn=limit, timeout=GIVE_UP,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    check("no file descriptors left: exit status 3 and a message",
          done.returncode == 3 and done.stderr.startswith(b"assay: error: "),
          (done.returncode, done.stderr))


@hard_cases(251)
def core_dumps():
    """A dump would hold passwords and values, wherever it goes."""
    scan = Run([*AUDIT, "--where", SLOWLY])
    scan.wait_until_open(shop)
    with open(f"/proc/{scan.process.pid}/limits", encoding="ascii") as limits:
        core = [line for line in limits if line.startswith("Max core file size")]
    check("no core dump in a file", core and core[0].split()[4:6] == ["0", "0"], core)
    owner = os.stat(f"/proc/{scan.process.pid}/maps").st_uid
    check("no core dump for a program", os.geteuid() == 0 or owner == 0, owner)
    scan.process.kill()
    scan.end()


@hard_cases(264)
def stops_and_resumes():
    """Interrupts every call of the system that waits, and is not noticed."""
    plain = run([*AUDIT, "--json"])
    scan = Run([*AUDIT, "--json", "--where", SLOWLY])
    times = 0
    while times < 100 and scan.process.poll() is None:
        stop(scan.process.pid)
        resume(scan.process.pid)
        scan.process.send_signal(signal.SIGWINCH)
        time.sleep(0.003)
        times += 1
    outcome = scan.end()
    check("it is stopped often", times >= 20, times)
    check("stopped and resumed many times: the same numbers", outcome.status == 0 and
          outcome.document["tables"][0]["rows"] == plain.document["tables"][0]["rows"], outcome)


@hard_cases(169)
def temporary_files():
    """Keys that memory does not hold go into a file that nobody sees. Where it cannot be written there
    is no answer, and where the process is killed or interrupted nothing is left."""
    many = os.path.join(folder, "many.db")
    base = sqlite3.connect(many)
    base.execute("CREATE TABLE t (v INTEGER)")
    base.executemany("INSERT INTO t VALUES (?)", ((i,) for i in range(200_000)))
    base.commit()
    base.close()
    place = os.path.join(folder, "tmp")
    os.mkdir(place)
    dedupe = ["dedupe-check", many, "--memory", "64KiB", "--json"]
    outcome = run(dedupe, {"TMPDIR": place})
    spilled = outcome.document["checks"][0]["evidence"]["spilled_bytes"]
    check("keys that do not fit: they were in a file", outcome.status == 0 and spilled > 3_000_000,
          outcome)
    outcome = run(dedupe, {"TMPDIR": os.path.join(folder, "nowhere")})
    check("a TMPDIR that does not exist: exit status 3, folder and remedy are named",
          outcome.status == 3 and "nowhere': No such file" in str(outcome.document) and
          "TMPDIR" in str(outcome.document), outcome)

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    done = subprocess.run([PROGRAM, *dedupe], preexec_fn=limit, timeout=GIVE_UP,
                          env={**os.environ, "TMPDIR": place}, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    check("a file that may not grow: exit status 3 and a reason",
          done.returncode == 3 and b"File too large" in done.stdout, done)
    for name, ending in (("killed", signal.SIGKILL), ("interrupted", signal.SIGINT)):
        seen = set()
        for delay in (0.02, 0.1, 0.2):
            victim = subprocess.Popen([PROGRAM, *dedupe], env={**os.environ, "TMPDIR": place},
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(delay)
            seen.update(os.listdir(place))
            victim.send_signal(ending)
            victim.wait(GIVE_UP)
            seen.update(os.listdir(place))
        check(f"a process that is {name} leaves no temporary file", not seen, seen)
    outcome = run(dedupe, {"TMPDIR": place})
    check("the next run has the whole answer and leaves nothing either", outcome.status == 0 and
          outcome.document["checks"][0]["evidence"]["distinct_keys"] == 200_000 and
          not os.listdir(place), outcome)


try:
    set_up()
    for scenario in (closed_streams, full_streams, homes, locales, clocks, odd_results, little_memory,
                     no_files, core_dumps, stops_and_resumes, temporary_files):
        scenario()
finally:
    os.chmod(os.path.join(folder, "home"), 0o700)
    shutil.rmtree(folder)
sys.stdout.flush()
finish()
