"""Principals with holes, and which part of a grant boundaries do not limit."""

from __future__ import annotations

import pytest

from auditor.iam.document import Effect, PrincipalPattern, Statement
from auditor.iam.match.principal import Listed, match_principal, principal_account, role_of_session
from auditor.iam.request import ANONYMOUS, Principal, PrincipalKind, aws, service
from auditor.iam.text import ACCOUNT, Hole, Text, text
from auditor.iam.truth import Value

YES, NO, MAYBE = Value.YES, Value.NO, Value.MAYBE
OWN = "111122223333"
ROLE, USER = aws(f"arn:aws:iam::{OWN}:role/r"), aws(f"arn:aws:iam::{OWN}:user/u")
SESSION = aws(f"arn:aws:sts::{OWN}:assumed-role/r/s")
LEX = service("lex.amazonaws.com")


def naming(kind: PrincipalKind, written: Text | str, principal: Principal) -> tuple[Value, Value, Value]:
    statement = Statement(Effect.ALLOW, (), principals=(PrincipalPattern(kind, text(written)),))
    found = match_principal(statement, principal)
    return found.direct.value, found.delegated.value, found.unbounded.value


@pytest.mark.parametrize(
    ("written", "principal", "expected"),
    [
        (USER.value, USER, (YES, NO, YES)),
        (ROLE.value, ROLE, (YES, NO, NO)),
        (ROLE.value, SESSION, (YES, NO, NO)),
        (SESSION.value, SESSION, (YES, NO, YES)),
        (OWN, ROLE, (NO, YES, NO)),
        (f"arn:aws:iam::{OWN}:root", SESSION, (NO, YES, NO)),
        ("444455556666", ROLE, (NO, NO, NO)),
        (text("arn:aws:iam::", ACCOUNT, ":role/r"), ROLE, (MAYBE, NO, NO)),
        (text(ACCOUNT), ROLE, (NO, MAYBE, NO)),
        (text("arn:aws:iam::", ACCOUNT, ":root"), ROLE, (NO, MAYBE, NO)),
        (text(Hole("var.who")), USER, (MAYBE, NO, MAYBE)),
    ],
)
def test_aws_principals(written, principal, expected):
    assert naming(PrincipalKind.AWS, written, principal) == expected


def test_the_same_hole_is_the_same_account():
    role = aws(text("arn:aws:iam::", ACCOUNT, ":role/r"))
    assert naming(PrincipalKind.AWS, role.value, role) == (YES, NO, NO)
    assert naming(PrincipalKind.AWS, text(ACCOUNT), role) == (NO, YES, NO)


@pytest.mark.parametrize("principal", [ROLE, LEX, ANONYMOUS], ids=str)
def test_everyone_is_everyone_without_bounds(principal):
    assert naming(PrincipalKind.ANYONE, "*", principal) == (YES, NO, YES)


def test_an_unknown_principal_may_be_anyone():
    assert naming(PrincipalKind.ANYONE, text(Hole("var.principal")), LEX)[0] is MAYBE


def test_an_unknown_service_may_be_this_one_but_not_a_role():
    assert naming(PrincipalKind.SERVICE, text(Hole("var.service")), LEX)[0] is MAYBE
    assert naming(PrincipalKind.SERVICE, text(Hole("var.service")), ROLE)[0] is NO


@pytest.mark.parametrize(
    ("written", "account"),
    [
        (ROLE.value, text(OWN)),
        (text(OWN), text(OWN)),
        (text(ACCOUNT), text(ACCOUNT)),
        (text("nobody"), None),
        (text(Hole("var.who")), None),
    ],
)
def test_the_account_of_a_principal(written, account):
    assert principal_account(written) == account


def test_the_role_behind_a_session():
    assert role_of_session(SESSION.value) == ROLE.value
    assert role_of_session(ROLE.value) is None
    assert role_of_session(text(f"arn:aws:sts::{OWN}:federated-user/u")) is None


def test_a_list_that_is_asked_often_says_the_same():
    """Whatever is listed, in one statement of each kind, and whoever asks."""
    head = f"arn:aws:iam::{OWN}:"
    texts = [OWN, f"{head}root", f"{head}role/r", f"{head}role/team/r", f"{head}user/u", "444455556666"]
    texts += [f"arn:aws:sts::{OWN}:assumed-role/r/s", f"arn:aws:sts::{OWN}:federated-user/u", "AIDACKCEVSQ6C2EXAMPLE"]
    written: list[Text] = [*map(text, texts), text(ACCOUNT), text("arn:aws:iam::", ACCOUNT, ":role/r")]
    callers = [Principal(PrincipalKind.AWS, value) for value in written]
    callers += [LEX, ANONYMOUS, Principal(PrincipalKind.FEDERATED, text("a.com"))]
    patterns = [PrincipalPattern(PrincipalKind.AWS, value) for value in written]
    patterns += [PrincipalPattern(PrincipalKind.ANYONE, text("*")), PrincipalPattern(LEX.kind, LEX.value)]
    lists = [(one, other) for one in patterns for other in patterns]
    for effect, excludes in ((Effect.ALLOW, False), (Effect.ALLOW, True), (Effect.DENY, True)):
        for listed in lists:
            statement = Statement(effect, (), principals=listed, not_principal=excludes)
            asked = Listed(statement)
            for caller in callers:
                assert asked.match(caller) == match_principal(statement, caller), (listed, caller)
