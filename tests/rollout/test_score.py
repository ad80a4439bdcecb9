"""`rollout score` as a user runs it: files in, scored lines and a summary out."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from rollout.scoring.lines import FIELDS
from tests.rollout.command import HANG_SECONDS, ROLLOUT, read_records, run_rollout, write_records
from tests.rollout.fake_service import RULESET

if TYPE_CHECKING:
    from pathlib import Path


def math(response: str, gold: object = "204", **fields: object) -> dict[str, object]:
    """A native math record."""
    return {"id": "a", "response": response, "task": {"verifier": "math", "answer": gold}, **fields}


def code(**task: object) -> dict[str, object]:
    """A native code record."""
    fields = {"verifier": "code", "language": "python", "tests": {"inputs": ["1"], "outputs": ["1"]}, **task}
    return {"id": "c", "response": "print(1)", "task": fields}


def test_scored_lines_are_the_records_with_their_scores_in_input_order(target: str, tmp_path: Path) -> None:
    """Over several files, each record is repeated as it is, unknown fields included."""
    records = [math(str(index), gold=str(index % 2 and index), note=[index]) for index in range(300)]
    first = write_records(tmp_path / "1.jsonl", records[:100])
    second = write_records(tmp_path / "2.jsonl", records[100:])
    out = tmp_path / "out.jsonl"

    done = run_rollout("score", first, second, "-o", out, "--target", target)

    scored = read_records(out)
    assert done.code == 0
    assert [{name: line[name] for name in records[0]} for line in scored] == records
    assert [line["correct"] for line in scored] == [index == 0 or index % 2 == 1 for index in range(300)]
    assert list(scored[0]) == [*records[0], *FIELDS]
    assert scored[1]["versions"]["ruleset"] == RULESET
    assert not out.with_name("out.jsonl.partial").exists()


def test_the_summary_counts_what_the_lines_say(target: str, tmp_path: Path) -> None:
    """One JSON object on standard output, and nothing else there."""
    records = [
        math("204", group="g"), math("1", group="g"), math("2", group="g"), math("204", group="h"),
        math("204", gold="unparsable"),
    ]  # fmt: skip
    done = run_rollout("score", write_records(tmp_path / "in.jsonl", records), "--json", "--target", target)

    summary = done.summary
    assert done.code == 1
    assert summary.pop("seconds") > 0
    assert summary == {
        "records": 5,
        "judged": 4,
        "unjudged": 1,
        "accepted": 2,
        "mean_score": 0.5,
        "verdicts": {"ACCEPTED": 2, "WRONG_ANSWER": 2, "UNJUDGED": 1},
        "failure_kinds": {"invalid_task": 1},
        "failure_reasons": {"invalid_task": "task.answer.answers[0]: cannot be parsed"},
        "pass_at_k": {"1": pytest.approx((1 / 3 + 1) / 2), "2": pytest.approx(2 / 3)},
        "groups": 3,
        "second_opinions": {"asked": 0, "accepted": 0},
    }


def test_without_json_a_table_is_printed_on_standard_error(target: str, tmp_path: Path) -> None:
    """Plain text where nobody watches: no colours, no bar."""
    done = run_rollout("score", write_records(tmp_path / "in.jsonl", [math("204")]), "--target", target)

    assert done.stdout == ""
    assert "ACCEPTED" in done.stderr
    assert "every test passed" in done.stderr
    assert "\x1b" not in done.stderr


def test_scored_lines_can_go_to_standard_output(target: str, tmp_path: Path) -> None:
    """For pipes; the summary stays on standard error."""
    done = run_rollout(
        "score", write_records(tmp_path / "in.jsonl", [math("204")]), "-o", "-", "--target", target
    )

    assert json.loads(done.stdout)["verdict"] == "ACCEPTED"


def test_an_unjudged_record_has_null_for_a_score(target: str, tmp_path: Path) -> None:
    """What only judging can find leaves its record unjudged, and the rest is judged."""
    out = tmp_path / "out.jsonl"
    records = [math("204"), math("204", gold="unparsable")]

    done = run_rollout("score", write_records(tmp_path / "in.jsonl", records), "-o", out, "--target", target)

    judged, unjudged = read_records(out)
    assert done.code == 1
    assert judged["score"] == 1.0
    assert (unjudged["verdict"], unjudged["score"], unjudged["correct"]) == ("UNJUDGED", None, None)
    assert unjudged["failure_kind"] == "invalid_task"
    assert "cannot be parsed" in unjudged["failure_reason"]


@pytest.mark.parametrize(
    ("gold", "text"),
    [("204", "204"), ("0.10", "0.10"), ("1e3", "1e3"), ("-0", "-0"), ("1" + "0" * 5000, "1" + "0" * 5000)],
    ids=["integer", "decimal", "exponent", "minus zero", "huge"],
)
def test_golds_that_are_numbers_keep_the_spelling_of_their_source(
    gold: str, text: str, target: str, tmp_path: Path
) -> None:
    """The fake judge accepts the very same text only."""
    record = json.dumps(math(text, gold="GOLD")).replace('"GOLD"', gold)

    done = run_rollout("score", write_records(tmp_path / "in.jsonl", [record]), "--json", "--target", target)

    assert done.summary["accepted"] == 1


def test_lone_surrogates_become_replacement_characters(target: str, tmp_path: Path) -> None:
    """In what is judged and in what is written; everything else of a line is untouched."""
    task = '{"verifier": "math", "answer": "1"}'
    line = f'{{"id": "\\ud83d\\ude00", "response": "a\\ud800", "task": {task}, "n": 0.10}}'
    out = tmp_path / "out.jsonl"

    done = run_rollout("score", write_records(tmp_path / "in.jsonl", [line]), "-o", out, "--target", target)

    text = out.read_text("utf-8")
    assert done.code == 0
    assert text.startswith(line[:-1].replace("\\ud800", "\\ufffd"))
    assert json.loads(text)["extracted"] == "a\ufffd"


def test_a_line_stays_one_line_for_readers_that_split_at_more(target: str, tmp_path: Path) -> None:
    """U+2028 may stand in JSON as it is; `str.splitlines` would cut there."""
    record = json.dumps(math("a\u2028b\x85c"), ensure_ascii=False)
    out = tmp_path / "out.jsonl"

    run_rollout("score", write_records(tmp_path / "in.jsonl", [record]), "-o", out, "--target", target)

    (line,) = out.read_text("utf-8").splitlines()
    assert json.loads(line)["response"] == "a\u2028b\x85c"


def test_scoring_a_scored_file_replaces_the_scores(target: str, tmp_path: Path) -> None:
    """No field appears twice."""
    once, twice = tmp_path / "once.jsonl", tmp_path / "twice.jsonl"
    run_rollout("score", write_records(tmp_path / "in.jsonl", [math("204")]), "-o", once, "--target", target)

    run_rollout("score", once, "-o", twice, "--target", target)

    assert once.read_text() == twice.read_text()


def test_tasks_can_stand_in_a_file_of_their_own(target: str, tmp_path: Path) -> None:
    """Records name them by key."""
    tasks = write_records(
        tmp_path / "tasks.jsonl", [{"key": "t", "task": {"verifier": "math", "answer": 0.5}}]
    )
    records = [{"id": 1, "response": "0.5", "task_key": "t"}, {"id": 2, "response": "5", "task_key": "t"}]

    done = run_rollout(
        "score", write_records(tmp_path / "in.jsonl", records), "--tasks", tasks, "--json", "--target", target
    )  # fmt: skip

    assert done.summary["verdicts"] == {"ACCEPTED": 1, "WRONG_ANSWER": 1}


def test_a_language_that_is_not_installed_is_no_mistake_in_the_input(target: str, tmp_path: Path) -> None:
    """It is sent: whether it can be judged is for the service to say."""
    records = [code(language="cobol"), math("204")]

    done = run_rollout("score", write_records(tmp_path / "in.jsonl", records), "--json", "--target", target)

    assert done.code == 0
    assert done.summary["records"] == 2


GOOD = math("204")
BROKEN = [
    pytest.param('{"id": "a", ', "not JSON", id="bad JSON"),
    pytest.param("[1, 2]", "not a JSON object", id="no object"),
    pytest.param('{"id": ' + "[" * 100_000, "not JSON that can be read: nested too deeply", id="deep JSON"),
    pytest.param({**GOOD, "id": None}, "id:", id="no id"),
    pytest.param({"id": "a", "task": GOOD["task"]}, "response: missing", id="no response"),
    pytest.param({**GOOD, "response": 5}, "response:", id="response of another type"),
    pytest.param({"id": "a", "response": "1"}, "task: missing", id="no task"),
    pytest.param({**GOOD, "task": {"answer": "1"}}, "task.verifier: missing", id="no verifier"),
    pytest.param(
        {**GOOD, "task": {"verifier": "maths"}}, "task.verifier: unknown verifier 'maths'", id="verifier"
    ),
    pytest.param(
        {**GOOD, "task": {"verifier": "maths", "answer": "1"}},
        "task.verifier: unknown verifier 'maths' (this service has: choice, code, math)",
        id="verifier unknown to the service",
    ),
    pytest.param({**GOOD, "task": {"verifier": "math"}}, "task.answer: missing", id="no gold"),
    pytest.param(math("1", gold=[]), "task.answer: no gold", id="no golds"),
    pytest.param(math("1", gold=True), "task.answer: must be a text or a number", id="gold of another type"),
    pytest.param(
        {**GOOD, "task": {"verifier": "math", "answer": "1", "tolerence": 1}},
        "task.tolerence: unknown field",
        id="misspelt field",
    ),
    pytest.param(
        code(language="pythno"), "task.language: unknown language 'pythno' (this service has:", id="language"
    ),
    pytest.param(code(checker="tokenz"), "task.checker: unknown checker 'tokenz'", id="checker"),
    pytest.param(
        code(checker={"language": "c++", "source": "…"}),
        "task.checker.language: unknown language 'c++'",
        id="language of a checker",
    ),
    pytest.param(code(tests={}), "task.tests: no tests", id="no tests"),
    pytest.param(code(tests={"inputs": [], "outputs": []}), "task.tests.inputs: no tests", id="no cases"),
    pytest.param(code(tests={"asserts": []}), "task.tests.asserts: no tests", id="no asserts"),
    pytest.param(code(tests={"program": " \n"}), "task.tests.program: no tests", id="empty program"),
    pytest.param(
        code(tests={"inputs": ["1", "2"], "outputs": ["1"]}),
        "task.tests.outputs: 1 outputs for 2 inputs",
        id="unequal lengths",
    ),
    pytest.param(
        code(tests={"inputs": [5], "outputs": ["1"]}), "task.tests.inputs[0]: must be a text", id="no text"
    ),
    pytest.param(
        code(tests={"inputs": ["1\n{"], "outputs": ["1"], "fn_name": "f"}),
        "task.tests.inputs[0]: line 2 of the text is not a JSON value",
        id="no arguments",
    ),
    pytest.param(
        code(tests={"inputs": ["1"], "outputs": ["1"], "asserts": ["assert f()"]}),
        "task.tests: no tests: exactly one of",
        id="two styles of tests",
    ),
    pytest.param(code(limits={"cpu_seconds": 0}), "task.limits.cpu_seconds:", id="absurd limit"),
    pytest.param({"id": "a", "response": "1", "task_key": "t"}, "task_key: 't' needs a file", id="key alone"),
    pytest.param({**GOOD, "task_key": "t"}, "task_key: given beside `task`", id="key and task"),
]


@pytest.mark.parametrize(("record", "message"), BROKEN)
def test_a_broken_record_is_named_with_file_line_and_field_before_anything_runs(
    record: object, message: str, target: str, tmp_path: Path
) -> None:
    """Line 7 of the file is wrong: exit code 2, and no output file is left behind."""
    path = write_records(tmp_path / "in.jsonl", [GOOD] * 6 + [record] + [GOOD])
    out = tmp_path / "out.jsonl"

    done = run_rollout("score", path, "-o", out, "--target", target)

    assert done.code == 2
    assert f"{path}:7: {message}" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(tmp_path.iterdir()) == [path]


def test_what_is_not_utf_8_is_named(target: str, tmp_path: Path) -> None:
    """By line and byte."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "\xff"}\n')

    done = run_rollout("score", path, "--target", target)

    assert done.code == 2
    assert f"{path}:2: not UTF-8 (byte 9 of the line)" in done.stderr


