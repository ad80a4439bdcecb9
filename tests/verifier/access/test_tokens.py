"""What a token file says, and whom it admits."""

from __future__ import annotations

import pytest

from verifier.access.tokens import WrongTokens, holder, new_token, read_tokens, sha256

GOOD = sha256("sesame")


def test_a_file_names_tokens_and_what_they_admit_to() -> None:
    tokens = read_tokens(f"# who\n\ntrainer {GOOD}\ndashboard {sha256('x')} GetCapabilities,Verify\n")
    assert [token.name for token in tokens] == ["trainer", "dashboard"]
    assert tokens[0].admits("VerifyBatch")
    assert tokens[1].admits("Verify")
    assert not tokens[1].admits("VerifyBatch")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no token"),
        ("# nobody\n", "no token"),
        ("trainer\n", "line 1"),
        (f"a {GOOD}\nb sesame\n", "line 2"),
        (f"a {GOOD.upper()}\n", "line 1"),
        (f"a {GOOD} Verify VerifyBatch\n", "line 1"),
    ],
)
def test_a_wrong_line_is_named_and_not_shown(text: str, says: str) -> None:
    with pytest.raises(WrongTokens, match=says) as wrong:
        read_tokens(text)
    assert "sesame" not in str(wrong.value)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Bearer sesame", "trainer"),
        ("bearer  sesame ", "trainer"),
        ("Basic sesame", None),
        ("sesame", None),
        (f"Bearer {GOOD}", None),  # the hash opens nothing
        ("Bearer ", None),
        ("", None),
    ],
)
def test_only_the_token_itself_opens(header: str, name: str | None) -> None:
    found = holder(read_tokens(f"trainer {GOOD}"), header)
    assert (found.name if found else None) == name


def test_tokens_are_not_guessed() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) >= 43  # 256 bits in base64
