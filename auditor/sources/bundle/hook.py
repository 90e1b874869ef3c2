"""From a bundle's hooks and invokers to what they send when they call."""

from __future__ import annotations

from auditor.estate.function import Hook, Invoker, LexGeneration
from auditor.iam.node import Node
from auditor.iam.text import Hole, HoleType, text
from auditor.sources.fields import members_of, needed, text_at
from auditor.sources.home import Home


def read_hook(node: Node, home: Home) -> Hook:
    """A hook that the schema allows.

    Lex V1 names the intent with its version as source (Lex developer guide, "Update the Lambda
    function", and its AddPermission error), Lex V2 the bot alias (Service Authorization
    Reference, resource type `bot alias`).
    """
    members = members_of(node, "a hook")
    qualifier = text_at(members, "qualifier")
    if needed(members, "lex", node) == "v1":
        intent = needed(members, "intent", node)
        version = Hole(f"version of intent {intent}", HoleType.LEX_VERSION, each=True)
        source = home.lex_arn(text(f"intent:{intent}:", version))
        return Hook(LexGeneration.V1, source, text(intent), qualifier, intent=text(intent), origin=node.origin)
    bot, alias = needed(members, "bot", node), needed(members, "alias", node)
    source = home.lex_arn(text(f"bot-alias/{bot}/{alias}"))
    name = text(f"{bot}/{alias}")
    return Hook(LexGeneration.V2, source, name, qualifier, text(bot), alias=text(alias), origin=node.origin)


def read_invoker(node: Node) -> Invoker:
    """An invoker that the schema allows."""
    members = members_of(node, "an invoker")
    return Invoker(
        needed(members, "service", node),
        text_at(members, "source_arn"),
        text_at(members, "source_account"),
        text_at(members, "qualifier"),
        node.origin,
    )
