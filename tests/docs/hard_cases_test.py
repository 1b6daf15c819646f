#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""tests/hard_cases.md names each of the 290 hard cases once, and no test that does not exist.

usage: hard_cases_test.py [PROGRAM]
"""

import os
import re
import sys

TESTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
CASES = 290


def read(*path):
    with open(os.path.join(TESTS, *path), encoding="utf-8") as file:
        return file.read()


def unit_tests():
    names = set()
    for folder, _, files in os.walk(os.path.join(TESTS, "unit")):
        for name in files:
            if name.endswith(".cpp"):
                # A long name is made of several literals.
                text = re.sub(r'"\s*\n\s*"', "", read(folder, name))
                names.update(re.findall(r'TEST_CASE\(\s*"((?:[^"\\]|\\.)*)"', text))
    return names


def fault_of(reference, names):
    """What is wrong with the name of a test, or None."""
    path, _, function = reference.partition(":")
    if re.fullmatch(r"[a-z0-9_/-]+\.(py|sh|case)", path):
        if not os.path.exists(os.path.join(TESTS, path)):
            return "no such file"
        if function and f"def {function}(" not in read(path):
            return "no such function"
        return None
    return None if reference in names else "no such test"


def main():
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", read("hard_cases.md"), re.MULTILINE)
    names = unit_tests()
    faults = []
    if [int(number) for number, _ in rows] != list(range(1, CASES + 1)):
        faults.append("the numbers are not 1 to 290, each once and in order")
    for number, text in rows:
        references = [r for r in re.findall(r"`([^`]+)`", text) if " " in r or "/" in r]
        for reference in references:
            fault = fault_of(reference, names)
            if fault:
                faults.append(f"case {number}: {fault}: {reference}")
        if not references and not re.match(r"open|does not apply|cannot be|as \d", text):
            faults.append(f"case {number}: neither a test nor a reason: {text}")
    for fault in faults:
        print("not ok -", fault)
    print(f"{len(rows)} cases, {sum(text.startswith('open') for _, text in rows)} open")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
