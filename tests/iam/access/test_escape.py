"""Single questions to `escape`, each with the answer that IAM's rules give by hand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from auditor.iam.access import Domain, Escape, Outcome, Question, escape
from auditor.iam.access.question import each, one_of
from auditor.iam.decide import Policies, decide
from auditor.iam.document import PolicyKind
from auditor.iam.node import node
from auditor.iam.parse import parse_policy
from auditor.iam.request import Principal, aws, service
from auditor.iam.text import Hole, HoleType, Text, text

OWN, FOREIGN = "111122223333", "444455556666"
LEX = service("lex.amazonaws.com")
ROLE = aws(f"arn:aws:iam::{OWN}:role/r")
FUNCTION = f"arn:aws:lambda:us-east-1:{OWN}:function:f"
BUCKET = "arn:aws:s3:::bucket/"
ANYWHERE = Domain((text(BUCKET, each(HoleType.ANYTHING)),))
NOTHING = Policies()


def statement(effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": "*", "Resource": "*", **elements}


def resource_policy(*statements: dict[str, Any]) -> Policies:
    named = [{"Principal": "*", **made} for made in statements]
    return Policies(parse_policy(node({"Version": "2012-10-17", "Statement": named}), PolicyKind.RESOURCE))


def identity_policy(*statements: dict[str, Any], version: str = "2012-10-17") -> Policies:
    document = node({"Version": version, "Statement": list(statements)})
    return Policies(identity=(parse_policy(document, PolicyKind.IDENTITY),))


def under(operator: str, **keys: Any) -> dict[str, Any]:
    """A Condition of one operator; `__` in a key's name is written `:`."""
    return {operator: {key.replace("__", ":"): value for key, value in keys.items()}}


def ask(new: Policies, old: Policies = NOTHING, principal: Principal = LEX, **rest: Any) -> Escape:
    rest.setdefault("resources", one_of(text(FUNCTION)))
    question = Question((principal,), rest.pop("actions", ("lambda:InvokeFunction",)), **rest)
    answer = escape(new, old, question)
    if answer.request is not None:
        assert decide(answer.request, new).allowed
        assert decide(answer.request, old).denied
    return answer


def value(answer: Escape, key: str) -> str:
    assert answer.request is not None, answer
    held = answer.request.value(key)
    assert held is not None
    assert len(held) == 1
    return str(held[0])


def test_what_nothing_allows_is_found_with_a_witness():
    answer = ask(resource_policy(statement()))
    assert (answer.outcome, answer.request.principal, str(answer.request.resource)) == (Outcome.FOUND, LEX, FUNCTION)


@pytest.mark.parametrize(
    "condition",
    [
        under("IpAddress", aws__SourceIp="10.0.0.0/8"),
        under("NumericLessThan", s3__max_keys="10"),
        under("DateLessThan", aws__CurrentTime="2026-01-01T00:00:00Z"),
        under("Bool", aws__SecureTransport="true"),
        under("BinaryEquals", k="QUJD"),
        under("ArnLike", aws__PrincipalArn="arn:aws:iam::111122223333:role/*"),
        under("StringEqualsIgnoreCase", k="Abc"),
        under("ForAllValues:StringLike", k=["a*", "b"]),
        under("Null", k="false"),
    ],
    ids=lambda condition: next(iter(condition)),
)
def test_a_policy_grants_nothing_beyond_itself_under_every_operator(condition):
    same = resource_policy(statement(Condition=condition))
    assert Outcome.NONE is ask(same, same).outcome


def test_a_value_between_two_close_numbers_is_found():
    between = {"NumericGreaterThan": {"n": "1"}, "NumericLessThan": {"n": "1.2"}}
    found = value(ask(resource_policy(statement(Condition=between))), "n")
    assert 1 < float(found) < 1.2


def test_a_moment_between_two_close_dates_is_found():
    dates = {
        "DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"},
        "DateLessThan": {"aws:CurrentTime": "2026-01-01T00:00:09Z"},
    }
    found = value(ask(resource_policy(statement(Condition=dates))), "aws:CurrentTime")
    assert "2026-01-01T00:00:00Z" < found < "2026-01-01T00:00:09Z"


