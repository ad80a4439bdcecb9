"""Uses the installed client as a trainer's environment would: all its modules, and a call nobody answers."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import google.protobuf

import rollout
from rollout.client import Client
from rollout.model import Trace, Verdict
from rollout.retry import RetryPolicy
from rollout.sync import SyncClient
from verifier.v1 import verifier_pb2


def import_everything() -> int:
    """Import all modules of the client; return how many."""
    names = [module.name for module in pkgutil.walk_packages(rollout.__path__, "rollout.")]
    for name in names:
        importlib.import_module(name)
    return len(names)


def ask_nobody() -> None:
    """A service that is not there is an outage: unjudged, and never a score."""
    task = verifier_pb2.Task(answer=verifier_pb2.AnswerTask(answers=["1/2"]))
    impatient = RetryPolicy(attempts=1)
    with SyncClient("unix:/nonexistent", make=lambda target: Client(target, policy=impatient)) as client:
        score = client.verify(Trace(response="1/2", task=task), timeout_seconds=10)
    if score.verdict is not Verdict.UNJUDGED or score.score is not None:
        sys.exit(f"compat: an outage became {score}")


def main() -> None:
    """Fail loudly where contract or client cannot be used."""
    modules = import_everything()
    ask_nobody()
    versions = f"Python {sys.version.split()[0]}, protobuf {google.protobuf.__version__}"
    sys.stdout.write(f"compat: {versions}: {modules} modules and a call: ok\n")


if __name__ == "__main__":
    main()
