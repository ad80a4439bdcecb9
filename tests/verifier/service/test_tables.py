"""Every table of the service is complete: against the contract, the model, and the files on disk."""

from __future__ import annotations

from pathlib import Path

import pytest

import sandbox.model as jails
from tests.fakes import FakeSandbox, FakeVerifier
from verifier import model, service
from verifier.cli import app
from verifier.v1 import verifier_pb2 as pb
from verifier.verifiers import table
from verifier.wire import enums, parse, render

CLI_FRAME = {"app", "workload"}
VERIFIERS_FRAME = {"table"}


def modules(package: object) -> set[str]:
    """Names of the files of a package, without its doors."""
    folder = Path(str(package.__file__)).parent  # type: ignore[attr-defined]
    return {file.stem for file in folder.glob("*.py")} - {"__init__"}


def test_every_verifier_on_disk_is_in_the_table_once() -> None:
    listed = [build.__module__.rpartition(".")[2] for build in table.BUILDERS]
    assert sorted(listed) == sorted(modules(table) - VERIFIERS_FRAME)


def test_every_command_on_disk_is_in_the_table() -> None:
    listed = {command.__module__.rpartition(".")[2] for command in app.COMMANDS.values()}
    assert listed == modules(app) - CLI_FRAME
    assert all(command.__doc__ for command in app.COMMANDS.values())


def test_two_verifiers_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="math"):
        table.build_all([lambda _: FakeVerifier(), lambda _: FakeVerifier()], FakeSandbox())


def test_every_verifier_bears_the_name_of_its_file_and_takes_a_shape() -> None:
    verifiers = table.build_all(table.BUILDERS, FakeSandbox())
    files = [build.__module__.rpartition(".")[2] for build in table.BUILDERS]
    assert list(verifiers) == files
    assert all(verifier.shape in render.SHAPE_NAMES for verifier in verifiers.values())
    assert all(verifier.description for verifier in verifiers.values())


def test_every_default_is_a_verifier_of_that_shape() -> None:
    verifiers = table.build_all(table.BUILDERS, FakeSandbox())
    assert {shape: verifiers[name].shape for shape, name in table.DEFAULTS.items()} == {
        shape: shape for shape in table.DEFAULTS
    }


def test_every_method_of_the_contract_has_a_handler() -> None:
    contract = pb.DESCRIPTOR.services_by_name["VerifierService"].methods_by_name
    names = {name.rpartition("/")[2] for name in _handlers()}
    assert names == set(contract)


def _handlers() -> list[str]:
    offered = []
    for name in pb.DESCRIPTOR.services_by_name["VerifierService"].methods_by_name:
        path = f"/{service.NAME}/{name}"
        if _generic().service(_Details(path)) is not None:
            offered.append(path)
    return offered


def _generic() -> object:
    blank = service.Service.__new__(service.Service)  # handlers only looks the methods up
    return service.handlers(blank)


class _Details:
    invocation_metadata = ()

    def __init__(self, method: str) -> None:
        self.method = method


@pytest.mark.parametrize(
    ("ours", "theirs", "unset"),
    [
        (enums.VERDICTS, pb.Verdict, {0}),
        (enums.ASSURANCES, pb.Assurance, set()),
        (enums.LIMITS_MODES, pb.LimitsMode, {0}),
        (enums.SANDBOX_LIMITS_MODES, pb.LimitsMode, set()),
        (enums.LAUNCH_MODES, pb.LaunchMode, set()),
    ],
    ids=["verdict", "assurance", "limits mode", "sandbox limits mode", "launch mode"],
)
def test_every_value_of_the_model_has_its_own_on_the_wire(ours: dict, theirs: object, unset: set) -> None:
    assert set(ours) == set(type(next(iter(ours))))
    assert sorted(ours.values()) == sorted(set(theirs.values()) - unset)
    assert all(theirs.Name(number).endswith(value.name) for value, number in ours.items() if number)


@pytest.mark.parametrize(
    ("theirs", "wire", "ours"),
    [
        (enums.MINIMUM_ASSURANCES, pb.Assurance, model.Assurance),
        (enums.SCORINGS, pb.Scoring, model.Scoring),
        (enums.FORMAT_USES, pb.FormatUse, model.FormatUse),
        (enums.STRICTNESSES, pb.Strictness, model.Strictness),
    ],
    ids=["assurance", "scoring", "format use", "strictness"],
)
def test_every_value_of_the_wire_has_one_of_the_model(theirs: dict, wire: object, ours: type) -> None:
    assert sorted(theirs) == sorted(wire.values())
    assert set(theirs.values()) == set(ours)
    assert all(wire.Name(number).endswith(value.name) for number, value in theirs.items() if number)


def test_every_shape_and_every_kind_of_tests_is_read() -> None:
    shapes = pb.Task.DESCRIPTOR.oneofs_by_name["shape"].fields
    tests = pb.CodeTask.DESCRIPTOR.oneofs_by_name["tests"].fields
    assert set(parse.SHAPES) == {field.name for field in shapes} == set(render.SHAPE_NAMES.values())
    assert set(parse.TESTS) == {field.name for field in tests}
    assert set(render.SHAPE_NAMES) == set(model.Shape.__args__)


def test_the_limits_modes_of_sandbox_and_model_are_the_same() -> None:
    """A judgement has limits; only a service that jails nothing has none."""
    modes = set(jails.LimitsMode) - {jails.LimitsMode.NONE}
    assert {mode.value for mode in modes} == {mode.value for mode in model.LimitsMode}
