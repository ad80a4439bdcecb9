"""Which program a response holds: a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier.judge.extract import program

PYTHON = {"python", "py", "python3"}
A, B = "print('a')\n", "print('b')\n"

# response, program; the rules are those of design section 5, fences those of CommonMark 0.31 section 4.5
TABLE = [
    ("one block", f"Text\n```python\n{A}```\nText", A),
    ("short name of the language", f"```py\n{A}```", A),
    ("name in capitals", f"```Python3\n{A}```", A),
    ("name in braces", f"```{{.python .numberLines}}\n{A}```", A),
    ("name with a title", f'```python title="solution.py"\n{A}```', A),
    ("name with a file", f"```python:solution.py\n{A}```", A),
    ("space before the name", f"``` python\n{A}```", A),
    ("last block in the language", f"```python\n{A}```\nbetter:\n```python\n{B}```", B),
    ("output after the program", f"```python\n{A}```\nprints\n```text\na\n```", A),
    ("output without a name after the program", f"```python\n{A}```\nprints\n```\na\n```", A),
    ("no name anywhere", f"```\n{A}```\nor\n```\n{B}```", B),
    ("another language alone", f"```cpp\n{A}```", A),
    ("never closed", f"```python\n{A}", A),
    ("never closed, no line end", "```python\nprint('a')", A),
    ("tildes", f"~~~python\n{A}~~~", A),
    ("tildes inside backticks", f"```python\n~~~\n{A}~~~\n```", f"~~~\n{A}~~~\n"),
    ("longer fence around a shorter one", f"````python\n```\n{A}```\n````", f"```\n{A}```\n"),
    ("shorter fence does not close", f"````python\n{A}```\n````", f"{A}```\n"),
    ("longer fence closes", f"```python\n{A}`````\nText", A),
    ("fence with a name does not close", f"```python\n{A}```python\n```", f"{A}```python\n"),
    ("indented in a list", f"1. so:\n   ```python\n   if x:\n       {A}   ```", f"if x:\n    {A}"),
    ("indented unevenly", f"    ```python\n  {A}    ```", A),
    ("on the line of a bullet", f"- ```python\n  if x:\n      {A}  ```", f"if x:\n    {A}"),
    ("on the line of a number", f"  12. ```python\n      {A}      ```", A),
    ("indented with tabs", f"\t```python\n\t{A}\t```", A),
    ("windows line ends", "```python\r\nprint('a')\r\n```\r\n", "print('a')\r\n"),
    ("fence at the end of prose", f"Here it is: ```python\n{A}```", A),
    ("three backticks in prose", f"Use ``` for code.\n\n```python\n{A}```", A),
    ("inline code of three backticks", f"```x``` is code\n```python\n{A}```", A),
    ("blank block after the program", f"```python\n{A}```\n```python\n\n```", A),
    ("stray fence at the end", f"```\n{A}```\n```", A),
    ("bare program", A, A),
    ("bare program, byte for byte", f"\n  {A}\r\n\t", f"\n  {A}\r\n\t"),
    ("bare body", "    return 1\n", "    return 1\n"),
    ("thoughts before", f"<think>\n```python\n{B}```\n</think>\n```python\n{A}```", A),
    ("thoughts cut off before", f"```python\n{B}```\n</think>\n```python\n{A}```", A),
    ("thoughts twice", f"<think>x</think>\n```python\n{B}```\n<think>y</think>\n```python\n{A}```", A),
    ("thoughts, then a bare program", f"<think>x</think>{A}", A),
    ("thoughts without end", f"<think>\n```python\n{A}```", None),
    ("new thoughts without end", f"<think>x</think>\n```python\n{A}```\n<think>no", None),
    ("nothing", "", None),
    ("blank", " \n\t\n", None),
    ("nothing after the thoughts", f"<think>\n```python\n{A}```\n</think>\n", None),
    ("blank blocks alone", "```python\n\n```", None),
]


def code(response: str, fences: set[str]) -> str | None:
    """The program in a response, without its files."""
    found = program(response, fences)
    return found.code if found else None


@pytest.mark.parametrize(("response", "wanted"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_program_in_a_response(response: str, wanted: str | None) -> None:
    """The last block in the language, else the last block, else everything."""
    assert code(response, PYTHON) == wanted


FILES = [
    ("helper first", f"```python:helper.py\n{B}```\n```python:main.py\n{A}```", A, {"helper.py": B}),
    ("main first", f"```python:main.py\n{A}```\n```python:helper.py\n{B}```", A, {"helper.py": B}),
    ("solution", f"```python solution.py\n{A}```\n```python lib/b.py\n{B}```", A, {"lib/b.py": B}),
    ("title", f'```py title="helper.py"\n{B}```\n```python\n{A}```', A, {"helper.py": B}),
    ("braces", f"```{{.python file='b.py'}}\n{B}```\n```python\n{A}```", A, {"b.py": B}),
    ("no main: the last", f"```python:a.py\n{B}```\n```python:b.py\n{A}```", A, {"a.py": B}),
    ("last version of each", f"```py:b.py\n{A}```\n```py:b.py\n{B}```\n```py\n{A}```", A, {"b.py": B}),
    ("one file alone", f"```python:main.py\n{B}```\nor better\n```python\n{A}```", A, {"main.py": B}),
    ("data", f"```text data.txt\n1\n```\n```python\n{A}```", A, {"data.txt": "1\n"}),
    ("no path of a file", f"```py:../b.py\n{B}```\n```py:/b.py\n{B}```\n```py\n{A}```", A, {}),
    ("a version", f"```python 3.11\n{B}```\n```python\n{A}```", A, {}),
    ("too many", "".join(f"```py:b{n}.py\n{B}```\n" for n in range(99)) + f"```py\n{A}```", A, {}),
]


@pytest.mark.parametrize(
    ("response", "main", "files"), [row[1:] for row in FILES], ids=[row[0] for row in FILES]
)
def test_the_files_in_a_response(response: str, main: str, files: dict[str, str]) -> None:
    """Blocks with names of their own lie beside the program."""
    found = program(response, PYTHON)

    assert found is not None
    assert (found.code, found.files) == (main, files)


@given(st.text(st.sampled_from("`~ \t\nab<>/think")))
def test_trimming_thoughts_beforehand_gives_the_same_program(response: str) -> None:
    """So a trainer may do it or not."""
    trimmed = response.rpartition("</think>")[2]

    assert code(trimmed, PYTHON) == code(response, PYTHON)


@given(st.text().filter(lambda text: "`" not in text and "~" not in text and "<think>" not in text))
def test_a_response_without_fences_is_the_program_byte_for_byte(response: str) -> None:
    """Completions of a prompt come bare, and their indentation is part of them."""
    found = code(response, PYTHON)

    assert found == (response.rpartition("</think>")[2] if found is not None else None)
    assert (found is None) == (not response.rpartition("</think>")[2].strip())


def test_long_lines_of_fence_characters_take_no_time() -> None:
    """Patterns with nested repeats would hang here."""
    for line in ("`" * 500_000, "a `" * 200_000, " " * 500_000 + "`", "a" * 500_000 + "```", "~a" * 200_000):
        code(f"{line}\n" * 2, PYTHON)
