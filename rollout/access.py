"""What a client shows to be let in, and how it knows the service: a bearer token, and TLS."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import grpc

from rollout.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TOKEN_FILE, TLS_CA = "ROLLOUT_TOKEN_FILE", "ROLLOUT_TLS_CA"  # a variable's name
TLS_CERTIFICATE, TLS_KEY = "ROLLOUT_TLS_CERTIFICATE", "ROLLOUT_TLS_KEY"


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM texts."""

    ca: bytes
    """Who signs the service's certificate."""
    certificate: bytes | None = None
    """The client's own, where the service wants one."""
    key: bytes | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Nothing shown, over plain text, unless set."""

    token: str | None = None
    tls: Tls | None = None

    def __repr__(self) -> str:
        """Without the token and the key: a representation ends up in logs."""
        return f"Access(token={'set' if self.token else None}, tls={'set' if self.tls else None})"

    def channel(self, target: str, options: Sequence[tuple[str, int | str]]) -> grpc.aio.Channel:
        """A channel to a service; connects with the first call."""
        if self.tls is None:
            return grpc.aio.insecure_channel(target, options=options)
        credentials = grpc.ssl_channel_credentials(self.tls.ca, self.tls.key, self.tls.certificate)
        return grpc.aio.secure_channel(target, credentials, options=options)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """Of every call."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()


def access_from(environment: Mapping[str, str]) -> Access:
    """What `ROLLOUT_*` variables say; each names a file.

    Raises:
        InputError: names the variable.
    """
    texts = {name: _contents(name, path) for name, path in _named(environment)}
    if (TLS_CERTIFICATE in texts) != (TLS_KEY in texts):
        missing = TLS_KEY if TLS_CERTIFICATE in texts else TLS_CERTIFICATE
        raise InputError([Problem(missing, "a certificate and its key go together")])
    if TLS_KEY in texts and TLS_CA not in texts:
        raise InputError([Problem(TLS_CA, "is needed where a certificate is shown")])
    token = texts[TOKEN_FILE].decode().strip() if TOKEN_FILE in texts else None
    tls = Tls(texts[TLS_CA], texts.get(TLS_CERTIFICATE), texts.get(TLS_KEY)) if TLS_CA in texts else None
    return Access(token, tls)


def _named(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    names = (TOKEN_FILE, TLS_CA, TLS_CERTIFICATE, TLS_KEY)
    return [(name, environment[name]) for name in names if environment.get(name)]


def _contents(name: str, path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError([Problem(name, f"{path} cannot be read: {error.strerror}")]) from None
