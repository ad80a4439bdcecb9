"""Light normalisation: one spelling for what typesets alike. It never changes a value.

Every rule is a plain replacement or a regular expression without nested repetition, so that hostile text
costs linear time. What a text means is read by the modules after this one.
"""

from __future__ import annotations

import re
import unicodedata

from verifier.answers.inside import brackets

COMMANDS = {
    "\N{MINUS SIGN}": "-", "\N{EN DASH}": "-", "\N{HYPHEN}": "-", "\N{NON-BREAKING HYPHEN}": "-",
    "\N{FIGURE DASH}": "-", "\N{SMALL HYPHEN-MINUS}": "-",
    "\N{MULTIPLICATION SIGN}": r"\times ", "\N{DIVISION SIGN}": r"\div ",
    "\N{MIDDLE DOT}": r"\cdot ", "\N{DOT OPERATOR}": r"\cdot ", "\N{ASTERISK OPERATOR}": "*",
    "\N{FRACTION SLASH}": "/", "\N{DIVISION SLASH}": "/", "\N{RATIO}": ":",
    "\N{PLUS-MINUS SIGN}": r"\pm ", "\N{MINUS-OR-PLUS SIGN}": r"\mp ", "\N{INFINITY}": r"\infty ",
    "\N{DEGREE SIGN}": r"^{\circ}", "\N{PRIME}": "'", "\N{MASCULINE ORDINAL INDICATOR}": r"^{\circ}",
    "\N{LESS-THAN OR EQUAL TO}": r"\le ", "\N{GREATER-THAN OR EQUAL TO}": r"\ge ",
    "\N{LESS-THAN OR SLANTED EQUAL TO}": r"\le ", "\N{GREATER-THAN OR SLANTED EQUAL TO}": r"\ge ",
    "\N{LESS-THAN OVER EQUAL TO}": r"\le ", "\N{GREATER-THAN OVER EQUAL TO}": r"\ge ",
    "\N{NOT EQUAL TO}": r"\ne ", "\N{ALMOST EQUAL TO}": r"\approx ", "\N{IDENTICAL TO}": r"\equiv ",
    "\N{UNION}": r"\cup ", "\N{INTERSECTION}": r"\cap ", "\N{ELEMENT OF}": r"\in ",
    "\N{EMPTY SET}": r"\emptyset ",
    "\N{FOR ALL}": r"\forall ", "\N{LOGICAL AND}": " and ", "\N{LOGICAL OR}": " or ",
    "\N{LEFT CEILING}": r"\lceil ", "\N{RIGHT CEILING}": r"\rceil ",
    "\N{LEFT FLOOR}": r"\lfloor ", "\N{RIGHT FLOOR}": r"\rfloor ",
    "\N{HORIZONTAL ELLIPSIS}": r"\ldots ", "\N{ANGLE}": r"\angle ", "\N{INTEGRAL}": r"\int ",
    "\N{DOUBLE-STRUCK CAPITAL R}": r"\mathbb{R}", "\N{DOUBLE-STRUCK CAPITAL Z}": r"\mathbb{Z}",
    "\N{DOUBLE-STRUCK CAPITAL N}": r"\mathbb{N}", "\N{DOUBLE-STRUCK CAPITAL Q}": r"\mathbb{Q}",
    "\N{DOUBLE-STRUCK CAPITAL C}": r"\mathbb{C}",
    "\N{EURO SIGN}": " ", "\N{POUND SIGN}": " ", "\N{YEN SIGN}": " ", "\N{INDIAN RUPEE SIGN}": " ",
    "\N{CENT SIGN}": " ", "\N{DOUBLE PRIME}": "''",
    "\N{IDEOGRAPHIC COMMA}": ",", "\N{IDEOGRAPHIC FULL STOP}": ".",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{CJK UNIFIED IDEOGRAPH-6216}": " or ",  # Chinese "or"
    "\N{CJK UNIFIED IDEOGRAPH-548C}": " and ",  # Chinese "and"
}  # fmt: skip
"""Characters and what they are called in LaTeX or ASCII."""

GREEK = {
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lamda", "mu",
    "nu", "xi", "omicron", "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
}  # fmt: skip
"""Letters by their Unicode names; LaTeX spells one of them otherwise."""

