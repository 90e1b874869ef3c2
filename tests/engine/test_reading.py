"""What is wrong with a rule file is told with its place and, where there is one, the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from auditor.engine.errors import RuleError
from auditor.engine.levels import Confidence, Severity
from auditor.engine.loading import load_rules

Write = Callable[..., Path]

FAULTS = [
    pytest.param(
        ("severity: high", "severty: high"),
        "rules/my-rule.yaml:4:1: key of a rule `severty` is not known",
        "did you mean `severity`?",
        id="unknown key",
    ),
    pytest.param(
        ("fact: invoke-grant", "fact: invoke-grants"),
        "rules/my-rule.yaml:5:7: fact `invoke-grants` is not known",
        "did you mean `invoke-grant`?",
        id="unknown fact",
    ),
    pytest.param(
        ("  lex: true", "  lexx: true"),
        "rules/my-rule.yaml:7:3: word of a `invoke-grant` fact `lexx` is not known",
        "did you mean `lex`?",
        id="unknown word",
    ),
    pytest.param(
        ("  lex: true", "  reach: any-acount"),
        "rules/my-rule.yaml:7:10: value of `reach` `any-acount` is not known",
        "did you mean `any-account`?",
        id="unknown value",
    ),
    pytest.param(
        ("  lex: true", "  reach: [anyone, acount]"),
        "rules/my-rule.yaml:7:19: value of `reach` `acount` is not known",
        "did you mean `account`?",
        id="unknown value in a list",
    ),
    pytest.param(
        ("  lex: true", "  lex: 1"),
        "rules/my-rule.yaml:7:8: value of `lex` `1` is not known",
        "use one of `false`, `true`",
        id="a number for a truth",
    ),
    pytest.param(
        ("  lex: true", "  lex: {a: b}"),
        "rules/my-rule.yaml:7:8: the value of `lex` is a single value, or a list of them",
        "",
        id="a mapping for a value",
    ),
    pytest.param(
        ("  lex: true", "  lex: maybe"),
        "rules/my-rule.yaml:7:8: value of `lex` `maybe` is not known",
        "use one of `false`, `true`",
        id="a truth that is neither",
    ),
    pytest.param(
        ("  lex: true", "  not: {lexx: true}"),
        "rules/my-rule.yaml:7:9: word of a `invoke-grant` fact `lexx` is not known",
        "did you mean `lex`?",
        id="unknown word inside not",
    ),
    pytest.param(
        ("  lex: true", "  any: {lex: true}"),
        "rules/my-rule.yaml:7:8: `any` is a list of mappings",
        "write `any: [{...}, {...}]`",
        id="any without a list",
    ),
    pytest.param(
        ("  lex: true", "  lex: true\n  lex: false"),
        "rules/my-rule.yaml:8:3: the word `lex` occurs twice",
        "write a list of values",
        id="a word twice",
    ),
    pytest.param(
        ("  lex: true", "  reach: []"),
        "rules/my-rule.yaml:7:10: an empty list of values for `reach` can never hold",
        "",
        id="an empty list of values",
    ),
    pytest.param(
        ("severity: high", "severity: high\nseverity: low"),
        "rules/my-rule.yaml:5:1: the key `severity` occurs twice",
        "",
        id="a key twice",
    ),
    pytest.param(
        ("severity: high", "severity: hihg"),
        "rules/my-rule.yaml:4:11: severity `hihg` is not known",
        "did you mean `high`?",
        id="bad severity",
    ),
    pytest.param(
        ("kind: excess", "kind: missing"),
        "rules/my-rule.yaml:3:7: a `invoke-grant` fact cannot prove a finding of kind `missing`",
        "use one of `excess`, `defect`",
        id="a kind that the fact cannot prove",
    ),
    pytest.param(
        ("{function}", "{funktion}"),
        "rules/my-rule.yaml:8:10: placeholder of a `invoke-grant` fact `funktion` is not known",
        "did you mean `function`?",
        id="unknown placeholder",
    ),
    pytest.param(
        ("`{function}`", "`{function`"),
        "rules/my-rule.yaml:8:10: a brace in the message that belongs to no placeholder",
        "write `{word}` around the name of a value",
        id="stray brace",
    ),
    pytest.param(
        ('  unresolved: [{title: Unknown, bundle: "function: {name: f}"}]\n', ""),
        "rules/my-rule.yaml:12:3: `examples` has no `unresolved`",
        "add `unresolved:`",
        id="missing example",
    ),
    pytest.param(
        ('unresolved: [{title: Unknown, bundle: "function: {name: f}"}]', "unresolved: []"),
        "rules/my-rule.yaml:14:15: no `unresolved` example",
        "give at least one",
        id="no example in the list",
    ),
    pytest.param(
        ("{title: Open, bundle:", "{title: Open, bundel:"),
        "rules/my-rule.yaml:12:23: key of an example `bundel` is not known",
        "did you mean `bundle`?",
        id="unknown form of an example",
    ),
    pytest.param(
        ("rationale: Because.", "rationale: ''"),
        "rules/my-rule.yaml:9:12: `rationale` is a text that is not empty",
        "",
        id="empty text",
    ),
    pytest.param(
        ("fact: invoke-grant", "fact: [invoke-grant]"),
        "rules/my-rule.yaml:5:7: `fact` is not one name",
        "use one of `invoke-need`, `invoke-grant`, `url-need`, `log-need`, `log-grant`, `role-need`, `role-grant`, "
        "`role-path`, `role-use`, `trust-need`, `trust-grant`, `document`",
        id="a list for a fact",
    ),
    pytest.param(
        ("fix: Close it.", "fix: Close it.\nconfidence: 7"),
        "rules/my-rule.yaml:11:13: `confidence` is not one name",
        "use one of `high`, `medium`, `low`",
        id="a number for a confidence",
    ),
    pytest.param(
        ("fix: Close it.\n", ""),
        "rules/my-rule.yaml:1:1: a rule has no `fix`",
        "add `fix:`",
        id="missing key",
    ),
    pytest.param(
        ("id: my-rule", "id: My Rule"),
        "rules/my-rule.yaml:1:5: `id` `My Rule` is no slug",
        "write lower-case words joined by hyphens, such as `lex-invoke-unscoped`",
        id="an id that is no slug",
    ),
    pytest.param(
        ("fix: Close it.", "fix: Close it.\ntags: lex"),
        "rules/my-rule.yaml:11:7: `tags` is a list",
        "write `tags: [...]`",
        id="tags that are no list",
    ),
    pytest.param(
        ("fix: Close it.", "fix: Close it.\ncases: [{when: {lex: true}, severety: low}]"),
        "rules/my-rule.yaml:11:29: key of a case `severety` is not known",
        "did you mean `severity`?",
        id="unknown key of a case",
    ),
    pytest.param(
        ("fix: Close it.", "fix: Close it.\nreferences: [{title: T, url: 'http://example.com'}]"),
        "rules/my-rule.yaml:11:14: the url `http://example.com` does not begin with `https://`",
        "",
        id="a reference without https",
    ),
    pytest.param(
        ("fix: Close it.", "fix: Close it.\nreplaces: [lex-invoke-unscopd]"),
        "rules/my-rule.yaml:11:11: `my-rule` replaces `lex-invoke-unscopd`, which is no rule",
        "did you mean `lex-invoke-unscoped`?",
        id="replacing what is no rule",
    ),
]


@pytest.mark.parametrize(("change", "told", "help_line"), FAULTS)
def test_a_fault_is_told_with_its_place_and_a_way_out(
    write_rule: Write, change: tuple[str, str], told: str, help_line: str
) -> None:
    folder = write_rule(change)
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert (told, help_line) in [(str(fault), fault.help) for fault in caught.value.faults]


def test_broken_yaml_is_told_with_its_place(write_rule: Write) -> None:
    folder = write_rule(("title: A rule", "title: [A rule"))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    (fault,) = caught.value.faults
    assert (fault.origin.file, fault.origin.line) == ("rules/my-rule.yaml", 3)
    assert fault.message.startswith("no valid YAML: ")


def test_every_fault_of_a_file_is_told(write_rule: Write) -> None:
    folder = write_rule(("severity: high", "severity: hihg"), ("  lex: true", "  lexx: true"), ("fix: Close it.\n", ""))
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    expected = [
        "a rule has no `fix`",
        "severity `hihg` is not known",
        "word of a `invoke-grant` fact `lexx` is not known",
    ]
    assert expected == [fault.message for fault in caught.value.faults]


def test_every_fault_of_a_folder_is_told(write_rule: Write) -> None:
    write_rule(("severity: high", "severity: hihg"), name="a.yaml")
    folder = write_rule(("kind: excess", "kind: exces"), ("id: my-rule", "id: other"), name="b.yml")
    with pytest.raises(RuleError) as caught:
        load_rules([folder])
    assert [fault.origin.file for fault in caught.value.faults] == ["rules/a.yaml", "rules/b.yml"]
    assert caught.value.message == "2 errors in the rule files"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xff\xfe", "rules/r.yaml: byte 0 is no UTF-8"),
        (b"", "rules/r.yaml: a rule file holds one rule, not 0"),
        (b"a: 1\n---\nb: 2\n", "rules/r.yaml: a rule file holds one rule, not 2"),
        (b"- id: x\n", "rules/r.yaml:1:1: a rule is a mapping of keys"),
        (b"7\n", "rules/r.yaml:1:1: a rule is a mapping of keys"),
        (b"[" * 10_000, "rules/r.yaml:1:201: more than 200 lists and objects inside each other"),
        (b"#" * 1_000_001, "rules/r.yaml: the file has 1,000,001 bytes"),
    ],
)
def test_a_file_that_is_no_rule_at_all_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("rules").mkdir()
    Path("rules/r.yaml").write_bytes(content)
    with pytest.raises(RuleError) as caught:
        load_rules([Path("rules")])
    assert [told] == [str(fault) for fault in caught.value.faults]


def test_a_right_file_becomes_a_rule(write_rule: Write) -> None:
    """What may be left out has its default: confidence high, a topic of its own, no cases."""
    rules = {rule.id: rule for rule in load_rules([write_rule()])}
    rule = rules["my-rule"]
    assert (
        rule.severity,
        rule.confidence,
        rule.topic,
        rule.cases,
        rule.replaces,
    ) == (Severity.HIGH, Confidence.HIGH, "my-rule", (), ())
    assert [example.verdict.value for example in rule.examples] == ["bad", "good", "unresolved"]
    assert (rule.origin.line, rule.origin.column) == (1, 5)
