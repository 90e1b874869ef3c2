"""The configuration file: where it is found, what it says, what is wrong in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.accepting import summary, waiver

Run = Callable[..., Any]


class TestConfiguration:
    def test_it_is_found_above_the_path(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("fail-on: critical\n")
        deep = unscoped.parent / "a" / "b"
        deep.mkdir(parents=True)
        unscoped.rename(deep / "f.yaml")
        assert run("check", "a/b/f.yaml").status == 0
        assert run("check", "--no-config", "a/b/f.yaml").status == 1

    def test_the_nearest_counts(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("fail-on: critical\n")
        configure("fail-on: low\n", "near")
        unscoped.rename(unscoped.parent / "near" / "f.yaml")
        assert run("check", "near").status == 1

    def test_the_search_ends_at_the_root_of_the_repository(
        self, run: Run, unscoped: Path, configure: Any, tmp_path: Path
    ) -> None:
        configure("fail-on: critical\n")
        (tmp_path / "repository" / ".git").mkdir(parents=True)
        unscoped.rename(tmp_path / "repository" / "f.yaml")
        assert run("check", "repository").status == 1

    def test_a_flag_goes_before_the_environment_and_that_before_the_file(
        self, run: Run, unscoped: Path, configure: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure("fail-on: critical\n")
        assert run("check", unscoped).status == 0
        monkeypatch.setenv("AUDITOR_FAIL_ON", "high")
        assert run("check", unscoped).status == 1
        assert run("check", "--fail-on", "never", unscoped).status == 0

    def test_another_one_can_be_named_and_is_the_only_one(
        self, run: Run, unscoped: Path, configure: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure("fail-on: never\n")
        (tmp_path / "outside").mkdir()
        (tmp_path / "outside" / "strict.yaml").write_text("ignore: [lex-v1-retired]\n")
        assert run("check", "--config", "outside/strict.yaml", unscoped).status == 1
        monkeypatch.setenv("AUDITOR_CONFIG", "outside/strict.yaml")
        assert run("check", unscoped).status == 1
        assert run("check", "--no-config", unscoped).status == 1

    def test_account_region_and_variables_reach_the_reader(
        self, run: Run, configure: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        configure("account: 111122223333\nregion: eu-west-1\nvars: {name: from-file}\n")
        (tmp_path / "main.tf").write_text(
            'variable "name" {}\n'
            'resource "aws_lambda_function" "f" {\n  function_name = var.name\n'
            '  role = "arn:aws:iam::111122223333:role/r"\n}\n'
        )

        def arn(*arguments: str) -> str:
            told = json.loads(run("check", "--format", "json", "--fail-on", "never", *arguments, tmp_path).out)
            return str(told["functions"][0]["arn"])

        assert arn() == "arn:aws:lambda:eu-west-1:111122223333:function:from-file"
        monkeypatch.setenv("AUDITOR_REGION", "eu-west-2")
        assert arn("--var", "name=flag").endswith("eu-west-2:111122223333:function:flag")
        assert arn("--region", "eu-west-3").split(":")[3] == "eu-west-3"

    def test_a_variable_of_the_command_line_goes_before_that_of_the_file(
        self, run: Run, configure: Any, tmp_path: Path
    ) -> None:
        """By `--var` or by `--var-file`; what Terraform finds by itself is no flag."""
        configure("vars: {name: configured}\n")
        (tmp_path / "main.tf").write_text(
            'variable "name" {}\nresource "aws_lambda_function" "f" {\n  function_name = var.name\n'
            '  role = "arn:aws:iam::111122223333:role/r"\n}\n'
        )
        (tmp_path / "terraform.tfvars").write_text('name = "found"\n')
        (tmp_path / "prod.vars").write_text('name = "file"\n')

        def name(*arguments: str) -> str:
            told = json.loads(run("check", "--format", "json", "--fail-on", "never", *arguments, ".").out)
            return str(told["functions"][0]["name"])

        assert name() == "configured"
        assert name("--var-file", "prod.vars") == "file"
        assert name("--var-file", "prod.vars", "--var", "name=flag") == "flag"
        assert name("--no-config") == "found"

    def test_paths_count_from_its_folder(self, run: Run, unscoped: Path, configure: Any, tmp_path: Path) -> None:
        (tmp_path / "sub").mkdir()
        run("baseline", "-o", "sub/base.json", unscoped)
        configure("baseline: base.json\n", "sub")
        unscoped.rename(tmp_path / "sub" / "unscoped.yaml")
        assert run("check", "sub").status == 0

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("fail_on: low\n", ".auditor.yaml:1:1: unknown key `fail_on` in the configuration"),
            ("fail-on: hgih\n", ".auditor.yaml:1:10: `hgih` is no value of `fail-on`"),
            ("- fail-on\n", ".auditor.yaml:1:1: the configuration must be an object"),
            ("fail-on: [\n", ".auditor.yaml:"),
            ("a: 1\n---\nb: 2\n", ".auditor.yaml:3:1: more than one document"),
            (
                "\nselect: [lex-invoke-unscopd]\n",
                ".auditor.yaml:2:10: `lex-invoke-unscopd` is neither a rule nor a tag",
            ),
            ("severity: {lex-invoke-unscopd: low}\n", ".auditor.yaml:1:12: there is no rule `lex-invoke-unscopd`"),
            ("severity: {lex-invoke-unscoped: lwo}\n", "`lwo` is no value of `lex-invoke-unscoped`"),
            ("account: 12345\n", ".auditor.yaml:1:10: `12345` is no AWS account"),
            ("organization: mine\n", ".auditor.yaml:1:15: `mine` is no organization"),
            ("trusted-accounts: [{account: 444455556666}]\n", "a trusted account has no `reason`"),
            ("trusted-accounts: [{account: 4444, reason: x}]\n", "`4444` is no AWS account"),
            ("invokers: [{lex: v2, bot: B, alias: A}]\n", "has no `function`"),
            ("invokers: [{function: f, servce: s3.amazonaws.com}]\n", "unknown key `servce`"),
            ("baseline: nowhere.json\n", "nowhere.json: no such file"),
            ("waivers: nowhere.yaml\n", ".auditor.yaml:1:10: no such file of waivers: `nowhere.yaml`"),
            ("rules: [nowhere]\n", "1 error in the rule files"),
            (f"waivers: [{waiver(reason='')}]\n", "a waiver has no `reason`"),
            (f"waivers: [{waiver(reason=' ')}]\n", "the reason of a waiver is empty"),
            (f"waivers: [{waiver(expires='')}]\n", "a waiver has no `expires`"),
            (f"waivers: [{waiver(expires='31.01.2027')}]\n", "`31.01.2027` is no date"),
            (f"waivers: [{waiver(expires='2027-02-30')}]\n", "`2027-02-30` is no date"),
            (f"waivers: [{waiver(function='')}]\n", "a waiver of a rule needs a `function` or an `origin`"),
            (f"waivers: [{waiver(rule='')}]\n", "a waiver has neither `fingerprint` nor `rule`"),
            (f"waivers: [{waiver(rule='nope')}]\n", "there is no rule `nope`"),
            (f"waivers: [{waiver(fingerprint='12')}]\n", "a waiver with `fingerprint` names nothing else"),
        ],
    )
    def test_what_is_wrong_in_it_is_wrong_usage_with_a_place(
        self, run: Run, unscoped: Path, configure: Any, content: str, told: str
    ) -> None:
        configure(content)
        ran = run("check", unscoped)
        assert (ran.status, ran.out) == (2, "")
        assert told in ran.err
        assert "help: " in ran.err

    def test_an_unknown_key_is_answered_with_the_nearest(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("failon: low\n")
        assert "did you mean `fail-on`?" in run("check", unscoped).err

    def test_an_empty_one_says_nothing(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("# nothing yet\n")
        assert run("check", unscoped).status == 1

    def test_a_missing_one_is_wrong_usage(self, run: Run, unscoped: Path) -> None:
        assert run("check", "--config", "nowhere.yaml", unscoped).status == 2

    def test_it_cannot_be_named_and_forbidden(self, run: Run, unscoped: Path, configure: Any) -> None:
        assert run("check", "--config", configure(""), "--no-config", unscoped).status == 2

    def test_rules_are_chosen_by_tag(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("ignore: [lex]\n")
        assert run("check", unscoped).status == 0
        assert run("check", "--ignore", "logs", unscoped).status == 1

    def test_severities_are_overridden(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("severity: {lex-invoke-unscoped: low}\n")
        assert summary(run("check", "--format", "json", unscoped))["findings"]["low"] == 1

    def test_stated_invokers_are_needs(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(
            "invokers:\n  - {function: f, lex: v2, bot: ZZZZZZZZZZ, alias: TSTALIASID}\n"
            "  - {function: f, service: s3.amazonaws.com, source_arn: 'arn:aws:s3:::b'}\n"
        )
        told = json.loads(run("check", "--format", "json", unscoped).out)
        sources = [need["context"].get("aws:SourceArn") for need in told["functions"][0]["needs"]]
        assert "arn:aws:lex:eu-west-1:123456789012:bot-alias/ZZZZZZZZZZ/TSTALIASID" in sources

    def test_invokers_of_a_function_that_is_not_there_are_told(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure("invokers: [{function: g, lex: v2, bot: ZZZZZZZZZZ, alias: TSTALIASID}]\n")
        ran = run("check", "--format", "json", unscoped)
        assert ran.status == 1
        assert ".auditor.yaml:1:12: `invokers` names the function `g`, which was not read" in ran.err


CROSSING = """\
function: {name: f, arn: "arn:aws:lambda:eu-west-1:123456789012:function:f"}
resource_policy:
  Version: "2012-10-17"
  Statement:
    - Effect: Allow
      Principal: PRINCIPAL
      Action: lambda:InvokeFunction
      Resource: arn:aws:lambda:eu-west-1:123456789012:function:f
      CONDITION
