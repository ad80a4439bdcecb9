"""C# (Mono)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="csharp",
    build=compiled(
        "solution.cs",
        ("/usr/bin/mcs", "-out:main.exe", "solution.cs"),
        run=("/usr/bin/mono", "/box/main.exe"),
    ),
    executables=("/usr/bin/mono", "/usr/bin/mcs"),
    packages="mono-mcs mono-runtime libmono-system-core4.0-cil",
    hello=Hello(
        'using System; class P { static void Main() { Console.WriteLine("hello " + Console.ReadLine()); } }'
    ),
    fences=("cs", "c#"),
    out_of_memory=(b"System.OutOfMemoryException",),
)
