"""Go."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

_ENVIRONMENT = ("/usr/bin/env", "GO111MODULE=off", "GOCACHE=/tmp/go", "GOFLAGS=-p=2")

LANGUAGE = Language(
    name="go",
    build=compiled(
        "solution.go",
        (*_ENVIRONMENT, "/usr/bin/go", "build", "-o", "main", "solution.go"),
    ),
    executables=("/usr/bin/go",),
    packages="golang-go",
    version=("version",),
    hello=Hello(
        'package main\nimport "fmt"\n'
        'func main() { var name string; fmt.Scan(&name); fmt.Println("hello", name) }'
    ),
    fences=("golang",),
    out_of_memory=(b"runtime: out of memory", b"cannot allocate memory"),
)
