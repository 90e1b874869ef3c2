"""What a function's role must be allowed because of how the function is configured.

Sources: Lambda developer guide, "Defining Lambda function permissions with an execution role" and
its page of each feature and event source; the error texts of CreateEventSourceMapping, which name
the actions that are checked; the AWS managed policies for execution roles. Where these differ, only
what all of them ask for is a need, so that nothing is called missing that works without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from auditor.estate.estate import Estate
from auditor.estate.function import EventSource, Function
from auditor.estate.role import Role
from auditor.iam.arn import arn
from auditor.iam.frozen import Frozen
from auditor.iam.origin import Origin
from auditor.iam.request import Request, aws, context
from auditor.iam.text import Hole, HoleType, Text, text
from auditor.needs.logs import STREAM_ACTIONS
from auditor.needs.need import Feature, Need, NeedKind

_ANYTHING = text("*")
INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")
TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
SENDING = {
    "sqs": "sqs:SendMessage",
    "sns": "sns:Publish",
    "lambda": "lambda:InvokeFunction",
    "events": "events:PutEvents",
    "s3": "s3:PutObject",
}
"""What puts a record to a destination or dead-letter queue, by the service of its ARN."""
_INSIGHTS_LAYER = ":layer:LambdaInsightsExtension"
_INSIGHTS_GROUP = "/aws/lambda-insights"


_MORE: dict[str, tuple[str, ...]] = {
    "sqs": ("sqs:ChangeMessageVisibility", "sqs:GetQueueUrl"),
    "kinesis": ("kinesis:ListShards", "kinesis:SubscribeToShard"),
    "dynamodb": (),
    "kafka": (
        "kafka:DescribeVpcConnection",
        "kafka-cluster:AlterGroup",
        "kafka-cluster:Connect",
        "kafka-cluster:DescribeClusterDynamicConfiguration",
        "kafka-cluster:DescribeGroup",
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
    ),
    "rds": ("rds:DescribeDBClusterParameters", "rds:DescribeDBSubnetGroups"),
    "elasticfilesystem": ("elasticfilesystem:ClientWrite", "elasticfilesystem:DescribeMountTargets"),
}
"""What the guides grant for a source or a file system besides what is needed, by the service of its ARN."""
_MORE_INTERFACES = ("ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses")
_UNREAD = (
    "lambda:CheckpointDurableExecution",
    "lambda:GetDurableExecutionState",
    "s3-object-lambda:WriteGetObjectResponse",
)
"""Of features whose configuration is not read, so that any function may have them."""


class Asked(Frozen):
    """Actions on one resource, any of which suffices: most often one."""

    actions: tuple[str, ...]
    resource: Text
    instead: Text | None = None
    """A resource that serves as well."""


def configured_needs(function: Function, role: Role, estate: Estate) -> Iterator[Need]:
    """One need for each action on each target. What is not known of the configuration asks for
    nothing."""

    def needs(
        feature: Feature, target: Text | None, asked: Iterator[Asked], *places: Origin, why: str = ""
    ) -> Iterator[Need]:
        evidence = tuple(dict.fromkeys(places or (function.origin,)))
        for one in asked:
            made = [
                Request(aws(role.arn), action, resource, _context(feature, target))
                for action in one.actions
                for resource in (one.resource, one.instead)
                if resource is not None
            ]
            instead = made[1] if len(made) > 1 else None
            yield Need(NeedKind.CONFIGURED, function, made[0], evidence, None, instead, feature, target, why)

    for source in function.event_sources:
        why = source.uncertain
        yield from needs(Feature.EVENT_SOURCE, source.arn, _polling(source), source.origin, why=why)
        if source.on_failure is not None:
            sending = _sending(source.on_failure)
            yield from needs(Feature.DESTINATION, source.on_failure, sending, source.origin, why=why)
    for destination in dict.fromkeys(function.destinations):
        yield from needs(Feature.DESTINATION, destination, _sending(destination))
    if function.dead_letter is not None:
        yield from needs(Feature.DEAD_LETTER, function.dead_letter, _sending(function.dead_letter))
    if function.vpc:
        yield from needs(Feature.NETWORK, None, _networking())
    if function.tracing:
        yield from needs(Feature.TRACING, None, (Asked((action,), _ANYTHING) for action in TRACES))
    for system in function.file_systems:
        yield from needs(Feature.FILE_SYSTEM, system, _mounting(system))
    if function.kms_key is not None and _service(function.kms_key) == "kms":
        yield from needs(Feature.KEY, function.kms_key, iter((Asked(("kms:Decrypt",), function.kms_key),)))
    if any(_INSIGHTS_LAYER in str(layer) for layer in function.layers):
        yield from needs(Feature.INSIGHTS, None, _reporting(function, estate))


def used_by(needs: Iterable[Need], *, in_vpc: bool) -> frozenset[str]:
    """The actions that needs ask for, and what the guides grant beside them; with `in_vpc` those for
    network interfaces too."""
    found = set(_UNREAD)
    if in_vpc:
        found.update((*INTERFACES, *_MORE_INTERFACES))
    for need in needs:
        if need.kind is NeedKind.CONFIGURED:
            forms = (need.request, need.instead)
            found.update(request.action for request in forms if request is not None)
            if need.feature in (Feature.EVENT_SOURCE, Feature.FILE_SYSTEM):
                found.update(_MORE.get(_service(need.target or text()) or "", ()))
    return frozenset(found)


def may_have_interfaces(function: Function) -> bool:
    """Whether Lambda may make network interfaces for a function, or for what it polls."""
    polled = (source.arn for source in function.event_sources)
    behind = any(arn is None or _service(arn) in ("kafka", "mq", "rds") for arn in polled)
    return function.vpc is not False or behind


def _service(written: Text) -> str | None:
    parsed = arn(written)
    return parsed.service.literal if parsed is not None else None


def _polling(source: EventSource) -> Iterator[Asked]:
    """What Lambda does with the role to read a source."""
    if source.arn is not None:
        yield from _reading(source.arn)
    for secret in source.secrets:
        yield Asked(("secretsmanager:GetSecretValue",), secret)
    if source.in_vpc or (source.arn is not None and _service(source.arn) in ("kafka", "mq", "rds")):
        yield from _networking()


def _reading(source: Text) -> Iterator[Asked]:
    match _service(source):
        case "sqs":
            for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
                yield Asked((action,), source)
        case "kinesis":
            stream, consumer = _stream_and_consumer(source)
            # Either of the two suffices: the frameworks that people use grant one or the other.
            yield Asked(("kinesis:DescribeStream", "kinesis:DescribeStreamSummary"), stream)
            if consumer is not None:
                yield Asked(("kinesis:SubscribeToShard",), consumer)
                return
            for action in ("kinesis:GetRecords", "kinesis:GetShardIterator"):
                yield Asked((action,), stream)
        case "dynamodb":
            for action in ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"):
                yield Asked((action,), source)
        case "kafka":
            yield Asked(("kafka:DescribeCluster", "kafka:DescribeClusterV2"), source)
            # The reference gives this action no resource; grants on the cluster are common and work.
            yield Asked(("kafka:GetBootstrapBrokers",), source, _ANYTHING)
        case "mq":
            yield Asked(("mq:DescribeBroker",), source)
        case "rds":
            yield Asked(("rds:DescribeDBClusters",), source)


def _stream_and_consumer(source: Text) -> tuple[Text, Text | None]:
    """The stream of a source, and the consumer with enhanced fan-out that reads it, if one does."""
    pieces = source.split("/")
    if len(pieces) < 3 or pieces[2].literal != "consumer":
        return source, None
    return text(pieces[0], "/", pieces[1]), source


def _sending(target: Text) -> Iterator[Asked]:
    action = SENDING.get(_service(target) or "")
    if action is not None:
        within = Hole("object", HoleType.ANYTHING, each=True)
        yield Asked((action,), text(target, "/", within) if action == "s3:PutObject" else target)


def _networking() -> Iterator[Asked]:
    """Interfaces are made before they have an ARN, and in any subnet of the configuration."""
    interface = text(Hole("network interface", HoleType.ANYTHING, each=True))
    for action in INTERFACES:
        yield Asked((action,), _ANYTHING if "Describe" in action else interface)


def _mounting(point: Text) -> Iterator[Asked]:
    """What is mounted is the file system behind an access point, which the configuration does not name."""
    parsed = arn(point)
    if parsed is None or parsed.service.literal != "elasticfilesystem":
        return
    system = text("file-system/", Hole(f"file system of {point}", HoleType.NAME))
    head = text("arn:", parsed.partition, ":elasticfilesystem:", parsed.region, ":", parsed.account, ":")
    yield Asked(("elasticfilesystem:ClientMount",), text(head, system))


def _reporting(function: Function, estate: Estate) -> Iterator[Asked]:
    own = arn(function.arn)
    region, account = (own.region, own.account) if own is not None else (estate.region, estate.account)
    stream = Hole("log stream", HoleType.ANYTHING, each=True)
    group = text("arn:", estate.partition, ":logs:", region, ":", account, f":log-group:{_INSIGHTS_GROUP}")
    for action in STREAM_ACTIONS:
        yield Asked((action,), text(group, ":log-stream:", stream))


def _context(feature: Feature, target: Text | None) -> dict[str, tuple[Text, ...]]:
    if feature is Feature.FILE_SYSTEM and target is not None:
        return dict(context({"elasticfilesystem:AccessPointArn": target}))
    return {}
