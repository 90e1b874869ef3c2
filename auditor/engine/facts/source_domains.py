"""Which aws:SourceArn a service can send, as domains for questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.engine.facts.worlds import World
from auditor.estate.service import SourceForm
from auditor.estate.services import PARTS
from auditor.iam.access.question import Domain
from auditor.iam.text import Hole, Text, text


def open_form(form: SourceForm, fixed: Mapping[str, Text | str]) -> Text:
    """A form in which the `fixed` parts have these values and every other ranges over its type."""
    return form.text(lambda part: fixed.get(part) or Hole(part, PARTS[part][0], each=True))


NOT_SENT = Domain((), present=False)
"""A key that no request has."""


def likely(form: SourceForm, fixed: Mapping[str, Text | str]) -> Text:
    """A value of the form that a person would believe."""
    return form.text(lambda part: fixed.get(part) or PARTS[part][1])


def foreign_source(forms: Iterable[SourceForm], world: World, partition: Text) -> Domain:
    """Every source of an account that nothing names; the key may be absent. Of a form that holds
    no account (a bucket's ARN) only one that nothing names is surely foreign."""
    listed = list(forms)
    fixed: dict[str, Text | str] = {"account": world.foreign_account, "partition": partition}
    near: dict[str, Text | str] = {**fixed, "region": world.region}
    shown = _shown(listed, near)
    owned = tuple(open_form(form, fixed) for form in listed if form.tells_account)
    return Domain((*shown, *owned), shown, present=bool(listed))


def any_source(forms: Iterable[SourceForm], partition: Text) -> Domain:
    """Every source of every account that the service can send."""
    listed = list(forms)
    return Domain(
        tuple(open_form(form, {"partition": partition}) for form in listed),
        _shown(listed, {"partition": partition}),
        present=bool(listed),
    )


def own_source(forms: Iterable[SourceForm], world: World, partition: Text) -> Domain:
    """Every source in the own account, in any region, those in the own region first."""
    listed = list(forms)
    fixed: dict[str, Text | str] = {"account": world.account, "partition": partition}
    near: dict[str, Text | str] = {**fixed, "region": world.region}
    return Domain(
        tuple(open_form(form, near) for form in listed) + tuple(open_form(form, fixed) for form in listed),
        _shown(listed, near),
        present=bool(listed),
    )


def _shown(forms: Iterable[SourceForm], fixed: Mapping[str, Text | str]) -> tuple[Text, ...]:
    """Values that a person would believe. Of a service of which nothing is known there is none."""
    return tuple(likely(form, fixed) for form in forms if "{service}" not in form.template)


def one_value(value: str) -> Domain:
    return Domain((text(value),), (text(value),))
