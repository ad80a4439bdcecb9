"""JavaScript (Node.js), with lodash where it is installed."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, script
from sandbox.languages.node import NODE, NODE_FILE

_VERSION = """
let lodash = 'without lodash';
try { lodash = 'with lodash ' + require('lodash').VERSION; } catch {}
process.version + ' ' + lodash
"""

LANGUAGE = Language(
    name="javascript",
    build=script("solution.js", *NODE),
    executables=(NODE_FILE,),
    packages="nodejs node-lodash",
    tool=NODE,
    version=("-p", _VERSION),
    hello=Hello("console.log('hello', require('fs').readFileSync(0, 'utf8').trim())"),
    fences=("js", "node", "nodejs"),
    out_of_memory=(b"JavaScript heap out of memory", b"Array buffer allocation failed"),
)
