"""`auditor decide`: JSON lines in and out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f"
GRANT = {
    "Sid": "lex",
    "Effect": "Allow",
    "Principal": {"Service": "lex.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": FUNCTION,
}


def line(service: str = "lex.amazonaws.com", **parts: Any) -> str:
    asked = {
        "principal": {"Service": service},
        "action": "lambda:InvokeFunction",
        "resource": FUNCTION,
        "context": {},
        "resource_policy": {"Version": "2012-10-17", "Statement": GRANT},
        "identity_policies": [],
    }
    return json.dumps({**asked, **parts})


def test_answers_stand_in_the_order_of_the_lines(run: Run, tmp_path: Path) -> None:
    denied = {"Version": "2012-10-17", "Statement": [GRANT, {**GRANT, "Sid": "no", "Effect": "Deny"}]}
    lines = [line(), "", line("s3.amazonaws.com"), line(resource_policy=denied), line(resource_policy=None)]
    (tmp_path / "q.jsonl").write_text("\n".join(lines))
    ran = run("decide", "q.jsonl")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        '{"decision": "allow", "because": "statement", '
        '"statements": [{"policy": "resource", "index": 0, "sid": "lex"}], "reason": ""}',
        '{"decision": "deny", "because": "no-match", "statements": [], "reason": ""}',
        '{"decision": "deny", "because": "explicit-deny", '
        '"statements": [{"policy": "resource", "index": 1, "sid": "no"}], "reason": ""}',
        '{"decision": "deny", "because": "no-match", "statements": [], "reason": ""}',
    ]


def test_undetermined_is_an_answer(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(line(resource_policy={"Version": "2012-10-17", "Statement": 7}))
    ran = run("decide", "q.jsonl")
    assert ran.status == 0
    told = json.loads(ran.out)
    assert (told["decision"], told["because"]) == ("undetermined", "corner-case")


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_answered(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text(f"{line()}\n{{nope\n{line()}\n")
    ran = run("decide", "q.jsonl")
    assert ran.status == 3
    told = [json.loads(answer) for answer in ran.out.splitlines()]
    assert [next(iter(answer)) for answer in told] == ["decision", "error", "decision"]
    assert told[1]["error"].startswith("line 2: no JSON")


def test_a_missing_file_is_told(run: Run) -> None:
    ran = run("decide", "nowhere.jsonl")
    assert (ran.status, ran.out) == (3, "")
    assert "nowhere.jsonl: cannot be read: no such file" in ran.err
    assert "help: " in ran.err


def test_a_folder_is_no_file_of_lines(run: Run) -> None:
    ran = run("decide", ".")
    assert (ran.status, ran.out) == (3, "")
    assert "cannot be read" in ran.err


def test_standard_input_is_read_without_an_argument(spawn: Run) -> None:
    for arguments in ((), ("-",)):
        ran = spawn("decide", *arguments, stdin=f"{line()}\n".encode())
        assert (ran.status, json.loads(ran.out)["decision"]) == (0, "allow")


def test_an_answer_comes_before_the_next_question(tmp_path: Path) -> None:
    """So that another program can ask and wait."""
    command = [sys.executable, "-m", "auditor", "decide"]
    root = str(Path(__file__).parents[2])
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": root}, cwd=tmp_path
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for service, expected in (("lex.amazonaws.com", "allow"), ("s3.amazonaws.com", "deny")):
            process.stdin.write(f"{line(service)}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["decision"] == expected
        process.stdin.close()
        assert process.wait() == 0


def test_a_reader_that_goes_away_ends_it_quietly(tmp_path: Path) -> None:
    """Also where the lines never end."""
    (tmp_path / "line").write_text(line() + "\n")
    script = 'yes "$(cat line)" | "$PYTHON" -m auditor decide | head -n 1'
    environment = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=False
    )
    assert json.loads(done.stdout)["decision"] == "allow"
    assert done.stderr == b""


MEASURE = """\
import resource, subprocess, sys
lines = subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2]], stdout=subprocess.PIPE)
asked = [sys.executable, "-m", "auditor", "decide"]
status = subprocess.call(asked, stdin=lines.stdout, stdout=subprocess.DEVNULL)
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
MANY = "import sys\nfor n in range(8_000):\n    sys.stdout.write(sys.argv[1].replace('@', str(n)) + '\\n')\n"


def test_memory_does_not_grow_with_the_lines(tmp_path: Path) -> None:
    """8,000 lines of 16 MB in all, each with a policy that no other has, within 80 MB."""
    padded = {**GRANT, "Sid": "@" + "x" * 1_600}
    text = line(resource_policy={"Version": "2012-10-17", "Statement": [GRANT, padded]})
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, MANY, text], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    status, kilobytes = map(int, done.stdout.split())
    assert status == 0
    assert kilobytes < 80 * 1024
