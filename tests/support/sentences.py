# SPDX-License-Identifier: MIT
"""Tests that are sentences: each is printed with whether it holds, and the script goes on."""

import sys

_failed = False


def check(sentence, condition, seen=""):
    """Every failure is printed; so are the first lines of what was seen."""
    global _failed
    if condition:
        print("ok -", sentence)
        return
    _failed = True
    print("not ok -", sentence)
    print(f"    seen: {str(seen)[:1500]!r}")


def finish():
    """End with the status of all sentences."""
    sys.stdout.flush()
    sys.exit(1 if _failed else 0)
