"""JavaScript (Node.js), with lodash where it is installed."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script

LANGUAGE = Language(
    name="javascript",
    build=script(
        "solution.js", "/usr/bin/env", "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs", "/usr/bin/node"
    ),
    executables=("/usr/bin/node",),
    packages="nodejs node-lodash",
    hello=Hello("console.log('hello', require('fs').readFileSync(0, 'utf8').trim())"),
    fences=("js", "node", "nodejs"),
    out_of_memory=(b"JavaScript heap out of memory", b"Array buffer allocation failed"),
)