FUNCTIONS = (
    "arcsin", "arccos", "arctan", "arccot", "sinh", "cosh", "tanh", "sin", "cos", "tan", "cot", "sec", "csc",
    "log", "ln", "lg", "exp", "max", "min", "gcd", "lcm", "det", "sqrt",
)  # fmt: skip
"""Functions that models write without the backslash or as text."""

SPACING = re.compile(r"(?<!\\)\\(?:[,:;>~ ]|q?quad|hspace\{[^{}]*\}|displaystyle(?![a-zA-Z])"
                     r"|limits(?![a-zA-Z])|nolimits(?![a-zA-Z]))|~")  # fmt: skip
EXCLAMATION = re.compile(r"(?<![\\a-zA-Z])[a-zA-Z]{2,20}\}?!{1,9}$")
"""Behind a word, where it is no factorial."""
PHANTOM = re.compile(r"\\[hv]?phantom\s*\{[^{}]{0,200}\}")
"""Takes up room, and shows nothing."""
SIZING = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)(?![a-zA-Z])")
TEXT_COMMAND = re.compile(
    r"\\(?:textbf|textit|textrm|textsf|texttt|textnormal|text|mathrm|mathbf|mathit|mathsf|mathtt|boldsymbol"
    r"|mbox|hbox|operatorname\*?|bf|rm|it)\s*\{"
)
NUMBER_TEXT = re.compile(r"\\text\{\s*([-+]|[-+]?[\d.,]*\d)\s*\}")
PERCENT_TEXT = re.compile(r"\\text\{\s*(?:%|percent(?:age)?|pct)\s*\}")
ONE_LETTER_TEXT = re.compile(r"\\text\{\s*\(?([A-Za-z])\)?\s*\}")
CONNECTOR_TEXT = re.compile(r"\\text\{[\s,]*(and|or)[\s,]*\}")
FUNCTION_TEXT = re.compile(r"\\text\{\s*(" + "|".join(FUNCTIONS) + r")\s*\}")
BARE_FUNCTION = re.compile(r"(?<![\\a-zA-Z])(" + "|".join(FUNCTIONS) + r")(?=[\s({\\^_])")
THOUSANDS = re.compile(r"(?<=\d)(?:\{,\}|,\\!|\\!)\s*(?=\d)")
DOUBLED_BACKSLASH = re.compile(r"\\\\(?=[a-zA-Z])")
HTML_SCRIPT = re.compile(r"<(sup|sub)>([^<>]{0,200})</\1>")
ROOT_OF = re.compile(r"\N{SQUARE ROOT}\s*(?:\(([^()]*)\)|(\d+(?:\.\d+)?|[a-zA-Z]))")
DELIMITERS = re.compile(r"\\[()]|(?<!\\)\\[\[\]]|\$")
RELATIONS = (
    (re.compile(r"\\(?:leqslant|leqq|leq|le)(?![a-zA-Z])|<=|=<"), r"\\le "),
    (re.compile(r"\\(?:geqslant|geqq|geq|ge)(?![a-zA-Z])|>="), r"\\ge "),
    (re.compile(r"\\lt(?![a-zA-Z])|&lt;"), "<"),
    (re.compile(r"\\gt(?![a-zA-Z])|&gt;"), ">"),
    (re.compile(r"\\(?:neq|ne)(?![a-zA-Z])|!="), r"\\ne "),
    (re.compile(r"\\(?:simeq|sim|thickapprox|doteq|approxeq)(?![a-zA-Z])"), r"\\approx "),
    (re.compile(r"\\(?:dfrac|tfrac|cfrac)(?![a-zA-Z])"), r"\\frac"),
    (re.compile(r"\\(?:dbinom|tbinom)(?![a-zA-Z])"), r"\\binom"),
    (re.compile(r"\\binom ?(\d) ?(\d)"), r"\\binom{\1}{\2}"),
    (re.compile(r"\\log ?_ ?([a-zA-Z])(?![a-zA-Z])"), r"\\log_{\1}"),
    (re.compile(r"\\(?:langle)(?![a-zA-Z])"), "("),
    (re.compile(r"\\(?:rangle)(?![a-zA-Z])"), ")"),
    (re.compile(r"\\(?:varnothing)(?![a-zA-Z])"), r"\\emptyset "),
    (re.compile(r"\\(?:land|wedge)(?![a-zA-Z])"), " and "),
    (re.compile(r"\\(?:lor|vee)(?![a-zA-Z])"), " or "),
    (re.compile(r"\\(?:dots|dotsc|dotsb|cdots|ldots)(?![a-zA-Z])|\.\.\."), r"\\ldots "),
    (re.compile(r"\\(?:lbrace)(?![a-zA-Z])"), r"\\{"),
    (re.compile(r"\\(?:rbrace)(?![a-zA-Z])"), r"\\}"),
    (re.compile(r"\\(?:lbrack)(?![a-zA-Z])"), "["),
    (re.compile(r"\\(?:rbrack)(?![a-zA-Z])"), "]"),
    (re.compile(r"\\(?:degree|textdegree)(?![a-zA-Z])"), r"^{\\circ}"),
    (re.compile(r"\^\s*\\circ(?![a-zA-Z])"), r"^{\\circ}"),
    (re.compile(r"\\%|(?<=[\d}\s])(?:percent(?:age)?|pct)\b"), "%"),
)
"""Spellings of relations, fractions and marks that typeset alike."""

