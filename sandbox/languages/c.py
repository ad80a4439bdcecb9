"""C (GNU C17)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="c",
    build=compiled(
        "solution.c", ("/usr/bin/gcc", "-std=gnu17", "-O2", "-pipe", "-o", "main", "solution.c", "-lm")
    ),
    executables=("/usr/bin/gcc",),
    packages="gcc libc6-dev",
    hello=Hello(
        "#include <stdio.h>\n"
        'int main(void) { char name[99]; scanf("%98s", name); printf("hello %s\\n", name); }'
    ),
)
