"""PHP, from the command line: with its extensions, and with assertions, which Debian switches off."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

_SETTINGS = ("memory_limit=-1", "display_errors=stderr", "zend.assertions=1", "assert.exception=1")

LANGUAGE = Language(
    name="php",
    build=script("solution.php", "/usr/bin/php", *(f"-d{setting}" for setting in _SETTINGS)),
    executables=("/usr/bin/php",),
    packages="php-cli php-mbstring php-bcmath",
    hello=Hello("<?php echo 'hello ', trim(fgets(STDIN)), \"\\n\";"),
    out_of_memory=(b"Out of memory",),
)
