"""All settings of the service in one frozen object, read from the environment (`VERIFIER_*`) once, at start.

Only the composition root reads it; every part gets what it needs as an argument.
"""

from __future__ import annotations

import ipaddress
import os
from math import floor, inf
from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    Field,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

LogFormat = Literal["auto", "console", "json"]
LogLevel = Literal["debug", "info", "warning", "error"]

PREFIX = "VERIFIER_"
_LARGEST_MESSAGE_BYTES = (1 << 31) - 1
"""protobuf reads no larger message."""


def usable_cores(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """Processor cores this process may use: its affinity, and the quota of its container, rounded down."""
    return max(1, floor(min(len(os.sched_getaffinity(0)), _quota_cores(cgroup))))


def _quota_cores(cgroup: Path) -> float:
    """The container's quota: `cpu.max` of cgroup v2, or the two files of v1 (kernel documentation)."""
    for names in (("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us")):
        try:
            quota, period = " ".join((cgroup / name).read_text() for name in names).split()
        except (OSError, ValueError):
            continue
        if quota not in ("max", "-1"):
            return int(quota) / int(period)
    return inf


class WrongSettings(Exception):
    """The service cannot start like this; one line for each wrong setting, with its name."""


class Settings(BaseSettings):
    """Settings of the service. Wrong values fail at start, with the field named."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, env_ignore_empty=True)

    listen: str = Field(
        default="127.0.0.1:50051",
        description="Address to listen on: `HOST:PORT`, `[IPV6]:PORT` or `unix:/PATH`.",
    )
    allow_public: bool = Field(
        default=False, description="Listen on an address that other machines can reach, without credentials."
    )
    tokens: Path | None = Field(
        default=None,
        description="File of bearer tokens (`verifier token`); calls without one are refused. "
        "Read again when replaced.",
    )
    tls_certificate: Path | None = Field(
        default=None,
        description="PEM file of the server's certificate and its intermediates. Read again when replaced.",
    )
    tls_key: Path | None = Field(default=None, description="PEM file of the certificate's key.")
    tls_client_ca: Path | None = Field(
        default=None,
        description="PEM file of who signs the certificates of clients; calls without one are refused.",
    )
    slots: PositiveInt = Field(
        default_factory=usable_cores,
        description="Jails that run at once; by default the processor cores this process may use.",
    )
    health_listen: str | None = Field(
        default=None,
        description="One more address, for health checks alone, in plain text and without a token.",
    )
    metrics_listen: str | None = Field(
        default=None,
        description="Address where Prometheus finds `/metrics`; each of several processes has the next port.",
    )
    traces_endpoint: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None,
        description="Collector that gets traces of calls (OTLP over gRPC, `http://127.0.0.1:4317`). Not set: "
        "nothing is traced.",
    )
    traces_share: Annotated[float, Field(ge=0, le=1)] = Field(
        default=1.0, description="Share of the calls that are traced, where the caller has not decided it."
    )
    probe_seconds: PositiveFloat = Field(
        default=30.0,
        description="Seconds between two known-good programs; while one fails, the service is not ready.",
    )
    processes: PositiveInt = Field(
        default=1,
        description="Server processes behind the address; they share slots and queue out among themselves.",
    )
    share_port: bool = Field(
        default=False,
        description="Let other servers of the same user listen on the same port.",
    )
    launch: Literal["template", "cold"] | None = Field(
        default=None,
        description="Allow only this way of starting jails; by default the best that works here.",
    )
    limits: Literal["cgroup_v2", "cgroup_v1", "rlimit"] | None = Field(
        default=None,
        description="Allow only this way of keeping limits; by default the best that works here.",
    )
    allow_unprotected: bool = Field(
        default=False,
        description="Start even where programs cannot be jailed. None is run then: what needs a jail fails.",
    )
    require_separate_uids: bool = Field(
        default=False,
        description="Refuse to start where programs cannot run under another user id than their jail's init.",
    )
    uid_base: PositiveInt = Field(
        default=20_000,
        description="First user id, outside the jails, of the programs in them; two for each slot.",
    )
    jail_python: Path = Field(
        default=Path("/usr/bin/python3"), description="Interpreter that candidate programs in Python run on."
    )
    compile_cache_bytes: NonNegativeInt = Field(
        default=256 << 20,
        description="Memory for compiled programs, in each server process: identical ones are compiled once.",
    )
    queue_items: PositiveInt = Field(
        default=4096,
        description="Items of unary and batch calls in progress or waiting; over it, UNAVAILABLE.",
    )
    queue_seconds: PositiveFloat = Field(
        default=60.0,
        description="Seconds that an item of a unary or batch call may wait; over it, UNAVAILABLE.",
    )
    connection_seconds: PositiveFloat = Field(
        default=600.0,
        description="Seconds after which a connection takes no new calls, so that clients look for servers "
        "that are new; calls in progress go on.",
    )
    batch_items: PositiveInt = Field(
        default=10_000, description="Items in one batch; over it, RESOURCE_EXHAUSTED."
    )
    stream_items: PositiveInt = Field(
        default=256, description="Items of one stream being judged or answered; over it, its reading pauses."
    )
    stream_task_bytes: PositiveInt = Field(
        default=2 << 30, description="Bytes of tasks defined on one stream; over it, RESOURCE_EXHAUSTED."
    )
    max_message_bytes: Annotated[int, Field(gt=0, le=_LARGEST_MESSAGE_BYTES)] = Field(
        default=64 << 20, description="Bytes in one message, either way; over it, RESOURCE_EXHAUSTED."
    )
    stop_grace_seconds: Annotated[float, Field(ge=0)] = Field(
        default=30.0, description="Seconds that work in progress gets to finish after SIGTERM."
    )
    reflection: bool = Field(
        default=True, description="Serve gRPC reflection, so that tools can list the methods."
    )
    channelz: bool = Field(
        default=False,
        description="Serve channelz, so that tools can look into connections; it shows callers' addresses.",
    )
    second_opinion_url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = Field(
        default=None,
        description="OpenAI-compatible endpoint, up to `/v1`, that is asked where the rules of `math` and "
        "`quantity` say no. Not set: nobody is asked.",
    )
    second_opinion_model: str | None = Field(
        default=None, description="Model that is asked for second opinions."
    )
    second_opinion_key_file: Path | None = Field(
        default=None, description="File that holds the key of the endpoint."
    )
    second_opinion_timeout_seconds: Annotated[float, Field(gt=0)] = Field(
        default=30.0, description="Seconds that an opinion may take; over it, UNAVAILABLE."
    )
    second_opinion_concurrency: PositiveInt = Field(
        default=8, description="Second opinions that are asked for at once."
    )
    log_format: LogFormat = Field(
        default="auto", description="`json`, `console`, or `auto`: console on a terminal, else JSON."
    )
    log_level: LogLevel = Field(default="info", description="Least important level that is logged.")

    @field_validator("listen", "health_listen", "metrics_listen")
    @classmethod
    def _address(cls, listen: str | None) -> str | None:
        if listen is None:
            return None
        if listen.startswith("unix:"):
            if listen == "unix:":
                raise ValueError("names no path")
            return listen
        host, colon, port = listen.rpartition(":")
        if not (colon and host and port.isdecimal() and int(port) < 65536):
            raise ValueError("is none of HOST:PORT, [IPV6]:PORT and unix:/PATH")
        return listen

    @model_validator(mode="after")
    def _endpoint_has_a_model(self) -> Settings:
        if self.second_opinion_url and not self.second_opinion_model:
            raise ValueError(f"{PREFIX}SECOND_OPINION_MODEL: the endpoint needs the name of a model")
        return self

    @model_validator(mode="after")
    def _several_processes_need_a_port(self) -> Settings:
        if self.processes > 1 and self.listen.startswith("unix:"):
            raise ValueError(f"{PREFIX}PROCESSES: several processes can share a port, not a unix socket")
        return self

    @model_validator(mode="after")
    def _tls_is_whole(self) -> Settings:
        if (self.tls_certificate is None) != (self.tls_key is None):
            missing = "TLS_KEY" if self.tls_key is None else "TLS_CERTIFICATE"
            raise ValueError(f"{PREFIX}{missing}: a certificate and its key go together")
        if self.tls_client_ca is not None and self.tls_certificate is None:
            raise ValueError(f"{PREFIX}TLS_CLIENT_CA: needs {PREFIX}TLS_CERTIFICATE and {PREFIX}TLS_KEY")
        return self

    @model_validator(mode="after")
    def _private_unless_allowed(self) -> Settings:
        has_credentials = self.tokens is not None or self.tls_client_ca is not None
        if not (has_credentials or self.allow_public or is_private(self.listen)):
            raise ValueError(
                f"{PREFIX}LISTEN: other machines can reach {self.listen}, and there are no credentials; "
                f"listen on 127.0.0.1 or a unix socket, set {PREFIX}TOKENS or {PREFIX}TLS_CLIENT_CA, "
                f"or set {PREFIX}ALLOW_PUBLIC=true"
            )
        return self


def read_settings(listen: str | None = None) -> Settings:
    """The settings from the environment.

    Args:
        listen: takes the place of VERIFIER_LISTEN.

    Raises:
        WrongSettings: names them.
    """
    try:
        return Settings() if listen is None else Settings(listen=listen)
    except ValidationError as error:
        raise WrongSettings("\n".join(_explained(error))) from None


def _explained(error: ValidationError) -> list[str]:
    lines = []
    for problem in error.errors():
        name = "".join(f"{PREFIX}{str(part).upper()}: " for part in problem["loc"])
        lines.append(name + problem["msg"].removeprefix("Value error, "))
    return lines


def is_private(listen: str) -> bool:
    """Whether only this machine can reach the address."""
    if listen.startswith("unix:"):
        return True
    host = listen.rpartition(":")[0].strip("[]")
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def settings_table() -> str:
    """The settings as a Markdown table, for the README."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "cores" if field.default_factory else _shown(field.default)
        rows.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(value: object) -> str:
    if value is None:
        return ""
    return f"`{str(value).lower()}`" if isinstance(value, bool) else f"`{value}`"
