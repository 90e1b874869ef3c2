"""The list of seeded bugs fits the tree, and the tool that tries them tells what became of each.

`make mutants` runs the list; here nothing is run but the tool, on a tree of two files.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tools.mutants import ROOT, Fate, Mutant, StaleError, TreeError, check_copy, read, seeded, try_mutant

MUTANTS = read()
EACH = pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])


@EACH
def test_a_bug_can_be_seeded(mutant: Mutant) -> None:
    """Its old text stands once in a file of the program, and what comes of it is Python."""
    assert mutant.file.startswith("auditor/")
    assert mutant.old != mutant.new
    compile(seeded(mutant, ROOT), mutant.file, "exec")


@EACH
def test_a_bug_says_what_it_breaks_and_which_tests_notice(mutant: Mutant) -> None:
    assert mutant.why
    assert mutant.tests
    for test in mutant.tests:
        file, *names = test.split("::")
        assert all(f"def {name.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8") for name in names)
        assert (ROOT / file).is_file()


def test_there_are_enough_bugs_and_each_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 20
    assert len({(mutant.file, mutant.old, mutant.new) for mutant in MUTANTS}) == len(MUTANTS)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A tree whose program adds, and whose test asks it to."""
    files = {
        "auditor/__init__.py": "",
        "auditor/sum.py": "def add(a, b):\n    return a + b\n",
        "tests/test_sum.py": "from auditor.sum import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
        "tests/test_other.py": "def test_other():\n    assert True\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


BUG = Mutant("less", "auditor/sum.py", "a + b", "a - b", "sums are wrong", ("tests/test_sum.py",))


@pytest.mark.parametrize(
    ("bug", "fate", "told"),
    [
        (BUG, Fate.CAUGHT, "tests/test_sum.py::test_add"),
        (replace(BUG, new="b + a"), Fate.SURVIVED, "tests/test_sum.py passed"),
        (replace(BUG, new="a +"), Fate.NOT_RUN, "SyntaxError"),
        (replace(BUG, old="a * b"), Fate.NOT_APPLICABLE, "the old text stands 0 times in auditor/sum.py"),
    ],
    ids=lambda value: value.value if isinstance(value, Fate) else "",
)
def test_what_became_of_a_bug_is_told(copy: Path, bug: Mutant, fate: Fate, told: str) -> None:
    before = (copy / BUG.file).read_text()
    trial = try_mutant(bug, copy)
    assert (trial.fate, told in trial.told) == (fate, True)
    assert (copy / BUG.file).read_text() == before


def test_a_tree_is_fit_where_its_tests_import_it_and_pass(copy: Path) -> None:
    check_copy(copy, BUG.tests)
    with pytest.raises(TreeError, match="do not import the copy"):
        check_copy(copy, ["tests/test_other.py"])
    (copy / BUG.file).write_text("def add(a, b):\n    return 0\n")
    with pytest.raises(TreeError, match="do not pass without a bug"):
        check_copy(copy, BUG.tests)


def test_a_bug_whose_text_stands_twice_is_stale(copy: Path) -> None:
    (copy / BUG.file).write_text("def add(a, b):\n    return a + b if a else a + b\n")
    with pytest.raises(StaleError, match="stands 2 times"):
        seeded(BUG, copy)
    with pytest.raises(StaleError, match="there is no"):
        seeded(replace(BUG, file="auditor/gone.py"), copy)


def test_an_entry_with_other_keys_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text("- {name: less, file: a.py, old: x, new: y, tests: []}\n")
    with pytest.raises(ValueError, match="an entry has the keys name, file, old, new, why, tests"):
        read(path)
