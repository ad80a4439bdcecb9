"""Ruby."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="ruby",
    build=script("solution.rb", "/usr/bin/ruby"),
    executables=("/usr/bin/ruby",),
    packages="ruby",
    hello=Hello('puts "hello #{gets.strip}"'),
    fences=("rb",),
    out_of_memory=(b"NoMemoryError", b"failed to allocate memory"),
)
