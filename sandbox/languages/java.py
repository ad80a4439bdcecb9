"""Java: the file is named after its public class, the program after the class that has `main`."""

from __future__ import annotations

import re

from sandbox.languages.model import Build, Hello, Language

_CLASS = re.compile(
    r"^\s*(public\s+)?(?:(?:final|abstract|strictfp)\s+)*(?:class|record|enum|interface)\s+(\w+)", re.M
)
_MAIN = re.compile(r"\bstatic\s+(?:final\s+)?void\s+main\s*\(")


def build(source: str) -> Build:
    """Find the names; a program without them is compiled as Main, and says itself what is wrong."""
    classes = list(_CLASS.finditer(source))
    public = next((found[2] for found in classes if found[1]), "Main")
    start = _MAIN.search(source)
    before = [found[2] for found in classes if start and found.start() < start.start()]
    main = before[-1] if before else "Main"
    return Build(
        files={f"{public}.java": source.encode()},
        run=("/usr/bin/java", *_MACHINE, "-Xss64m", "-cp", "/box", main),
        compile=(
            "/usr/bin/javac",
            "-J-Xshare:auto",
            "-J-XX:+UseSerialGC",
            "-encoding",
            "UTF-8",
            f"{public}.java",
        ),
    )


_MACHINE = ("-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData")
"""A heap that leaves room below 1 GiB for the rest of the machine, and little work at start."""

LANGUAGE = Language(
    name="java",
    build=build,
    executables=("/usr/bin/java", "/usr/bin/javac"),
    packages="default-jdk-headless",
    hello=Hello(
        "import java.util.*;\npublic class Greet {\n  public static void main(String[] args) {\n"
        '    System.out.println("hello " + new Scanner(System.in).next());\n  }\n}'
    ),
    out_of_memory=(b"java.lang.OutOfMemoryError", b"Not enough space"),
)
