"""Kotlin, on the Java machine. Its compiler is slow and large, hence limits of its own.

The compiler is the one JetBrains publishes on npm: Debian's is of 2019, and programs of today do not compile
with it. Its library shows the interface of 2.0, where `toLowerCase` and its like, which models learned from
years of sources, are deprecated but still there; from 2.1 on they are errors.
"""

from __future__ import annotations

import dataclasses

from sandbox.languages.model import COMPILING, Hello, Language, compiled
from sandbox.languages.node import module_file

_JAR = module_file("kotlin-compiler/lib/kotlin-compiler.jar")
_MACHINE = ("/usr/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
_COMPILER = (*_MACHINE, "-Xmx1g", "-cp", _JAR, "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler")

LANGUAGE = Language(
    name="kotlin",
    build=compiled(
        "solution.kt",
        (*_COMPILER, "-nowarn", "-api-version", "2.0", "solution.kt", "-include-runtime", "-d", "main.jar"),
        run=(*_MACHINE, "-Xmx768m", "-Xss64m", "-jar", "/box/main.jar"),
    ),
    executables=("/usr/bin/java", _JAR),
    packages="default-jre-headless",
    npm="kotlin-compiler@2.4",
    tool=_COMPILER,
    version=("-version",),
    hello=Hello('fun main() { println("hello " + readLine()) }'),
    fences=("kt",),
    compile_limits=dataclasses.replace(COMPILING, cpu_seconds=90),
    out_of_memory=(b"java.lang.OutOfMemoryError", b"Not enough space"),
)
