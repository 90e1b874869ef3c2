"""Files as if they were written already."""

from __future__ import annotations

from pathlib import Path

import pytest

import auditor
from auditor.sources.overlay import file_bytes, overlaid


def test_a_file_holds_what_it_is_given_until_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whatever path it is named; inner contents win, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "a.txt"
    file.write_bytes(b"as it is")
    with overlaid({"a.txt": b"changed"}):
        assert file_bytes(file) == b"changed"
        with overlaid({str(file): b"changed again"}):
            assert file_bytes(Path("a.txt")) == b"changed again"
        assert file_bytes(file) == b"changed"
    assert file_bytes(file) == b"as it is" == file.read_bytes()


def test_the_end_comes_with_an_error_too(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"as it is")
    with pytest.raises(ZeroDivisionError), overlaid({str(file): b"changed"}):
        1 / 0  # noqa: B018 - the error is the point
    assert file_bytes(file) == b"as it is"


@pytest.mark.parametrize("read_by", ["the language", "file()"])
def test_terraform_is_read_as_it_would_be(tmp_path: Path, read_by: str) -> None:
    """Also what `file()` reads."""
    document = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}'
    written = 'file("p.json")' if read_by == "file()" else f"<<-EOT\n{document}\nEOT"
    (tmp_path / "p.json").write_text(document)
    main = tmp_path / "main.tf"
    main.write_text(f'resource "aws_iam_role_policy" "p" {{\n  role = "r"\n  policy = {written}\n}}\n')
    changed = tmp_path / "p.json" if read_by == "file()" else main
    with overlaid({str(changed): changed.read_bytes().replace(b"logs:*", b"s3:*")}):
        estate = auditor.read(main).estates[0]
    policy = estate.roles[0].policies[0].policy
    assert policy is not None
    assert [str(pattern.text) for pattern in policy.statements[0].actions] == ["s3:*"]
