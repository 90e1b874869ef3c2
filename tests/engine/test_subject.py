"""Which rule speaks where several would: one statement, one finding a topic."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from auditor.engine.fact import Answer, Fact, Obstacle, Reach
from auditor.engine.loading import load_rules
from auditor.engine.matching import judge
from auditor.engine.selection import select_rules
from auditor.estate.role import Attachment
from auditor.iam.origin import Origin
from auditor.iam.text import text

Make = Callable[..., Any]
ELSEWHERE = Origin("main.tf", 20, 1, address="aws_lambda_permission.other")


def _told(*facts: Fact) -> list[str]:
    return sorted(finding.rule for finding in judge(load_rules(), facts))


def test_the_wrong_qualifier_replaces_the_missing_permission(invoke_need: Make) -> None:
    assert _told(invoke_need(obstacle=Obstacle.QUALIFIER, qualifier=text("live"))) == ["lex-invoke-wrong-qualifier"]


def test_each_need_has_its_own_finding(invoke_need: Make) -> None:
    facts = [invoke_need("CreatePost", obstacle=Obstacle.QUALIFIER), invoke_need("DeletePost")]
    assert _told(*facts) == ["lex-invoke-missing", "lex-invoke-wrong-qualifier"]


def test_one_need_is_told_once(invoke_need: Make) -> None:
    assert _told(invoke_need(), invoke_need(origin=ELSEWHERE)) == ["lex-invoke-missing"]


def test_a_need_that_is_allowed_is_not_replaced_by_one_that_is_not(invoke_need: Make) -> None:
    facts = [invoke_need("A", decision=Answer.ALLOWED, obstacle=Obstacle.NONE), invoke_need("B")]
    assert _told(*facts) == ["lex-invoke-missing"]


def test_a_dead_grant_and_the_need_it_fails_are_both_told(invoke_grant: Make, invoke_need: Make) -> None:
    dead = invoke_grant(reach=Reach.NONE, never_matches=True, why_never="the version is missing")
    assert _told(dead, invoke_need(obstacle=Obstacle.DEAD_GRANT)) == [
        "lex-invoke-missing",
        "lex-invoke-never-matches",
        "lex-v1-retired",
    ]


def test_a_crossed_generation_stands_beside_the_width_of_the_grant(invoke_grant: Make) -> None:
    crossed = {"service": "lexv2.amazonaws.com", "crossed": True, "never_matches": True}
    assert _told(invoke_grant(**crossed, reach=Reach.NONE)) == ["lex-invoke-crossed-generation"]
    assert _told(invoke_grant(**crossed, reach=Reach.ACCOUNT)) == [
        "lex-invoke-crossed-generation",
        "lex-invoke-too-broad",
    ]


def test_an_organisation_is_another_account_and_not_an_unscoped_service(invoke_grant: Make) -> None:
    grant = invoke_grant(service="lexv2.amazonaws.com", reach=Reach.ORGANISATION)
    assert _told(grant) == ["invoke-cross-account"]


def test_which_groups_and_which_actions_are_two_topics(log_grant: Make) -> None:
    grant = log_grant(beyond_writing=("logs:DeleteLogGroup",), creates_managed_group=True)
    assert _told(grant) == ["logs-beyond-writing", "logs-wildcard"]


def test_it_does_not_matter_whether_one_fact_says_all_or_each_says_one_thing(log_grant: Make) -> None:
    facts = [
        log_grant(),
        log_grant(reach=Reach.NONE, beyond_writing=("logs:DeleteLogGroup",)),
        log_grant(reach=Reach.NONE, creates_managed_group=True),
    ]
    for order in (facts, facts[::-1]):
        assert _told(*order) == ["logs-beyond-writing", "logs-wildcard"]


def test_the_right_to_create_a_managed_group_stands_beside_the_width(log_grant: Make) -> None:
    assert _told(log_grant(creates_managed_group=True)) == ["logs-create-group-unneeded", "logs-wildcard"]


def test_a_statement_that_allows_everything_is_told_as_that_alone(log_grant: Make, role_grant: Make) -> None:
    everything = log_grant(beyond_writing=("logs:DeleteLogGroup",), creates_managed_group=True)
    assert _told(everything, role_grant()) == ["role-admin"]


def test_another_statement_of_the_same_policy_is_told_beside_it(log_grant: Make, role_grant: Make) -> None:
    grant = log_grant()
    other = replace(grant, statement=replace(grant.statement, index=1))
    assert _told(other, role_grant()) == ["logs-wildcard", "role-admin"]


def test_the_same_statement_on_two_roles_is_told_for_each(log_grant: Make) -> None:
    grant = log_grant()
    other = replace(grant, role=replace(grant.role, key="aws_iam_role.other"))
    assert _told(grant, other) == ["logs-wildcard", "logs-wildcard"]


def test_a_policy_of_aws_is_one_finding_however_many_statements_it_has(log_grant: Make) -> None:
    grant = log_grant(aws_managed=True, beyond_writing=("logs:DescribeLogGroups",), looking=True)
    managed = replace(grant, policy=replace(grant.policy, attachment=Attachment.AWS_MANAGED))
    second = replace(managed, statement=replace(managed.statement, index=1))
    assert _told(managed, second) == ["logs-managed-policy"]


def test_a_policy_of_aws_that_does_more_with_logs_than_write_them_is_told_for_that_too(log_grant: Make) -> None:
    """As `CloudWatchLogsFullAccess` is, by which every log of the account can be deleted."""
    grant = log_grant(aws_managed=True, beyond_writing=("logs:DeleteLogGroup",))
    assert _told(grant) == ["logs-beyond-writing", "logs-managed-policy"]


def test_two_principals_of_one_statement_are_two_subjects_and_one_finding_a_topic(invoke_grant: Make) -> None:
    """What only one of the two is, is told all the same: it is another topic."""
    events = invoke_grant(service="events.amazonaws.com", principal="events.amazonaws.com", lex=False)
    assert _told(invoke_grant(), events) == ["invoke-unscoped", "lex-v1-retired"]


def test_a_rule_that_is_left_out_replaces_nothing(log_grant: Make, role_grant: Make) -> None:
    """Who asks only for the width of the logs is told of it, whatever else the statement allows."""
    rules = select_rules(load_rules(), ignore=["role-admin"])
    assert [finding.rule for finding in judge(rules, [log_grant(), role_grant()])] == ["logs-wildcard"]
