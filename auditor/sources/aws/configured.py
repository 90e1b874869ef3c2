"""How a function, or a version of it, is configured, as a bundle writes it."""

from __future__ import annotations

from typing import Any

from auditor.sources.aws.caller import Answer
from auditor.sources.aws.gaps import Gaps
from auditor.sources.aws.surroundings import Surroundings

_KEPT = (
    "FunctionName",
    "FunctionArn",
    "Runtime",
    "Role",
    "VpcConfig",
    "TracingConfig",
    "DeadLetterConfig",
    "FileSystemConfigs",
    "KMSKeyArn",
    "LoggingConfig",
    "Layers",
)
"""What is kept of a configuration. What is not named here, the environment's variables first, is
dropped before anything else sees it."""


def kept(configuration: Answer) -> Answer:
    """The parts of a configuration that are looked at."""
    return {key: configuration[key] for key in _KEPT if configuration.get(key)}


def configured(configuration: Answer, surroundings: Surroundings, gaps: Gaps) -> Answer:
    """The configuration in the words of a bundle; the name and the role apart."""
    own = f"/aws/lambda/{configuration['FunctionName']}"
    group = (configuration.get("LoggingConfig") or {}).get("LogGroup") or own
    managed = surroundings.has_group(group, gaps)
    found: Answer = {"log_group": {"name": group, **({} if managed is None else {"managed": managed})}}
    optional: dict[str, Any] = {
        "runtime": configuration.get("Runtime"),
        "vpc": bool((configuration.get("VpcConfig") or {}).get("SubnetIds")),
        "tracing": (configuration.get("TracingConfig") or {}).get("Mode", "").lower(),
        "dead_letter": (configuration.get("DeadLetterConfig") or {}).get("TargetArn"),
        "file_systems": [system["Arn"] for system in configuration.get("FileSystemConfigs") or ()],
        "kms_key": configuration.get("KMSKeyArn"),
        "layers": [layer["Arn"] for layer in configuration.get("Layers") or ()],
    }
    return found | {key: value for key, value in optional.items() if value not in (None, "", [])}
