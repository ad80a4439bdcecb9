"""Rust (2021 edition)."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

LANGUAGE = Language(
    name="rust",
    build=compiled("solution.rs", ("/usr/bin/rustc", "--edition=2021", "-O", "-o", "main", "solution.rs")),
    executables=("/usr/bin/rustc",),
    packages="rustc",
    hello=Hello(
        "fn main() { let mut name = String::new(); std::io::stdin().read_line(&mut name).unwrap();"
        ' println!("hello {}", name.trim()); }'
    ),
    fences=("rs",),
    out_of_memory=(b"memory allocation of",),
)
