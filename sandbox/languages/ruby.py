"""Ruby. From 3.2 on `Set` is there without asking for it, and so it is here with older ones."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="ruby",
    build=script("solution.rb", "/usr/bin/ruby", "-rset"),
    executables=("/usr/bin/ruby",),
    packages="ruby",
    hello=Hello('puts "hello #{gets.strip}"'),
    fences=("rb",),
    out_of_memory=(b"NoMemoryError", b"failed to allocate memory"),
)
