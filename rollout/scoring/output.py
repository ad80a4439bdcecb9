"""Where scored lines go: a file that appears whole or not at all, standard output, or nowhere.

A file is written as `OUT.partial` and renamed at the end. Every line is flushed as it is written, so what an
interrupted run leaves behind is a row of whole lines, and at most one that is torn.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from rollout.errors import FieldError, InputError, Problem
from rollout.rows.files import STDIN, text_of
from rollout.scoring.lines import kept_score

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rollout.model import Score
    from rollout.traces.model import Record

STDOUT = "-"


class Output(Protocol):
    """Takes scored lines, in order."""

    def kept(self, records: Iterator[Record], ruleset: str) -> Iterator[tuple[Record, Score]]:
        """The first of these records that have their line here already, from an earlier run, with its score.

        Ends at the first line that is torn, written for another record, or judged under another ruleset; it
        and what follows are dropped. To be exhausted before the first `write`.
        """

    def earlier(self) -> Iterator[str]:
        """The whole lines of an earlier run, whatever they are; a torn one is dropped, and what follows it.

        To be exhausted before the first `write`, and no more than one of this and `kept`.
        """

    def write(self, line: str) -> None:
        """Take one line, without its end."""


class Nowhere:
    """Keeps no lines: only the summary is wanted."""

    def kept(self, records: Iterator[Record], ruleset: str) -> Iterator[tuple[Record, Score]]:  # noqa: ARG002  # seam
        """None."""
        return iter(())

    def earlier(self) -> Iterator[str]:
        """None."""
        return iter(())

    def write(self, line: str) -> None:
        """Let it go."""


class Stream(Nowhere):
    """Writes to a stream that others read, such as standard output."""

    def __init__(self, stream: BinaryIO) -> None:
        """Take a stream that is open, and stays so."""
        self._stream = stream

    def write(self, line: str) -> None:
        """Write and flush."""
        self._stream.write(line.encode() + b"\n")
        self._stream.flush()


class Partial(Stream):
    """The file `OUT.partial`."""

    def kept(self, records: Iterator[Record], ruleset: str) -> Iterator[tuple[Record, Score]]:
        """See `Output.kept`."""
        end = 0
        self._stream.seek(end)
        for record, line in zip(records, self._stream, strict=False):
            score = _kept(record, line)
            if score is None or not _same_rules(score, ruleset):
                break
            end += len(line)
            yield record, score
        self._stream.seek(end)
        self._stream.truncate()

    def earlier(self) -> Iterator[str]:
        """See `Output.earlier`."""
        end = 0
        self._stream.seek(end)
        for line in self._stream:
            if not line.endswith(b"\n"):
                break
            end += len(line)
            yield text_of(line.removesuffix(b"\n"))
        self._stream.seek(end)
        self._stream.truncate()


@contextlib.contextmanager
def opened_output(name: str | None, *, resume: bool) -> Iterator[Output]:
    """Where lines go; a file gets its name when everything went well, and stays `.partial` otherwise.

    Args:
        name: a path, `-` for standard output, or None.
        resume: keep the lines of an earlier run, for `Output.kept` to find.

    Raises:
        InputError: the file cannot be written, or another run is writing it.
    """
    if name is None:
        yield Nowhere()
    elif name == STDOUT:
        yield Stream(sys.stdout.buffer)
    else:
        with opened_file(name, resume=resume) as stream:
            yield Partial(stream)


@contextlib.contextmanager
def opened_file(name: str, *, resume: bool) -> Iterator[BinaryIO]:
    """The stream into a file that gets its name when everything went well, and stays `.partial` otherwise.

    Raises:
        InputError: the file cannot be written, or another run is writing it.
    """
    path, partial = Path(name), partial_of(name)
    with _locked(partial) as stream:
        if not resume:
            stream.truncate()
        yield stream
        os.fsync(stream.fileno())
        partial.replace(path)


def problems_of_output(name: str, read: Iterable[str]) -> list[Problem]:
    """Why this file cannot be written by a command that reads those."""
    out = Path(name)
    if out.is_dir():
        return [Problem(str(out), "is a directory")]
    if not out.absolute().parent.is_dir():
        return [Problem(str(out), "its directory does not exist")]
    written = {out.resolve(), partial_of(name).resolve()}
    overwritten = [one for one in read if one != STDIN and Path(one).resolve() in written]
    return [Problem(str(out), f"would overwrite the input {one}") for one in overwritten]


def partial_of(name: str) -> Path:
    """Where lines are kept until the file is whole."""
    return Path(f"{name}.partial")


@contextlib.contextmanager
def _locked(partial: Path) -> Iterator[BinaryIO]:
    """The file, open for reading and writing, and nobody else's meanwhile; removed if it ends up empty."""
    try:
        stream = os.fdopen(os.open(partial, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666), "r+b")
    except OSError as error:
        raise InputError([Problem(str(partial), f"cannot be written: {error.strerror}")]) from None
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError([Problem(str(partial), "another run is writing it")]) from None
        try:
            yield stream
        except BaseException:
            if not os.fstat(stream.fileno()).st_size:
                partial.unlink(missing_ok=True)
            raise


def _kept(record: Record, line: bytes) -> Score | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return kept_score(record.text, text_of(line.removesuffix(b"\n")))
    except FieldError:
        return None


def _same_rules(score: Score, ruleset: str) -> bool:
    return score.versions is None or score.versions.ruleset == ruleset
