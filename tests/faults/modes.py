# SPDX-License-Identifier: MIT
"""Every command with every mode of it, for names and values that must not get anywhere."""

import os
from dataclasses import dataclass, field

from corpus import MAPPED, WIDE, WITHOUT_ROWID, distinct_names, quoted

NOW = ["--now", "2026-11-04T00:00:00Z"]
LIMITS = ["--timeout", "1min", "--lock-timeout", "1s", "--max-runtime", "1h"]


@dataclass
class Mode:
    """A call. shows: where its values stand with --values all, a file or "stdout"; nowhere without
    it. values: without them the call is refused."""

    name: str
    arguments: list
    statuses: tuple = (0, 1)
    shows: str = ""
    values: list = field(default_factory=list)

    @property
    def command(self):
        return self.arguments[0]

    @property
    def reads_many(self):
        """Is no table named?"""
        return not {"-t", "--metric"} & set(self.arguments) and "snapshot" not in self.name


def selection(store):
    """The flags that choose tables and rows, and how they are read."""
    return ["--wait-ready", "1s", "--refuse-superuser", "--schema",
            "public" if "://" in store else "main", "--exclude", MAPPED, "--where",
            "part = 1", "--views", "--copy", "--consistent", "--duty-cycle", "50%", "--max-load", "1000",
            "--max-replay-lag", "1h", "--max-cost", "1000000000", "--memory", "300MiB", "--assume-tz", "UTC", *LIMITS]


def freshness_modes(store, folder):
    history = ["--history", os.path.join(folder, "history.db")]
    calendar = os.path.join(folder, "holidays")
    with open(calendar, "w", encoding="utf-8") as file:
        file.write("2026-11-01 # none\n")
    for name, arguments in (
            ("with limits", ["--max-age", "1d", "--warn-age", "1h", "--escalate", "2x=critical",
                             "--skew", "1m", *history]),
            ("of every row", ["--depth", "full", "--by", "part", "--assume-tz", "Europe/Berlin"]),
            ("with a promise", ["--max-age", "1d", "--slo", "90%/3d", "--backcast", "3d",
                                "--retention", "1d", "-c", "at", *history]),
            ("with deadlines", ["--by-time", "07:00 UTC", "--grace", "1h", "--calendar", calendar,
                                "--backcast", "3d"]),
            ("of arrivals", ["--event-column", "at", "--arrival-column", "loaded", "--max-lag", "1h",
                             "--max-late", "1%"]),
            ("of some rows", [*selection(store), "--jobs", "2"])):
        yield Mode(f"freshness {name}", ["freshness", store, *NOW, *arguments])
    yield Mode("freshness by each text", ["freshness", store, *NOW, "--max-age", "1d", "-t",
                                          quoted(WIDE), "--by", quoted(distinct_names()[0])])


def audit_modes(store, folder):
    history = ["--history", os.path.join(folder, "history.db")]
    yield Mode("audit", ["audit", store, *history, "--memory", "1MB", "--jobs", "2"],
               shows="stdout")
    yield Mode("audit --depth catalog", ["audit", store, "--depth", "catalog"])
    yield Mode("audit --depth sample", ["audit", store, "--depth", "sample", "--since", "2d",
                                        "--column", "at", *NOW, "--assume-tz", "UTC"],
               shows="stdout")
    yield Mode("audit of some rows", ["audit", store, *selection(store), "--values", "none",
                                       "--verify"])


def dedupe_modes(store, other, folder):
    every = [quoted(name) for name in distinct_names()]
    one = ["-t", quoted(WIDE)]
    plan = os.path.join(folder, "plan.sql")
    dedupe = ["dedupe-check", store]
    yield Mode("dedupe-check", [*dedupe, "--history", os.path.join(folder, "history.db")])
    yield Mode("dedupe-check of some rows", [*dedupe, *selection(store), "--since", "3d", *NOW,
                                             "--column", "at", "--jobs", "1"])
    yield Mode("dedupe-check -k", [*dedupe, "-k", "part", "--whole-rows", "--nulls", "equal",
                                   "--limit", "3", "--memory", "64KiB"])
    yield Mode("dedupe-check --ignore", [*dedupe, *one, "--ignore", "id,at," + ",".join(every[1:]),
                                         "--verify", "--max-surplus", "1%"])
    yield Mode("dedupe-check --fold", [*dedupe, "-k", every[0], *one, "--fold", "auto"],
               shows="stdout")
    folds = [word for name in every for word in ("--fold", f"{name}:case,trim")]
    yield Mode("dedupe-check --fold of each column", [*dedupe, *one, "-k", ",".join(every), *folds],
               shows="stdout")
    yield Mode("dedupe-check --near", [*dedupe, *one, "--near", "--min-probability", "0.1", "-k",
                                       ",".join(every[:4])])
    yield Mode("dedupe-check --near --against",
               [*dedupe, *one, "--near", "--against", f"{other}:{quoted(WIDE)}",
                "--min-probability", "0.01", "-k", ",".join(every[:4])])
    yield Mode("dedupe-check --within", [*dedupe, "--within", "3d", "--actor", "part", "-k",
                                         "none", "--column", "at"])
    yield Mode("dedupe-check --against",
               [*dedupe, *one, "--against", f"{other}:{quoted(WIDE)}", "-k", ",".join(every)],
               shows="stdout")
    yield Mode("dedupe-check --repair", [*dedupe, *one, "-k", "part", "--repair", plan, "--keep",
                                         "last"])
    yield Mode("dedupe-check --repair of a table without a rowid",
               [*dedupe, "-t", quoted(WITHOUT_ROWID), "-k", "part", "--repair", plan],
               **({} if "://" in store else {"shows": plan, "values": ["--values", "all"]}))


