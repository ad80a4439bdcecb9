"""Every rule of `rollout lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rollout.lint.golds import (
    BrokenGold,
    ConflictingGold,
    ConstantGold,
    LeakedGold,
    NumberGold,
    PaddedGold,
    ProseGold,
    SeveralValues,
)
from rollout.lint.responses import DuplicateId, TruncatedResponse, UnevenGroups
from rollout.lint.tests import EmptyTests, FewTests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rollout.lint.model import Rule

RULES: Mapping[str, type[Rule]] = {
    rule.name: rule
    for rule in (
        ConstantGold,
        NumberGold,
        PaddedGold,
        ProseGold,
        SeveralValues,
        BrokenGold,
        ConflictingGold,
        LeakedGold,
        EmptyTests,
        FewTests,
        DuplicateId,
        UnevenGroups,
        TruncatedResponse,
    )
}
"""By name."""

UNREADABLE = "unreadable"
UNPARSABLE = "unparsable-gold"

MEANINGS: Mapping[str, str] = {
    UNREADABLE: "the row cannot be scored as it stands",
    UNPARSABLE: "the service cannot judge against this gold, not even the gold itself",
    **{name: rule.meaning for name, rule in RULES.items()},
}
"""Why each finding matters: rules, what reading finds, and what asking a service finds."""
