#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# Copyright (c) The assay authors
"""Validate results of assay against the schema of the document.

usage: validate_json.py [--schema FILE] [FILE_OR_FOLDER...]
       validate_json.py --from UNIT_REPORT

Without a file it reads stdin; a folder stands for every *.json in it. --from lets the unit tests of
the report layer write their sample documents, validates them, and then spoils one in many ways that
must be refused. Exit status 0: all are valid; 1: one is not, and stderr names the key; 2: the call
is wrong or there was nothing to do.
Stricter than a schema can be: NaN, Infinity, a key that stands twice in one object, bytes that are
not ASCII and a missing newline at the end are refused.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "lib/assay/report/result.schema.json"


class Refused(Exception):
    """The text is no document, whatever the schema says."""


def refuse_constant(name):
    raise Refused(f"{name} is no JSON")


def refuse_duplicates(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise Refused(f"the key {key!r} stands twice in one object")
    return dict(pairs)


def parse(data):
    """Turn the bytes of a document into objects, or say what is wrong with them."""
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        raise Refused(f"byte {error.start} is not ASCII") from error
    if not text.endswith("\n"):
        raise Refused("does not end with a newline")
    try:
        return json.loads(
            text, parse_constant=refuse_constant, object_pairs_hook=refuse_duplicates
        )
    except json.JSONDecodeError as error:
        raise Refused(f"not JSON: {error}") from error


def place(path):
    """checks[3].status"""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).lstrip(".") or "(document)"


def problems(validator, data):
    """Every problem of one document as 'place: what'."""
    try:
        document = parse(data)
    except Refused as error:
        return [str(error)]
    found = []
    for error in validator.iter_errors(document):
        deepest = jsonschema.exceptions.best_match([error])
        found.append(f"{place(deepest.absolute_path)}: {deepest.message}")
    return found


def inputs(names):
    """Pairs of a name and the bytes behind it."""
    if not names:
        yield "stdin", sys.stdin.buffer.read()
    for name in map(pathlib.Path, names):
        files = sorted(name.glob("*.json")) if name.is_dir() else [name]
        for file in files:
            yield str(file), file.read_bytes()


# What to put in place of what, in a document that is valid as it stands.
SPOILED = {
    b'"status": "pass"': b'"status": "okay"',
    b'"duration_ms": 812': b'"duration_ms": NaN',
    b'"complete": true': b'"complete": true, "complete": true',
    b'"exit_code": 3': b'"exit_code": 3, "mood": "fine"',
    b'"value": 4012': b'"value": 4012.5',
    b'"value": 1204330': b'"value": 90071992547409930',
    b'"role": ""': b'"role": null',
    b'"schema_version": "1.0"': b'"schema_version": "2.0"',
    b'"notes"': b'"remarks"',
    b'system tables': "syst\u00e8me".encode(),
}


def unrefused(validator, data):
    """The spoiled documents that pass all the same."""
    for before, after in SPOILED.items():
        if before not in data or not problems(validator, data.replace(before, after, 1)):
            yield f"not refused: {after.decode()}"


def validate_samples(validator, program):
    """Validate what the unit tests write; return the number of documents and the problems."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [program, "[samples]"],
            env={**os.environ, "ASSAY_TEST_DOCUMENTS": folder},
            check=True,
            stdout=subprocess.DEVNULL,
        )
        found = []
        documents = list(inputs([folder]))
        for name, data in documents:
            found += [f"{name}: {problem}" for problem in problems(validator, data)]
        found += unrefused(validator, (pathlib.Path(folder) / "shop_audit.json").read_bytes())
        return len(documents), found


def validate_files(validator, names):
    """Validate files, folders or stdin; return the number of documents and the problems."""
    count = 0
    found = []
    for name, data in inputs(names):
        count += 1
        found += [f"{name}: {problem}" for problem in problems(validator, data)]
    return count, found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--schema", type=pathlib.Path, default=SCHEMA)
    parser.add_argument("--from", dest="program", metavar="UNIT_REPORT")
    parser.add_argument("files", nargs="*", metavar="FILE_OR_FOLDER")
    options = parser.parse_args()

    schema = json.loads(options.schema.read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    if options.program:
        count, found = validate_samples(validator, options.program)
    else:
        count, found = validate_files(validator, options.files)
    for problem in found:
        print(problem, file=sys.stderr)
    if count == 0:
        print("no JSON file found", file=sys.stderr)
        return 2
    print(f"documents: {count}, problems: {len(found)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
