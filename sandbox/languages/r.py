"""R."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="r",
    build=script("solution.R", "/usr/bin/Rscript", "--vanilla"),
    executables=("/usr/bin/Rscript",),
    packages="r-base-core",
    hello=Hello("cat('hello ', readLines(file('stdin'), n = 1), '\\n', sep = '')"),
    out_of_memory=(b"cannot allocate",),
)
