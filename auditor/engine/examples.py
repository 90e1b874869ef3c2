"""Trying rules on their own examples, with the readers and the engine that users run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from auditor.engine.fact import FACTS, Fact
from auditor.engine.finding import Finding
from auditor.engine.levels import Severity
from auditor.engine.loading import load_rules, read_folder
from auditor.engine.matching import judge
from auditor.engine.rule import Example, Form, Rule, Verdict
from auditor.estate.estate import Reading
from auditor.iam.frozen import Frozen
from auditor.sources.options import ReadOptions


class Trial(Frozen):
    """One example tried: `failure` tells in one line what is not as it should be, and is empty
    where all is."""

    rule: Rule
    example: Example
    failure: str = ""


class Outcome(Frozen):
    """What trying rules on their examples showed."""

    trials: tuple[Trial, ...] = ()

    @property
    def failures(self) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.failure)

    @property
    def passed(self) -> bool:
        return not self.failures


def test_rules(directory: Path) -> Outcome:
    """Try every rule of a user's folder on its own examples, beside the built-in rules.

    Raises RuleError where the rule files have errors.
    """
    everything = load_rules([directory])
    own = {rule.id for rule in read_folder(directory)[0]}
    return Outcome(tuple(t for rule in everything if rule.id in own for t in try_examples(rule, everything)))


def try_examples(rule: Rule, rules: Sequence[Rule]) -> tuple[Trial, ...]:
    """Try `rule` on each of its examples, with all `rules` at work."""
    return tuple(Trial(rule, example, try_example(rule, example, rules)) for example in rule.examples)


def try_example(rule: Rule, example: Example, rules: Sequence[Rule]) -> str:
    """What is wrong with an example, as one line; empty where it shows what it claims.

    Bad: the rule fires, with the severity that is expected. Good: it is silent, and no question
    about a fact of its kind was left open. Unresolved: it is silent.
    """
    reading, facts = examine(example)
    if reading.skipped:
        return f"the example could not be read: {reading.skipped[0].reason}"
    if reading.empty:
        return "the example holds nothing to audit"
    fired = [finding for finding in judge(rules, facts) if finding.rule == rule.id]
    match example.verdict:
        case Verdict.BAD:
            return _fires(fired, example.severity or rule.severity)
        case Verdict.GOOD:
            open_ = [f.undetermined for f in facts if isinstance(f, FACTS[rule.fact]) and f.undetermined]
            return f"a question was left open: {open_[0]}" if open_ else _silent(fired)
        case Verdict.UNRESOLVED:
            return _silent(fired)


def examine(example: Example) -> tuple[Reading, tuple[Fact, ...]]:
    """An example read as the one input there is, and the facts about it."""
    from auditor.engine.facts import collect  # noqa: PLC0415 - only who tries examples reads sources
    from auditor.sources.read import read  # noqa: PLC0415 - as above

    with TemporaryDirectory() as name:
        folder = Path(name).resolve()
        file = folder / example.form.file
        file.write_text(example.text + "\n", encoding="utf-8")
        kind = None if example.form is Form.POLICY else example.form.value
        reading = read([file], ReadOptions(root=folder, as_kind=kind))
    return reading, tuple(fact for estate in reading.estates for fact in collect(estate))


def _fires(fired: Sequence[Finding], severity: Severity) -> str:
    if not fired:
        return "the rule does not fire"
    if fired[0].severity is not severity:
        return f"the finding is of severity `{fired[0].severity.value}`, not `{severity.value}`"
    return ""


def _silent(fired: Sequence[Finding]) -> str:
    return "the rule fires" if fired else ""