def diff_modes(store, other, folder):
    every = [quoted(name) for name in distinct_names()]
    one = ["-t", quoted(WIDE)]
    both = ["volume-diff", store, other]
    changes = os.path.join(folder, "changes.jsonl")
    history = ["--history", os.path.join(folder, "history.db")]
    yield Mode("volume-diff", [*both, *history, "--max-diff", "1"])
    yield Mode("volume-diff of some rows", [*both, "--rows", *selection(store), "--jobs", "2", "--values", "none",
                                            "--since", "9d", *NOW, "-c", "at"])
    yield Mode("volume-diff --depth", [*both, "--depth", "catalog"], statuses=(0, 1, 3))
    yield Mode("volume-diff --changes", [*both, "--rows", "-k", "id", "--limit", "9", "--changes",
                                         changes], shows=changes)
    yield Mode("volume-diff --ignore", [*both, *one, "--rows", "--ignore", ",".join(every[1:])],
               shows="stdout")
    yield Mode("volume-diff --recheck", [*both, *one, "--rows", "--recheck", "1ms", "--tol",
                                         "at=1ms"], shows="stdout")
    yield Mode("volume-diff --resume", [*both, *one, "--rows", "--resume",
                                        os.path.join(folder, "resume.json")], shows="stdout")
    names = [word for i, name in enumerate(every) for word in ("--map", f"{name}:m{i}")]
    yield Mode("volume-diff --map", [*both, "-t", MAPPED, "--rows", *names], shows="stdout")
    yield Mode("volume-diff --by", [*both, *one, "--by", every[-1]], shows="stdout")
    yield Mode("volume-diff --by day", [*both, "--by", "day", "--tz", "Europe/Berlin", "-c", "at",
                                        "--min-age", "1d", *NOW])
    yield Mode("volume-diff --distribution", [*both, "-t", "*e*", "--distribution", "--where-a",
                                              "part >= 0", "--where-b", "part >= 0"])
    yield Mode("volume-diff of one", ["volume-diff", store, "--by", "day", "--append-only", *NOW,
                                      "--calendar", os.path.join(folder, "holidays"), "--accept",
                                      *history])
    yield Mode("volume-diff --dry-learn", ["volume-diff", store, "--by", "day", *NOW, "--dry-learn",
                                           *history])
    yield Mode("volume-diff --distribution of one", ["volume-diff", store, "--distribution",
                                                     *history])
    metrics = [word for name in every
               for word in ("--metric", f"{quoted(WIDE)}.{name}.null_fraction")]
    yield Mode("volume-diff --metric", ["volume-diff", store, *metrics, *history])
    plan = os.path.join(folder, "repair.sql")
    yield Mode("volume-diff --repair", [*both, *one, "--rows", "--repair", plan],
               shows=plan, values=["--values", "all"])


def snapshot_modes(store, other, folder, table, grain):
    """Saved, and held against another store."""
    saved, newer = (os.path.join(folder, name) for name in ("old.snapshot", "new.snapshot"))
    yield Mode(f"volume-diff --save-snapshot, {grain}",
               ["volume-diff", store, "-t", table, "--rows", "--grain", grain, "--save-snapshot",
                saved])
    yield Mode(f"volume-diff of a snapshot, {grain}",
               ["volume-diff", saved, other, "--rows", "--save-snapshot", newer])


def every_mode(store, other, folder):
    yield from audit_modes(store, folder)
    yield from freshness_modes(store, folder)
    yield from dedupe_modes(store, other, folder)
    yield from diff_modes(store, other, folder)
    for table, grain in ((quoted(WIDE), "segments"), (quoted(WITHOUT_ROWID), "rows")):
        yield from snapshot_modes(store, other, folder, table, grain)


def modes_of_a_table(store, other, folder, name):
    """Those that take one table, which has a hostile name, and a column of that name."""
    one, column = ["-t", quoted(name)], quoted(name)
    plan = os.path.join(folder, "plan of one.sql")
    yield Mode("dedupe-check -k", ["dedupe-check", store, *one, "-k", column, "-j", "1"])
    yield Mode("dedupe-check --fold", ["dedupe-check", store, *one, "-k", column, "--fold",
                                       f"{column}:case"], shows="stdout")
    yield Mode("dedupe-check --near", ["dedupe-check", store, *one, "--near"])
    yield Mode("dedupe-check --against", ["dedupe-check", store, *one, "-k", column, "--against",
                                          f"{other}:{quoted(name)}"], shows="stdout")
    yield Mode("dedupe-check --within", ["dedupe-check", store, *one, "--within", "3d", "--actor",
                                         column, "-k", "part"])
    yield Mode("dedupe-check --repair", ["dedupe-check", store, *one, "-k", "part", "--repair",
                                         plan])
    yield Mode("freshness --by", ["freshness", store, *one, "--by", column, "--max-age", "1d"])
    yield Mode("volume-diff --by", ["volume-diff", store, other, *one, "--by", column],
               shows="stdout")
    yield Mode("volume-diff --map", ["volume-diff", store, other, *one, "--rows", "-k", "id",
                                     "--map", f"{column}:{column}"], shows="stdout")
    yield Mode("volume-diff --metric", [
        "volume-diff", store, "--metric", f"{column}.{column}.null_fraction", "--history",
        os.path.join(folder, "history.db")])
    yield Mode("volume-diff --repair", ["volume-diff", store, other, *one, "--rows", "-k", "id",
                                        "--repair", plan], shows=plan, values=["--values", "all"])
    yield from snapshot_modes(store, other, folder, quoted(name), "rows")