hooks: []
invokers: []
"""
TRUSTED = "trusted-accounts: [{account: 444455556666, reason: our own}]\norganization: o-exampleorgid\n"


class TestTrust:
    @pytest.mark.parametrize(
        ("principal", "condition", "severity"),
        [
            ("{AWS: 'arn:aws:iam::444455556666:root'}", "", "info"),
            ("{AWS: '444455556666'}", "", "info"),
            ("{AWS: ['444455556666', '777788889999']}", "", "medium"),
            ("{AWS: '777788889999'}", "", "medium"),
            ("'*'", "Condition: {StringEquals: {aws:PrincipalOrgID: o-exampleorgid}}", "info"),
            ("'*'", "Condition: {StringEquals: {aws:PrincipalOrgID: o-anotherorgid}}", "medium"),
            ("'*'", "Condition: {StringEquals: {aws:PrincipalOrgID: [o-exampleorgid, o-anotherorgid]}}", "medium"),
            ("'*'", "Condition: {StringEquals: {aws:PrincipalAccount: '444455556666'}}", "info"),
            ("'*'", "Condition: {ForAnyValue:StringLike: {aws:PrincipalOrgPaths: o-exampleorgid/*}}", "info"),
            ("'*'", "Condition: {ForAnyValue:StringLike: {aws:PrincipalOrgPaths: o-anotherorgid/*}}", "medium"),
            ("'*'", "Condition: {StringEquals: {aws:PrincipalAccount: ['444455556666', '777788889999']}}", "medium"),
        ],
    )
    def test_what_crosses_into_trusted_accounts_alone_is_info(
        self, run: Run, tmp_path: Path, configure: Any, principal: str, condition: str, severity: str
    ) -> None:
        (tmp_path / "f.yaml").write_text(CROSSING.replace("PRINCIPAL", principal).replace("CONDITION", condition))
        configure(TRUSTED)
        told = json.loads(run("check", "--format", "json", "f.yaml").out)
        crossing = [f["severity"] for f in told["findings"] if f["rule"] == "invoke-cross-account"]
        assert crossing == [severity]
        assert told["triage"]["trusted_accounts"] == [{"account": "444455556666", "reason": "our own"}]

    def test_the_text_report_lists_them(self, run: Run, unscoped: Path, configure: Any) -> None:
        configure(TRUSTED)
        assert "account 444455556666: our own" in run("check", unscoped).out
