"""The table of links against CloudFormation's own schemas, as cfn-lint ships them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from auditor.estate.service import Link, SourceAccount
from auditor.estate.service_links import CLOUDFORMATION, TERRAFORM
from auditor.estate.services import SERVICES, general_name, service_row

LINKS = [(link.type, way) for links in CLOUDFORMATION.values() for link in links for way in link.functions]


def schema_of(type_: str) -> dict[str, Any]:
    if type_.startswith("AWS::IoTEvents::"):
        pytest.skip("AWS retired IoT Events, and its schemas with it")
    manager = pytest.importorskip("cfnlint.schema").PROVIDER_SCHEMA_MANAGER
    return dict(manager.get_resource_schema("us-east-1", type_).schema)


def named(schema: dict[str, Any], part: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A part of a schema with what it refers to, and what its lists hold."""
    if "$ref" in part:
        *_, name = part["$ref"].split("/")
        yield from named(schema, schema["definitions"][name])
        return
    if part.get("items"):
        yield from named(schema, part["items"])
    yield part
    for other in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from named(schema, other)


def holds(schema: dict[str, Any], part: dict[str, Any], way: tuple[str, ...]) -> bool:
    if not way or way[0] in ("*", "**"):
        return True
    for found in named(schema, part):
        inner = found.get("properties", {}).get(way[0])
        if inner is not None and holds(schema, inner, way[1:]):
            return True
    return False


@pytest.mark.parametrize(("type_", "way"), LINKS)
def test_the_property_with_the_function_is_one_of_the_type(type_: str, way: str) -> None:
    schema = schema_of(type_)
    assert holds(schema, schema, tuple(way.split(".")))


def test_a_link_says_what_a_service_calls_by_its_policy() -> None:
    """A row with a link is listed, and no link is without a way to its function."""
    links: list[Link] = [link for table in (TERRAFORM, CLOUDFORMATION) for links in table.values() for link in links]
    assert set(TERRAFORM) | set(CLOUDFORMATION) <= set(SERVICES)
    assert [link for link in links if not link.functions] == []


def test_only_regional_services_have_a_name_in_a_region() -> None:
    assert general_name("logs.eu-west-1.amazonaws.com") == "logs.amazonaws.com"
    assert general_name("s3.eu-west-1.amazonaws.com") == "s3.eu-west-1.amazonaws.com"
    assert service_row("sns.ap-east-1.amazonaws.com").account is SourceAccount.REFUSED


def test_of_a_service_that_is_not_listed_nothing_is_verified() -> None:
    assert not service_row("channels.lex.amazonaws.com").verified
