"""What a shell offers to complete, beside commands, options and choices, which click knows."""

from __future__ import annotations

import click

from auditor.cli.formats import FORMATS


def complete_rule(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001 - the signature is click's
    """The ids of rules that begin so."""
    from auditor.engine.loading import load_rules  # noqa: PLC0415 - only a shell that completes asks

    return [rule.id for rule in load_rules([]) if rule.id.startswith(begun)]


def complete_rules(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    """The same of the last of several rules with commas between them."""
    before, comma, last = begun.rpartition(",")
    return [f"{before}{comma}{name}" for name in complete_rule(context, parameter, last)]


def complete_report(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001 - as above
    """The formats of `--report`, each as far as its file."""
    return [f"{name}=" for name in FORMATS if name.startswith(begun)]


def complete_kind(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:  # noqa: ARG001 - as above
    """The kinds of source."""
    from auditor.sources.kind import Kind  # noqa: PLC0415 - as above

    return [kind.value for kind in Kind if kind.value.startswith(begun)]
