"""Settings come from the environment; wrong ones end the start with their name."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from verifier.settings import (
    Settings,
    WrongSettings,
    is_private,
    read_settings,
    settings_table,
    usable_cores,
)

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"VERIFIER_{name.upper()}", raising=False)


def test_the_environment_sets_and_the_command_line_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERIFIER_SLOTS", "3")
    monkeypatch.setenv("VERIFIER_LISTEN", "127.0.0.1:1")
    assert read_settings().slots == 3
    assert read_settings().listen == "127.0.0.1:1"
    assert read_settings("unix:/s").listen == "unix:/s"


def test_an_empty_variable_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERIFIER_SLOTS", "")
    assert read_settings().slots >= 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERIFIER_SLOTS", "0"),
        ("VERIFIER_SLOTS", "many"),
        ("VERIFIER_LISTEN", "nowhere"),
        ("VERIFIER_LISTEN", "127.0.0.1:70000"),
        ("VERIFIER_LISTEN", "unix:"),
        ("VERIFIER_LAUNCH", "warm"),
        ("VERIFIER_LOG_FORMAT", "xml"),
        ("VERIFIER_LOG_LEVEL", "loud"),
        ("VERIFIER_MAX_MESSAGE_BYTES", str(1 << 31)),
        ("VERIFIER_STOP_GRACE_SECONDS", "-1"),
        ("VERIFIER_REFLECTION", "perhaps"),
        ("VERIFIER_CHANNELZ", "perhaps"),
        ("VERIFIER_TRACES_ENDPOINT", "127.0.0.1:4317"),
        ("VERIFIER_TRACES_SHARE", "2"),
    ],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings, match=name):
        read_settings()


@pytest.mark.parametrize("listen", ["0.0.0.0:50051", "[::]:50051", "10.0.0.1:50051", "example.org:50051"])
def test_an_address_that_others_can_reach_has_to_be_allowed(
    monkeypatch: pytest.MonkeyPatch, listen: str
) -> None:
    with pytest.raises(WrongSettings, match="VERIFIER_ALLOW_PUBLIC"):
        read_settings(listen)
    monkeypatch.setenv("VERIFIER_ALLOW_PUBLIC", "true")
    assert read_settings(listen).listen == listen


@pytest.mark.parametrize("credentials", ["VERIFIER_TOKENS", "VERIFIER_TLS_CLIENT_CA"])
def test_credentials_allow_an_address_that_others_can_reach(
    monkeypatch: pytest.MonkeyPatch, credentials: str
) -> None:
    for name in ("VERIFIER_TLS_CERTIFICATE", "VERIFIER_TLS_KEY", credentials):
        monkeypatch.setenv(name, "/file")
    assert read_settings("0.0.0.0:50051").listen == "0.0.0.0:50051"


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["VERIFIER_TLS_KEY"], "VERIFIER_TLS_CERTIFICATE"),
        (["VERIFIER_TLS_CERTIFICATE"], "VERIFIER_TLS_KEY"),
        (["VERIFIER_TLS_CLIENT_CA"], "VERIFIER_TLS_CLIENT_CA"),
    ],
)
def test_half_of_tls_is_refused(monkeypatch: pytest.MonkeyPatch, names: list[str], missing: str) -> None:
    for name in names:
        monkeypatch.setenv(name, "/file")
    with pytest.raises(WrongSettings, match=missing):
        read_settings()


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "localhost:1", "[::1]:1", "127.8.8.8:1", "unix:/s"])
def test_an_address_of_this_machine_alone_is_private(listen: str) -> None:
    assert is_private(listen)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings().slots = 5  # type: ignore[misc]  # the point


def test_the_table_has_a_line_with_a_meaning_for_every_setting() -> None:
    lines = settings_table().splitlines()[2:]
    assert [line.split("`")[1] for line in lines] == [f"VERIFIER_{n.upper()}" for n in Settings.model_fields]
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize(
    ("files", "most"),
    [
        ({"cpu.max": "100000 100000\n"}, 1),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu/cpu.cfs_quota_us": "150000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 1),
        ({"cpu.max": "max 100000\n"}, None),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, None),
        ({"cpu.max": "?"}, None),
        ({}, None),
    ],
)
def test_the_slots_follow_the_quota_of_the_container(
    tmp_path: Path, files: dict[str, str], most: int | None
) -> None:
    """Source of the formats: the kernel's documentation of cgroup v2 and of the cpu controller of v1."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert usable_cores(tmp_path) == (most or len(os.sched_getaffinity(0)))
