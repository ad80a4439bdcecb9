"""SQL (SQLite): standard input holds the tables, the program asks."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="sql",
    build=script("solution.sql", "/bin/sh", "-c", 'cat - "$0" | /usr/bin/sqlite3 -bail :memory:'),
    executables=("/usr/bin/sqlite3",),
    packages="sqlite3",
    hello=Hello(
        "SELECT 'hello ' || name FROM people;",
        b"CREATE TABLE people(name); INSERT INTO people VALUES ('world');\n",
    ),
    fences=("sqlite", "sqlite3"),
)
