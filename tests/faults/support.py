# SPDX-License-Identifier: MIT
"""What the tests of faults share: runs of the program, what must hold after each, a server of their
own and a proxy that stops or cuts a connection after so many bytes."""

import hashlib
import json
import os
import random
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from sentences import check, finish, hard_cases

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else ""
# Of the build, such as "address,undefined": they write, open and take more than the program does.
SANITIZERS = os.environ.get("ASSAY_SANITIZE", "")
GIVE_UP = 60  # seconds
SKIPPED = 77
# Somebody who starts the tests in the background may have made us deaf to Ctrl-C, and with us the
# runs that are to hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)
# What must not reach a terminal: C0 but for newline, DEL, C1, bidi and zero-width controls but for
# the joiner, which emoji are made with.
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u202a-\u202e"
                     "\u2066-\u2069\ufeff]")


def skip(reason):
    print("SKIPPED:", reason)
    sys.exit(SKIPPED)


class Outcome:
    """How a run ended."""

    def __init__(self, status, out, err, seconds):
        self.status, self.out, self.err, self.seconds = status, out, err, seconds
        try:
            self.document = json.loads(out)
        except ValueError:
            self.document = None

    def __repr__(self):
        document = self.document or {}
        checks = [(c["id"], c.get("table"), c["message"]) for c in document.get("checks", [])
                  if c["status"] in ("error", "skipped")]
        shown = (document.get("errors"), checks) if document else self.out[-800:]
        return f"status {self.status} in {self.seconds:.1f} s, stderr {self.err!r}, {shown}"

    def messages(self):
        """What the run says went wrong, in the document and on stderr."""
        document = self.document or {}
        said = [error["message"] for error in document.get("errors", [])]
        said += [c["message"] for c in document.get("checks", []) if c["status"] == "error"]
        said += re.findall(r"^assay: error: (.*)$", self.err, re.MULTILINE)
        return said


