"""TypeScript, checked for syntax and translated to JavaScript. Types are not checked.

Types: what runs TypeScript without a project around it (tsx, ts-node --transpile-only, bun, deno run) leaves
them alone, and so do the harnesses of its benchmarks, where tests lack the types of what they import. Syntax:
`tsc` translates broken source too, and mxeval's harness for MBXP runs whatever comes out. We refuse it: what
the parser drops while it recovers may be the tests, and of MBXP's first 100 tasks 29 then accept the solution
of another task; 46 of its own solutions do not parse, most of them cut off in the middle. The target keeps
`const` and `for ... of` what they are: with ES5, which that harness asks for, tsc lets programs assign to
constants, and drops loops over sets. 12 more of its solutions live on that, and no engine of today runs them.
"""

from __future__ import annotations

from sandbox.languages.model import Hello, Language, compiled
from sandbox.languages.node import NODE, NODE_FILE, module_file

_TRANSLATE = """
const fs = require("fs"), ts = require("typescript");
const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
const source = fs.readFileSync("solution.ts", "utf8");
const wish = { compilerOptions: options, reportDiagnostics: true, fileName: "solution.ts" };
const made = ts.transpileModule(source, wish);
const host = { getCurrentDirectory: () => "", getCanonicalFileName: (n) => n, getNewLine: () => "\\n" };
if (made.diagnostics.length) { console.error(ts.formatDiagnostics(made.diagnostics, host)); process.exit(1); }
fs.writeFileSync("solution.js", made.outputText);
"""

LANGUAGE = Language(
    name="typescript",
    build=compiled("solution.ts", (*NODE, "-e", _TRANSLATE), run=(*NODE, "/box/solution.js")),
    executables=(NODE_FILE, module_file("typescript/lib/typescript.js")),
    packages="nodejs node-typescript",
    npm="typescript@5",
    tool=NODE,
    version=("-p", "`TypeScript ${require('typescript').version}, node ${process.version}`"),
    hello=Hello(
        "const name: string = require('fs').readFileSync(0, 'utf8').trim(); console.log('hello', name)"
    ),
    fences=("ts",),
    out_of_memory=(b"JavaScript heap out of memory",),
)
