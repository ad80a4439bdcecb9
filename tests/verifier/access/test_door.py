"""Who gets in: tokens and certificates, tried on a running service with real connections."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import re
import socket
import ssl
from typing import TYPE_CHECKING

import grpc
import pytest
import structlog
import trustme
from grpc_health.v1 import health_pb2, health_pb2_grpc

from rollout.access import Access, Tls
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.tasks.table import parse_task
from tests.fakes import FakeVerifier, running
from verifier.access import watched
from verifier.access.tokens import sha256
from verifier.ports import CannotStart
from verifier.v1 import verifier_pb2 as pb

if TYPE_CHECKING:
    from pathlib import Path

TRACE = Trace("\\boxed{12}", parse_task({"verifier": "math", "answer": "\\boxed{12}"}))
IMPATIENT = RetryPolicy(attempts=1, patience_seconds=1.0)


async def outcome(address: str, access: Access) -> str:
    """The verdict, or why there is none."""
    async with Client(address, access=access, policy=IMPATIENT) as client:
        score = await client.verify(TRACE, timeout_seconds=20)
    return score.failure_kind if score.verdict is Verdict.UNJUDGED else score.verdict.name


@pytest.fixture
def authority() -> trustme.CA:
    """Whoever signs certificates."""
    return trustme.CA()


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> dict[str, object]:
    """Settings of a service with a certificate."""
    _write(tmp_path, authority.issue_cert("localhost"))
    return {
        "listen": "localhost:0",
        "tls_certificate": tmp_path / "cert.pem",
        "tls_key": tmp_path / "key.pem",
    }


def _write(folder: Path, certificate: trustme.LeafCert) -> None:
    chain = b"".join(blob.bytes() for blob in certificate.cert_chain_pems)
    for name, text in (("cert.pem", chain), ("key.pem", certificate.private_key_pem.bytes())):
        (folder / f"new-{name}").write_bytes(text)
        (folder / f"new-{name}").rename(folder / name)


def _tls(authority: trustme.CA, certificate: trustme.LeafCert | None = None) -> Tls:
    ca = authority.cert_pem.bytes()
    if certificate is None:
        return Tls(ca)
    return Tls(
        ca,
        b"".join(blob.bytes() for blob in certificate.cert_chain_pems),
        certificate.private_key_pem.bytes(),
    )


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replaced files are noticed with the next call."""
    monkeypatch.setattr(watched, "LOOK_SECONDS", 0.0)


async def test_a_token_opens_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"trainer {sha256('sesame')}\n")
    verifier = FakeVerifier()
    async with running(verifier, tokens=tmp_path / "tokens") as client:
        assert await outcome(client.address, Access("sesame")) == "ACCEPTED"
        executed = len(verifier.started)
        for wrong in (Access(), Access("opensesame"), Access(sha256("sesame"))):
            assert await outcome(client.address, wrong) == "unauthenticated"
        assert len(verifier.started) == executed


async def test_every_method_is_behind_the_door_but_health(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"trainer {sha256('sesame')}\n")
    async with running(FakeVerifier(), tokens=tmp_path / "tokens") as client:
        stub = client.stub
        for call in (
            stub.Verify(pb.VerifyRequest()),
            stub.VerifyBatch(pb.VerifyBatchRequest()),
            stub.GetCapabilities(pb.GetCapabilitiesRequest()),
            stub.CompareAnswers(pb.CompareAnswersRequest()),
        ):
            with pytest.raises(grpc.aio.AioRpcError) as refused:
                await call
            assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await stub.VerifyStream().read()
        assert refused.value.code() is grpc.StatusCode.UNAUTHENTICATED
        healthy = await health_pb2_grpc.HealthStub(client.channel).Check(health_pb2.HealthCheckRequest())
        assert healthy.status == health_pb2.HealthCheckResponse.SERVING


async def test_a_token_may_admit_to_some_methods_only(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"dashboard {sha256('look')} GetCapabilities\n")
    async with running(FakeVerifier(), tokens=tmp_path / "tokens") as client:
        assert await outcome(client.address, Access("look")) == "permission_denied"
        async with Client(client.address, access=Access("look")) as admitted:
            assert (await admitted.capabilities(timeout_seconds=20)).versions.ruleset


