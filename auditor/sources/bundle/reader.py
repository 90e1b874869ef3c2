"""From a bundle to what it tells."""

from __future__ import annotations

from functools import cache

from auditor.estate.function import Function, FunctionUrl, LexGeneration, UrlAuth
from auditor.iam.document import Policy, PolicyKind
from auditor.iam.node import Members, Node
from auditor.iam.origin import Origin
from auditor.iam.text import Text, text
from auditor.sources.arns import function_arn
from auditor.sources.bundle.configuration import configured
from auditor.sources.bundle.doubt import doubt_policy, doubt_role, read_incomplete, read_skipped, read_unknown
from auditor.sources.bundle.hook import read_hook, read_invoker
from auditor.sources.bundle.role import read_role
from auditor.sources.bundle.schema import BUNDLE, SNAPSHOT, is_snapshot
from auditor.sources.bundle.shape import check_shape
from auditor.sources.bundle.version import read_version
from auditor.sources.errors import SourceError
from auditor.sources.fields import items_at, members_of, needed, text_at, written
from auditor.sources.found import Found
from auditor.sources.home import Home, home_of
from auditor.sources.policy_text import read_policy
from auditor.sources.source import Source


def read_bundle(bundle: Node, source: Source, home: Home) -> Found:
    """What one bundle, a value of `source`, tells; `home` completes what is known by name alone.

    Raises SourceError at the first place that the schema does not allow.
    """
    if bundle.members is not None and is_snapshot(bundle.members):
        check_shape(bundle, SNAPSHOT, "a snapshot")
        return Found(skipped=(*read_skipped(bundle.members), *read_incomplete(bundle.members)))
    check_shape(bundle, BUNDLE, "a bundle")
    parts = members_of(bundle, "a bundle")
    node = parts.get("function")
    assert node is not None
    unknown = read_unknown(parts)
    members = members_of(node, "`function`")
    name = text(needed(members, "name", node))
    arn, home = _arn(members.get("arn"), name, home)
    written_role = parts.get("role")
    role = read_role(written_role, source, home) if written_role is not None else None
    if role is not None:
        role = doubt_role(role, unknown)
    function = Function(
        name,
        arn,
        origin=node.origin,
        role=role.key if role is not None else None,
        resource_policy=_resource_policy(
            parts.get("resource_policy"), source, bundle.origin, "resource_policy" not in unknown
        ),
        hooks=tuple(read_hook(hook, home) for hook in items_at(parts, "hooks")),
        hooks_known=_hooks_known(parts, unknown),
        invokers=tuple(read_invoker(invoker) for invoker in items_at(parts, "invokers")),
        invokers_known=parts.get("invokers") is not None and "invokers" not in unknown,
        urls=tuple(_url(item) for item in (*_one(members.get("url")), *items_at(members, "urls"))),
        arn_derived=members.get("arn") is None,
    )
    function = configured(function, members)
    versions = [read_version(item, function, source, home) for item in items_at(parts, "versions")]
    return Found(
        (function, *(version for version, _ in versions)),
        tuple(found for found in (role, *(found for _, found in versions)) if found is not None),
        skipped=read_skipped(parts),
        whole=True,
    )


def _hooks_known(parts: Members, unknown: set[str]) -> frozenset[LexGeneration]:
    if parts.get("hooks") is None:
        return _one_set()
    return _one_set(*(g for g in LexGeneration if f"hooks_{g.value}" not in unknown))


@cache
def _one_set(*generations: LexGeneration) -> frozenset[LexGeneration]:
    """The same set for all functions: it is larger than most of what is kept of one."""
    return frozenset(generations)


def _arn(node: Node | None, name: Text, home: Home) -> tuple[Text, Home]:
    """The function's unqualified ARN, and where it lives."""
    if node is None:
        return home.function_arn(name), home
    parsed = function_arn(written(node) or "")
    if parsed is None:
        help = "write `arn:aws:lambda:REGION:ACCOUNT:function:NAME`"
        raise SourceError(f"`{written(node)}` is no ARN of a Lambda function", node.origin, help)
    if parsed.name != name.literal:
        message = f"the ARN is that of the function `{parsed.name}`, and `name` says `{name}`"
        raise SourceError(message, node.origin, "make the two agree, or leave `arn` out")
    return text(parsed.unqualified), home_of(parsed)


def _resource_policy(node: Node | None, source: Source, bundle: Origin, known: bool) -> Policy | None:
    """None where nothing of it is known."""
    if node is None or node.value is None:
        return Policy(PolicyKind.RESOURCE, origin=bundle) if known else None
    policy = read_policy(node, PolicyKind.RESOURCE, source)
    return policy if known else doubt_policy(policy)


def _one(node: Node | None) -> tuple[Node, ...]:
    return () if node is None else (node,)


def _url(node: Node) -> FunctionUrl:
    members = members_of(node, "a URL")
    return FunctionUrl(UrlAuth(needed(members, "auth", node).upper()), text_at(members, "qualifier"), node.origin)