CURRENCIES = {
    r"\$": "dollars", "\N{CENT SIGN}": "cents", "\N{EURO SIGN}": "euros", "\N{POUND SIGN}": "pounds",
    "\N{YEN SIGN}": "yen", "\N{INDIAN RUPEE SIGN}": "rupees",
}  # fmt: skip
"""Signs and their words, which are read as units."""
SIGN = r"(?P<{}>\\\$|[\N{{CENT SIGN}}\N{{EURO SIGN}}\N{{POUND SIGN}}\N{{YEN SIGN}}\N{{INDIAN RUPEE SIGN}}])"
MONEY = re.compile(
    rf"\s*(?P<minus>-?)\s*(?:{SIGN.format('before')}\s*)?(?P<amount>-?\d[\d.,]*)"
    rf"\s*(?:{SIGN.format('behind')}\s*)?"
)
"""One amount and nothing else; of more than that the signs carry nothing."""
MONEY_CHARACTERS = 40
"""Longer texts are none; the bound keeps the pattern cheap."""
RATIO_IN_WORDS = re.compile(r"\d[\d.]*(?: ?(?:\bto\b|\\text\{ ?to ?\}) ?\d[\d.]*)+")
RATIO_WORD = re.compile(r" ?(?:to|\\text\{ ?to ?\}) ?")
BRACKETED = re.compile(r"([\[\]])([^\[\],;]{1,100}[,;][^\[\],;]{1,100})([\[\]])")
"""A pair between square brackets, whichever way they look."""

DECORATION = ' *`"'
BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
NESTING = 1_000
"""Open braces at once."""
TRIMMING = 20
"""Rounds of taking something off both ends: braces nest, but not without end."""
INVISIBLE = {"Cf", "Cc", "Co", "Cs"}
"""Unicode categories of characters that typeset as nothing."""


PLAIN = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
"""Most answers: nothing about them has two spellings."""


def tidy(text: str) -> str:
    """The text in its one spelling: ASCII where it has a name, no delimiters, no decoration."""
    if PLAIN.fullmatch(text):
        return text
    text = _characters(_money(text))
    text = THOUSANDS.sub("", text).replace(r"\!", "")
    if r"\begin" not in text:
        text = DOUBLED_BACKSLASH.sub(lambda _: "\\", text)
    for pattern, spelling in RELATIONS:
        text = pattern.sub(spelling, text)
    text = DELIMITERS.sub(" ", text.replace(r"\$", " "))
    text = _words(SIZING.sub("", SPACING.sub(" ", PHANTOM.sub(" ", text))))
    return _intervals(_ratio(_trim(" ".join(text.split()))))


def squeeze(text: str) -> str:
    """The text without spaces that carry nothing: two texts that squeeze alike typeset alike."""
    return re.sub(r"(?<![a-zA-Z\d]) +| +(?![a-zA-Z\d])", "", re.sub(r"([\^_])\{(\w)\}", r"\1\2", text))


def _money(text: str) -> str:
    """An amount of money with its currency behind it, in words."""
    amount = MONEY.fullmatch(text) if len(text) <= MONEY_CHARACTERS else None
    sign = (amount.group("before") or amount.group("behind")) if amount else None
    if amount is None or sign is None:
        return text
    return f"{amount.group('minus')}{amount.group('amount')} \\text{{{CURRENCIES[sign]}}}"


