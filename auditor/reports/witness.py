"""A witness as a sentence: who can do what, or who cannot do what they must."""

from __future__ import annotations

from auditor.engine.fact import LogGrant, RoleGrant
from auditor.engine.finding import Finding
from auditor.iam.request import Principal, PrincipalKind, Request
from auditor.reports.request import write_context

_SERVICES = {
    "lambda.amazonaws.com": "Lambda",
    "lex.amazonaws.com": "Lex",
    "lexv2.amazonaws.com": "Lex V2",
    "alexa-appkit.amazon.com": "an Alexa skill",
    "alexa-connectedhome.amazon.com": "an Alexa smart home skill",
}
_ANY_ROLE = "anyone"
"""The name that witnesses give to some role of an account."""
_LOG_ACTS = {
    "logs:createloggroup": "create the log group {group}",
    "logs:createlogstream": "create log streams in {group}",
    "logs:deleteloggroup": "delete the log group {group}",
    "logs:deletelogstream": "delete log streams of {group}",
    "logs:putlogevents": "write log streams of {group}",
    "logs:putretentionpolicy": "change how long {group} keeps its logs",
}


def tell_witness(finding: Finding) -> str | None:
    """One sentence, without a full stop, on the request that proves a finding; None without one.

    "a Lex bot in account 444455556666 can invoke this function": the verb says how the request
    is decided now, so for a missing grant it is "cannot".
    """
    if finding.witness is None:
        return None
    if isinstance(finding.fact, (LogGrant, RoleGrant)) and finding.fact.role is None:
        return _tell("whoever has this policy", finding.witness.request, finding.witness.allowed)
    return tell_request(finding.witness.request, allowed=finding.witness.allowed, by_role=_by_role(finding))


def tell_request(request: Request, *, allowed: bool, by_role: bool = False) -> str:
    """A request as one sentence without a full stop; `by_role` where the role in question makes it."""
    subject = "this role" if by_role else name_caller(request)
    return _tell(subject, request, allowed)


def tell_details(request: Request, verb: str) -> list[str]:
    """The request itself, a line for what is asked and one for each condition key; `verb` says what
    becomes of it (`does`, `is refused`)."""
    details = [f"{request.principal} {verb} {request.action} on {request.resource}"]
    for key, value in write_context(request).items():
        details.append(f"{key} = {', '.join(map(str, value)) if isinstance(value, list) else value}")
    return details


def _tell(subject: str, request: Request, allowed: bool) -> str:
    return f"{subject} {'can' if allowed else 'cannot'} {name_act(request)}"


def _by_role(finding: Finding) -> bool:
    """Whether the execution role itself makes the request: all but calls to it or its function."""
    assert finding.witness is not None
    service = finding.witness.request.action.partition(":")[0].lower()
    return finding.fact.role is not None and service not in {"lambda", "sts"}


def name_caller(request: Request) -> str:
    """Who makes a request, as the subject of a sentence."""
    principal = request.principal
    match principal.kind:
        case PrincipalKind.ANYONE:
            return "anyone, without signing in,"
        case PrincipalKind.SERVICE:
            return _name_service(request)
        case PrincipalKind.AWS:
            return _name_identity(principal)
        case PrincipalKind.FEDERATED:
            return f"a user who signs in through {principal}"
        case PrincipalKind.CANONICAL_USER:
            return f"the account with the canonical user id {principal}"


def name_service(principal: str) -> str:
    """A service principal by the name that people know, where it has one."""
    return _SERVICES.get(principal, principal)


def _name_service(request: Request) -> str:
    principal = str(request.principal)
    name = name_service(principal)
    lex = principal in {"lex.amazonaws.com", "lexv2.amazonaws.com"}
    source = _value(request, "aws:SourceArn")
    account = _value(request, "aws:SourceAccount") or _account_of(source)
    if not source:
        return f"{'a Lex bot' if lex else name + ', acting for something'} in account {account}" if account else name
    if account and account != _account_of(str(request.resource)):
        return f"a Lex bot in account {account}" if lex else f"{name}, acting for {source} in account {account},"
    return f"{name}, acting for {_name_source(source)},"


def _name_source(arn: str) -> str:
    """A Lex intent or alias by its name; any other source by its ARN."""
    tail = arn.split(":")[5:]
    if len(tail) == 3 and tail[0] == "intent":
        return f"intent {tail[1]}"
    if len(tail) == 1 and tail[0].startswith("bot-alias/") and tail[0].count("/") == 2:
        _, bot, alias = tail[0].split("/")
        return f"alias {alias} of bot {bot}"
    return arn


def _name_identity(principal: Principal) -> str:
    """An account, user, role or session from its ARN, else the value as it stands."""
    value = str(principal)
    if value.isdecimal():
        return f"account {value}"
    account = _account_of(value)
    kind, _, name = value.split(":", 5)[-1].partition("/")
    if not account or not value.startswith("arn:"):
        return value
    match kind:
        case "root":
            return f"account {account}"
        case "role" if name == _ANY_ROLE:
            return f"a role of account {account}"
        case "role" | "user":
            return f"the {kind} {name} of account {account}"
        case "assumed-role":
            return f"a session of the role {name.partition('/')[0]} of account {account}"
        case _:
            return value


def name_act(request: Request) -> str:
    """What a request does, as it follows "can"."""
    action = request.action.lower()
    if action == "lambda:invokefunction":
        qualifier = str(request.resource).split(":")[7:8]
        return f"invoke {qualifier[0]} of this function" if qualifier else "invoke this function"
    if action == "lambda:invokefunctionurl":
        return "call this function's URL"
    if action.startswith("sts:assumerole"):
        return "assume this role"
    if action in _LOG_ACTS:
        return _LOG_ACTS[action].format(group=_log_group_of(str(request.resource)))
    return f"do {request.action} on {request.resource}"


def _log_group_of(arn: str) -> str:
    """The name of the log group in a log group's or stream's ARN."""
    parts = arn.split(":")
    return parts[6] if len(parts) > 6 and parts[5] == "log-group" else arn


def _account_of(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 5 else ""


def _value(request: Request, key: str) -> str:
    values = request.value(key)
    return str(values[0]) if values else ""
