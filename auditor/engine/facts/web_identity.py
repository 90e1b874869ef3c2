"""Identity providers that sign in everybody, and what a stranger's token from them says.

Sources: IAM user guide, "Available keys for AWS web identity federation" and "Identity providers
and federation" (with a provider that many share a trust policy has to name the audience); GitHub
documentation, "Configuring OpenID Connect in Amazon Web Services" (there the audience is the same
for everyone, so the policy has to name the subject).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.iam.access import Domain
from auditor.iam.access.question import each
from auditor.iam.arn import arn
from auditor.iam.frozen import Frozen
from auditor.iam.text import HoleType, Text, text


class Provider(Frozen):
    """A provider that anyone has an account with. `tied` are the claims that tell a stranger's
    application or person from others, each with what it is for a stranger; any other claim a stranger
    may have as they like."""

    host: str
    tied: Mapping[str, Domain]


def _fresh(value: str) -> Domain:
    return Domain((text(value),), (text(value),))


_SUBJECT = Domain((text("repo:another-organisation/", each(HoleType.ANYTHING)),))
_GITHUB = {
    "sub": _SUBJECT,
    "actor": _fresh("another-person"),
    "actor_id": _fresh("987654321"),
    "enterprise": _fresh("another-enterprise"),
    "enterprise_id": _fresh("987654321"),
    "job_workflow_ref": Domain((text("another-organisation/", each(HoleType.ANYTHING)),)),
    "repository": Domain((text("another-organisation/", each(HoleType.NAME)),)),
    "repository_id": _fresh("987654321"),
    "repository_owner": _fresh("another-organisation"),
    "repository_owner_id": _fresh("987654321"),
}
_SHARED = {
    provider.host: provider
    for provider in (
        Provider(
            "accounts.google.com",
            {
                "aud": _fresh("another-application.apps.googleusercontent.com"),
                "oaud": _fresh("another-application.apps.googleusercontent.com"),
                "sub": _fresh("000000000000000000001"),
            },
        ),
        Provider(
            "cognito-identity.amazonaws.com",
            {
                "aud": _fresh("us-east-1:00000000-0000-0000-0000-000000000001"),
                "sub": _fresh("us-east-1:00000000-0000-0000-0000-000000000002"),
            },
        ),
        Provider(
            "www.amazon.com", {"app_id": _fresh("amzn1.application.another"), "user_id": _fresh("another-person")}
        ),
        Provider("graph.facebook.com", {"app_id": _fresh("000000000000001"), "id": _fresh("000000000000002")}),
        Provider("token.actions.githubusercontent.com", _GITHUB),
    )
}
_BY_ARN = ("token.actions.githubusercontent.com",)
"""Providers whose entry in an account does not tell strangers apart: the audience that it lists is
the same for all."""


def shared_provider(principal: Text) -> Provider | None:
    """The provider that a federated principal names, where everybody can sign in to it."""
    literal = principal.literal
    if literal is not None and literal in _SHARED:
        return _SHARED[literal]
    parsed = arn(principal)
    if parsed is None or not parsed.resource.startswith("oidc-provider/"):
        return None
    host = str(parsed.resource).partition("/")[2]
    return _SHARED[host] if host in _BY_ARN else None


def claims_of_a_stranger(provider: Provider, keys: Iterable[str]) -> dict[str, Domain]:
    """The domains of `keys` (lower case) for a token that a stranger gets."""
    named = {f"{provider.host}:{claim}": domain for claim, domain in provider.tied.items()}
    return {key: named[key] for key in keys if key in named}
