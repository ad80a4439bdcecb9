"""Pascal (Free Pascal)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

_COMPILER = "/usr/bin/fpc -O2 -ve -l- -omain solution.pas"
"""Errors alone, without a banner; it writes them to standard output."""

LANGUAGE = Language(
    name="pascal",
    build=compiled("solution.pas", ("/bin/sh", "-c", f"exec {_COMPILER} >&2")),
    executables=("/usr/bin/fpc",),
    packages="fp-compiler",
    version=("-iV",),
    hello=Hello("var name: string;\nbegin\n  readln(name);\n  writeln('hello ', name);\nend."),
    fences=("pas", "delphi"),
)
