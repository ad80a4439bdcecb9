"""CompareAnswers: responses in, groups of positions out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.errors import TooLarge
from verifier.v1 import verifier_pb2 as pb
from verifier.wire.render import EXTRACTED_BYTES
from verifier.wire.text import wire_text

if TYPE_CHECKING:
    from verifier.dispatch import Dispatch
    from verifier.model import Clusters
    from verifier.turns import Caller


async def compare(
    request: pb.CompareAnswersRequest, dispatch: Dispatch, most_responses: int, caller: Caller
) -> pb.CompareAnswersResponse:
    """Compare the answers of a request.

    Raises:
        TooLarge: too many responses, or too many different answers.
        VerifierError: they cannot be compared.
    """
    if len(request.responses) > most_responses:
        raise TooLarge(f"at most {most_responses} responses are compared at once here")
    choices = tuple(request.choices)
    return _rendered(await dispatch.compare(request.verifier, request.responses, choices, caller))


def _rendered(found: Clusters) -> pb.CompareAnswersResponse:
    return pb.CompareAnswersResponse(
        clusters=[
            pb.AnswerCluster(
                representative=wire_text(cluster.representative, EXTRACTED_BYTES), members=cluster.members
            )
            for cluster in found.clusters
        ],
        unanswered=found.unanswered,
    )