def _ratio(text: str) -> str:
    return RATIO_WORD.sub(":", text) if RATIO_IN_WORDS.fullmatch(text) else text


def _intervals(text: str) -> str:
    """Open ends in parentheses, where square brackets that look outwards leave the text unbalanced."""
    if "]" not in text or brackets.is_balanced(text):
        return text
    return BRACKETED.sub(lambda m: "[("[m.group(1) == "]"] + m.group(2) + "])"[m.group(3) == "["], text)


def _characters(text: str) -> str:
    if text.isascii() and "<s" not in text and text.isprintable():
        return text
    text = ROOT_OF.sub(lambda m: rf"\sqrt{{{m.group(1) or m.group(2)}}}", text)
    text = "".join(map(_character, text))
    return HTML_SCRIPT.sub(lambda m: ("^" if m.group(1) == "sup" else "_") + "{" + m.group(2) + "}", text)


def _character(char: str) -> str:
    if char.isascii():
        return char if char.isprintable() else " " if char.isspace() else ""
    named = COMMANDS.get(char)
    if named is not None:
        return named
    if unicodedata.category(char) in INVISIBLE:
        return ""
    return _compatible(char)


def _compatible(char: str) -> str:
    decomposition = unicodedata.decomposition(char)
    plain = unicodedata.normalize("NFKC", char)
    if decomposition.startswith("<super>"):
        return "^{" + plain.replace("\N{MINUS SIGN}", "-") + "}"
    if decomposition.startswith("<sub>"):
        return "_{" + plain.replace("\N{MINUS SIGN}", "-") + "}"
    if decomposition.startswith("<fraction>") and not plain.endswith("\N{FRACTION SLASH}"):
        top, bottom = plain.split("\N{FRACTION SLASH}")
        return rf"\frac{{{top}}}{{{bottom}}}"
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    if char.isspace():
        return " "
    return "".join(_greek(part) for part in plain)


def _greek(char: str) -> str:
    words = unicodedata.name(char, "").split()
    if words[:1] == ["GREEK"] and len(words) == 4 and words[3].lower() in GREEK:
        name = words[3].lower().replace("lamda", "lambda")
        return "\\" + (name.capitalize() if words[1] == "CAPITAL" else name) + " "
    return char


def _words(text: str) -> str:
    if TEXT_COMMAND.search(text):
        text = TEXT_COMMAND.sub(lambda _: r"\text{", text)
        text = CONNECTOR_TEXT.sub(lambda m: f" {m.group(1)} ", text)
        text = FUNCTION_TEXT.sub(lambda m: f"\\{m.group(1)} ", text)
        text = PERCENT_TEXT.sub("%", text)
        text = NUMBER_TEXT.sub(lambda m: m.group(1), text)
        text = ONE_LETTER_TEXT.sub(lambda m: m.group(1), text)
    return BARE_FUNCTION.sub(lambda m: "\\" + m.group(1), text)


def _trim(text: str) -> str:
    """Without sentence marks, emphasis and braces around the whole."""
    for _ in range(TRIMMING):
        before = text
        text = text.strip(DECORATION)
        text = text.rstrip(".,;:! ") if not _ends_with_factorial(text) else text.rstrip(".,;: ")
        text = text.rstrip("\\")
        text = _without_outer_braces(text)
        if text == before:
            break
    return text


def _without_outer_braces(text: str) -> str:
    if not text.startswith("{"):
        return text
    ends, last, depth = closings(text), len(text) - 1, 0
    while ends.get(depth) == last - depth:
        depth += 1
    return text[depth : len(text) - depth]


def _ends_with_factorial(text: str) -> bool:
    return text.endswith("!") and not EXCLAMATION.search(text)


def closings(text: str, start: int = 0) -> dict[int, int]:
    """Where each brace from `start` on closes, by where it opens. Escaped braces do not count.

    What nests deeper than any answer is not followed further: nothing of it closes.
    """
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in BRACE.finditer(text, start):
        if match.group() == "{":
            opened.append(match.start())
            if len(opened) > NESTING:
                break
        elif match.group() == "}" and opened:
            found[opened.pop()] = match.start()
    return found
