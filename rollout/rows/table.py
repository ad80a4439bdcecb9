"""Every way in which a file can hold rows, told by its first bytes, and what is refused, with the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.errors import FieldError, InputError, Problem
from rollout.rows.document import document_in
from rollout.rows.lines import json_lines
from rollout.rows.parquet import parquet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from rollout.rows.files import InputFile
    from rollout.rows.model import Container, Row

_PICKLE = "a pickle runs whatever code its author put in when it is loaded: write its samples as JSON Lines"

REFUSED: Mapping[bytes, str] = {
    b"\x80\x02": _PICKLE,
    b"\x80\x03": _PICKLE,
    b"\x80\x04": _PICKLE,
    b"\x80\x05": _PICKLE,
    b"\x1f\x8b": "is compressed with gzip: unpack it first (gunzip)",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd: unpack it first (unzstd)",
    b"ARROW1": "is an Arrow file: write it as Parquet",
}
"""By first bytes."""

_ZIP = b"PK\x03\x04"
_PARQUET = b"PAR1"
_WRONG_SHOWN = 20


def rows(file: InputFile) -> Iterator[Row]:
    """The rows of a file of any kind.

    Raises:
        InputError: it is of none, or not to be opened; says why.
    """
    return container_of(file)(file)


def read_each(files: Iterable[InputFile], take: Callable[[Row, InputFile], None]) -> list[Problem]:
    """Give every row of these files to `take`, which raises `FieldError` where it cannot use one.

    Returns:
        What is wrong, each with its place; after the first few of it, the rest is not read.

    Raises:
        InputError: see `rows`.
    """
    wrong: list[Problem] = []
    for file in files:
        for row in rows(file):
            if len(wrong) >= _WRONG_SHOWN:
                return wrong
            try:
                take(row, file)
            except FieldError as error:
                wrong.append(Problem(file.place(row.number), str(error)))
    return wrong


def container_of(file: InputFile) -> Container:
    """How a file holds its rows.

    Raises:
        InputError: see `rows`.
    """
    with file.path.open("rb") as stream:
        opening = stream.read(4096)
    if opening.startswith(_PARQUET):
        return parquet
    if opening.startswith(_ZIP):
        raise InputError([Problem(file.name, _zip_reason(opening))])
    for magic, reason in REFUSED.items():
        if opening.startswith(magic):
            raise InputError([Problem(file.name, reason)])
    return document_in(file) or json_lines


def _zip_reason(opening: bytes) -> str:
    if b".pkl" in opening:  # PyTorch puts data.pkl first into the archives that torch.save writes
        return f"is an archive of PyTorch, which holds a pickle: {_PICKLE}"
    return "is a zip archive; of a log of Inspect, make JSON first (inspect log convert --to json)"
