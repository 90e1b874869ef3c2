"""A template that another one nests, which was not read, is not edited."""

from __future__ import annotations

import shutil
from pathlib import Path

from auditor.fixes.cloudformation.users import Users

from ..corpora import mend
from .conftest import CORPUS

WHY = "`../other/main.yaml` uses `nested/function.yaml` too, and was not read"


def repository(folder: Path) -> Path:
    """A repository whose folder `one` nests a template that `other` nests too."""
    (folder / ".git").mkdir()
    shutil.copytree(CORPUS / "nested" / "before", folder / "one")
    other = (folder / "one" / "main.yaml").read_text().replace("nested/", "../one/nested/")
    (folder / "other").mkdir()
    (folder / "other" / "main.yaml").write_text(other)
    return folder


def test_a_template_that_another_one_nests_is_left(tmp_path: Path) -> None:
    """What is right for the one may take access from the other."""
    mending = mend(repository(tmp_path) / "one", unsafe=False)
    assert [(left.finding.rule, left.why) for left in mending.outcome.left] == [("logs-wildcard", WHY)]
    assert mending.diff == ""


def test_it_is_edited_where_all_that_nest_it_are_read(tmp_path: Path) -> None:
    assert list(mend(repository(tmp_path), unsafe=False).files) == ["one/nested/function.yaml"]


def test_a_file_that_nests_nothing_uses_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "notes.yaml").write_text("see: template.yaml\n")
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    assert Users([]).unread(str(tmp_path / "template.yaml")) == ""
