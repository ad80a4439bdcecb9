"""The chart, rendered by Helm's own engine."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from tests.architecture.tracked import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import helm_python

CHART = ROOT / "helm/verifier"
CASES = sorted((CHART / "ci").glob("*.yaml"))
SCHEMA: dict[str, Any] = json.loads((CHART / "values.schema.json").read_text())
VALUES: dict[str, Any] = yaml.safe_load((CHART / "values.yaml").read_text())
Object = dict[str, Any]
_MADE_ANEW = re.compile(r"(token: |helm )\w{43,64}$", re.MULTILINE)


def case(name: str) -> dict[str, Any]:
    """The values of a file of `ci/`."""
    return yaml.safe_load((CHART / f"ci/{name}.yaml").read_text()) or {}


def with_value(values: Mapping[str, Any], path: str, value: object) -> dict[str, Any]:
    """The same values with one changed; its path has dots."""
    first, _, rest = path.partition(".")
    return {**values, first: with_value(values.get(first) or {}, rest, value) if rest else value}


class Chart:
    """Loaded once."""

    def __init__(self, loaded: helm_python.Chart, release: str = "demo", namespace: str = "prod") -> None:
        """Nothing is rendered yet."""
        self._loaded = loaded
        self._release = release
        self._namespace = namespace

    def texts(self, values: Mapping[str, Any]) -> dict[str, str]:
        """What each template becomes; a token that is made anew each time reads alike."""
        return {name: _MADE_ANEW.sub(r"\1made", text) for name, text in self._rendered(values).items()}

    def installed(self, values: Mapping[str, Any]) -> list[Object]:
        """What an installation gets: the objects, with the token that was made for it."""
        return list(_objects(self._rendered(values)))

    def _rendered(self, values: Mapping[str, Any]) -> dict[str, str]:
        return self._loaded.render(dict(values), name=self._release, namespace=self._namespace)

    def objects(self, values: Mapping[str, Any]) -> list[Object]:
        """What would be sent to the cluster."""
        return list(_objects(self.texts(values)))

    def one(self, values: Mapping[str, Any], kind: str) -> Object:
        """The only object of its kind."""
        (found,) = [thing for thing in self.objects(values) if thing["kind"] == kind]
        return found

    def notes(self, values: Mapping[str, Any]) -> str:
        """What Helm prints."""
        return self.texts(values)["verifier/templates/NOTES.txt"]


def _objects(texts: Mapping[str, str]) -> Iterator[Object]:
    for name, text in texts.items():
        if name.endswith(".yaml"):
            yield from (thing for thing in yaml.safe_load_all(text) if thing)


def leaves(schema: Mapping[str, Any] = SCHEMA, path: str = "") -> Iterator[str]:
    """The paths of all single values."""
    for name, inner in schema["properties"].items():
        below = f"{path}.{name}".lstrip(".")
        if "properties" in inner:
            yield from leaves(inner, below)
        elif below != "global":
            yield below


def default(path: str) -> object:
    """What a value is where nobody sets it; None where it is not there."""
    found: Any = VALUES
    for name in path.split("."):
        found = (found or {}).get(name)
    return found
