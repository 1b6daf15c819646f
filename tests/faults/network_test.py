#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A network that swallows everything, at once or in the middle of a run: no answer, no reset. The
program runs in a network namespace, whose only link is taken down.

usage: network_test.py PROGRAM; with ASSAY_TEST_POSTGRES, which says that there is a server at all;
takes the right to make network namespaces
"""

import ctypes
import os
import subprocess

from support import (GIVE_UP, Proxy, Run, Server, check, expect_unknown, finish, hard_cases,
                     inside_own_server, run, skip)

NAMESPACE = f"assay-{os.getpid()}"
LINK = f"as{os.getpid()}"
OURS, THEIRS = (f"10.213.{os.getpid() % 250}.{host}" for host in (1, 2))
CLONE_NEWNET = 0x40000000
ROWS = 150_000
MIDDLE = 2_000_000  # bytes of the server after which the scan is under way


def ip(*words):
    return subprocess.run(["ip", *words], stderr=subprocess.PIPE, text=True, timeout=GIVE_UP,
                          check=False)


def make_network():
    """Why it could not be made, or nothing."""
    for words in (["netns", "add", NAMESPACE],
                  ["link", "add", LINK, "type", "veth", "peer", "name", "far", "netns", NAMESPACE],
                  ["addr", "add", f"{OURS}/30", "dev", LINK], ["link", "set", LINK, "up"],
                  ["-n", NAMESPACE, "addr", "add", f"{THEIRS}/30", "dev", "far"],
                  ["-n", NAMESPACE, "link", "set", "far", "up"]):
        done = ip(*words)
        if done.returncode != 0:
            return f"ip {' '.join(words)}: {done.stderr.strip()}"
    return ""


def remove_network():
    """The link by itself: the namespace stays as long as it has a connection that waits."""
    ip("link", "del", LINK)
    ip("netns", "del", NAMESPACE)


def enter():
    libc = ctypes.CDLL(None, use_errno=True)
    with open(f"/var/run/netns/{NAMESPACE}", encoding="ascii") as namespace:
        if libc.setns(namespace.fileno(), CLONE_NEWNET) != 0:
            os._exit(126)


def audit(proxy, *arguments):
    # The proxy has no TLS, which a server that is elsewhere is asked for.
    where = proxy.conninfo("sslmode=disable gssencmode=disable connect_timeout=3")
    return ["audit", where, "--json", "--fail-on", "never", "-j", "1", "--timeout", "1s",
            *arguments]


@hard_cases(153)
def black_hole(server):
    with Proxy(server.socket, address=OURS) as proxy:
        outcome = run(audit(proxy, "--timeout", "30s"), preexec_fn=enter)
        check("a network that works: all is read", outcome.status == 0, outcome)
    with Proxy(server.socket, address=OURS, hold_after=MIDDLE) as proxy:
        scan = Run(audit(proxy), preexec_fn=enter)
        check("a black hole in the middle: the scan is under way", proxy.held.wait(30))
        ip("link", "set", LINK, "down")
        proxy.release()
        outcome = scan.end()
        expect_unknown("a black hole in the middle", outcome, {"a_big": ROWS},
                       "stopped answering|lost the connection")
        check("a black hole in the middle: the deadline of ours ends the run",
              outcome.seconds < 20, outcome)
        check("a black hole in the middle: it is not tried again", len(proxy.pairs) <= 2,
              len(proxy.pairs))
        outcome = run(audit(proxy), preexec_fn=enter)
        expect_unknown("a black hole from the beginning", outcome)
        check("a black hole from the beginning: the deadline of ours ends the run",
              outcome.seconds < 10, outcome)
    server.expect_nothing_left("a black hole")


if not os.environ.get("ASSAY_FAULTS_SERVER"):
    REASON = make_network() if os.geteuid() == 0 else "only root makes network namespaces"
    remove_network()
    if REASON:
        skip(REASON)
inside_own_server(os.path.abspath(__file__))
try:
    check("there is a network", make_network() == "")
    postgres = Server()
    postgres.psql(f"CREATE TABLE a_big AS SELECT i AS id, repeat('x', 90) || i AS v"
                  f" FROM generate_series(1, {ROWS}) AS i; VACUUM ANALYZE;")
    black_hole(postgres)
finally:
    remove_network()
finish()
