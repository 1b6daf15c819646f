# SPDX-License-Identifier: MIT
"""Names that were chosen to harm, and tables that have them, with a marker in every text."""

CANARY = "CANARYkf83hq"  # in some rows in small letters: whoever looks for it ignores case
NAMES = [
    'quote"d', '"', '""', "apo'strophe", "'", "`tick`", "[bracket]", "]", "semi;colon",
    "x; DROP TABLE victim; --", "/* comment", "-- dash", "back\\slash", "\\", "new\nline",
    "carriage\rreturn", "tab\tstop", "\n", "nul-like \\0", "esc\x1b[31mred\x1b[0m", "bell\x07",
    "\x1b]0;title\x07", "del\x7f", "c1\u009b31m", "bidi\u202egnp.exe", "\u2066isolate\u2069",
    "zero\u200bwidth", "\ufeffbom", "caf\u00e9", "cafe\u0301", "\u0130stanbul",
    "\u65e5\u672c\u8a9e", "\U0001f4a9", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\u0627\u0644\u0639", "select", "from", "table", "order", "user", " leading", "trailing ",
    " ", "two  spaces", "dot.ted", ".", "..", "a.b.c", "%s%s%n", "{}", "{0}{1}", "$1", "${HOME}",
    "$(id)", "<script>alert(1)</script>", "a|b|c", "=cmd|' /C calc'!A0", "*glob?",
    "CaseSensitive", "x" * 63, "\u00e9" * 31, "--json", "-t", "pg_toast_fake",
    "https://evil.example/", "::warning::x",
]
assert len(NAMES) >= 60
# What some of them are for. Each comes through every command, format and store as all the others.
MEANT = {
    "case 1: dots and quotes": ["dot.ted", ".", "a.b.c", 'quote"d', '""'],
    "case 2: a statement": ["x; DROP TABLE victim; --", "semi;colon"],
    "case 3: line breaks and tabs": ["new\nline", "carriage\rreturn", "tab\tstop", "\n"],
    "case 5: emoji, Arabic, both spellings of an accent": [
        "\U0001f4a9", "\u0627\u0644\u0639", "caf\u00e9", "cafe\u0301"],
    "case 6: bidi and zero width": ["bidi\u202egnp.exe", "zero\u200bwidth"],
    "case 7: commands of a terminal": ["esc\x1b[31mred\x1b[0m", "bell\x07", "\x1b]0;title\x07"],
    "cases 8, 9: 63 bytes, and 62 where one more letter would not fit": ["x" * 63, "\u00e9" * 31],
    "case 10: capitals": ["CaseSensitive"],
    "case 11: a dotted capital I": ["\u0130stanbul"],
    "case 12: reserved words": ["select", "from", "table", "order", "user"],
    "case 13: blanks at the ends": [" leading", "trailing ", " "],
    "case 14: formats and shells": ["%s%s%n", "{}", "{0}{1}", "$1", "back\\slash", "`tick`", "$(id)"],
    "case 15: HTML, Markdown, spreadsheets": [
        "<script>alert(1)</script>", "a|b|c", "=cmd|' /C calc'!A0"],
    "case 17: a name as of the system": ["pg_toast_fake"],
    "case 20: brackets and ticks": ["[bracket]", "]", "`tick`", '"'],
    "case 245: a command of a log reader": ["::warning::x"],
}
WIDE = "wide \u202e\x1b[1m"  # a table with all names as its columns
MAPPED = "mapped"  # the same; in the second store its columns have other names
WITHOUT_ROWID = "of keys"  # in SQLite a table whose rows are named by their texts


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def distinct_names():
    """Without those that SQLite takes for the same: a and A."""
    return list({name.lower(): name for name in reversed(NAMES)}.values())


def texts(number):
    """Of three rows: two are the same but for their case, none is in five rows."""
    return [f"{CANARY} Ab {number}", f"{CANARY} ab {number}".lower(), f"{CANARY} Cd {number}"]


def table(name, columns, side, number, key):
    """Three rows with numbers, times and texts. In the second store the text of one is another,
    one is missing and one is new."""
    keys = {"id": ", PRIMARY KEY (id)", "text": f", PRIMARY KEY ({columns[0]})", "none": ""}
    texts_of = ", ".join(f"{column} text NOT NULL" for column in columns)
    yield (f"CREATE TABLE {quoted(name)} (id integer NOT NULL, part integer, none integer,"
           f" at timestamp, loaded timestamp, {texts_of}{keys[key]})")
    first, second, third = texts(number)
    rows = [(1, first, "01"), (2, second, "02"), (3, third, "03")]
    if side == "b":
        rows[1:] = [(2, f"{CANARY} Ef {number}", "02"), (4, f"{CANARY} Gh {number}", "03")]
    for row, text, day in rows:
        yield (f"INSERT INTO {quoted(name)} VALUES ({row}, {row % 2}, NULL,"
               f" '2026-11-{day} 00:00:00', '2026-11-{day} 01:00:00'" +
               f", '{text}'" * len(columns) + ")")


def statements(side, kind):
    """A table for each name, with a column of that name too, and those with all names."""
    names = distinct_names()
    for number, name in enumerate(names):
        yield from table(name, [quoted(name)], side, number, ("none", "id", "text")[number % 3])
    every = [quoted(name) for name in names]
    yield from table(WIDE, every, side, 900, "id")
    yield from table(MAPPED, every if side == "a" else [f"m{i}" for i in range(len(every))], side,
                     901, "id")
    made = list(table(WITHOUT_ROWID, [quoted(names[0])], side, 902, "text"))
    yield made[0] + (" WITHOUT ROWID" if kind == "sqlite" else "")
    yield from made[1:]
