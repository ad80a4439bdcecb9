"""PHP, from the command line."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="php",
    build=script("solution.php", "/usr/bin/php", "-d", "memory_limit=-1", "-d", "display_errors=stderr"),
    executables=("/usr/bin/php",),
    packages="php-cli",
    hello=Hello("<?php echo 'hello ', trim(fgets(STDIN)), \"\\n\";"),
    out_of_memory=(b"Out of memory",),
)
