"""How event sources are asked which functions they call, as data.

Sources: the API reference of each service for the call, what it is given and where its answer names
functions; `estate/services.py` for what each service sends as its source. A service is here where one
read of the source itself tells, and where the form of its ARN is established. API Gateway is not: what a
stage calls was fixed when it was deployed, and the API as it is now does not tell that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from auditor.iam.frozen import Frozen
from auditor.sources.aws import operations as op
from auditor.sources.aws.caller import Answer
from auditor.sources.aws.operations import Operation
from auditor.sources.aws.session import Place


class Lookup(Frozen):
    """`given` is what the call is given for a source, None where the ARN is not of the kind that can be
    asked; `within` the member of its answer that holds the functions.

    `listed` is the list in whose member the source stands while it is there, for a service that does not
    tell what is absent from what is refused. `name` is the source as it is asked about: the ARN that a service
    sends may say more.
    """

    operation: Operation
    given: Callable[[str, Place], Answer | None]
    within: tuple[str, ...]
    listed: tuple[Operation, str] | None = None
    name: Callable[[str], str] = str


def functions_in(value: Any) -> Iterator[str]:
    """Every text of an answer, in order: ARNs of functions are among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from functions_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from functions_in(item)


def _after(kind: str, member: str) -> Callable[[str, Place], Answer | None]:
    """What stands in the ARN after its kind, given as `member`."""

    def given(source: str, _place: Place) -> Answer | None:
        resource = source.split(":", 5)[5]
        return {member: resource.removeprefix(kind)} if resource.startswith(kind) else None

    return given


def _whole(member: str) -> Callable[[str, Place], Answer | None]:
    return lambda source, _place: {member: source}


def _rule(source: str, _place: Place) -> Answer | None:
    kind, *path = source.split(":", 5)[5].split("/")
    if kind != "rule" or not path:
        return None
    return {"Rule": path[-1], **({"EventBusName": "/".join(path[:-1])} if len(path) > 1 else {})}


def _bucket(source: str, place: Place) -> Answer | None:
    return {"Bucket": source.split(":", 5)[5], "ExpectedBucketOwner": place.account}


def _alarm(source: str, place: Place) -> Answer | None:
    named = _after("alarm:", "name")(source, place)
    return {"AlarmNames": [named["name"]], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]} if named else None


def _without_streams(source: str) -> str:
    """CloudWatch Logs sends the ARN of a group with all its streams."""
    return source.removesuffix(":*")


LOOKUPS: dict[str, Lookup] = {
    "events.amazonaws.com": Lookup(op.LIST_RULE_TARGETS, _rule, ("Targets",)),
    "s3.amazonaws.com": Lookup(op.GET_NOTIFICATIONS, _bucket, ("LambdaFunctionConfigurations",)),
    "sns.amazonaws.com": Lookup(op.LIST_SUBSCRIPTIONS, _whole("TopicArn"), ("Subscriptions",)),
    "cognito-idp.amazonaws.com": Lookup(
        op.GET_USER_POOL, _after("userpool/", "UserPoolId"), ("UserPool", "LambdaConfig")
    ),
    "elasticloadbalancing.amazonaws.com": Lookup(
        op.GET_TARGETS, _whole("TargetGroupArn"), ("TargetHealthDescriptions",)
    ),
    "logs.amazonaws.com": Lookup(
        op.LIST_SUBSCRIPTION_FILTERS,
        _after("log-group:", "logGroupName"),
        ("subscriptionFilters",),
        name=_without_streams,
    ),
    "secretsmanager.amazonaws.com": Lookup(op.GET_SECRET, _whole("SecretId"), ("RotationLambdaARN",)),
    "lambda.alarms.cloudwatch.amazonaws.com": Lookup(op.LIST_ALARMS, _alarm, ()),
    "iot.amazonaws.com": Lookup(
        op.GET_TOPIC_RULE, _after("rule/", "ruleName"), ("rule",), listed=(op.LIST_TOPIC_RULES, "ruleArn")
    ),
}
"""By the service that calls, without a region in its name."""