@pytest.mark.usefixtures("at_once")
async def test_tokens_are_rotated_while_the_service_runs(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text(f"trainer {sha256('old')}\n")
    async with running(FakeVerifier(), tokens=file) as client:
        file.write_text(f"trainer {sha256('old')}\ntrainer {sha256('new')}\n")
        assert await outcome(client.address, Access("new")) == "ACCEPTED"
        assert await outcome(client.address, Access("old")) == "ACCEPTED"
        file.write_text(f"trainer {sha256('new')}\n")
        assert await outcome(client.address, Access("old")) == "unauthenticated"
        file.write_text("half a li")  # a broken replacement locks nobody out
        assert await outcome(client.address, Access("new")) == "ACCEPTED"
        assert await outcome(client.address, Access("old")) == "unauthenticated"


async def test_a_refusal_is_logged_once_without_what_was_offered(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text(f"trainer {sha256('sesame')}\n")
    with structlog.testing.capture_logs() as lines:
        async with running(FakeVerifier(), tokens=tmp_path / "tokens") as client:
            await outcome(client.address, Access("a-secret-of-somewhere-else"))
    refused = [line for line in lines if line["event"] == "refused"]
    assert [(line["method"], line["reason"]) for line in refused] == [("Verify", "unknown token")]
    assert "somewhere-else" not in json.dumps(lines, default=str)


@pytest.mark.parametrize("text", ["", "trainer\n", "trainer sesame\n"])
async def test_a_service_does_not_start_on_a_wrong_token_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokens").write_text(text)
    with pytest.raises(CannotStart, match="VERIFIER_TOKENS"):
        async with running(FakeVerifier(), tokens=tmp_path / "tokens"):
            pass


async def test_tls_lets_in_who_knows_the_authority(files: dict[str, object], authority: trustme.CA) -> None:
    verifier = FakeVerifier()
    async with running(verifier, **files) as client:
        assert await outcome(client.address, Access(tls=_tls(authority))) == "ACCEPTED"
        executed = len(verifier.started)
        assert await outcome(client.address, Access()) == "unreachable"  # plain text
        assert await outcome(client.address, Access(tls=_tls(trustme.CA()))) == "unreachable"
        assert len(verifier.started) == executed


async def test_clients_show_certificates_where_they_have_to(
    tmp_path: Path, files: dict[str, object], authority: trustme.CA
) -> None:
    clients, strangers = trustme.CA(), trustme.CA()
    (tmp_path / "clients.pem").write_bytes(clients.cert_pem.bytes())
    long_ago = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    expired = clients.issue_cert("trainer", not_before=long_ago, not_after=long_ago.replace(month=2))
    verifier = FakeVerifier()
    async with running(verifier, **files, tls_client_ca=tmp_path / "clients.pem") as client:
        known = _tls(authority, clients.issue_cert("trainer"))
        assert await outcome(client.address, Access(tls=known)) == "ACCEPTED"
        executed = len(verifier.started)
        for wrong in (None, expired, strangers.issue_cert("trainer")):
            assert await outcome(client.address, Access(tls=_tls(authority, wrong))) in {
                "unreachable",
                "unavailable",
                "unauthenticated",
            }
        assert len(verifier.started) == executed


HANDSHAKES = {
    "plain text": (None, "HTTP_REQUEST|WRONG_VERSION"),
    "no certificate": ((), "PEER_DID_NOT_RETURN_A_CERTIFICATE"),
    "a certificate of somebody else": (("trainer",), "CERTIFICATE_VERIFY_FAILED"),
}
"""What somebody shows (None: no TLS, else names of certificates), and the cause that is logged."""


def _knock(address: str, names: tuple[str, ...] | None) -> None:
    """One connection and a word; whoever is refused gets none back."""
    host, _, port = address.rpartition(":")
    with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
        wire = stack.enter_context(socket.create_connection((host, int(port))))
        if names is not None:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            for name in names:
                trustme.CA().issue_cert(name).configure_cert(context)
            wire = stack.enter_context(context.wrap_socket(wire))
        wire.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        while wire.recv(4096):
            pass


@pytest.mark.parametrize("shown", HANDSHAKES)
async def test_a_failed_handshake_is_logged_once_with_its_cause_and_nothing_is_executed(
    tmp_path: Path, files: dict[str, object], shown: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """By gRPC itself, one line for each connection."""
    (tmp_path / "clients.pem").write_bytes(trustme.CA().cert_pem.bytes())
    names, cause = HANDSHAKES[shown]
    verifier = FakeVerifier()
    async with running(verifier, **files, tls_client_ca=tmp_path / "clients.pem") as client:
        await asyncio.to_thread(_knock, client.address, names)
    said = [line for line in capfd.readouterr().err.splitlines() if "Handshake failed" in line]

    assert len(said) == 1
    assert re.search(cause, said[0])
    assert verifier.started == []


@pytest.mark.usefixtures("at_once")
async def test_a_certificate_is_replaced_while_the_service_runs(
    tmp_path: Path, files: dict[str, object], authority: trustme.CA
) -> None:
    other = trustme.CA()
    async with running(FakeVerifier(), **files) as client:
        assert await outcome(client.address, Access(tls=_tls(other))) == "unreachable"
        _write(tmp_path, other.issue_cert("localhost"))
        assert await outcome(client.address, Access(tls=_tls(other))) == "ACCEPTED"
        assert await outcome(client.address, Access(tls=_tls(authority))) == "unreachable"
        (tmp_path / "cert.pem").write_text("no certificate")  # keeps what was good
        assert await outcome(client.address, Access(tls=_tls(other))) == "ACCEPTED"


async def test_a_service_does_not_start_on_a_wrong_certificate(
    tmp_path: Path, files: dict[str, object]
) -> None:
    (tmp_path / "key.pem").write_bytes(trustme.CA().issue_cert("localhost").private_key_pem.bytes())
    with pytest.raises(CannotStart, match="VERIFIER_TLS_CERTIFICATE"):
        async with running(FakeVerifier(), **files):
            pass
