"""C++20 (GNU dialect)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="cpp20",
    build=compiled(
        "solution.cpp", ("/usr/bin/g++", "-std=gnu++20", "-O2", "-pipe", "-o", "main", "solution.cpp")
    ),
    executables=("/usr/bin/g++",),
    packages="g++",
    hello=Hello(
        "#include <bits/stdc++.h>\n"
        'int main() { std::string name; std::cin >> name; std::cout << "hello " << name << "\\n"; }'
    ),
    fences=("c++20", "cpp", "c++"),
    out_of_memory=(b"std::bad_alloc",),
)
