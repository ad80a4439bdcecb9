"""TLS: the server's credentials, from files that may be replaced while it runs."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import grpc

from verifier.access.watched import Watched

if TYPE_CHECKING:
    from pathlib import Path


class WrongCertificate(Exception):
    """Certificate and key cannot be used; says which file."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files."""

    certificate: Path
    """The server's certificate, followed by its intermediates."""
    key: Path
    client_ca: Path | None = None
    """Whoever signs the certificates that clients must show; None asks them for none."""


def credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Credentials that take up replaced files with the next connection.

    Raises:
        WrongCertificate: they do not exist, or do not belong together.
    """
    _check(files)
    paths = (files.key, files.certificate, *((files.client_ca,) if files.client_ca else ()))
    watched = Watched(paths, _configuration)
    return grpc.dynamic_ssl_server_credentials(
        watched.value(), watched.value, require_client_authentication=files.client_ca is not None
    )


def _configuration(contents: tuple[bytes, ...]) -> grpc.ServerCertificateConfiguration:
    key, certificate, *client_ca = contents
    return grpc.ssl_server_certificate_configuration(
        [(key, certificate)], root_certificates=client_ca[0] if client_ca else None
    )


def _check(files: TlsFiles) -> None:
    """gRPC notices wrong files only when a client comes, and then says little."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(files.certificate, files.key)
    except OSError as error:  # ssl.SSLError is one
        raise WrongCertificate(f"{files.certificate} and {files.key} cannot be used: {error}") from None
    if files.client_ca is not None:
        try:
            context.load_verify_locations(files.client_ca)
        except OSError as error:
            raise WrongCertificate(f"{files.client_ca} cannot be used: {error}") from None
