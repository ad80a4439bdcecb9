"""The 25 verifiable instructions of IFEval (Zhou et al. 2023, arXiv 2311.07911) by their published ids.

Written from the published definitions. Where this differs from the published code, the definition is followed
and the class says so: keywords are texts and not patterns, hedging among three allowed answers is none of
them, a line of dashes is no bullet, a text without letters is in no language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from verifier.errors import InvalidTask
from verifier.instructions import (
    change_case,
    combination,
    content,
    keywords,
    language,
    layout,
    length,
    punctuation,
    startend,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from verifier.instructions.model import Instruction
    from verifier.model import Constraint

INSTRUCTIONS: Mapping[str, type[Instruction]] = {
    "keywords:existence": keywords.Existence,
    "keywords:frequency": keywords.Frequency,
    "keywords:forbidden_words": keywords.ForbiddenWords,
    "keywords:letter_frequency": keywords.LetterFrequency,
    "language:response_language": language.ResponseLanguage,
    "length_constraints:number_sentences": length.NumberSentences,
    "length_constraints:number_paragraphs": length.NumberParagraphs,
    "length_constraints:number_words": length.NumberWords,
    "length_constraints:nth_paragraph_first_word": length.NthParagraphFirstWord,
    "detectable_content:number_placeholders": content.NumberPlaceholders,
    "detectable_content:postscript": content.Postscript,
    "detectable_format:number_bullet_lists": layout.NumberBulletLists,
    "detectable_format:constrained_response": layout.ConstrainedResponse,
    "detectable_format:number_highlighted_sections": layout.NumberHighlightedSections,
    "detectable_format:multiple_sections": layout.MultipleSections,
    "detectable_format:json_format": layout.JsonFormat,
    "detectable_format:title": layout.Title,
    "combination:two_responses": combination.TwoResponses,
    "combination:repeat_prompt": combination.RepeatPrompt,
    "startend:end_checker": startend.EndChecker,
    "startend:quotation": startend.Quotation,
    "change_case:capital_word_frequency": change_case.CapitalWordFrequency,
    "change_case:english_capital": change_case.EnglishCapital,
    "change_case:english_lowercase": change_case.EnglishLowercase,
    "punctuation:no_comma": punctuation.NoComma,
}


def read(constraint: Constraint, field: str) -> Instruction:
    """The instruction that a constraint names.

    Args:
        constraint: with its arguments; those that are null are absent, as data sets in columns write them.
        field: where it lies, for messages.

    Raises:
        InvalidTask: no such id, or its arguments cannot be checked; names the field.
    """
    kind = INSTRUCTIONS.get(constraint.id)
    if kind is None:
        raise InvalidTask(f"{field}.id", f"no such instruction: {constraint.id[:100]!r}")
    given = {name: value for name, value in constraint.arguments.items() if value is not None}
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in first["loc"])
        raise InvalidTask(
            f"{field}.arguments{path}", f"{constraint.id}: {first['msg'].removeprefix('Value error, ')}"
        ) from None
