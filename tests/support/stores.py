# SPDX-License-Identifier: MIT
"""Two databases that a test fills with the same rows."""

import os
import re
import sqlite3
import subprocess

SERVER = os.environ.get("ASSAY_TEST_POSTGRES")


class Sqlite:
    """A file of its own."""
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {1}) SELECT {0} FROM n"

    def __init__(self, folder, name="sqlite"):
        self.name = name
        self.url = os.path.join(folder, name)

    def execute(self, sql):
        connection = sqlite3.connect(self.url)
        connection.executescript(sql)
        connection.close()


def psql(url, sql):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True,
                   capture_output=True)


class Postgres:
    """The database of all tests: let each have tables of its own name."""
    name = "postgres"
    url = SERVER
    numbers = "SELECT {0} FROM generate_series(1, {1}) AS i"

    def execute(self, sql):
        psql(self.url, sql)


class Database(Postgres):
    """A database of its own on that server."""

    def __init__(self, name):
        self.name = name
        self.url = re.sub("dbname=postgres", "dbname=" + name, SERVER)
        psql(SERVER, f"DROP DATABASE IF EXISTS {name};")
        psql(SERVER, f"CREATE DATABASE {name};")


def stores(folder):
    """Those that are there; `numbers` of each makes rows of an expression of i from 1 to a number."""
    return [Sqlite(folder), Postgres()] if SERVER else [Sqlite(folder)]
