"""Input files, by name, by folder or by pattern, and their lines, read as often as needed.

Everything is checked before anything runs, so files are read twice. What can be read only once (a pipe, `-`)
is first copied to a temporary file.
"""

from __future__ import annotations

import contextlib
import glob
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rollout.errors import FieldError, InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STDIN = "-"


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file as the user named it, and where its bytes can be read again and again."""

    name: str
    path: Path

    @property
    def short_name(self) -> str:
        """Its name without folders."""
        return Path(self.name).name

    def place(self, line_number: int) -> str:
        """How messages name a line."""
        return f"{self.name}:{line_number}"


TRACE_SUFFIXES = (".jsonl", ".ndjson", ".parquet")
"""What is taken from a folder. Not `.json`: settings and metrics that lie beside traces are called so."""


def expanded(names: Sequence[str]) -> tuple[str, ...]:
    """The files of these names: those in folders, at any depth, and those that fit a pattern, by name.

    Raises:
        InputError: a folder or a pattern has none.
    """
    files: list[str] = []
    problems = []
    for name in names:
        found = _files_of(name)
        files += found
        if not found:
            kinds = f" ({', '.join(TRACE_SUFFIXES)})" if Path(name).is_dir() else ""
            problems.append(Problem(name, f"holds no files{kinds}"))
    if problems:
        raise InputError(problems)
    return tuple(files)


def _files_of(name: str) -> list[str]:
    path = Path(name)
    if path.is_dir():
        inside = (file for file in path.rglob("*") if file.suffix in TRACE_SUFFIXES and file.is_file())
        return sorted(str(file) for file in inside)
    if not path.exists() and glob.has_magic(name):
        return sorted(glob.glob(name, recursive=True))  # noqa: PTH207  # patterns of any root
    return [name]


@contextlib.contextmanager
def opened(names: Sequence[str]) -> Iterator[tuple[InputFile, ...]]:
    """The files of these names; copies of those that can be read only once are removed at exit.

    Raises:
        InputError: some of them cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="rollout-") as directory:
        files, problems = [], []
        for index, name in enumerate(names):
            try:
                files.append(_readable(name, Path(directory, str(index))))
            except OSError as error:
                problems.append(Problem(name, f"cannot be read: {error.strerror}"))
        if problems:
            raise InputError(problems)
        yield tuple(files)


def lines(file: InputFile) -> Iterator[tuple[int, bytes]]:
    """The lines that hold something, with their numbers from 1."""
    with file.path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            content = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
            if content.strip():
                yield number, content


def text_of(line: bytes) -> str:
    """The text of a line; surrogates that some writers encode are kept for the reader of records to mend.

    Raises:
        FieldError: it is not UTF-8.
    """
    try:
        return line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise FieldError("", f"not UTF-8 (byte {error.start + 1} of the line)") from None


def _readable(name: str, copy: Path) -> InputFile:
    if name == STDIN:
        with copy.open("wb") as target:
            shutil.copyfileobj(sys.stdin.buffer, target)
        return InputFile("<stdin>", copy)
    path = Path(name)
    with path.open("rb") as source:
        if path.is_file():
            return InputFile(name, path)
        with copy.open("wb") as target:
            shutil.copyfileobj(source, target)
    return InputFile(name, copy)
