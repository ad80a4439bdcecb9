"""Perl."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="perl",
    build=script("solution.pl", "/usr/bin/perl"),
    executables=("/usr/bin/perl",),
    packages="perl",
    hello=Hello('my $name = <STDIN>; chomp $name; print "hello $name\\n";'),
    fences=("pl",),
    out_of_memory=(b"Out of memory",),
)
