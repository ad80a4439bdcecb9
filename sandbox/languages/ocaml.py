"""OCaml."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="ocaml",
    build=compiled("solution.ml", ("/usr/bin/ocamlopt", "-o", "main", "solution.ml")),
    executables=("/usr/bin/ocamlopt", "/usr/bin/gcc"),
    packages="ocaml-nox gcc libc6-dev",
    version=("-version",),
    hello=Hello('let () = Printf.printf "hello %s\\n" (read_line ())'),
    fences=("ml",),
    out_of_memory=(b"Out of memory", b"Out_of_memory"),
)
