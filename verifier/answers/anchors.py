"""Where a response states its choice: a tag, JSON, or the words for "the answer is" in thirty languages.

English and Chinese anchors are those of `extract`; the words here are the `Answer:` of multilingual MMLU
(openai/simple-evals, `common.py`) and what models write instead. Patterns match single lines without nested
repetition.
"""

from __future__ import annotations

import re

from verifier.answers import extract

TAG = re.compile(r"<answer>([^<]{0,300})</answer>", re.IGNORECASE)
JSON = re.compile(
    r'"(?:final[_ ]?answers?|(?:correct[_ ])?(?:answers?|choices?|options?)|letter)"\s{0,9}:\s{0,9}'
    r'(?:"(?P<text>[^"\\]{0,300})"|\[(?P<list>[^\[\]]{0,300})\])',
    re.IGNORECASE,
)
WORDS = (
    "respuesta|réponse|reponse|antwort|resposta|risposta|antwoord|odpowiedź|odpověď|svar|svaret|cevap|yanıt"
    "|jawaban|jibu|ìdáhùn|idahun|ответ|відповідь|đáp án|câu trả lời|răspuns|válasz|vastaus|απάντηση"
    "|الإجابة|الجواب|उत्तर|উত্তর|உத்தரம்|คำตอบ|תשובה"
)
IS = r"es|est|ist|lautet|é|è|is|jest|är|er|adalah|ni|là|este|on|είναι|это|है"
LATIN = (
    rf"\b(?:{WORDS})(?:\s{{1,4}}\w{{1,20}}){{0,3}}?\s{{0,4}}(?:\*\*)?\s{{0,4}}"
    rf"(?:[:\N{{FULLWIDTH COLON}}]|\b(?:{IS})\b\s{{0,4}}[:\N{{FULLWIDTH COLON}}]?)"
    r"(?:\s{0,4}(?:\*\*)?\s{0,4}(?:la|die|l'|opción|opção|opzione)\b)?"
)
CJK = (
    r"(?:答案|答え|正解|解答|回答|正确选项|正確選項|정답|답)(?:은|는|は|是|为|為)?"
    r"\s{0,4}[:\N{FULLWIDTH COLON}]?"
)
STRONG = re.compile(f"{extract.ANCHORS.pattern}|{LATIN}|{CJK}", re.IGNORECASE | re.MULTILINE)
WEAK = re.compile(
    r"(?<!not )(?<!n't )\b(?:choose|select|pick)\b|\b(?:option|choice)\s{1,4}is\b(?!\s+not\b)"
    r"|(?<!不)[选選](?:择|擇)?(?![项項])\s{0,4}[:\N{FULLWIDTH COLON}]?",
    re.IGNORECASE,
)
"""What counts where nothing stronger is there: it is also said of options that are not chosen."""


def marked(text: str) -> str | None:
    """What the last `<answer>` tag holds, or the last answer field of JSON; None where there is neither."""
    tags = TAG.findall(text)
    if tags:
        return str(tags[-1])
    fields = list(JSON.finditer(text))
    if not fields:
        return None
    listed = fields[-1].group("list")
    return listed.replace('"', "") if listed is not None else fields[-1].group("text")


def line(text: str) -> str | None:
    """The first line with anything in it behind the last anchor; None where there is no anchor."""
    for pattern in (STRONG, WEAK):
        places = [match.end() for match in pattern.finditer(text)]
        rest = text[places[-1] :].strip(" \t\r\n*:") if places else ""
        if rest:
            return rest.splitlines()[0].strip()
    return None
