#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The manual, the README and the program say the same: subcommands, flags, check ids, exit codes.

usage: docs_test.py PROGRAM, with ASSAY_SOURCE naming the source tree
"""

import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(os.environ["ASSAY_SOURCE"])
PROGRAM = sys.argv[1]
problems = []


def expect_same(what, documented, actual):
    """Both directions: nothing is missing, and nothing else is promised."""
    for name in sorted(set(actual) - set(documented)):
        problems.append(f"{what}: '{name}' is not documented")
    for name in sorted(set(documented) - set(actual)):
        problems.append(f"{what}: '{name}' is documented, but the program does not have it")


def man_page(name):
    path = SOURCE / "man" / f"{name}.scd"
    if not path.exists():
        problems.append(f"man/{name}.scd does not exist")
        return ""
    text = path.read_text()
    for part in (SOURCE / "man/parts").glob("*.scd"):
        text = text.replace(f"@{part.stem}@\n", part.read_text())
    return text


def section(text, title):
    match = re.search(rf"^# {title}\n(.*?)(?=^# |\Z)", text, re.M | re.S)
    return match.group(1) if match else ""


def terms(text):
    """The words that a manual explains: lines that begin with bold text, above an indented line."""
    return [line for line, below in re.findall(r"^(\*.*)\n(\t)", text, re.M)]


def run(*arguments):
    result = subprocess.run([PROGRAM, *arguments], capture_output=True, text=True, check=False,
                            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"})
    if result.returncode != 0:
        problems.append(f"assay {' '.join(arguments)}: exit status {result.returncode}")
    return result.stdout


def help_flags(command=""):
    """Every flag that stands at the beginning of a line of the help, long and short."""
    flags = set()
    for line in run(*command.split(), "--help").splitlines():
        match = re.match(r"\s+((?:-\w, )?--[a-z][a-z-]*|-\w\b)", line)
        if match:
            flags.update(re.findall(r"--[a-z-]+|-\w\b", match.group(1)))
    return flags


def man_flags(text, command=""):
    """Of all subcommands on the page, and of the one that has a section of its own."""
    flags = set()
    own = section(text, f"OPTIONS OF {command.upper()}")
    for line in terms(section(text, "OPTIONS") + own):
        flags.update(re.findall(r"\*(--[a-z-]+|-\w)\*", line))
    return flags


def subcommands():
    """The table in the source: it is what the program dispatches on."""
    text = (SOURCE / "apps/assay/subcommands.cpp").read_text()
    return re.findall(r'^\s*\{"([a-z -]+)", "', text, re.M)


def check_subcommands(names):
    main = man_page("assay.1")
    listed = [re.sub(r" [\[_*].*", "", term.replace("*", "").removeprefix("assay "))
              for term in terms(section(main, "SUBCOMMANDS"))]
    expect_same("assay.1, SUBCOMMANDS", listed, names)
    overview = run("--help")
    for name in names:
        if not re.search(rf"^\s+{name}\b", overview, re.M):
            problems.append(f"assay --help does not list '{name}'")


def check_flags(names):
    expect_same("assay.1 and 'assay --help'", man_flags(man_page("assay.1")), help_flags())
    for name in names:
        page = "assay-" + name.split(" ", maxsplit=1)[0] + ".1"
        expect_same(f"{page} and 'assay {name} --help'",
                    man_flags(man_page(page), name.split(" ")[-1]), help_flags(name))


def check_ids():
    rules = (SOURCE / "lib/assay/check/rules.cpp").read_text()
    found = dict(re.findall(r'\{"([a-z_]+\.[a-z_]+)",\s*Severity::(\w+)', rules))
    if not found:
        problems.append("no rules found in lib/assay/check/rules.cpp")
    page = man_page("assay-checks.7")
    documented = dict(re.findall(r"^\*([a-z_]+\.[a-z_]+)\* \((\w+)\)$", page, re.M))
    expect_same("assay-checks.7", documented, found)
    for name, severity in documented.items():
        if found.get(name, severity) != severity:
            problems.append(f"assay-checks.7 says {name} is {severity}, it is {found[name]}")
    mentioned = set()
    for path in (SOURCE / "man").glob("assay-*.1.scd"):
        mentioned.update(re.findall(r"\*([a-z_]+\.[a-z_]+)\*", section(path.read_text(), "CHECKS")))
    expect_same("CHECKS of the subcommands' pages", mentioned, found)


def check_exit_status(names):
    header = (SOURCE / "lib/assay/report/document.hpp").read_text()
    values = re.search(r"enum class ExitStatus : int \{(.*?)\}", header, re.S)
    codes = set(re.findall(r"= (\d+)", values.group(1))) | {"128+n"}
    readme = (SOURCE / "README.md").read_text()
    expect_same("README.md, exit status", re.findall(r"^\| `?(\d+(?:\+n)?)`? \|", readme, re.M), codes)
    for page in {"assay"} | {"assay-" + name.split(" ", maxsplit=1)[0] for name in names}:
        listed = {re.sub(r"[*_]", "", term)
                  for term in terms(section(man_page(page + ".1"), "EXIT STATUS"))}
        expect_same(f"{page}.1, EXIT STATUS", listed, codes)


def check_format_page():
    """The top of the document, as the writer composes it, is on the page of the format."""
    writer = (SOURCE / "lib/assay/report/json_writer.cpp").read_text()
    body = writer[writer.index("std::string write_json("):]
    keys = set(re.findall(r'^(?: {4}Json json\{| {14})\{"(\w+)", ', body, re.M))
    keys |= set(re.findall(r'json\["(\w+)"\]', body))
    page = man_page("assay-report-format.5")
    documented = [term.strip("*") for term in terms(section(page, "MEMBERS"))]
    expect_same("assay-report-format.5, MEMBERS", documented, keys)
    header = (SOURCE / "lib/assay/report/document.hpp").read_text()
    version = re.search(r'document_schema_version = "([\d.]+)"', header).group(1)
    if f"*{version}*" not in section(page, "VERSIONS"):
        problems.append(f"assay-report-format.5 does not know schema version {version}")


def check_readme(names):
    readme = (SOURCE / "README.md").read_text()
    for name in names:
        if f"assay {name}" not in readme:
            problems.append(f"README.md does not show 'assay {name}'")
    known = help_flags().union(*(help_flags(name) for name in names))
    for flag in set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", readme)):
        in_other_tool = re.search(rf"(?:cmake|ctest|tests/run\.sh)[^\n]*{flag}\b", readme)
        if flag not in known and not in_other_tool:
            problems.append(f"README.md mentions {flag}, which no subcommand has")
    version = re.search(r"project\(assay VERSION ([\d.]+)",
                        (SOURCE / "CMakeLists.txt").read_text()).group(1)
    if not run("--version").startswith(f"assay {version}"):
        problems.append(f"assay --version does not say {version}, as CMakeLists.txt does")


def check_parts():
    """No place-holder is left over, and no part is unused."""
    used = set()
    for path in (SOURCE / "man").glob("*.scd"):
        used.update(re.findall(r"^@([\w-]+)@$", path.read_text(), re.M))
    parts = {part.stem for part in (SOURCE / "man/parts").glob("*.scd")}
    expect_same("man/parts", used, parts)


def main():
    names = subcommands()
    if len(names) < 5:
        problems.append("the table of subcommands was not understood")
    check_subcommands(names)
    check_flags(names)
    check_ids()
    check_exit_status(names)
    check_format_page()
    check_readme(names)
    check_parts()
    print("\n".join(problems) or "the documentation agrees with the program")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
