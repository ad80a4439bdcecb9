"""Compiles a program's sources, in a limited child: parsing hostile bytes may cost gigabytes and minutes."""

from __future__ import annotations

import marshal
import struct
import sys
import traceback
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.inside import child

_LENGTH = struct.Struct(">Q")

SourceText = tuple[str, str, bytes]
"""Name, file name, text."""


def main(context: child.Context, sources: Sequence[SourceText]) -> None:
    """Compile all sources and report them; a source that does not compile ends this with status 1."""
    warnings.simplefilter("ignore")  # a warning about style is not a message of the compiler
    for _, filename, text in sources:
        try:
            code = compile(text, filename, "exec", dont_inherit=True)
        except (SyntaxError, ValueError, OverflowError, RecursionError) as problem:
            sys.stderr.write("".join(traceback.format_exception_only(type(problem), problem)))
            raise SystemExit(1) from None
        data = marshal.dumps(code)
        context.report(_LENGTH.pack(len(data)) + data)


def split(report: bytes, sources: Sequence[SourceText]) -> dict[str, bytes]:
    """Compiled sources by name, as opaque bytes. Fewer than the sources where compiling failed."""
    codes: dict[str, bytes] = {}
    offset = 0
    for name, _, _ in sources:
        if offset >= len(report):
            break
        (size,) = _LENGTH.unpack_from(report, offset)
        offset += _LENGTH.size
        codes[name] = report[offset : offset + size]
        offset += size
    return codes