@pytest.mark.parametrize("date", ["253402300799", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_dates_at_the_ends_of_the_calendar_are_answered(date):
    new = resource_policy(statement(Condition=under("DateLessThanEquals", aws__CurrentTime=date)))
    assert Outcome.FOUND is ask(new).outcome


def test_an_address_of_the_other_family_is_outside_every_block():
    new = resource_policy(statement(Condition=under("NotIpAddress", aws__SourceIp="0.0.0.0/0")))
    keys = {"aws:sourceip": Domain((text(each(HoleType.ANYTHING)),), absent=False)}
    assert ":" in value(ask(new, domains=keys), "aws:SourceIp")


def test_an_unknown_address_block_is_not_taken_for_none():
    block = text(Hole("var.cidr"))
    new = resource_policy(statement(Condition=under("IpAddress", aws__SourceIp=block)))
    answer = ask(new)
    assert (answer.outcome, "var.cidr" in answer.reason) == (Outcome.UNDETERMINED, True)


def test_a_witness_lies_in_the_domain_of_its_key():
    """StringEqualsIgnoreCase also matches `ARN:AWS:...`, which no service sends."""
    arn = f"arn:aws:lex:us-east-1:{OWN}:intent:A:1"
    new = resource_policy(statement(Condition=under("StringEqualsIgnoreCase", aws__SourceArn=arn.upper())))
    old = resource_policy(statement(Condition=under("StringEquals", aws__SourceArn=arn)))
    sent = Domain((text(f"arn:aws:lex:us-east-1:{OWN}:intent:", each(HoleType.NAME), ":1"),))
    found = value(ask(new, old, domains={"aws:sourcearn": sent}), "aws:SourceArn")
    assert f"arn:aws:lex:us-east-1:{OWN}:intent:a:1" == found


def test_a_source_account_outside_its_domain_is_not_found():
    condition = {"ArnLike": {"aws:SourceArn": f"arn:aws:lex:*:{FOREIGN}:*"}, "Null": {"aws:SourceAccount": "false"}}
    own = {"aws:sourceaccount": one_of(text(OWN))}
    assert Outcome.NONE is ask(resource_policy(statement(Condition=condition)), domains=own).outcome


def test_the_source_account_is_the_account_in_the_source_arn():
    both = {
        "ArnLike": {"aws:SourceArn": f"arn:aws:lex:us-east-1:{FOREIGN}:intent:*"},
        "StringEquals": {"aws:SourceAccount": OWN},
    }
    new = resource_policy(statement(Condition=both))
    assert Outcome.NONE is ask(new).outcome
    assert Outcome.FOUND is ask(new, linked=False).outcome
    both["StringEquals"]["aws:SourceAccount"] = FOREIGN
    answer = ask(resource_policy(statement(Condition=both)))
    assert FOREIGN == value(answer, "aws:SourceArn").split(":")[4] == value(answer, "aws:SourceAccount")


def test_a_source_arn_without_an_account_may_come_from_any():
    both = {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b"}, "StringNotEquals": {"aws:SourceAccount": OWN}}
    answer = ask(resource_policy(statement(Condition={**both, "Null": {"aws:SourceAccount": "false"}})))
    assert Outcome.FOUND is answer.outcome
    assert value(answer, "aws:SourceAccount") != OWN


@pytest.mark.parametrize(("alias", "outcome"), [("TOOSHORT", Outcome.NONE), ("ABCDEFGH12", Outcome.FOUND)])
def test_values_have_the_shape_of_their_type(alias, outcome):
    """A Lex V2 id has ten upper-case letters or digits."""
    sent = Domain((text("arn:aws:lex:us-east-1:", OWN, ":bot-alias/", each(HoleType.LEX_ID, "bot"), "/TSTALIASID"),))
    pattern = f"arn:aws:lex:us-east-1:{OWN}:bot-alias/{alias}/*"
    new = resource_policy(statement(Condition=under("ArnLike", aws__SourceArn=pattern)))
    assert outcome is ask(new, domains={"aws:sourcearn": sent}).outcome


def test_a_deny_of_one_home_leaves_the_others():
    """`other` is the user that comes to mind first: that its home is denied must not hide `bob`."""
    new = identity_policy(
        statement(Resource=BUCKET + "home/${aws:username}/*"), statement("Deny", Resource=BUCKET + "home/other/*")
    )
    answer = ask(new, principal=ROLE, resources=ANYWHERE)
    assert value(answer, "aws:username") != "other"


def test_a_resource_pattern_is_found_through_the_variable_that_leads_to_it():
    only_bob = one_of(text(BUCKET, "home/bob/x"))
    new = identity_policy(statement(Resource=BUCKET + "home/${aws:username}/*"))
    assert value(ask(new, principal=ROLE, resources=only_bob), "aws:username") == "bob"


def test_two_keys_that_must_be_equal_meet_where_a_third_pattern_wants_them():
    condition = {
        "StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"},
        "StringLike": {"aws:ResourceTag/team": "x-*"},
    }
    answer = ask(resource_policy(statement(Condition=condition)))
    assert value(answer, "aws:PrincipalTag/team").startswith("x-")
    assert value(answer, "aws:PrincipalTag/team") == value(answer, "aws:ResourceTag/team")


def test_two_variables_on_one_key_are_told_apart():
    new = resource_policy(
        statement(Condition=under("StringEquals", k="${a}")),
        statement("Deny", Condition=under("StringEquals", k="${b}")),
    )
    domains = dict.fromkeys("ab", Domain((text(each(HoleType.NAME)),), absent=False))
    answer = ask(new, domains=domains)
    assert value(answer, "a") == value(answer, "k") != value(answer, "b")


def test_a_chain_of_variables_is_followed():
    chain = {"StringEquals": {"a": "${b}", "b": "${c}"}, "StringLike": {"c": "x*"}}
    answer = ask(resource_policy(statement(Condition=chain)))
    assert value(answer, "a") == value(answer, "b") == value(answer, "c")
    assert value(answer, "c").startswith("x")


def test_variables_in_a_circle_are_undetermined():
    circle = {"StringEquals": {"a": "${b}", "b": "${a}"}}
    answer = ask(resource_policy(statement(Condition=circle)))
    assert (answer.outcome, "circle" in answer.reason) == (Outcome.UNDETERMINED, True)


def test_variables_of_the_old_version_are_plain_text():
    new = identity_policy(statement(Resource=BUCKET + "${aws:username}"), version="2008-10-17")
    found = ask(new, principal=ROLE, resources=ANYWHERE)
    assert str(found.request.resource) == BUCKET + "${aws:username}"


@pytest.mark.parametrize("count", [2, 5])
def test_as_many_values_are_tried_as_set_operators_ask_for(count):
    """Each statement denies a set that lacks one value, so only a set of all of them passes."""
    letters = "abcde"[:count]
    lacking = [statement("Deny", Condition=under("ForAllValues:StringNotEquals", k=letter)) for letter in letters]
    within = statement(Condition=under("ForAllValues:StringEquals", k=list(letters)))
    answer = ask(resource_policy(within, *lacking))
    assert set(letters) == {str(held) for held in answer.request.value("k")}


def test_an_absent_key_passes_for_all_values():
    new = resource_policy(statement(Condition=under("ForAllValues:StringEquals", k="a")))
    old = resource_policy(statement(Condition=under("Null", k="false")))
    answer = ask(new, old)
    assert (answer.outcome, answer.request.value("k")) == (Outcome.FOUND, None)


def test_a_resource_of_the_callers_own_account_is_looked_for():
    """An identity policy reaches nothing in other accounts by itself."""
    anyones = Domain((text("arn:aws:sqs:us-east-1:", each(HoleType.ACCOUNT), ":q"),))
    answer = ask(identity_policy(statement()), principal=ROLE, resources=anyones)
    assert f"arn:aws:sqs:us-east-1:{OWN}:q" == str(answer.request.resource)


def test_the_root_user_needs_no_statement():
    root = aws(f"arn:aws:iam::{OWN}:root")
    old = resource_policy(statement("Deny"))
    assert Outcome.FOUND is ask(resource_policy(statement(Action="s3:*")), old, principal=root).outcome


def test_a_trust_policy_that_names_one_more_role_of_the_account_lets_something_in():
    def trust(*names: str) -> Policies:
        principals = [f"arn:aws:iam::{OWN}:role/{name}" for name in names]
        made = {"Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole"}
        document = parse_policy(node({"Version": "2012-10-17", "Statement": made}), PolicyKind.TRUST)
        return Policies(document, callers_allow=True)

    target = one_of(text(f"arn:aws:iam::{OWN}:role/target"))
    answer = ask(trust("a", "r"), trust("a"), principal=ROLE, resources=target, actions=("sts:AssumeRole",))
    assert Outcome.FOUND is answer.outcome


def test_a_name_that_a_hole_may_complete_is_undetermined():
    pattern = text("arn:aws:sqs:us-east-1:", OWN, ":jobs-", Hole("var.env"))
    names = Domain((text("arn:aws:sqs:us-east-1:", OWN, ":", each(HoleType.NAME)),))
    answer = ask(identity_policy(statement(Resource=pattern)), principal=ROLE, resources=names)
    assert (answer.outcome, "var.env" in answer.reason) == (Outcome.UNDETERMINED, True)


def test_a_hole_in_the_domain_leaves_open_what_a_literal_may_be():
    group = text("arn:aws:logs:us-east-1:", Hole("account", HoleType.ACCOUNT), ":log-group:", each(HoleType.NAME))
    new = identity_policy(statement(Resource=f"arn:aws:logs:us-east-1:{OWN}:log-group:mine"))
    answer = ask(new, principal=ROLE, resources=Domain((group,)))
    assert Outcome.UNDETERMINED is answer.outcome


def test_the_same_hole_on_both_sides_decides_nothing():
    queue: Text = text("arn:aws:sqs:us-east-1:", OWN, ":", Hole("var.name", HoleType.NAME))
    only = one_of(queue)
    new, old = identity_policy(statement(Resource=queue)), identity_policy(statement(Resource=queue))
    assert Outcome.NONE is ask(new, old, principal=ROLE, resources=only).outcome
    assert Outcome.FOUND is ask(new, NOTHING, principal=ROLE, resources=only).outcome


def test_a_statement_that_could_not_be_read_leaves_access_open():
    unread = parse_policy(node({"Version": "2012-10-17", "Statement": Hole("statements")}), PolicyKind.RESOURCE)
    assert Outcome.UNDETERMINED is ask(Policies(unread)).outcome


def test_a_deny_that_could_not_be_read_leaves_a_witness_open():
    new = resource_policy(statement(), statement("Deny", Condition={"StringEqualz": {"k": "v"}}))
    assert Outcome.UNDETERMINED is ask(new).outcome


@pytest.mark.parametrize("limit", [10, 1000])
def test_beyond_the_limit_the_answer_is_undetermined(limit):
    """`*a??...?` tells 2^n texts apart."""
    new = identity_policy(statement(Resource=BUCKET + "*a" + "?" * 12))
    answer = ask(new, identity_policy(statement(Resource=BUCKET + "*b")), ROLE, resources=ANYWHERE, limit=limit)
    assert (
        answer.outcome,
        answer.reason,
    ) == (Outcome.UNDETERMINED, "the policies tell more requests apart than can be searched")


def test_the_answer_is_the_same_each_time():
    new = resource_policy(statement(Condition=under("StringLike", k=["*a*", "b?"])))
    old = resource_policy(statement(Condition=under("StringEquals", k="ba")))
    assert ask(new, old) == ask(new, old)


def test_a_deny_that_is_gone_lets_in_what_it_refused():
    refused = statement("Deny", Condition=under("StringEquals", k="a"))
    assert value(ask(resource_policy(statement()), resource_policy(statement(), refused)), "k") == "a"


def test_a_condition_that_is_gone_lets_in_what_it_kept_out():
    bound = statement(Condition=under("StringEquals", k="a"))
    answer = ask(resource_policy(statement()), resource_policy(bound))
    assert answer.outcome is Outcome.FOUND
    assert answer.request.value("k") != (text("a"),)
    assert Outcome.NONE is ask(resource_policy(bound), resource_policy(statement())).outcome


def test_conditions_with_if_exists_meet_where_the_key_is_absent():
    """With the key, `a` is let in by both; without it, the Deny refuses what the Allow lets in."""
    allow = statement(Condition=under("StringEqualsIfExists", k="a"))
    deny = statement("Deny", Condition=under("StringEqualsIfExists", k="b"))
    old = resource_policy(statement(Condition=under("StringEquals", k="a")))
    assert Outcome.NONE is ask(resource_policy(allow, deny), old).outcome
    assert Outcome.FOUND is ask(resource_policy(allow), old).outcome


def test_one_colon_more_takes_an_arn_out_of_arn_like():
    """As text, `*:A` also takes `intent:A`; by components the sixth has to be `A`."""
    new = resource_policy(statement(Condition=under("StringLike", aws__SourceArn="arn:aws:lex:*:A")))
    old = resource_policy(statement(Condition=under("ArnLike", aws__SourceArn="arn:aws:lex:*:*:A")))
    found = value(ask(new, old), "aws:SourceArn")
    assert found.endswith(":A")
    assert found.split(":", 5)[5] != "A"
    assert Outcome.NONE is ask(old, new).outcome


def test_another_hole_is_another_unknown():
    def queue(name: str) -> Policies:
        return identity_policy(statement(Resource=text("arn:aws:sqs:us-east-1:", OWN, ":jobs-", Hole(name))))

    names = Domain((text("arn:aws:sqs:us-east-1:", OWN, ":", each(HoleType.NAME)),))
    assert Outcome.UNDETERMINED is ask(queue("var.a"), queue("var.b"), ROLE, resources=names).outcome
    assert Outcome.NONE is ask(queue("var.a"), queue("var.a"), ROLE, resources=names).outcome


@pytest.mark.parametrize(("reason", "outcome"), [("the first", Outcome.NONE), ("another", Outcome.UNDETERMINED)])
def test_statements_that_may_not_be_there_for_one_reason_are_there_together(reason, outcome):
    """The access is the old one in both cases; where they hang on different things it need not be."""

    def unsure(policies: Policies, why: str) -> Policies:
        assert policies.resource is not None
        marked = tuple(replace(s, uncertain=why) for s in policies.resource.statements)
        return replace(policies, resource=replace(policies.resource, statements=marked))

    old = unsure(resource_policy(statement()), "the first")
    assert ask(unsure(resource_policy(statement()), reason), old).outcome is outcome
    assert ask(resource_policy(statement()), old).outcome is Outcome.UNDETERMINED
    assert ask(old, resource_policy(statement())).outcome is Outcome.NONE
