"""Kotlin, on the Java machine. Its compiler is slow and large, hence limits of its own."""

from __future__ import annotations

import dataclasses

from sandbox.languages.model import COMPILING, Hello, Language, compiled

_COMPILER = (
    "/usr/bin/env",
    "JAVA_OPTS=-Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1",
    "/usr/bin/kotlinc",
    "-nowarn",
)
_RUN = (
    "/usr/bin/java",
    "-Xmx768m",
    "-Xss64m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-jar",
    "/box/main.jar",
)

LANGUAGE = Language(
    name="kotlin",
    build=compiled(
        "solution.kt", (*_COMPILER, "solution.kt", "-include-runtime", "-d", "main.jar"), run=_RUN
    ),
    executables=("/usr/bin/kotlinc", "/usr/bin/java"),
    packages="kotlin default-jdk-headless",
    version=("-version",),
    hello=Hello('fun main() { println("hello " + readLine()) }'),
    fences=("kt",),
    compile_limits=dataclasses.replace(COMPILING, cpu_seconds=90),
    out_of_memory=(b"java.lang.OutOfMemoryError", b"Not enough space"),
)
