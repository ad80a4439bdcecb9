"""Pascal (Free Pascal)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="pascal",
    build=compiled("solution.pas", ("/usr/bin/fpc", "-O2", "-v0", "-omain", "solution.pas")),
    executables=("/usr/bin/fpc",),
    packages="fp-compiler",
    version=("-iV",),
    hello=Hello("var name: string;\nbegin\n  readln(name);\n  writeln('hello ', name);\nend."),
    fences=("pas", "delphi"),
)
