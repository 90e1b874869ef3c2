"""The services that invoke functions through resource policies, and the source ARNs they send.

Sources: the services' own guides and the event sources of the serverless frameworks; a row that
could not be checked against a document has `verified` False.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from auditor.iam.text import Hole, HoleType, Text, text


@dataclass(frozen=True, slots=True)
class SourceForm:
    """One form of aws:SourceArn: a template whose `{...}` are typed parts.

    `{partition}`, `{region}` and `{account}` are those of the source; every other part ranges
    over the values of its type.
    """

    template: str

    def text(self, part: Callable[[str], Text | Hole | str]) -> Text:
        """The form with `part(name)` in the place of each `{name}`."""
        made = text()
        for index, piece in enumerate(_pieces(self.template)):
            made = made + (part(piece) if index % 2 else piece)
        return made


def _pieces(template: str) -> list[str]:
    return template.replace("}", "{").split("{")


PARTS: dict[str, tuple[HoleType, str]] = {
    "partition": (HoleType.PARTITION, "aws"),
    "region": (HoleType.REGION, "us-east-1"),
    "account": (HoleType.ACCOUNT, "444455556666"),
    "intent": (HoleType.LEX_NAME, "Anything"),
    "version": (HoleType.LEX_VERSION, "1"),
    "bot": (HoleType.LEX_ID, "ANYBOT1234"),
    "alias": (HoleType.LEX_ID, "TSTALIASID"),
    "name": (HoleType.NAME, "anything"),
    "path": (HoleType.SEGMENT, "anything/anything"),
    "rest": (HoleType.ANYTHING, "anything"),
}
"""The type of each part, and a value of it that a person would believe."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service principal. `forms` are empty where the service sends no source ARN."""

    principal: str
    forms: tuple[SourceForm, ...]
    verified: bool = True


LEX_V1 = "lex.amazonaws.com"
LEX_V2 = "lexv2.amazonaws.com"
INTENT = SourceForm("arn:{partition}:lex:{region}:{account}:intent:{intent}:{version}")
BOT_ALIAS = SourceForm("arn:{partition}:lex:{region}:{account}:bot-alias/{bot}/{alias}")


def _row(principal: str, *templates: str, verified: bool = True) -> Service:
    return Service(principal, tuple(SourceForm(template) for template in templates), verified)


_ANY = "arn:{partition}:{name}:{region}:{account}:{rest}"

SERVICES: dict[str, Service] = {
    row.principal: row
    for row in (
        Service(LEX_V1, (INTENT,)),
        Service(LEX_V2, (BOT_ALIAS,)),
        _row("s3.amazonaws.com", "arn:{partition}:s3:::{name}"),
        _row("sns.amazonaws.com", "arn:{partition}:sns:{region}:{account}:{name}"),
        _row("events.amazonaws.com", "arn:{partition}:events:{region}:{account}:rule/{path}"),
        _row("apigateway.amazonaws.com", "arn:{partition}:execute-api:{region}:{account}:{rest}"),
        _row("elasticloadbalancing.amazonaws.com", "arn:{partition}:elasticloadbalancing:{region}:{account}:{path}"),
        _row("cognito-idp.amazonaws.com", "arn:{partition}:cognito-idp:{region}:{account}:userpool/{name}"),
        _row("logs.amazonaws.com", "arn:{partition}:logs:{region}:{account}:log-group:{rest}"),
        _row("config.amazonaws.com", "arn:{partition}:config:{region}:{account}:config-rule/{name}"),
        _row("iot.amazonaws.com", "arn:{partition}:iot:{region}:{account}:{path}"),
        _row("secretsmanager.amazonaws.com", "arn:{partition}:secretsmanager:{region}:{account}:secret:{path}"),
        _row("alexa-appkit.amazon.com"),
        _row("alexa-connectedhome.amazon.com"),
    )
}


def service_row(principal: str) -> Service:
    """The row of a service; one that is not listed may send any ARN."""
    known = SERVICES.get(principal)
    return known if known is not None else _row(principal, _ANY, verified=False)
