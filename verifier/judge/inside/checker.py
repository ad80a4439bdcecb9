"""Runs a checker written in Python: a script that is given three files by name.

    argv: input output answer       exit status 0: right, 1 or 2: wrong, 7: partly right

Runs in a jail of its own, where the candidate has never been.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING

from verifier.judge.inside import load, plain

if TYPE_CHECKING:
    from sandbox.inside.child import Context

FILES = ("input", "output", "answer")
"""In the order of testlib's command line: what the candidate read, what it wrote, what the task expects."""


def payload(given: bytes, output: bytes, answer: bytes) -> bytes:
    """What the checker is told: the contents of the files."""
    return plain.encode((given, output, answer))


def main(context: Context) -> None:
    """Write the files, and execute the checker as `__main__`."""
    contents: tuple[bytes, ...] = plain.decode(context.payload)  # type: ignore[assignment]
    for name, content in zip(FILES, contents):  # noqa: B905 -- Python 3.9
        with open(name, "wb") as file:
            file.write(content)
    load.add_site_builtins()
    code = context.code(load.SOURCE)
    module = types.ModuleType("__main__")
    module.__dict__.update({"__file__": code.co_filename, "__builtins__": __builtins__})
    sys.modules["__main__"] = module
    sys.argv[:] = [code.co_filename, *FILES]
    exec(code, module.__dict__)
