"""Node.js and what comes from npm: found beside a distribution's packages or beside a node of its own.

Jails show all of /usr, so `npm install --global --prefix /usr/local` is seen by every node and every jail.
"""

from __future__ import annotations

_FOLDERS = ("/usr/local/lib/node_modules", "/usr/lib/node_modules", "/usr/share/nodejs", "/usr/lib/nodejs")
"""Of npm and then of Debian, whose versions are older."""

NODE_FILE = "/usr/local/bin/node:/usr/bin/node"
"""In the order of a jail's PATH."""
NODE = ("/usr/bin/env", f"NODE_PATH={':'.join(_FOLDERS)}", "node")
"""Starts node so that `require` finds the modules of every folder."""


def module_file(path: str) -> str:
    """Where a module's file may be, in the order in which node looks."""
    return ":".join(f"{folder}/{path}" for folder in _FOLDERS)
