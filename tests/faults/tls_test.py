#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Servers with and without TLS: what is asked for, what is refused, and what a report says of it.

usage: tls_test.py PROGRAM; with ASSAY_TEST_POSTGRES, which says that there is a server at all
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile

from support import (GIVE_UP, Run, Server, check, expect_unknown, finish, hard_cases,
                     inside_own_server, run, skip)

if not shutil.which("openssl"):
    skip("no openssl")
inside_own_server(os.path.abspath(__file__))
primary = Server()
bindir = subprocess.run(["pg_config", "--bindir"], stdout=subprocess.PIPE, text=True,
                        check=True).stdout.strip()
owner = os.stat(os.path.join(primary.folder, "data")).st_uid
folder = tempfile.mkdtemp(prefix="assay-tls.")
os.chmod(folder, 0o755)
NAME = "db.example"  # what the certificate says; hostaddr tells where it is


def as_owner(*command):
    prefix = ["runuser", "-u", pwd.getpwuid(owner).pw_name, "--"] if os.geteuid() != owner else []
    subprocess.run([*prefix, os.path.join(bindir, command[0]), *command[1:]], check=True, cwd="/",
                   timeout=GIVE_UP, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, cwd=folder, timeout=GIVE_UP,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificates():
    """An authority, a server that it signed, and another authority that signed nothing."""
    for name in ("authority", "stranger"):
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj",
                f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt")
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}", "-keyout", "server.key",
            "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "authority.crt", "-CAkey", "authority.key",
            "-CAcreateserial", "-days", "9", "-out", "server.crt")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Listening:
    """A copy of the server that listens on TCP, with or without TLS."""

    def __init__(self, name, tls):
        self.data = os.path.join(primary.folder, name)
        self.port = free_port()
        as_owner("pg_basebackup", "-h", primary.folder, "-U", "postgres", "-D", self.data, "-c",
                 "fast", "--no-sync")
        with open(os.path.join(self.data, "pg_hba.conf"), "w", encoding="ascii") as hba:
            hba.write("host all secret 127.0.0.1/32 scram-sha-256\n"
                      "local all all trust\nhost all all samenet trust\n")
        for file, mode in (("server.crt", 0o644), ("server.key", 0o600)):
            target = os.path.join(self.data, file)
            shutil.copy(os.path.join(folder, file), target)
            os.chmod(target, mode)
            os.chown(target, owner, -1)
        as_owner("pg_ctl", "-D", self.data, "-w", "-l", os.path.join(primary.folder, f"{name}.log"),
                 "-o", f"-p {self.port} -c listen_addresses=* -c ssl={'on' if tls else 'off'}",
                 "start")

    def where(self, host=NAME, address="127.0.0.1", more=""):
        return (f"host={host} hostaddr={address} port={self.port} user=postgres dbname=postgres "
                f"sslcert=/nowhere sslkey=/nowhere {more}")

    def stop(self):
        as_owner("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")


def source_of(outcome):
    return ((outcome.document or {}).get("sources") or [{}])[0]


def audit(where, **options):
    return run(["audit", where, "-t", "orders", "--json", "--fail-on", "never"], ENVIRONMENT,
               **options)


@hard_cases(234, 235)
def plain(server):
    """Case 234 and 235: a server without TLS."""
    outcome = audit(server.where())
    expect_unknown("a server without TLS that is not this machine", outcome, {"orders": 3}, "SSL")
    check("a server without TLS: what to do is said", "sslmode=disable" in outcome.out, outcome)
    for mode in ("disable", "prefer"):
        outcome = audit(server.where(more=f"sslmode={mode}"))
        check(f"sslmode={mode}: is taken at its word", outcome.status == 0 and
              source_of(outcome).get("tls") == "local", outcome)
    outcome = audit(server.where("127.0.0.1"))
    check("this machine is not asked for TLS", outcome.status == 0, outcome)
    outcome = audit(server.where(more="channel_binding=require sslmode=disable"))
    expect_unknown("channel binding without TLS", outcome, {"orders": 3}, "channel binding")
    own = own_address()
    if own:
        outcome = audit(server.where(own, own, "sslmode=disable"))
        check("plain text on a network: is told", outcome.status == 0 and
              source_of(outcome).get("tls") == "none" and "is not encrypted" in outcome.out,
              outcome)
    else:
        print("# plain text on a network: left out, this machine has no other address")


