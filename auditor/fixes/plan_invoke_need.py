"""Letting a caller in that needs to invoke the function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from auditor.engine.fact import InvokeNeed, Obstacle, UrlNeed
from auditor.estate.estate import Estate
from auditor.estate.function import TEST_ALIAS, Hook, Invoker
from auditor.fixes.candidate import Candidate
from auditor.fixes.narrow import permission_for, statement_ids
from auditor.fixes.operation import AddPermission, Operation, RemovePermission
from auditor.iam.document import Statement
from auditor.needs import Need, NeedKind, decide_need, derive, granting


def plan_invoke_need(fact: InvokeNeed) -> Iterator[Candidate]:
    """One permission for each caller of the same service that is denied, and the dead statement
    that was meant for them out."""
    if fact.obstacle is Obstacle.DENIED:
        yield Candidate(
            "Take the caller out of the Deny statement",
            advice="a Deny statement refuses this call, and no permission can outweigh it: except the caller from it",
        )
        return
    denied = _denied_alike(fact)
    operations: list[Operation] = list(additions(denied))
    in_vain = fact.obstacle in (Obstacle.DEAD_GRANT, Obstacle.SOURCE_ACCOUNT)
    dead = fact.other_statement if in_vain else None
    if dead is not None and not _serves_elsewhere(dead, fact, denied):
        operations.append(RemovePermission(fact.need.function, dead))
    callers = "hooks" if fact.lex else "callers"
    what = "its exact source" if len(denied) == 1 else f"the exact sources of its {len(denied)} {callers}"
    if not fact.lex and any(map(_is_for_any_name, denied)):
        what = "what calls it in this account"
    title = f"Allow {fact.service} to invoke the function for {what}"
    if is_for_tests(fact.need):
        yield Candidate(f"{title}, the test alias", tuple(operations), tuple(tested(denied)))
    else:
        yield Candidate(title, tuple(operations))


def _is_for_any_name(need: Need) -> bool:
    """Whether the name of what calls is not known: a bucket that CloudFormation names."""
    return isinstance(need.caller, Invoker) and str(need.caller.within or "").endswith(":*")


def plan_url_need(fact: UrlNeed) -> Iterator[Candidate]:
    """The permission that the callers lack."""
    assumptions = ("the URL is meant to be open to everyone",) if fact.auth == "NONE" else ()
    title = f"Allow `{fact.lacking}` to the callers of the URL"
    yield Candidate(title, tuple(additions([fact.need])), assumptions)


def additions(needs: Sequence[Need]) -> Iterator[AddPermission]:
    """A narrow permission under a free statement id for each need of one function."""
    for need, statement_id in zip(needs, statement_ids(needs[0].function, needs), strict=True):
        callers = (need.caller,) if need.caller is not None else ()
        yield AddPermission(need.function, permission_for(need), statement_id, callers)


def _denied_alike(fact: InvokeNeed) -> list[Need]:
    """The needs of the same function and service that are denied too: they are mended at once. The test
    alias of a bot is let in by itself, for that is not safe."""
    tests = is_for_tests(fact.need)
    alike = (need for need in _needs(fact.need, fact.estate) if is_for_tests(need) is tests)
    return [need for need in alike if decide_need(need, granting(need, fact.estate)).denied]


def is_for_tests(need: Need) -> bool:
    """Whether it is a bot's test alias that calls."""
    return isinstance(need.caller, Hook) and need.caller.for_tests


def tested(needs: Iterable[Need]) -> Iterator[str]:
    """What letting the test aliases of bots in rests on."""
    for bot in dict.fromkeys(need.caller.bot for need in needs if isinstance(need.caller, Hook)):
        yield f"the bot `{bot}` is tested through its test alias `{TEST_ALIAS}`, and the tests are to call the function"


def _needs(like: Need, estate: Estate) -> Iterator[Need]:
    for need in derive(like.function, estate):
        if need.kind is NeedKind.INVOKE and need.request.principal == like.request.principal:
            yield need


def _serves_elsewhere(statement: Statement, fact: InvokeNeed, denied: Sequence[Need]) -> bool:
    """A dead statement with several principals may be alive for another of them."""
    return len(statement.principals or ()) > 1 or not denied or fact.need.function.resource_policy is None