def test_many_problems_are_listed_but_not_all(target: str, tmp_path: Path) -> None:
    """A file of the wrong kind has as many problems as lines."""
    path = write_records(tmp_path / "in.jsonl", [GOOD, *[{"response": "1"}] * 500])

    done = run_rollout("score", path, "--target", target)

    assert done.code == 2
    assert 10 < len(done.stderr.splitlines()) < 30


def test_broken_files_of_tasks_are_named_too(target: str, tmp_path: Path) -> None:
    """A key twice, a key that nothing defines."""
    task = {"verifier": "math", "answer": "1"}
    tasks = write_records(tmp_path / "tasks.jsonl", [{"key": "t", "task": task}] * 2)
    path = write_records(tmp_path / "in.jsonl", [{"id": 1, "response": "1", "task_key": "u"}])

    twice = run_rollout("score", path, "--tasks", tasks, "--target", target)
    write_records(tasks, [{"key": "t", "task": task}])
    undefined = run_rollout("score", path, "--tasks", tasks, "--target", target)

    assert (twice.code, undefined.code) == (2, 2)
    assert f"{tasks}:2: key: 't' is defined twice" in twice.stderr
    assert f"{path}:1: task_key: 'u' is not defined" in undefined.stderr


def test_wrong_usage_is_refused_with_the_option_named(target: str, tmp_path: Path) -> None:
    """Before any file is touched."""
    path = write_records(tmp_path / "in.jsonl", [GOOD])
    before = path.read_bytes()
    wrong = {
        "would overwrite the input": ["-o", path],
        "is a directory": ["-o", tmp_path],
        "its directory does not exist": ["-o", tmp_path / "no" / "out.jsonl"],
        "cannot both go to standard output": ["-o", "-", "--json"],
        "nothing to continue": ["--resume"],
        "unknown format 'parquet'": ["--format", "parquet"],
        "is not HOST:PORT": ["--target", "localhost"],
    }
    for message, options in wrong.items():
        done = run_rollout("score", path, "--target", target, *options)
        assert done.code == 2, message
        assert message in done.stderr
    missing = run_rollout("score", tmp_path / "none.jsonl", "--target", target)

    assert missing.code == 2
    assert "none.jsonl: cannot be read: No such file" in missing.stderr
    assert path.read_bytes() == before


