"""The answers of `diff` and `can` as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.iam.decide import Because, Decider, Verdict
from auditor.iam.document import Effect
from auditor.iam.request import Request
from auditor.question.can import Answer
from auditor.question.change import Change, ChangeVerdict
from auditor.question.estates import EstateChange, FunctionChange
from auditor.question.explain import Explanation
from auditor.reports.screen import MARGIN, Line, Style, hang, plain, styled
from auditor.reports.witness import tell_details, tell_request

_STYLES = {
    ChangeVerdict.NO_NEW_ACCESS: Style.GOOD,
    ChangeVerdict.NEW_ACCESS: Style.BAD,
    ChangeVerdict.UNDETERMINED: Style.DOUBTFUL,
}
_FORWARD = ("no new access", "new access", "NEW allows it and OLD does not", "OLD allows all that NEW allows")
_BACKWARD = ("no lost access", "lost access", "OLD allows it and NEW does not", "NEW allows all that OLD allows")


def tell_change(change: Change, width: int, *, backward: bool = False) -> list[Line]:
    """The lines on a change of documents, and on what was lost where that was asked."""
    words = _BACKWARD if backward else _FORWARD
    lines = [*_tell_verdict(change, words), *_tell_witness(change, width)]
    return [*lines, *tell_change(change.lost, width, backward=True)] if change.lost is not None else lines


def _tell_verdict(change: Change, words: tuple[str, str, str, str]) -> list[Line]:
    style = _STYLES[change.verdict]
    match change.verdict:
        case ChangeVerdict.NO_NEW_ACCESS:
            return [[(words[0], style), (f": {words[3]}", Style.PLAIN)]]
        case ChangeVerdict.NEW_ACCESS:
            return [[(words[1], style), (f": {words[2]}", Style.PLAIN)]]
        case ChangeVerdict.UNDETERMINED:
            asked = words[1]
            return [[("undetermined", style), (f": whether there is {asked} cannot be told", Style.PLAIN)]]


def _tell_witness(change: Change, width: int) -> list[Line]:
    if change.witness is None:
        return hang("because", styled(change.reason, Style.PLAIN, width - MARGIN)) if change.reason else []
    request = change.witness.request
    role = bool(change.statements) and all(d.policy.startswith("identity") for d in change.statements)
    sentence = tell_request(request, allowed=True, by_role=role)
    lines = hang("witness", [*styled(sentence, Style.PLAIN, width - MARGIN), *_tell_request(request, "does", width)])
    return lines + _tell_deciders(change.statements)


def _tell_request(request: Request, verb: str, width: int) -> list[Line]:
    return [line for detail in tell_details(request, verb) for line in styled(detail, Style.FAINT, width - MARGIN)]


def _tell_deciders(statements: tuple[Decider, ...]) -> list[Line]:
    return hang("through", [plain(_name(decider)) for decider in statements]) if statements else []


def _name(decider: Decider | Explanation) -> str:
    """A statement by its place, with its name and where it was written, as far as they are known."""
    statement = decider.statement
    if statement is None:
        return f"a part of {decider.policy} that was not read"
    sid = f" `{statement.sid}`" if statement.sid is not None else ""
    place = f"  {statement.origin}" if statement.origin.file or statement.origin.arn else ""
    return f"{decider.policy} statement {statement.index}{sid}{place}"


def tell_estates(change: EstateChange, width: int, *, backward: bool = False) -> list[Line]:
    """The lines on a change of everything that sources describe."""
    lines: list[Line] = []
    for function in change.functions:
        lines += list(_tell_function(function, width, backward))
    words = _BACKWARD if backward else _FORWARD
    found, open_ = (
        sum(function.verdict is verdict for function in change.functions)
        for verdict in (ChangeVerdict.NEW_ACCESS, ChangeVerdict.UNDETERMINED)
    )
    lines.append(plain(f"{change.compared} compared: {found} with {words[1]}, {open_} undetermined"))
    return [*lines, *tell_estates(change.lost, width, backward=True)] if change.lost is not None else lines


def _tell_function(function: FunctionChange, width: int, backward: bool) -> Iterator[Line]:
    for part in function.parts:
        if part.change.verdict is ChangeVerdict.NO_NEW_ACCESS:
            continue
        yield [(function.name, Style.STRONG), (f", {part.part}", Style.PLAIN)]
        yield from tell_change(part.change, width, backward=backward)


def tell_answer(answer: Answer, width: int) -> list[Line]:
    """The lines on one question: the answer, what decided it, and why the rest did not."""
    lines = [_tell_decision(answer), *hang("asked", _tell_request(answer.request, "asks for", width))]
    if answer.decision.reason:
        lines += hang("because", styled(answer.decision.reason, Style.PLAIN, width - MARGIN))
    lines += _tell_deciders(answer.decision.statements)
    decided = [(decider.policy, decider.statement) for decider in answer.decision.statements]
    for explanation in answer.explanations:
        if (explanation.policy, explanation.statement) not in decided:
            lines += _tell_explanation(explanation, width)
    return lines if answer.explanations else [*lines, *hang("note", [plain("no statement was there to ask")])]


_VERDICTS = {
    Verdict.ALLOW: ("allowed", Style.GOOD),
    Verdict.DENY: ("denied", Style.BAD),
    Verdict.UNDETERMINED: ("undetermined", Style.DOUBTFUL),
}


_BECAUSE = {
    Because.STATEMENT: "a statement allows it",
    Because.ROOT_USER: "the root user of the account needs no statement",
    Because.EXPLICIT_DENY: "a statement denies it",
    Because.NO_MATCH: "no statement allows it",
    Because.CORNER_CASE: "it cannot be told",
}


def _tell_decision(answer: Answer) -> Line:
    decision = answer.decision
    word, style = _VERDICTS[decision.verdict]
    because = _BECAUSE[decision.because]
    if decision.because is Because.NO_MATCH and any(_allows(explanation) for explanation in answer.explanations):
        because = "the statements that allow it are not enough"
    return [(word, style), (f": {because}", Style.PLAIN)]


def _allows(explanation: Explanation) -> bool:
    statement = explanation.statement
    return bool(explanation.matched) and statement is not None and statement.effect is Effect.ALLOW


def _tell_explanation(explanation: Explanation, width: int) -> list[Line]:
    # A Deny that matches is among those that decided.
    labels: dict[bool | None, str] = {True: "allows", False: "no match", None: "open"}
    lines = [plain(_name(explanation))]
    if explanation.mismatch:
        lines += styled(explanation.mismatch, Style.FAINT, width - MARGIN)
    return hang(labels[explanation.matched], lines)
