#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs commands side by side, several times, and prints one table of time and memory.

usage: measure.py [--runs N] [--server-pid PID] [--fact TEXT]... [--markdown FILE] PLAN

PLAN has one line for each command, of four parts with tabs between them:

    data    what    yardstick    command

The yardstick is the 'what' of another line of the same data, which the ratios refer to; a line that is
its own yardstick is run once more at the beginning, uncounted, to warm the caches. The command is split
as a shell would, but no shell runs it; what it prints on stdout is thrown away.

Every round runs every command once, so that whatever else the machine does hits all of them alike. Times
are medians; memory is the largest resident set of all rounds (never below that of this script, some 17
MB). With --server-pid, the processor time of the children that this process lost meanwhile counts as
well: the backends of a Postgres server.
"""

import argparse
import dataclasses
import datetime
import os
import pathlib
import shlex
import statistics
import subprocess
import sys
import time

BEGIN = "<!-- last run: begin -->"
END = "<!-- last run: end -->"


@dataclasses.dataclass
class Row:
    """A line of the plan and what was measured of it, one number a round."""
    data: str
    what: str
    yardstick: str
    command: list
    wall: list = dataclasses.field(default_factory=list)
    client: list = dataclasses.field(default_factory=list)
    server: list = dataclasses.field(default_factory=list)
    peak: list = dataclasses.field(default_factory=list)

    def processor(self):
        return statistics.median(map(sum, zip(self.client, self.server)))


def read_plan(path):
    rows = []
    for number, line in enumerate(pathlib.Path(path).read_text().splitlines(), 1):
        parts = line.split("\t")
        if len(parts) != 4:
            sys.exit(f"measure.py: {path}:{number}: four parts, please")
        rows.append(Row(*parts[:3], shlex.split(parts[3])))
    for row in rows:
        if not any(is_yardstick(other) and other.data == row.data and other.what == row.yardstick
                   for other in rows):
            sys.exit(f"measure.py: {path}: '{row.yardstick}' is no yardstick of {row.data}")
    return rows


def is_yardstick(row):
    return row.what == row.yardstick


def stat_fields(pid):
    """Of /proc/PID/stat, from the state on; None if the process is gone."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def children(pid):
    pids = (entry.name for entry in os.scandir("/proc") if entry.name.isdigit())
    stats = {child: stat_fields(child) for child in pids}
    return {child for child, fields in stats.items() if fields and fields[1] == str(pid)}


class Server:
    """The processor time of a server's processes, known once it has waited for them."""

    def __init__(self, pid):
        self.pid = pid
        self.before = children(pid) if pid else set()

    def finished_children(self):
        fields = stat_fields(self.pid) if self.pid else None
        ticks = int(fields[13]) + int(fields[14]) if fields else 0
        return ticks / os.sysconf("SC_CLK_TCK")

    def settle(self):
        deadline = time.monotonic() + 2
        while self.pid and children(self.pid) - self.before and time.monotonic() < deadline:
            time.sleep(0.02)


def run_once(command):
    """Wall time, processor time and the peak in MB. A command that fails ends everything."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"measure.py: exit status {child.returncode}: {shlex.join(command)}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def measure(rows, runs, server):
    for row in filter(is_yardstick, rows):
        run_once(row.command)
    server.settle()
    for number in range(1, runs + 1):
        print(f"round {number} of {runs}", file=sys.stderr)
        for row in rows:
            before = server.finished_children()
            wall, client, peak = run_once(row.command)
            server.settle()
            row.wall.append(wall)
            row.client.append(client)
            row.server.append(server.finished_children() - before)
            row.peak.append(peak)


def ratio(value, yardstick):
    return f"{value / yardstick:.2f}" if yardstick > 0 else "?"


def table(rows, with_server):
    """The header and the cells, all of them text."""
    header = ["data", "what", "wall s", "user+sys s", "server s", "peak MB", "ratio", "CPU ratio"]
    lines = [header]
    for row in rows:
        bare = next(other for other in rows
                    if other.data == row.data and other.what == row.yardstick)
        wall = statistics.median(row.wall)
        lines.append([row.data, row.what, f"{wall:.3f}", f"{statistics.median(row.client):.3f}",
                      f"{statistics.median(row.server):.2f}", f"{max(row.peak):.0f}",
                      ratio(wall, statistics.median(bare.wall)),
                      ratio(row.processor(), bare.processor())])
    if not with_server:
        del header[4]
        for line in lines[1:]:
            del line[4]
    return lines


def aligned(lines):
    widths = [max(map(len, column)) for column in zip(*lines)]
    for line in lines:
        cells = [cell.ljust(width) if i < 2 else cell.rjust(width)
                 for i, (cell, width) in enumerate(zip(line, widths))]
        yield "  ".join(cells).rstrip()


def machine():
    """What the numbers depend on, as far as the system tells."""
    def value_of(path, name):
        for line in pathlib.Path(path).read_text().splitlines():
            key, _, value = line.replace("=", ":", 1).partition(":")
            if key.strip() == name:
                return value.strip().strip('"')
        return "unknown"

    memory = value_of("/proc/meminfo", "MemTotal").split()
    return [value_of("/proc/cpuinfo", "model name"), f"{len(os.sched_getaffinity(0))} cores",
            f"{int(memory[0]) / 1048576:.0f} GiB of RAM" if memory[0].isdigit() else "RAM unknown",
            value_of("/etc/os-release", "PRETTY_NAME")]


def write_markdown(path, lines, facts):
    rule = ["---" if i < 2 else "---:" for i in range(len(lines[0]))]
    grid = "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])
    block = f"{', '.join(facts)}.\n\n{grid}\n"
    path = pathlib.Path(path)
    text = path.read_text() if path.exists() else ""
    if BEGIN in text and END in text:
        before, rest = text.split(BEGIN, 1)
        block = f"{before}{BEGIN}\n{block}{END}{rest.split(END, 1)[1]}"
    path.write_text(block)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--server-pid", type=int)
    parser.add_argument("--fact", action="append", default=[],
                        help="about the machine, such as a version")
    parser.add_argument("--markdown", metavar="FILE",
                        help="write the table there too; between its two marker comments, if it has them")
    parser.add_argument("plan")
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs is at least 1")
    rows = read_plan(options.plan)
    load = f"load {os.getloadavg()[0]:.1f} before"
    measure(rows, options.runs, Server(options.server_pid))

    facts = [*machine(), *options.fact, f"median of {options.runs}", load,
             datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d")]
    lines = table(rows, options.server_pid is not None)
    print(", ".join(facts), end="\n\n")
    print("\n".join(aligned(lines)))
    if options.markdown:
        write_markdown(options.markdown, lines, facts)


if __name__ == "__main__":
    main()