def test_an_empty_input_is_a_mistake(target: str, tmp_path: Path) -> None:
    """Zero records are never a success."""
    done = run_rollout("score", write_records(tmp_path / "in.jsonl", ["", " "]), "--target", target)

    assert done.code == 2
    assert "no records" in done.stderr


def test_records_can_come_through_a_pipe(target: str, tmp_path: Path) -> None:
    """Although they are read twice."""
    done = subprocess.run(
        [*ROLLOUT, "score", "-", "--json", "--target", target],
        input=f"\ufeff{json.dumps(GOOD)}\r\n\r\n{json.dumps(GOOD)}".encode(),
        capture_output=True,
        timeout=HANG_SECONDS,
        check=False,
    )

    assert done.returncode == 0
    assert json.loads(done.stdout)["accepted"] == 2


def test_an_unreachable_service_has_an_exit_code_of_its_own(tmp_path: Path) -> None:
    """And leaves no output."""
    path = write_records(tmp_path / "in.jsonl", [GOOD])

    done = run_rollout("score", path, "-o", tmp_path / "out.jsonl", "--target", f"unix:{tmp_path}/nobody")

    assert done.code == 3
    assert "nobody answer" in done.stderr
    assert sorted(tmp_path.iterdir()) == [path]


def test_a_run_killed_in_the_middle_is_continued_to_the_same_result(target: str, tmp_path: Path) -> None:
    """Killed twice: exactly one output line per input line, in order."""
    records = [math(str(index), gold=str(index % 3)) for index in range(3000)]
    path = write_records(tmp_path / "in.jsonl", records)
    whole, out = tmp_path / "whole.jsonl", tmp_path / "out.jsonl"
    partial = tmp_path / "out.jsonl.partial"
    run_rollout("score", path, "-o", whole, "--target", target)

    for lines in (100, 1000):
        _kill_after(lines, partial, "score", path, "-o", out, "--resume", "--target", target)
        with partial.open("ab") as torn:
            torn.write(b'{"id": "a", "resp')
    done = run_rollout("score", path, "-o", out, "--resume", "--json", "--target", target)

    assert done.code == 0
    assert done.summary["records"] == 3000
    assert done.summary["accepted"] == 3
    assert out.read_bytes() == whole.read_bytes()
    assert not partial.exists()


