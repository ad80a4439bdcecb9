"""Uses the installed client as a trainer's environment would: imports it, and moves the contract as bytes."""

from __future__ import annotations

import sys

import google.protobuf

from verifier.v1 import verifier_pb2, verifier_pb2_grpc


def main() -> None:
    """Fail loudly where contract or client cannot be used."""
    item = verifier_pb2.Item(id="é", task=verifier_pb2.Task(answer=verifier_pb2.AnswerTask(answers=["1/2"])))
    assert verifier_pb2.Item.FromString(item.SerializeToString()) == item  # noqa: S101 - a check that is run as one
    assert verifier_pb2_grpc.VerifierServiceStub  # noqa: S101 - as above
    print(f"compat: Python {sys.version.split()[0]}, protobuf {google.protobuf.__version__}: ok")  # noqa: T201


if __name__ == "__main__":
    main()
