"""Prompts from files: native records, rows for verl, HumanEval and other data sets, any rows with a template.

All of them are read and checked before anything is sampled, and kept, since each is needed until its last
response is judged.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from rollout.datasets.functions import HUMANEVAL
from rollout.datasets.table import recognised
from rollout.errors import FieldError, InputError
from rollout.errors import Problem as Wrong
from rollout.golds.join import at
from rollout.golds.kinds import DOMAIN_FIELDS, ID_FIELDS, KINDS, PROMPT_FIELDS, problem_of, text_of
from rollout.golds.model import Problem
from rollout.jsontext import HugeInteger, SpelledFloat
from rollout.rows.table import read_each
from rollout.sampling.model import Prompt
from rollout.tasks.table import parse_task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rollout.rows.files import InputFile
    from rollout.rows.model import Fields, Row
    from rollout.sampling.model import Content

Style: TypeAlias = Literal["chat", "text"]
"""`chat`: a text is what a user says; `text`: a text is to be gone on from."""

_FIELD = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
"""Twice braced, since prompts of mathematics are full of braces."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a row becomes a prompt."""

    style: Style = "chat"
    template: str | None = None
    """With `{{field}}` for what a row has there; None: the prompt of the row as it is."""
    system: str | None = None
    """What the model is told before a chat."""
    verifier: str | None = None
    """What judges golds; None: told by the gold."""


def read_prompts(files: Sequence[InputFile], form: Form) -> tuple[Prompt, ...]:
    """The prompts of these files, in order, each once.

    Traces of one group have the same prompt and task, and count as one.

    Raises:
        InputError: rows without a prompt, with a task that is none, or with the name of another.
    """
    found: dict[str, Prompt] = {}
    wrong = read_each(files, lambda row, file: _add(found, _prompt(row, file, form)))
    if not (found or wrong):
        wrong = [Wrong(", ".join(file.name for file in files), "no prompts")]
    if wrong:
        raise InputError(wrong)
    return tuple(found.values())


def _add(found: dict[str, Prompt], prompt: Prompt) -> None:
    known = found.setdefault(prompt.name, prompt)
    if dataclasses.replace(known, place=prompt.place) != prompt:
        raise FieldError("", f"{prompt.name!r} is the name of another prompt, in {known.place}")


def _prompt(row: Row, file: InputFile, form: Form) -> Prompt:
    fields = row.fields()
    problem = _problem(fields, row.number, form.verifier)
    content = _content(fields, problem.prompt, form)
    task = None if problem.task is None else _spelled(dict(problem.task))
    if task is not None and _goes_on(fields, form):
        task["prefix"] = problem.prompt
    return Prompt(
        name=_name(fields, file, row.number),
        content=content,
        task=task,
        wire_task=None if task is None else parse_task(task),
        domain=problem.domain,
        difficulty=problem.difficulty,
        place=file.place(row.number),
    )


def _goes_on(fields: Fields, form: Form) -> bool:
    """Whether responses are programs only with the prompt before them."""
    return form.style == "text" and form.template is None and recognised(fields) is HUMANEVAL


def _problem(fields: Fields, number: int, verifier: str | None) -> Problem:
    """What the row says; golds may come later, when responses are scored."""
    if any(recognises(fields) for recognises, _ in KINDS.values()):
        return problem_of(fields, number, verifier)
    prompt = next((fields[name] for name in PROMPT_FIELDS if fields.get(name)), None)
    return Problem(id=str(number), prompt=prompt, domain=text_of(fields, DOMAIN_FIELDS))


def _name(fields: Fields, file: InputFile, number: int) -> str:
    """What a row calls itself; a trace is called after its group."""
    if "response" in fields and (group := text_of(fields, ("group",))):
        return group
    return text_of(fields, ID_FIELDS) or f"{Path(file.short_name).stem}/{number}"


def _content(fields: Fields, prompt: Any, form: Form) -> Content:
    if form.template is not None:
        return _worded(_filled(form.template, fields), form)
    if prompt is None:
        looked_for = ", ".join(f"`{name}`" for name in PROMPT_FIELDS)
        raise FieldError("prompt", f"missing (looked for {looked_for}); --template makes one of other fields")
    return _worded(prompt, form)


def _worded(prompt: Any, form: Form) -> Content:
    if isinstance(prompt, str):
        if form.style == "text":
            return prompt
        return [*_system(form), {"role": "user", "content": prompt}]
    if not (isinstance(prompt, list) and prompt and all(isinstance(m, dict) and "role" in m for m in prompt)):
        raise FieldError("prompt", "must be a text or a list of chat messages")
    if form.style == "text":
        raise FieldError("prompt", "is a list of chat messages, and not a text to go on from")
    told = any(message["role"] == "system" for message in prompt)
    return [*(() if told else _system(form)), *prompt]


def _system(form: Form) -> list[dict[str, Any]]:
    return [] if form.system is None else [{"role": "system", "content": form.system}]


def _filled(template: str, fields: Fields) -> str:
    def value_of(match: re.Match[str]) -> str:
        value = _text(at(fields, match[1].split(".")))
        if value is None:
            raise FieldError(match[1], "named by the template, and no text or number in this row")
        return value

    return _FIELD.sub(value_of, template)


def _text(value: Any) -> str | None:
    if isinstance(value, SpelledFloat | HugeInteger):
        return value.text
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else None


def _spelled(task: dict[str, Any]) -> dict[str, Any]:
    """The task with golds that are numbers as their author spelt them."""
    answer = task.get("answer")
    if isinstance(answer, list):
        return {**task, "answer": [_text(one) or one for one in answer]}
    return task if answer is None else {**task, "answer": _text(answer) or answer}
