"""Prints the bill of materials of this image, as CycloneDX: the service's packages, Debian's, and npm's.

Run inside, with the tools of tools.txt. The same packages print the same text.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVICE = "/opt/verifier/bin/python"
NPM = Path("/usr/local/lib/package-lock.json")
VERSION = "1.6"
Component = dict[str, Any]


def _printed(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603


def _component(url: PackageURL) -> Component:
    text = url.to_string()
    return {
        "type": "library",
        "bom-ref": text,
        "name": url.name,
        "version": str(url.version),
        "purl": text,
    }


def _debian() -> Iterator[Component]:
    wanted = "${db:Status-Abbrev}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\n"
    for line in sorted(_printed("dpkg-query", "--show", "--showformat", wanted).splitlines()):
        state, name, version, architecture, source = line.split("\t")
        if state.startswith("ii"):
            facts = {"arch": architecture, "distro": "debian-13", "upstream": source}
            yield _component(PackageURL("deb", "debian", name, version, facts))


def _npm() -> Iterator[Component]:
    packages = json.loads(NPM.read_text("utf-8"))["packages"] if NPM.exists() else {}
    for path, facts in sorted(packages.items()):
        if path:
            found = _component(PackageURL("npm", None, path.removeprefix("node_modules/"), facts["version"]))
            yield {**found, "licenses": [{"expression": facts["license"]}]}


def bill() -> str:
    """The bill, checked against its schema.

    Raises:
        ValueError: it breaks the schema.
    """
    tools = Path("/opt/tools/bin/cyclonedx-py")
    found = json.loads(
        _printed(str(tools), "environment", "--output-reproducible", "--spec-version", VERSION, SERVICE)
    )
    found["components"] += [*_debian(), *_npm()]
    text = json.dumps(found, indent=1, sort_keys=True)
    problem = JsonStrictValidator(SchemaVersion.from_version(VERSION)).validate_str(text)
    if problem:
        raise ValueError(f"the bill of materials breaks its schema: {problem}")
    return text


if __name__ == "__main__":
    sys.stdout.write(bill())