class Run:
    """The program, running."""

    def __init__(self, arguments, environment=None, **options):
        self.begun = time.monotonic()
        self.process = subprocess.Popen(
            [PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env=environment, **options)

    def wait_until_open(self, path):
        """Wait until the program has opened a file."""
        folder = f"/proc/{self.process.pid}/fd"
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end and self.process.poll() is None:
            try:
                if path in (os.readlink(f"{folder}/{number}") for number in os.listdir(folder)):
                    return
            except PermissionError:  # only root looks into a process that leaves no core dump
                time.sleep(0.5)
                return
            except OSError:
                pass  # a file was closed, or the process ended, as we looked
            time.sleep(0.01)

    def end(self):
        try:
            out, err = self.process.communicate(timeout=GIVE_UP)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            err += b"\nTHE TEST GAVE UP"
        status = self.process.returncode
        return Outcome(128 - status if status < 0 else status, out.decode("utf-8", "replace"),
                       err.decode("utf-8", "replace"), time.monotonic() - self.begun)


def run(arguments, environment=None, **options):
    return Run(arguments, environment, **options).end()


def wrong_numbers(document, truth):
    """Row counts that are called exact and are not. truth: table -> rows."""
    wrong = []
    for table in (document or {}).get("tables", []):
        rows = table.get("rows") or {}
        said = rows.get("value")
        if rows.get("method") == "exact" and said is not None and said != truth.get(table["name"]):
            wrong.append((table["name"], said))
    return wrong


def expect_unknown(fault, outcome, truth=None, words=""):
    """Exit status 3, a message of one clean line, and no number that is not true."""
    check(f"{fault}: exit status 3", outcome.status == 3, outcome)
    messages = outcome.messages()
    clean = [m for m in messages if m and "\n" not in m and not CONTROL.search(m)]
    check(f"{fault}: says why in one line", messages and clean == messages, outcome)
    if words:
        check(f"{fault}: says '{words}'", any(re.search(words, m) for m in messages), outcome)
    check(f"{fault}: still gives a document", outcome.document is not None, outcome)
    check(f"{fault}: no wrong number", not wrong_numbers(outcome.document, truth or {}),
          wrong_numbers(outcome.document, truth or {}))


def expect_nothing_of_values(store, fill):
    """Values of one shape give one document. fill(secret): makes a store of nothing but the table
    `people`, with a column v that holds the secret in some way."""
    def without_time(part):
        if isinstance(part, dict):
            return {key: without_time(value) for key, value in part.items()
                    if key not in ("run", "snapshot_at", "duration_ms", "age_s")}
        return [without_time(value) for value in part] if isinstance(part, list) else part

    commands = (["audit"], ["audit", "--values", "none"], ["dedupe-check", "-k", "v"],
                ["dedupe-check", "-k", "id", "-v", "--limit", "3"], ["volume-diff", "--rows"],
                ["volume-diff", "--rows", "-k", "n"], ["volume-diff", "--distribution"])
    documents = []
    for secret in ("kqmvtd", "wzhpbg"):
        fill(secret)
        documents.append([])
        for command, *flags in commands:
            second = [store] if command == "volume-diff" else []
            outcome = run([command, store, *second, *flags, "-t", "people", "--json", "--fail-on",
                           "never"])
            check(f"{command} {' '.join(flags)}: is complete", outcome.status == 0, outcome)
            check(f"{command} {' '.join(flags)}: has no value", secret not in outcome.out, outcome)
            documents[-1].append(without_time(outcome.document))
        outcome = run(["audit", store, "-t", "people", "--json", "--values", "all"])
        check("--values all does show it", secret in outcome.out, outcome)
    for command, one, other in zip(commands, *documents):
        check(f"{' '.join(command)}: has nothing that was made from a value", one == other,
              (one, other))


SEED = int(os.environ.get("ASSAY_FAULTS_SEED") or random.randrange(1 << 32))
_dice = random.Random(SEED)


def random_signals(longest):
    """Ten times SIGINT or SIGTERM, each at some moment within so many seconds or bytes. The seed is
    printed: ASSAY_FAULTS_SEED repeats it."""
    print(f"# ASSAY_FAULTS_SEED={SEED}")
    for _ in range(10):
        yield _dice.choice((signal.SIGINT, signal.SIGTERM)), _dice.uniform(0, longest)


def expect_stopped(fault, sent, outcome, truth):
    """By a signal: the status says which, and what was written is whole, says that it is a part, and
    holds no wrong number. A run that had ended by then is whole."""
    document = outcome.document
    if outcome.status == 0:
        check(f"{fault}: it had ended", document and document["run"]["complete"], outcome)
    elif outcome.status == 128 + sent and document and document["run"]["exit_code"] == 0:
        # Between its last word and its end.
        check(f"{fault}: it had ended but for the process", document["run"]["complete"] and outcome.err == "", outcome)
    elif outcome.status == 128 + sent and outcome.out == "" and outcome.err == "":
        check(f"{fault}: nothing had begun", outcome.seconds < 8, outcome)
    else:
        check(f"{fault}: exit status {128 + sent}", outcome.status == 128 + sent, outcome)
        check(f"{fault}: a document that says it is a part", document is not None and
              document["run"]["complete"] is False and
              document["run"]["exit_code"] == outcome.status, outcome)
        messages = outcome.messages()
        check(f"{fault}: says why in one clean line", any(
            re.search("interrupt|cancel|stopped|signal", m) for m in messages) and
            not any(CONTROL.search(m) or "\n" in m for m in messages), outcome)
    check(f"{fault}: no wrong number", not wrong_numbers(document, truth), outcome)


def fingerprint(folder):
    """Names, kinds, owners, modes and bytes of all that is in a folder."""
    seen = {}
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        status = os.lstat(path)
        digest = ""
        if os.path.isfile(path):
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
        seen[name] = (status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns, digest)
    return seen


def inside_own_server(script):
    """Run the script again with a server that nobody else uses, for faults that hit everybody."""
    if os.environ.get("ASSAY_FAULTS_SERVER"):
        return
    if not os.environ.get("ASSAY_TEST_POSTGRES"):
        skip("no Postgres")
    source = os.environ.get("ASSAY_SOURCE") or os.path.join(os.path.dirname(script), "..", "..")
    environment = dict(os.environ, ASSAY_FAULTS_SERVER="1")
    sys.exit(subprocess.call([os.path.join(source, ".ci", "postgres.sh"), sys.executable, script,
                              PROGRAM], env=environment))


def expect_protocol():
    """Was every statement that the server got from us, faults or not, one that is allowed?"""
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    done = subprocess.run([sys.executable, os.path.join(source, "protocol", "statements.py")],
                          stdout=subprocess.PIPE, text=True, timeout=GIVE_UP)
    check("every statement of ours is on the list", done.returncode == 0, done.stdout)


class Server:
    """The server of ASSAY_TEST_POSTGRES."""

    def __init__(self):
        self.conninfo = os.environ["ASSAY_TEST_POSTGRES"]
        self.folder = re.search(r"host=(\S+)", self.conninfo)[1]
        self.socket = os.path.join(self.folder, ".s.PGSQL.5432")

    def psql(self, sql, database="postgres", user="postgres"):
        """Statements, each on its own, and their rows as text."""
        done = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d",
             f"host={self.folder} user={user} dbname={database}"], input=sql,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=GIVE_UP)
        if done.returncode != 0:
            raise RuntimeError(f"{sql}: {done.stderr}")
        return done.stdout.strip()

    def start_psql(self, sql, user="postgres"):
        """A session that works on while the test does something else."""
        process = subprocess.Popen(
            ["psql", "-X", "-q", "-A", "-t", "-d",
             f"host={self.folder} user={user} dbname=postgres application_name=other"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        process.stdin.write(sql)
        process.stdin.flush()
        return process

    # Sessions of the program, whatever they do.
    OURS = "application_name LIKE 'assay%' AND pid <> pg_backend_pid()"

    def wait_for(self, condition, seconds=10.0):
        """Wait until a condition in SQL holds."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.psql(f"SELECT {condition}") == "t":
                return True
            time.sleep(0.05)
        return False

    def expect_nothing_left(self, fault):
        gone = self.wait_for(f"NOT EXISTS (SELECT FROM pg_stat_activity WHERE {self.OURS})", 3.0)
        check(f"{fault}: nothing of ours is left on the server", gone,
              gone or self.psql(f"SELECT * FROM pg_stat_activity WHERE {self.OURS}"))

    def wait_until_up(self):
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            try:
                return self.psql("SELECT 1") == "1"
            except RuntimeError:
                time.sleep(0.2)
        return False


class Proxy:
    """A TCP port that leads to the socket of a server.

    hold_after: bytes of the server that may pass; then `held` is set and nothing passes until
    release() or cut(). Only the first connection is held, so that a cancel request gets through.
    per_second: bytes of the server that may pass in a second.
    garble_after: from that byte on noise instead of what the server says.
    swallow: later connections are taken and get no answer, as in a network that lost its way.
    """

    def __init__(self, target, hold_after=None, per_second=None, garble_after=None,
                 swallow=False, address="127.0.0.1"):
        self.target, self.hold_after = target, hold_after
        self.per_second, self.garble_after = per_second, garble_after
        self.swallow = swallow
        self.held, self.let_go = threading.Event(), threading.Event()
        self.pairs = []
        self.passed = 0  # bytes of the server, on all connections
        self.address = address
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.let_go.set()
        self.listener.close()
        self._close()

    def conninfo(self, extra=""):
        return f"host={self.address} port={self.port} user=postgres dbname=postgres {extra}"

    def release(self):
        self.let_go.set()

    def cut(self):
        """End every connection with a reset."""
        self._close()
        self.let_go.set()

    def _close(self):
        for side in [side for pair in self.pairs for side in pair]:
            try:
                if side.family == socket.AF_INET:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            side.close()

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.target)
            except OSError:
                return
            first = not self.pairs
            self.pairs.append((client, server))
            if self.swallow and not first:
                continue
            threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
            threading.Thread(target=self._back, args=(server, client, first), daemon=True).start()

    @staticmethod
    def _pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for side in (source, sink):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _back(self, server, client, first):
        passed = 0
        try:
            while data := server.recv(16384):
                if first and self.hold_after is not None and passed + len(data) > self.hold_after:
                    keep = max(0, self.hold_after - passed)
                    client.sendall(data[:keep])
                    data, passed = data[keep:], passed + keep
                    self.held.set()
                    self.let_go.wait(GIVE_UP)
                    self.hold_after = None
                if self.garble_after is not None and passed + len(data) > self.garble_after:
                    data = bytes((byte * 167 + 13) % 256 for byte in data)
                if self.per_second:
                    time.sleep(len(data) / self.per_second)
                client.sendall(data)
                passed += len(data)
                self.passed += len(data)
        except OSError:
            pass
        for side in (client, server):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class FakeServer:
    """A server that says hello and nothing more, or ends the session with an error at the first
    statement."""

    def __init__(self, version, error=None):
        self.version = version.encode()
        self.error = error
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.asked = b""
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        def message(kind, body):
            return kind + struct.pack("!I", len(body) + 4) + body

        client, _ = self.listener.accept()
        client.recv(4096)
        client.sendall(message(b"R", struct.pack("!I", 0)) +
                       message(b"S", b"server_version\0" + self.version + b"\0") +
                       message(b"S", b"client_encoding\0UTF8\0") +
                       message(b"K", struct.pack("!II", 1, 2)) + message(b"Z", b"I"))
        while data := client.recv(4096):
            self.asked += data
            if self.error:
                fields = b"".join(kind + text.encode() + b"\0" for kind, text in (
                    (b"S", "FATAL"), (b"V", "FATAL"), (b"C", self.error[0]), (b"M", self.error[1])))
                client.sendall(message(b"E", fields + b"\0"))
                break
        client.close()

    def close(self):
        self.listener.close()


def stop(pid):
    os.kill(pid, signal.SIGSTOP)


def resume(pid):
    os.kill(pid, signal.SIGCONT)
