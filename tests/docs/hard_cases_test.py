#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of tests/hard_cases.md is made from the tests, which say what cases they are for: every
number has a test, or a remark that tells why it has none.

usage: hard_cases_test.py [--write|PROGRAM]
"""

import os
import re
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
TABLE = os.path.join(TESTS, "hard_cases.md")
CASES = 290
ROW = re.compile(r"^\| (\d+) \|(?:.*)\|(.*)\|$", re.MULTILINE)
LITERAL = r'"((?:[^"\\]|\\.)*)"'
TEST_CASE = re.compile(rf"TEST_CASE\(\s*((?:{LITERAL}\s*)+),\s*{LITERAL}\s*\)")
COMMENT = re.compile(r"^# hard cases: ([\d, ]+)\n(?:def (\w+)\()?", re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def unit_tests(text):
    """Name and cases of each TEST_CASE with a tag; a long name is made of several literals."""
    for match in TEST_CASE.finditer(text):
        cases = re.findall(r"\[case-(\d+)\]", match.group(3))
        yield "".join(re.findall(LITERAL, match.group(1))), cases


def scripts(text, path):
    for match in COMMENT.finditer(text):
        function = f":{match.group(2)}" if match.group(2) else ""
        yield path + function, re.findall(r"\d+", match.group(1))


def tests_by_case():
    found = {}
    for folder, folders, files in os.walk(TESTS):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            if name.endswith(".cpp"):
                tests = unit_tests(read(path))
            elif name.endswith((".py", ".sh", ".case")) and not os.path.samefile(path, __file__):
                tests = scripts(read(path), os.path.relpath(path, TESTS))
            else:
                continue
            for test, cases in tests:
                for case in cases:
                    found.setdefault(int(case), []).append(f"`{test}`")
    return found


def with_tests(text, found):
    """The text of the file with its column of tests made anew."""

    def row(match):
        tests = "; ".join(found.get(int(match.group(1)), []))
        cells = [match.group(1), tests, match.group(2).strip()]
        return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"

    return ROW.sub(row, text)


def faults_of(text, found):
    rows = {int(number): remark.strip() for number, remark in ROW.findall(text)}
    if list(rows) != list(range(1, CASES + 1)):
        yield f"the numbers are not 1 to {CASES}, each once and in order"
    for case in sorted(set(found) - set(rows)):
        yield f"case {case}: is of no hard case: {'; '.join(found[case])}"
    for case, remark in rows.items():
        if case not in found and not re.match(r"open|does not apply|cannot be|as \d", remark):
            yield f"case {case}: neither a test nor a reason: '{remark}'"


def main():
    found = tests_by_case()
    text = read(TABLE)
    made = with_tests(text, found)
    if sys.argv[1:] == ["--write"]:
        with open(TABLE, "w", encoding="utf-8") as file:
            file.write(made)
        text = made
    faults = list(faults_of(text, found))
    if made != text:
        faults.append("tests/hard_cases.md is not up to date: run tests/docs/hard_cases_test.py --write")
    for fault in faults:
        print("not ok -", fault)
    rows = ROW.findall(text)
    print(f"{len(rows)} cases, {len(found)} with tests, "
          f"{sum(remark.strip().startswith('open') for _, remark in rows)} open")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