def own_address():
    """An address of this machine that is not the loopback's."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing
            address = probe.getsockname()[0]
        except OSError:
            return None
    return None if address.startswith("127.") else address


@hard_cases(234, 235)
def encrypted(server):
    """Case 234: what a certificate is worth."""
    outcome = audit(server.where())
    source = source_of(outcome)
    check("TLS is asked for by itself", outcome.status == 0 and source.get("tls") == "unverified"
          and source.get("tls_protocol", "").startswith("TLSv1."), outcome)
    check("a certificate that nobody verified: is told", "nobody proved" in outcome.out, outcome)
    authority = os.path.join(folder, "authority.crt")
    outcome = audit(server.where(more=f"sslrootcert={authority}"))
    check("with a root certificate the server is verified", outcome.status == 0 and
          source_of(outcome).get("tls") == "verified" and "nobody proved" not in outcome.out,
          outcome)
    outcome = audit(server.where("other.example", more=f"sslrootcert={authority}"))
    expect_unknown("a certificate of another name", outcome, {"orders": 3}, "does not match")
    stranger = os.path.join(folder, "stranger.crt")
    outcome = audit(server.where(more=f"sslrootcert={stranger}"))
    expect_unknown("a certificate of a stranger", outcome, {"orders": 3}, "certificate verify")
    outcome = audit(server.where(more="sslrootcert=/nowhere"))
    expect_unknown("a root certificate that is not there", outcome, {"orders": 3}, "/nowhere")
    outcome = audit(server.where(more="channel_binding=require"))
    expect_unknown("channel binding with a server that asks for no password", outcome,
                   {"orders": 3}, "channel binding")
    bound = server.where(more="channel_binding=require password=hush").replace(
        "user=postgres", "user=secret")
    outcome = audit(bound)
    check("channel binding with a password", outcome.status == 0, outcome)


@hard_cases(236)
def cancelled(server):
    """Case 236: the request to cancel goes in plain text, and works."""
    scan = Run(["audit", server.where(), "-t", "asleep", "--json"], ENVIRONMENT)
    end = f"host={primary.folder} port={server.port} user=postgres dbname=postgres"

    def asleep():
        return subprocess.run(
            ["psql", "-X", "-A", "-t", "-d", end, "-c", "SELECT count(*) FROM pg_stat_activity"
             " WHERE wait_event = 'PgSleep'"], stdout=subprocess.PIPE, text=True,
            timeout=GIVE_UP).stdout.strip()

    for _ in range(100):
        if asleep() == "1":
            break
    check("Ctrl-C over TLS: a statement runs", asleep() == "1")
    scan.process.send_signal(2)
    outcome = scan.end()
    check("Ctrl-C over TLS: ends it", outcome.status == 130 and outcome.seconds < 10, outcome)
    check("Ctrl-C over TLS: on the server too", asleep() == "0")


ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PGSSL")}
ENVIRONMENT["HOME"] = folder  # with no ~/.postgresql
primary.psql("""
    CREATE TABLE orders AS SELECT i AS id FROM generate_series(1, 3) AS i;
    CREATE VIEW asleep AS SELECT 1 AS id FROM pg_sleep(20);
    CREATE ROLE secret LOGIN PASSWORD 'hush';
    GRANT SELECT ON orders TO secret;""")
with open(os.path.join(primary.folder, "data", "pg_hba.conf"), "a", encoding="ascii") as rules:
    rules.write("local replication all trust\n")
primary.psql("SELECT pg_reload_conf()")
make_certificates()
servers = []
try:
    for tls, scenarios in ((False, (plain,)), (True, (encrypted, cancelled))):
        servers.append(Listening("tls" if tls else "plain", tls))
        for scenario in scenarios:
            scenario(servers[-1])
finally:
    for server in servers:
        server.stop()
    shutil.rmtree(folder)
finish()
