"""Which language a text is in. `py3langid` decides: deterministic, 139 languages, five megabytes.

Its codes are those of the 97 languages that IFEval's arguments are drawn from, and more. Short texts fit
many languages, so a text is only in another language than the wanted one where another is far likelier.
"""

from __future__ import annotations

import functools
from typing import Annotated

from pydantic import AfterValidator

from verifier.instructions.model import Instruction

CHARACTERS = 20_000
"""Of a text, from its beginning: more changes no decision."""
FAR_LIKELIER = 10.0
"""Times the probability of the wanted language, flattened for short texts by the library itself."""
LABELS = (
    "ace af am an ar ary arz as az ba bcl be bg bn br bs ca crh cs cy da de dz el en eo es et eu ext fa "
    "fi fo fr fuv fy ga gcf gcr gd gl gom grc gu gug guw ha hbo he hi hr ht hu hy id ig is it ja jv ka "
    "kab kik kk km kn ko ku ky la lb lg lij ln lo lt ltg lv mg mk ml mn mr ms mt my ne nl nn no nso oc om "
    "or pa pcm pl ps pt qu ro ru rw sa sdh se si sk sl sn so sq sr st sv sw ta te tg th tk tl tr tt ug uk "
    "ur uz uzs vec vi vo wa wuu xh yo yue zh zu"
)  # fmt: skip
CODES = frozenset(LABELS.split())
"""What the library can tell, here so that a task is checked without loading it; a test compares the two."""
KIN = {"zh": ("wuu", "yue"), "zh-cn": ("zh", "wuu", "yue"), "zh-tw": ("zh", "wuu", "yue"), "en": ("pcm",)}
"""Codes that count as another: of Chinese in two scripts, and where the library tells finer than asked."""
RENAMED = {"zh-cn": "zh", "zh-tw": "zh", "nb": "no"}
"""Codes of other detectors, which derived data sets use."""


def is_in(text: str, language: str) -> bool:
    """Whether a text is in a language; a text without letters is in none."""
    if not any(map(str.isalpha, text)):
        return False
    likely = _ranked(text[:CHARACTERS])
    wanted = max(likely.get(code, 0.0) for code in (RENAMED.get(language, language), *KIN.get(language, ())))
    return wanted * FAR_LIKELIER >= max(likely.values())


def _known(language: str) -> str:
    if RENAMED.get(language, language) not in CODES:
        raise ValueError("is no code of a language that can be told")
    return language


class ResponseLanguage(Instruction):
    """The whole response is in one language, named by its ISO 639-1 code."""

    language: Annotated[str, AfterValidator(_known)]

    def follows(self, text: str) -> bool:
        """See `Instruction`."""
        return is_in(text, self.language)


def _ranked(text: str) -> dict[str, float]:
    return dict(_identifier().rank(text))


@functools.cache
def _identifier():  # type: ignore[no-untyped-def]  # the library has no types
    """Loaded with the first task that asks for a language: a second, and some tens of megabytes."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 -- not for those who ask for no language

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
