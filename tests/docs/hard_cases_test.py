#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The table of tests/hard_cases.md is made from the tests, whose names carry the numbers of the cases
that they hold: every number has a test, or a remark that tells why it has none.

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
TEST_CASE = re.compile(rf"TEST_CASE\(\s*((?:{LITERAL}\s*)+)[,)]")
NUMBERS = r"\d+(?:, \d+)*"
PREFIX = re.compile(rf"cases? ({NUMBERS}): ")
FUNCTION = re.compile(rf"^@hard_cases\(({NUMBERS})\)\ndef (\w+)\(", re.MULTILINE)
SENTENCE = re.compile(rf"(?:[\"'(]|ok - )cases? ({NUMBERS})[:)]")
ELSEWHERE = re.compile(r"^# hard cases: |\[case-\d", re.MULTILINE)
LINE = re.compile(rf"^# hard cases: ({NUMBERS})$", re.MULTILINE)


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def unit_tests(text):
    """Name and cases of each TEST_CASE with a number; a long name is made of several literals."""
    for match in TEST_CASE.finditer(text):
        name = "".join(re.findall(LITERAL, match.group(1)))
        if numbers := PREFIX.match(name):
            yield name, numbers.group(1)


def script(text, path):
    """The functions that are marked, and the script itself for what its sentences say."""
    for numbers, function in FUNCTION.findall(text):
        yield f"{path}:{function}", numbers
    yield path, ", ".join(SENTENCE.findall(text))


def tests_by_case():
    found = {}
    for folder, folders, files in os.walk(TESTS):
        folders.sort()
        for name in sorted(files):
            path = os.path.join(folder, name)
            place = os.path.relpath(path, TESTS)
            if name.endswith(".cpp"):
                tests = unit_tests(read(path))
            elif name.endswith((".py", ".sh")) and not os.path.samefile(path, __file__):
                tests = script(read(path), place)
            elif name.endswith(".case"):
                tests = ((place, numbers) for numbers in LINE.findall(read(path)))
            else:
                continue
            if not name.endswith(".case") and ELSEWHERE.search(read(path)):
                sys.exit(f"not ok - {place}: has numbers of hard cases that are in no name")
            for test, numbers in tests:
                for case in sorted(set(map(int, re.findall(r"\d+", numbers)))):
                    found.setdefault(case, []).append(f"`{test}`")
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
