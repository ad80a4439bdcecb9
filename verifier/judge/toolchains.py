"""Which interpreter or compiler judged: a language's version, asked for once and then remembered."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sandbox.languages.table import find

if TYPE_CHECKING:
    from sandbox.languages.model import Language


class Toolchains:
    """Versions by language. What is installed is taken not to change while the service runs."""

    def __init__(self) -> None:
        """None is known yet."""
        self._versions: dict[str, str] = {}
        self._asking = asyncio.Lock()

    async def version(self, language: Language) -> str:
        """What the language's tool says about itself; empty where it says nothing."""
        async with self._asking:  # or every submission of a first batch would start the tool
            if language.name not in self._versions:
                self._versions[language.name] = (await find(language)).version
        return self._versions[language.name]
