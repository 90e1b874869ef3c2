"""Plans and states of a test's own, and where those stand that the real Terraform made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

DEPLOYMENT = Path(__file__).parent / "deployment"

Plain = dict[str, Any]


def resource(address: str, values: Plain | None = None, **more: Any) -> Plain:
    """A resource of the root module, or a data source where its address says so."""
    data = address.startswith("data.")
    type_, name = address.removeprefix("data.").split("[")[0].split(".")
    mode = "data" if data else "managed"
    return {"address": address, "mode": mode, "type": type_, "name": name, "values": values or {}, **more}


def block(address: str, **expressions: Any) -> Plain:
    """A block of the configuration: a list is what an argument refers to, anything else a constant."""
    made = {
        name: {"references": value} if isinstance(value, list) else {"constant_value": value}
        for name, value in expressions.items()
    }
    found = resource(address)
    return {key: found[key] for key in ("address", "mode", "type", "name")} | {
        "expressions": made,
        "provider_config_key": "aws",
    }


def plan(resources: list[Plain], blocks: list[Plain], unknown: dict[str, Plain] | None = None, **more: Any) -> Plain:
    """A plan in Terraform's JSON output format. `unknown` has for an address what is known only
    after apply."""
    changes = [
        {"address": address, "change": {"actions": ["create"], "after_unknown": marks}}
        for address, marks in (unknown or {}).items()
    ]
    return {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": changes,
        "configuration": {"root_module": {"resources": blocks}},
        **more,
    }


def state(resources: list[Plain]) -> Plain:
    return {
        "format_version": "1.0",
        "terraform_version": "1.11.4",
        "values": {"root_module": {"resources": resources}},
    }
