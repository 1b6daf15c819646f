# SPDX-License-Identifier: MIT
"""Tests that are sentences: each is printed with whether it holds, and the script goes on."""

import contextvars
import functools
import sys

_failed = False
_cases = contextvars.ContextVar("cases", default="")  # of this thread


def hard_cases(*numbers):
    """Marks a function: each of its sentences begins with the numbers of these hard cases."""
    prefix = f"case{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}: "

    def mark(function):
        @functools.wraps(function)
        def marked(*arguments):
            before = _cases.set(prefix)
            try:
                return function(*arguments)
            finally:
                _cases.reset(before)
        return marked
    return mark


def check(sentence, condition, seen=""):
    """Every failure is printed; so are the first lines of what was seen."""
    global _failed
    sentence = _cases.get() + sentence
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
