"""C++17 (GNU dialect)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="cpp",
    build=compiled(
        "solution.cpp", ("/usr/bin/g++", "-std=gnu++17", "-O2", "-pipe", "-o", "main", "solution.cpp")
    ),
    executables=("/usr/bin/g++",),
    packages="g++",
    hello=Hello(
        "#include <bits/stdc++.h>\n"
        'int main() { std::string name; std::cin >> name; std::cout << "hello " << name << "\\n"; }'
    ),
    fences=("c++", "cpp17", "cc", "cxx"),
    out_of_memory=(b"std::bad_alloc",),
)
