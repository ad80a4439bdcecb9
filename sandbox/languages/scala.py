"""Scala, on the Java machine. Its compiler is slow and large, hence limits of its own."""

from __future__ import annotations

import dataclasses
import re

from sandbox.languages.model import COMPILING, Build, Hello, Language

_OBJECT = re.compile(r"^\s*object\s+(\w+)", re.M)
_OPTIONS = ("/usr/bin/env", "JAVA_OPTS=-Xmx768m -Xss64m -XX:+UseSerialGC -XX:TieredStopAtLevel=1")


def build(source: str) -> Build:
    """The program starts in its last object."""
    objects = _OBJECT.findall(source)
    return Build(
        files={"solution.scala": source.encode()},
        run=(*_OPTIONS, "/usr/bin/scala", "-nocompdaemon", "-cp", "/box", objects[-1] if objects else "Main"),
        compile=(*_OPTIONS, "/usr/bin/scalac", "-d", ".", "solution.scala"),
    )


LANGUAGE = Language(
    name="scala",
    build=build,
    executables=("/usr/bin/scala", "/usr/bin/scalac", "/usr/bin/java"),
    packages="scala default-jdk-headless",
    version=("-version",),
    hello=Hello(
        'object Greet { def main(args: Array[String]): Unit = println("hello " + scala.io.StdIn.readLine()) }'
    ),
    compile_limits=dataclasses.replace(COMPILING, cpu_seconds=90),
    out_of_memory=(b"java.lang.OutOfMemoryError", b"Not enough space"),
)
