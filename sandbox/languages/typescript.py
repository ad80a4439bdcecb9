"""TypeScript, checked for syntax and translated to JavaScript. Types are not checked."""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled

_NODE = ("/usr/bin/env", "NODE_PATH=/usr/share/nodejs:/usr/lib/nodejs", "/usr/bin/node")
_TRANSLATE = """
const fs = require("fs"), ts = require("typescript");
const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2020, esModuleInterop: true };
const source = fs.readFileSync("solution.ts", "utf8");
const wish = { compilerOptions: options, reportDiagnostics: true, fileName: "solution.ts" };
const made = ts.transpileModule(source, wish);
const host = { getCurrentDirectory: () => "", getCanonicalFileName: (n) => n, getNewLine: () => "\\n" };
if (made.diagnostics.length) { console.error(ts.formatDiagnostics(made.diagnostics, host)); process.exit(1); }
fs.writeFileSync("solution.js", made.outputText);
"""

LANGUAGE = Language(
    name="typescript",
    build=compiled(
        "solution.ts",
        (*_NODE, "-e", _TRANSLATE),
        run=(*_NODE, "/box/solution.js"),
    ),
    executables=("/usr/bin/node", "/usr/share/nodejs/typescript/lib/typescript.js"),
    packages="nodejs node-typescript",
    hello=Hello(
        "const name: string = require('fs').readFileSync(0, 'utf8').trim(); console.log('hello', name)"
    ),
    fences=("ts",),
    out_of_memory=(b"JavaScript heap out of memory",),
)
