"""Reading never stops at bad input, and says what it did not look at."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.estate.estate import Reading, Skipped, SourceKind
from auditor.sources.errors import UsageError
from auditor.sources.options import ReadOptions
from auditor.sources.read import read
from auditor.sources.source import LARGEST

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
BUNDLE = "function: {name: f}\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working directory of each test: an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(reading: Reading) -> list[tuple[str, str]]:
    return [(str(skipped.origin), skipped.reason) for skipped in reading.skipped]


def only(reading: Reading) -> Skipped:
    (skipped,) = reading.skipped
    return skipped


def test_bundles_outputs_and_documents_are_one_estate(here: Path) -> None:
    (here / "a").mkdir()
    (here / "a/b.yaml").write_text(BUNDLE)
    (here / "p.json").write_text(POLICY)
    reading = read(["a", "p.json"])
    (estate,) = reading.estates
    assert estate.kind is SourceKind.BUNDLE
    assert [str(function.name) for function in estate.functions] == ["f"]
    assert [document.name for document in estate.documents] == ["p.json"]
    assert reading.sources == ("a/b.yaml", "p.json")
    assert reading.skipped == ()


def test_documents_alone_are_an_estate_of_documents(here: Path) -> None:
    (here / "p.json").write_text(POLICY)
    assert [estate.kind for estate in read(["."]).estates] == [SourceKind.DOCUMENT]


def test_an_input_named_twice_is_read_once(here: Path) -> None:
    (here / "b.yaml").write_text(BUNDLE)
    (here / "link.yaml").symlink_to("b.yaml")
    reading = read([".", "b.yaml", "link.yaml", here])
    assert (reading.sources, reading.skipped) == (("b.yaml",), ())


def test_every_function_of_a_file_is_read(here: Path) -> None:
    (here / "a.yaml").write_text("function: {name: f}\n---\nfunction: {name: g}\n")
    (here / "b.json").write_text('[{"function": {"name": "h"}}, {"function": {"name": "i"}}]')
    (estate,) = read(["."]).estates
    assert [str(function.name) for function in estate.functions] == ["f", "g", "h", "i"]


def test_a_broken_bundle_does_not_stop_its_neighbours(here: Path) -> None:
    (here / "a.yaml").write_text("function: {name: f, rutnime: x}\n---\nfunction: {name: g}\n")
    reading = read(["."])
    assert told(reading) == [("a.yaml:1:21", "unknown key `rutnime` in `function`")]
    assert only(reading).help == "did you mean `runtime`?"
    assert [str(function.name) for function in reading.estates[0].functions] == ["g"]


def test_standard_input_is_read(here: Path) -> None:
    reading = read(["-"], stdin=BUNDLE.encode())
    assert reading.sources == ("<stdin>",)
    assert str(reading.estates[0].functions[0].origin) == "<stdin>:1:11"


def test_an_empty_folder_is_an_empty_reading(here: Path) -> None:
    reading = read(["."])
    assert reading == Reading()
    assert reading.empty


def test_a_missing_path_is_told(here: Path) -> None:
    assert told(read(["none", "none.tf"])) == [
        ("none", "no such file or folder"),
        ("none.tf", "no such file or folder"),
    ]


def test_a_path_outside_the_working_directory_is_shown_from_it(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "below").mkdir()
    (here / "b.yaml").write_text(BUNDLE)
    monkeypatch.chdir(here / "below")
    assert read([here]).sources == ("../b.yaml",)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", "# Title\n\n- a: [b\n", "not a kind of input that is read"),
        ("a.txt", "", "empty"),
        ("a.json", "", "expected a value, found the end"),
        ("a.json", "{}", "not a kind of input that is read"),
        ("a.json", "{", "expected a key in double quotes, found the end"),
        ("a.json", "[" * 10_000, "more than 200 lists and objects inside each other"),
        ("a.yaml", "a: [", "no valid YAML: did not find expected node content"),
        ("a.bin", "\x00\x01", "not a kind of input that is read"),
    ],
)
def test_a_named_file_that_is_nothing_of_ours_is_told(here: Path, name: str, content: str, reason: str) -> None:
    (here / name).write_text(content)
    assert only(read([name])).reason == reason


def test_a_met_file_that_is_nothing_of_ours_is_no_business_of_ours(here: Path) -> None:
    (here / "package.json").write_text('{"name": "x",')
    (here / "chart.yaml").write_text("a: {{ .Values.a }}")
    (here / "latin.yaml").write_bytes(b"a: \xff")
    with (here / "big.json").open("wb") as stream:
        stream.truncate(LARGEST + 1)
    assert read(["."]) == Reading()


def test_a_met_file_that_is_broken_and_mentions_ours_is_told(here: Path) -> None:
    (here / "a.json").write_text('{"Statement": [')
    (here / "b.yaml").write_text("function:\n  name: [\n")
    (here / "c.yaml").write_bytes(b"function:\n  name: \xff\n")
    with (here / "d.json").open("wb") as stream:
        stream.truncate(LARGEST)
        stream.seek(LARGEST)
        stream.write(POLICY.encode())
    assert [place for place, _ in told(read(["."]))] == ["a.json:1:16", "b.yaml:3:1", "c.yaml", "d.json"]


def test_a_large_named_file_is_told_with_its_size(here: Path) -> None:
    with (here / "big.json").open("wb") as stream:
        stream.truncate(20_000_000)
    assert only(read(["big.json"])).reason == "too large to read: 20,000,000 bytes, the limit is 10,485,760"


def test_bytes_that_are_no_utf8_are_told_with_their_offset(here: Path) -> None:
    (here / "a.yaml").write_bytes(b"function:\n  name: \xff\n")
    assert only(read(["a.yaml"])).reason == "not UTF-8: the byte at offset 18 is 0xff"


def test_pipes_and_circles_of_links_are_told(here: Path) -> None:
    os.mkfifo(here / "pipe")
    (here / "loop").symlink_to("loop")
    assert told(read(["pipe", "loop"])) == [
        ("pipe", "neither a file nor a folder"),
        ("loop", "cannot be read: too many levels of symbolic links"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
@pytest.mark.parametrize("name", ["closed/a.json", "closed", "a.json"])
def test_what_may_not_be_read_is_told_and_the_rest_is_read(here: Path, name: str) -> None:
    (here / "closed").mkdir()
    (here / "closed/a.json").write_text(POLICY)
    (here / "a.json").write_text(POLICY)
    (here / "z.yaml").write_text(BUNDLE)
    (here / name).chmod(0o400 if name == "closed" else 0)
    try:
        reading = read(["."])
    finally:
        (here / name).chmod(0o700)
    assert [reason for _, reason in told(reading)] == ["cannot be read: permission denied"]
    assert "z.yaml" in reading.sources


TEMPLATE = (
    "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {FunctionName: !Sub 'f-${AWS::Region}'}\n"
)
NESTING = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ./inner.yaml}\n"


def test_a_template_is_an_estate_of_its_own(here: Path) -> None:
    for name in ("a.yaml", "b.template", "c.json"):
        (here / name).write_text(
            '{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}' if "json" in name else TEMPLATE
        )
    reading = read(["."])
    assert [estate.kind for estate in reading.estates] == [SourceKind.CLOUDFORMATION] * 3
    assert [estate.root for estate in reading.estates] == ["a.yaml", "b.template", "c.json"]
    assert reading.sources == ("a.yaml", "b.template", "c.json")


def test_a_nested_template_is_read_through_the_one_around_it_only(here: Path) -> None:
    (here / "inner.yaml").write_text(TEMPLATE)
    (here / "outer.yaml").write_text(NESTING)
    (estate,) = read(["."]).estates
    assert [function.address for function in estate.functions] == ["N/F"]
    assert len(read(["inner.yaml"]).estates) == 1


def test_a_template_from_standard_input(here: Path) -> None:
    (estate,) = read(["-"], stdin=TEMPLATE.encode()).estates
    assert [function.address for function in estate.functions] == ["F"]


def test_a_broken_template_is_told_and_the_rest_is_read(here: Path) -> None:
    (here / "a.yaml").write_text("Resources:\n  F:\n    Type: AWS::Lambda::Function\n   Role: x\n")
    (here / "b.yaml").write_text(TEMPLATE)
    reading = read(["."])
    assert str(only(reading).origin) == "a.yaml:4:4"
    assert [estate.root for estate in reading.estates] == ["b.yaml"]


def test_a_forced_kind_is_taken_at_its_word(here: Path) -> None:
    (here / "a.json").write_text("5")
    reading = read(["a.json"], ReadOptions(as_kind="policy"))
    (document,) = reading.estates[0].documents
    assert document.policy.defects
    assert only(read(["a.json"], ReadOptions(as_kind="bundle"))).reason == "a bundle must be an object, not `5`"
    assert only(read(["a.json"], ReadOptions(as_kind="aws-output"))).reason == (
        "not the output of a command that is read"
    )
    assert only(read(["a.json"], ReadOptions(as_kind="terraform"))).reason == "this is not Terraform source"
    assert only(read(["a.json"], ReadOptions(as_kind="plan"))).reason == "the file must be an object, here it is `5`"


def test_a_wrong_option_is_a_wrong_use() -> None:
    with pytest.raises(UsageError):
        read(["."], ReadOptions(account="1"))


def test_the_same_input_gives_the_same_reading(here: Path) -> None:
    for name in "dbca":
        (here / f"{name}.json").write_text(json.dumps({"function": {"name": name}, "zzz": 1} if name == "c" else {}))
        (here / f"{name}.yaml").write_text(f"function: {{name: {name}}}\n")
    assert read(["."]) == read(["."])
    assert read(["."]).sources == ("a.yaml", "b.yaml", "c.yaml", "d.yaml")


def test_reading_loads_no_parser_before_it_is_needed() -> None:
    program = (
        "import sys, auditor.sources.read; print([m for m in ('yaml', 'tree_sitter', 'boto3') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert answer.stdout == "[]\n"


READS_FILE = """
resource "aws_iam_role" "r" {
  name               = "r"
  assume_role_policy = file("${path.module}/trust.json")
}
"""
TRUST = (
    '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", '
    '"Principal": {"Service": "lambda.amazonaws.com"}}]}'
)


def documents(reading: Reading) -> list[str]:
    return [document.name for estate in reading.estates for document in estate.documents]


def test_a_document_that_terraform_reads_is_part_of_its_module(here: Path) -> None:
    """Met in the folder it is not read a second time, as a document of nobody's; another one is."""
    (here / "main.tf").write_text(READS_FILE)
    (here / "trust.json").write_text(TRUST)
    (here / "other.json").write_text(TRUST)
    reading = read(["."])
    assert documents(reading) == ["other.json"]
    assert [str(role.name) for role in reading.estates[0].roles] == ["r"]
    assert reading.skipped == ()


def test_a_document_that_terraform_only_hashes_is_read_itself(here: Path) -> None:
    hashed = 'resource "aws_iam_role" "r" {\n name = filemd5("trust.json")\n assume_role_policy = "{}"\n}\n'
    (here / "main.tf").write_text(hashed)
    (here / "trust.json").write_text(TRUST)
    assert documents(read(["."])) == ["trust.json"]


@pytest.mark.parametrize("paths", [[".", "trust.json"], ["trust.json", "."]])
def test_a_document_that_the_user_names_is_read_itself(here: Path, paths: list[str]) -> None:
    (here / "main.tf").write_text(READS_FILE)
    (here / "trust.json").write_text(TRUST)
    assert documents(read(paths)) == ["trust.json"]