@pytest.mark.parametrize("change", ["record", "ruleset"])
def test_kept_lines_count_only_for_the_same_record_and_rules(
    change: str, target: str, tmp_path: Path
) -> None:
    """An input that was edited, or a service with other rules, is scored anew from there on."""
    path = write_records(tmp_path / "in.jsonl", [math("204"), math("1"), math("2")])
    out, partial = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    run_rollout("score", path, "-o", out, "--target", target)
    first, second, third = out.read_text().splitlines(keepends=True)
    if change == "record":
        write_records(path, [math("204"), math("204", note="edited"), math("2")])
    else:
        second = second.replace('"ruleset": "7"', '"ruleset": "6"')
    marked = first.replace('"detail": ""', '"detail": "kept"')
    partial.write_text(marked + second + third.replace('"detail": ""', '"detail": "kept"'))
    out.unlink()

    done = run_rollout("score", path, "-o", out, "--resume", "--target", target)

    assert done.code == 0
    assert [line["detail"] for line in read_records(out)] == ["kept", "", ""]
    assert [line["versions"]["ruleset"] for line in read_records(out)] == [RULESET] * 3


def test_two_runs_cannot_write_one_output(target: str, tmp_path: Path) -> None:
    """The second is refused, and the first is not disturbed."""
    path = write_records(tmp_path / "in.jsonl", [math("take your time")])
    out, partial = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    command = [*ROLLOUT, "score", str(path), "-o", str(out), "--target", target]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as first:
        try:
            _wait_until(partial.exists, first)
            done = run_rollout("score", path, "-o", out, "--target", target)
        finally:
            first.kill()

    assert done.code == 2
    assert "another run is writing it" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_cleanly_and_keeps_what_is_done(
    number: signal.Signals, target: str, tmp_path: Path
) -> None:
    """The exit code names the signal, as a shell would; the rest can be resumed."""
    records = [*[math("204")] * 10, math("take your time")]
    path = write_records(tmp_path / "in.jsonl", records)
    out, partial = tmp_path / "out.jsonl", tmp_path / "out.jsonl.partial"
    command = [*ROLLOUT, "score", str(path), "-o", str(out), "--target", target]
    # a suite that runs in the background of a shell ignores SIGINT, and so would what it starts
    before = signal.signal(number, signal.SIG_DFL)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        signal.signal(number, before)
        _wait_until(lambda: partial.exists() and len(partial.read_bytes().splitlines()) == 10, process)
        process.send_signal(number)
        _, stderr = process.communicate(timeout=HANG_SECONDS)

    assert process.returncode == 128 + number
    assert "Traceback" not in stderr
    assert len(read_records(partial)) == 10
    assert not out.exists()


def _kill_after(lines: int, partial: Path, *arguments: object) -> None:
    """Kill the command once this many lines are written."""
    with subprocess.Popen([*ROLLOUT, *map(str, arguments)], stderr=subprocess.DEVNULL) as process:
        _wait_until(lambda: partial.exists() and partial.read_bytes().count(b"\n") >= lines, process)
        process.kill()


def _wait_until(condition: object, process: subprocess.Popen[object]) -> None:
    """Look until it holds; the process must not end before."""
    until = time.monotonic() + HANG_SECONDS
    while not condition():
        assert process.poll() is None, "ended too early"
        assert time.monotonic() < until, "hangs"
        os.sched_yield()
