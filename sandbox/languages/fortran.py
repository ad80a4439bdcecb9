"""Fortran (GNU, free form)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="fortran",
    build=compiled("solution.f90", ("/usr/bin/gfortran", "-O2", "-o", "main", "solution.f90")),
    executables=("/usr/bin/gfortran",),
    packages="gfortran",
    hello=Hello(
        "program p\ncharacter(len=99) :: name\nread(*, '(A)') name\n"
        "print '(A)', 'hello ' // trim(name)\nend program"
    ),
    fences=("f90",),
)
