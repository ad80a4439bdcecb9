"""Settings for the whole suite."""

from __future__ import annotations

import os

from hypothesis import settings

# What lands does not hang on luck: in CI every property sees the same examples in every run.
settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "search")
