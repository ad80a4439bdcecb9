"""Every known language, and which of them are installed here."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.languages import (
    bash,
    c,
    cpp,
    cpp20,
    csharp,
    fortran,
    go,
    haskell,
    java,
    javascript,
    kotlin,
    lua,
    ocaml,
    pascal,
    perl,
    php,
    pypy,
    python,
    r,
    ruby,
    rust,
    scala,
    sql,
    typescript,
)

if TYPE_CHECKING:
    from sandbox.languages.model import Language

LANGUAGES: dict[str, Language] = {
    module.LANGUAGE.name: module.LANGUAGE
    for module in (
        bash,
        c,
        cpp,
        cpp20,
        csharp,
        fortran,
        go,
        haskell,
        java,
        javascript,
        kotlin,
        lua,
        ocaml,
        pascal,
        perl,
        php,
        pypy,
        python,
        r,
        ruby,
        rust,
        scala,
        sql,
        typescript,
    )
}

_PROBE_SECONDS = 60.0
"""For a version to be printed on a loaded machine."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What was found of one language."""

    version: str
    """First line of what its tool says; empty where it is not installed."""
    reason: str = ""
    """Why it is not available, and what to install; empty where it is."""

    @property
    def available(self) -> bool:
        """Whether programs in it can be run here."""
        return not self.reason


async def find_installed() -> dict[str, Installed]:
    """Look at every language; reads versions from the machine that jails see read-only."""
    async with asyncio.TaskGroup() as looking:  # who is cancelled waits for all, and leaves no process
        tasks = {name: looking.create_task(find(language)) for name, language in LANGUAGES.items()}
    return {name: task.result() for name, task in tasks.items()}


async def find(language: Language) -> Installed:
    """Look at one language."""
    missing = missing_files(language)
    if missing:
        return Installed("", f"{', '.join(missing)} missing: {_how_to_install(language)}")
    tool = language.tool or language.executables[:1]
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            process = await asyncio.create_subprocess_exec(
                *tool,
                *language.version,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                output, _ = await process.communicate()
            finally:
                if process.returncode is None:
                    await _end(process)
    except (OSError, TimeoutError) as problem:
        return Installed("", f"{tool[0]} does not run: {problem}")
    return Installed(_version_line(output.decode("utf-8", "replace")))


async def _end(process: asyncio.subprocess.Process) -> None:
    """With everything that it has started: many a tool is a script that starts another one."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PROBE_SECONDS):
            await process.communicate()  # to the end of what it wrote, or a pipe would outlive the event loop


def missing_files(language: Language) -> list[str]:
    """Files without which programs in it cannot be run."""
    return [
        wanted.rpartition(":")[2]
        for wanted in language.executables
        if not any(Path(place).exists() for place in wanted.split(":"))
    ]


def _how_to_install(language: Language) -> str:
    commands = [f"apt-get install {language.packages}"]
    if language.npm:
        commands.append(f"npm install --global --prefix /usr/local {language.npm}")
    return " && ".join(commands)


def _version_line(text: str) -> str:
    """The first line with a number in it that is not a warning."""
    lines = [line.strip() for line in text.splitlines() if re.search(r"\d", line)]
    return next((line for line in lines if "warning" not in line.lower()), "unknown version")
