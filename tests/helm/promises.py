"""Whether a command would find what it names, in a cluster that holds what the chart renders."""

from __future__ import annotations

import argparse
import itertools
import json
import re
from typing import TYPE_CHECKING, Any

import typer
import yaml

import rollout.access
import rollout.cli.main
import verifier.cli.app
from tests.architecture.tracked import ROOT
from tests.helm.chart import CHART, Chart, Object, with_value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import helm_python

    from tests.helm.documents import Command

BROUGHT = frozenset({"deployment", "pod", "secret", "configmap", "service"})
"""Kinds that the documents may ask for."""
_JSONPATH = re.compile(r"\{\.data\.((?:[^.\\}]|\\.)+)\}")


class Cluster:
    """One release, installed."""

    def __init__(self, loaded: helm_python.Chart, values: Mapping[str, Any]) -> None:
        """Render it where each command wants it."""
        self._loaded = loaded
        self._values = values

    def objects(self, release: str = "demo", namespace: str = "prod") -> list[Object]:
        """What is there."""
        return Chart(self._loaded, release, namespace).objects(self._values)

    def check(self, command: Command) -> None:
        """Follow a command.

        Raises:
            AssertionError: it asks for what is not there.
        """
        _PROGRAMS[command.words[0]](self, command)

    def helm(self, command: Command) -> None:
        """install, upgrade, test and rollback, of this chart."""
        parser = _parser(command)
        parser.add_argument("--namespace", "-n", required=True)
        parser.add_argument("--create-namespace", action="store_true")
        parser.add_argument("--values", "-f")
        parser.add_argument("--set", action="append", default=[])
        parser.add_argument("words", nargs="+")
        asked = parser.parse_args(command.words[1:])
        verb, release, *rest = asked.words
        if verb in ("install", "upgrade"):
            assert [ROOT / path for path in rest] == [CHART], command
            values = dict(self._values)
            for assignment in asked.set:
                name, _, value = assignment.partition("=")
                values = with_value(values, name, yaml.safe_load(value))
            assert Chart(self._loaded, release, asked.namespace).objects(values)
        else:
            assert verb in ("test", "rollback"), command
            assert rest == [], command
            assert verb != "test" or self._hooks("test"), command

    def kubectl(self, command: Command) -> None:
        """get, describe, logs, exec, rollout status, and what needs only a node."""
        words = list(command.words[1:])
        if words[0] in ("cordon", "drain"):
            return
        parser = _parser(command)
        parser.add_argument("-n", "--namespace", required=True)
        parser.add_argument("-l", "--selector")
        parser.add_argument("-c", "--container")
        parser.add_argument("-o", "--output")
        parser.add_argument("words", nargs="+")
        cut = words.index("--") if "--" in words else len(words)
        asked = parser.parse_args(words[:cut])
        _KUBECTL[asked.words[0]](self, asked, command)
        if words[cut + 1 :]:
            self.check(type(command)(command.where, (), tuple(words[cut + 1 :])))

    def get(self, asked: argparse.Namespace, command: Command) -> None:
        """Objects of a kind, or one of them, or one key of its data."""
        _, kind, *names = asked.words
        assert kind in BROUGHT, command
        found = [
            thing
            for thing in self.objects(namespace=asked.namespace)
            if thing["kind"].lower() == kind and (not names or thing["metadata"]["name"] in names)
        ]
        if kind == "pod":
            found = self._pods(asked.selector)
        assert found, f"{command}: no such thing"
        if asked.output and asked.output.startswith("jsonpath="):
            (key,) = _JSONPATH.findall(asked.output)
            (thing,) = found
            data = {**thing.get("data", {}), **thing.get("stringData", {})}
            assert re.sub(r"\\(.)", r"\1", key) in data, f"{command}: it has {set(data)}"

    def logs(self, asked: argparse.Namespace, command: Command) -> None:
        """Of one container of pods that a selector or a name finds."""
        pods = self._pods(asked.selector) if asked.selector else self._named(asked.words[1])
        containers = [each["name"] for pod in pods for each in _containers(pod)]
        assert containers, f"{command}: no such pod"
        assert asked.container in containers, f"{command}: they have {containers}"

    def status(self, asked: argparse.Namespace, command: Command) -> None:
        """`rollout status deployment/NAME`."""
        _, verb, name = asked.words
        assert verb == "status", command
        kind, _, name = name.partition("/")
        self.get(argparse.Namespace(**{**vars(asked), "words": ["get", kind, name]}), command)

    def rollout(self, command: Command) -> None:
        """The client: command, options and variables exist, and its target is a port of a service."""
        words = _of_command_line(command, rollout.cli.main.app)
        known = (ROOT / "rollout/access.py").read_text("utf-8")
        assert [name for name in command.environment if f'"{name}"' not in known] == [], command
        for target in _after(words, "--target"):
            self._reached(target, command)

    def verifier(self, command: Command) -> None:
        """A command of the service, with options that it has."""
        _of_command_line(command, verifier.cli.app.build())

    def make(self, command: Command) -> None:
        """A target of the Makefile."""
        assert re.search(rf"^{command.words[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE), (
            command
        )

    def docker(self, command: Command) -> None:
        """Pushing what `make image` made."""
        assert command.words[1] == "push", command

    def _reached(self, target: str, command: Command) -> None:
        host, _, port = target.rpartition(":")
        name, namespace, *rest = host.split(".")
        assert rest == ["svc"], command
        services = [thing for thing in self.objects(namespace=namespace) if thing["kind"] == "Service"]
        ports = {
            thing["metadata"]["name"]: [str(each["port"]) for each in thing["spec"]["ports"]]
            for thing in services
        }
        assert port in ports.get(name, []), f"{command}: there are {ports}"

    def _pods(self, selector: str) -> list[Object]:
        wanted = dict(pair.split("=") for pair in selector.split(","))
        return [pod for pod in self._templates() if wanted.items() <= pod["metadata"]["labels"].items()]

    def _named(self, name: str) -> list[Object]:
        deployments = [thing for thing in self.objects() if thing["kind"] == "Deployment"]
        return [
            thing["spec"]["template"]
            for thing in deployments
            if name.startswith(f"{thing['metadata']['name']}-")
        ]

    def _templates(self) -> Iterator[Object]:
        for thing in self.objects():
            if thing["kind"] == "Deployment":
                yield thing["spec"]["template"]

    def _hooks(self, hook: str) -> list[Object]:
        things = (thing["metadata"].get("annotations") or {} for thing in self.objects())
        return [annotations for annotations in things if annotations.get("helm.sh/hook") == hook]


