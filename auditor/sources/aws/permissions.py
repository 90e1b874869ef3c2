"""The policy that reading a selection needs: every call that may be made, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditor.sources.aws import operations as op
from auditor.sources.aws.operations import Operation
from auditor.sources.aws.policies import has_new_call
from auditor.sources.aws.roles import FEW
from auditor.sources.aws.selection import Selection, check_selection
from auditor.sources.home import partition_of

_ALWAYS = (
    op.LIST_ALIASES,
    op.GET_FUNCTION,
    op.GET_FUNCTION_POLICY,
    op.LIST_URLS,
    op.GET_URL,
    op.LIST_INVOKE_CONFIGS,
    op.LIST_EVENT_SOURCES,
    op.LIST_LOG_GROUPS,
    op.GET_ROLE,
    op.LIST_INLINE,
    op.GET_INLINE,
    op.LIST_ATTACHED,
    op.GET_MANAGED,
    op.GET_VERSION,
    op.LIST_BOTS,
    op.LIST_BOT_ALIASES,
    op.GET_BOT_ALIAS,
    op.LIST_INTENTS,
    op.LIST_INTENT_VERSIONS,
    op.GET_INTENT,
    op.LIST_RULE_TARGETS,
    op.GET_NOTIFICATIONS,
    op.LIST_SUBSCRIPTIONS,
    op.GET_USER_POOL,
    op.GET_TARGETS,
    op.LIST_SUBSCRIPTION_FILTERS,
    op.GET_SECRET,
    op.LIST_ALARMS,
    op.LIST_TOPIC_RULES,
    op.GET_TOPIC_RULE,
    op.LIST_CONFIG_RULES,
    op.WHO_AM_I,
)
_SIDS = {
    "lambda": "Functions",
    "iam": "RolesAndPolicies",
    "lexv2-models": "BotsOfLexV2",
    "lex-models": "IntentsOfLexV1",
    "events": "RuleTargets",
    "s3": "BucketNotifications",
    "sns": "TopicSubscriptions",
    "cognito-idp": "UserPoolTriggers",
    "logs": "LogSubscriptions",
    "secretsmanager": "SecretRotations",
    "cloudwatch": "AlarmActions",
    "iot": "TopicRules",
    "sts": "RolesToAssume",
}


def needed_policy(selection: Selection) -> dict[str, Any]:
    """An identity policy that allows every call which reading `selection` may make, limited to
    resources as far as AWS lets it be. Raises UsageError for a selection that cannot be."""
    check_selection(selection)
    grouped: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for operation in dict.fromkeys(_operations(selection)):
        sid = _SIDS[operation.service] if operation.resource else "ListsAndAccountWideReads"
        resources = tuple(dict.fromkeys(_resources(operation, selection)))
        grouped.setdefault((sid, resources), []).append(operation.permission)
    seen: dict[str, int] = {}
    statements = []
    for (sid, resources), actions in sorted(grouped.items()):
        seen[sid] = seen.get(sid, 0) + 1
        statements.append(
            {
                "Sid": sid if seen[sid] == 1 else f"{sid}{seen[sid]}",
                "Effect": "Allow",
                "Action": sorted(actions),
                "Resource": resources[0] if len(resources) == 1 else list(resources),
            }
        )
    return {"Version": "2012-10-17", "Statement": statements}


def _operations(selection: Selection) -> Iterator[Operation]:
    yield from _ALWAYS
    if has_new_call():
        yield op.GET_RESOURCE_POLICY
    if not (selection.functions or selection.tags):
        yield op.LIST_FUNCTIONS
    if selection.tags:
        yield op.FIND_TAGGED
    if not selection.functions or len(selection.functions) * max(1, len(selection.regions)) > FEW:
        yield op.LIST_ALL_ROLES
    if selection.accounts_role is not None:
        yield op.LIST_ACCOUNTS
    if selection.accounts_role is not None or selection.role_arn is not None:
        yield op.ASSUME_ROLE


def _resources(operation: Operation, selection: Selection) -> Iterator[str]:
    if not operation.resource:
        yield "*"
        return
    if operation is op.ASSUME_ROLE and selection.role_arn is not None:
        yield selection.role_arn
    partition = partition_of((selection.regions or ("",))[0])
    for region in selection.regions or ("*",):
        for function in _functions(selection):
            made = operation.resource.replace("{partition}", partition).replace("{region}", region)
            made = made.replace("{account}", selection.account or "*").replace("{function}", function)
            if operation is not op.ASSUME_ROLE:
                yield made
            elif selection.accounts_role is not None:
                yield made.replace("{role}", selection.accounts_role.lstrip("/"))


def _functions(selection: Selection) -> Iterator[str]:
    """The functions that can be meant, with their versions and aliases."""
    if not selection.functions:
        yield f"{selection.prefix}*"
    for name in selection.functions:
        yield name
        yield f"{name}:*"
