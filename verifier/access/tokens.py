"""Bearer tokens: a file of their hashes, and whether a token admits its holder to a method. Pure.

The file has a line for each token: a name for the log, the SHA-256 of the token in hexadecimal and, where it
does not admit to everything, the methods, separated by commas. Empty lines and lines that
start with `#` count for nothing.

    trainer   9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
    dashboard 60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752 GetCapabilities

A plain hash is enough: tokens are made of 256 random bits (`verifier token`), and nobody guesses those.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SCHEME = "bearer "
"""RFC 6750; the scheme's name is compared without regard to case (RFC 9110, 11.1)."""
_TOKEN_BYTES = 32
_HASH = re.compile(r"[0-9a-f]{64}")


class WrongTokens(Exception):
    """A token file that cannot be read; names the line, and never shows what stands there."""


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of one token."""

    name: str
    sha256: str
    methods: frozenset[str] | None
    """Of the service; None admits to all of them."""

    def admits(self, method: str) -> bool:
        """Whether its holder may call a method, named without its service."""
        return self.methods is None or method in self.methods


def read_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a file.

    Raises:
        WrongTokens: a line is no token, or there is none.
    """
    lines = [(number, line.split()) for number, line in enumerate(text.splitlines(), 1)]
    tokens = tuple(_token(number, parts) for number, parts in lines if parts and not parts[0].startswith("#"))
    if not tokens:
        raise WrongTokens("holds no token")
    return tokens


def _token(number: int, parts: Sequence[str]) -> Token:
    if len(parts) not in (2, 3):
        raise WrongTokens(f"line {number}: is not NAME SHA256 [METHOD,METHOD...]")
    if not _HASH.fullmatch(parts[1]):
        raise WrongTokens(f"line {number}: the second word is no SHA-256 in lower-case hexadecimal")
    methods = frozenset(filter(None, parts[2].split(","))) if len(parts) == 3 else None
    return Token(parts[0], parts[1], methods)


def holder(tokens: Sequence[Token], authorization: str) -> Token | None:
    """Whose token an `authorization` header carries; None where it carries none of ours."""
    if authorization[: len(SCHEME)].lower() != SCHEME:
        return None
    offered = sha256(authorization[len(SCHEME) :].strip())
    known = [token for token in tokens if hmac.compare_digest(token.sha256, offered)]
    return known[0] if known else None


def sha256(token: str) -> str:
    """As the file holds it."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """One that nobody can guess."""
    return secrets.token_urlsafe(_TOKEN_BYTES)