_PROGRAMS: Mapping[str, Callable[[Cluster, Command], None]] = {
    "helm": Cluster.helm,
    "kubectl": Cluster.kubectl,
    "rollout": Cluster.rollout,
    "verifier": Cluster.verifier,
    "make": Cluster.make,
    "docker": Cluster.docker,
    "base64": lambda *_: None,
}
_KUBECTL: Mapping[str, Callable[[Cluster, argparse.Namespace, Command], None]] = {
    "get": Cluster.get,
    "describe": Cluster.get,
    "logs": Cluster.logs,
    "exec": Cluster.logs,
    "rollout": Cluster.status,
}


def _parser(command: Command) -> argparse.ArgumentParser:
    """Refuses what it does not know as a test does: by failing."""

    class Strict(argparse.ArgumentParser):
        def error(self, message: str) -> Any:
            raise AssertionError(f"{command}: {message}")

    return Strict(add_help=False, allow_abbrev=False)


def _containers(pod: Object) -> list[Object]:
    return [*pod["spec"].get("initContainers", []), *pod["spec"]["containers"]]


def _after(words: Sequence[str], option: str) -> list[str]:
    return [after for before, after in itertools.pairwise(words) if before == option]


def _of_command_line(command: Command, app: typer.Typer) -> Sequence[str]:
    """The words of a command that exists, with options that it has."""
    group: Any = typer.main.get_command(app)
    name, *words = command.words[1:]
    found = group.get_command(typer.Context(group), name)
    assert found is not None, f"{command}: there is no {name}"
    options = {
        option for parameter in found.params for option in (*parameter.opts, *parameter.secondary_opts)
    }
    unknown = {word.partition("=")[0] for word in words if word.startswith("-")} - options
    assert not unknown, f"{command}: unknown {json.dumps(sorted(unknown))}"
    return words
