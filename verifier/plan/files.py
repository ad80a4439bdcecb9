"""Profiles as files."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from verifier.plan.errors import CannotPlan
from verifier.plan.model import Profile

DEFAULT = Path(__file__).with_name("profile.json")
"""Measured on a machine of two cores; `measured` in it says which, and how busy that was."""


def read(path: Path = DEFAULT) -> Profile:
    """A profile that `verifier profile` has written.

    Raises:
        CannotPlan: it cannot be read; the file and the field are named.
    """
    try:
        return Profile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CannotPlan(f"{path}: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise CannotPlan(f"{path}: {where}: {first['msg']}") from None
