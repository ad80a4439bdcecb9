"""Published decoding settings, by name: scores are comparable only where these are the same."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from rollout.sampling.model import Sampling

if TYPE_CHECKING:
    from collections.abc import Mapping

PRESETS: Mapping[str, Sampling] = MappingProxyType(
    {
        # arXiv 2511.06221 and the model's README: 0.6 or 1.0; in the paper math at 1.0 and code at 0.6.
        "vibethinker-1.5b-math": Sampling(temperature=1.0, top_p=0.95, top_k=-1, max_tokens=40_960),
        "vibethinker-1.5b-code": Sampling(temperature=0.6, top_p=0.95, top_k=-1, max_tokens=40_960),
        # arXiv 2606.16140: the same for all benchmarks, up to the longest generation of the model.
        "vibethinker-3b": Sampling(temperature=1.0, top_p=0.95, top_k=-1),
    }
)
