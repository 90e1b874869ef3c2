"""Every call that reading an account may make, as data: what is asked, and with which permission.

Sources: botocore's service models for names, members and pages; the Service Authorization Reference
for the permission behind each call and what it can be limited to; the Lambda quotas page for the
rate of GetPolicy (15 a second), which counts for one account and region.
"""

from __future__ import annotations

from auditor.iam.frozen import Frozen


class Operation(Frozen):
    """One call. `service` is its client in boto3 and `name` the API's name for it.

    `resource` is what its permission can be limited to, a template of ARN; empty where AWS takes
    only `*`. `items` is the member that lists what was asked for, `token` the member that goes on
    with a list (as it is sent, and as it is answered). `rate` is how many calls a second AWS takes.
    `action` is the permission where AWS calls it otherwise than the call. `told` are the paths of what an
    answer always has, as `answers.fault_of` takes them: without these it is no answer, and not an empty one.
    """

    service: str
    name: str
    resource: str = ""
    items: str = ""
    token: tuple[str, str] = ("", "")
    rate: float | None = None
    action: str = ""
    told: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """`told`, with what leads to the next page."""
        return (*self.told, f"{self.token[1]}?") if self.token[1] else self.told

    @property
    def permission(self) -> str:
        """What a policy must allow for this call."""
        return self.action or f"{_PREFIXES.get(self.service, self.service)}:{self.name}"


_PREFIXES = {
    "lexv2-models": "lex",
    "lex-models": "lex",
    "resourcegroupstaggingapi": "tag",
    "elbv2": "elasticloadbalancing",
}
_CONFIGURATION = (
    "FunctionName",
    "FunctionArn",
    "Role?",
    "Runtime?",
    "VpcConfig?.SubnetIds?[]",
    "TracingConfig?.Mode?",
    "DeadLetterConfig?.TargetArn?",
    "FileSystemConfigs?[].Arn",
    "KMSKeyArn?",
    "LoggingConfig?.LogGroup?",
    "Layers?[].Arn",
)
_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{function}"
_ROLE = "arn:{partition}:iam::{account}:role/*"
_POLICY = "arn:{partition}:iam::*:policy/*"
_LEX = "arn:{partition}:lex:{region}:{account}:"
_MARKER = ("Marker", "NextMarker")
_IAM_MARKER = ("Marker", "Marker")
_TOKEN = ("NextToken", "NextToken")
_LOWER = ("nextToken", "nextToken")

WHO_AM_I = Operation("sts", "GetCallerIdentity", told=("Account",))
ASSUME_ROLE = Operation("sts", "AssumeRole", "arn:{partition}:iam::{account}:role/{role}")
LIST_ACCOUNTS = Operation("organizations", "ListAccounts", items="Accounts", token=_TOKEN, told=("Accounts[].Id",))

LIST_FUNCTIONS = Operation(
    "lambda",
    "ListFunctions",
    items="Functions",
    token=_MARKER,
    told=tuple(f"Functions[].{path}" for path in _CONFIGURATION),
)
GET_FUNCTION = Operation(
    "lambda",
    "GetFunctionConfiguration",
    _FUNCTION,
    told=_CONFIGURATION,
)
FIND_TAGGED = Operation(
    "resourcegroupstaggingapi",
    "GetResources",
    items="ResourceTagMappingList",
    token=("PaginationToken", "PaginationToken"),
    told=("ResourceTagMappingList[].ResourceARN",),
)
LIST_ALIASES = Operation(
    "lambda",
    "ListAliases",
    _FUNCTION,
    items="Aliases",
    token=_MARKER,
    told=("Aliases[].Name", "Aliases[].FunctionVersion", "Aliases[].RoutingConfig?.AdditionalVersionWeights?{}"),
)
GET_RESOURCE_POLICY = Operation("lambda", "GetResourcePolicy", _FUNCTION, rate=15, told=("Policy", "RevisionId?"))
GET_FUNCTION_POLICY = Operation("lambda", "GetPolicy", _FUNCTION, rate=15, told=("Policy", "RevisionId?"))
LIST_URLS = Operation(
    "lambda",
    "ListFunctionUrlConfigs",
    _FUNCTION,
    items="FunctionUrlConfigs",
    token=_MARKER,
    told=("FunctionUrlConfigs[].FunctionArn", "FunctionUrlConfigs[].AuthType"),
)
GET_URL = Operation("lambda", "GetFunctionUrlConfig", _FUNCTION, told=("FunctionArn", "AuthType"))
LIST_INVOKE_CONFIGS = Operation(
    "lambda",
    "ListFunctionEventInvokeConfigs",
    _FUNCTION,
    items="FunctionEventInvokeConfigs",
    token=_MARKER,
    told=(
        "FunctionEventInvokeConfigs[].FunctionArn",
        "FunctionEventInvokeConfigs[].DestinationConfig?.OnSuccess?.Destination?",
        "FunctionEventInvokeConfigs[].DestinationConfig?.OnFailure?.Destination?",
    ),
)
LIST_EVENT_SOURCES = Operation(
    "lambda",
    "ListEventSourceMappings",
    items="EventSourceMappings",
    token=_MARKER,
    told=(
        "EventSourceMappings[].FunctionArn",
        "EventSourceMappings[].EventSourceArn?",
        "EventSourceMappings[].DestinationConfig?.OnFailure?.Destination?",
    ),
)
LIST_LOG_GROUPS = Operation(
    "logs", "DescribeLogGroups", items="logGroups", token=_LOWER, told=("logGroups[].logGroupName",)
)

LIST_ALL_ROLES = Operation(
    "iam",
    "GetAccountAuthorizationDetails",
    token=_IAM_MARKER,
    told=(
        "RoleDetailList?[].Arn",
        "RoleDetailList?[].AssumeRolePolicyDocument{}",
        "RoleDetailList?[].PermissionsBoundary?.PermissionsBoundaryArn?",
        "RoleDetailList?[].RolePolicyList?[].PolicyName",
        "RoleDetailList?[].RolePolicyList?[].PolicyDocument{}",
        "RoleDetailList?[].AttachedManagedPolicies?[].PolicyName",
        "RoleDetailList?[].AttachedManagedPolicies?[].PolicyArn",
        "Policies?[].Arn",
        "Policies?[].PolicyVersionList?[].Document{}",
    ),
)
GET_ROLE = Operation(
    "iam",
    "GetRole",
    _ROLE,
    told=("Role.AssumeRolePolicyDocument{}", "Role.PermissionsBoundary?.PermissionsBoundaryArn?"),
)
LIST_INLINE = Operation(
    "iam", "ListRolePolicies", _ROLE, items="PolicyNames", token=_IAM_MARKER, told=("PolicyNames[].",)
)
GET_INLINE = Operation("iam", "GetRolePolicy", _ROLE, told=("PolicyDocument{}",))
LIST_ATTACHED = Operation(
    "iam",
    "ListAttachedRolePolicies",
    _ROLE,
    items="AttachedPolicies",
    token=_IAM_MARKER,
    told=("AttachedPolicies[].PolicyArn", "AttachedPolicies[].PolicyName"),
)
GET_MANAGED = Operation("iam", "GetPolicy", _POLICY, told=("Policy.DefaultVersionId",))
GET_VERSION = Operation("iam", "GetPolicyVersion", _POLICY, told=("PolicyVersion.Document{}",))

LIST_BOTS = Operation("lexv2-models", "ListBots", items="botSummaries", token=_LOWER, told=("botSummaries[].botId",))
LIST_BOT_ALIASES = Operation(
    "lexv2-models",
    "ListBotAliases",
    _LEX + "bot/*",
    items="botAliasSummaries",
    token=_LOWER,
    told=("botAliasSummaries[].botAliasId",),
)
GET_BOT_ALIAS = Operation(
    "lexv2-models",
    "DescribeBotAlias",
    _LEX + "bot-alias/*",
    told=("botAliasId", "botAliasLocaleSettings?{}.codeHookSpecification?.lambdaCodeHook?.lambdaARN?"),
)
LIST_INTENTS = Operation("lex-models", "GetIntents", items="intents", token=_LOWER, told=("intents[].name",))
LIST_INTENT_VERSIONS = Operation(
    "lex-models", "GetIntentVersions", _LEX + "intent:*", items="intents", token=_LOWER, told=("intents[].version",)
)
GET_INTENT = Operation(
    "lex-models",
    "GetIntent",
    _LEX + "intent:*",
    told=("name", "dialogCodeHook?.uri?", "fulfillmentActivity?.codeHook?.uri?"),
)

LIST_RULE_TARGETS = Operation(
    "events",
    "ListTargetsByRule",
    "arn:{partition}:events:{region}:{account}:rule/*",
    items="Targets",
    token=_TOKEN,
    told=("Targets[].Arn",),
)
GET_NOTIFICATIONS = Operation(
    "s3", "GetBucketNotificationConfiguration", "arn:{partition}:s3:::*", action="s3:GetBucketNotification"
)
LIST_SUBSCRIPTIONS = Operation(
    "sns",
    "ListSubscriptionsByTopic",
    "arn:{partition}:sns:{region}:{account}:*",
    items="Subscriptions",
    token=_TOKEN,
    told=("Subscriptions[]",),
)
GET_USER_POOL = Operation(
    "cognito-idp",
    "DescribeUserPool",
    "arn:{partition}:cognito-idp:{region}:{account}:userpool/*",
    told=("UserPool.Id",),
)
GET_TARGETS = Operation("elbv2", "DescribeTargetHealth", told=("TargetHealthDescriptions[]",))
LIST_SUBSCRIPTION_FILTERS = Operation(
    "logs",
    "DescribeSubscriptionFilters",
    "arn:{partition}:logs:{region}:{account}:log-group:*",
    token=_LOWER,
    told=("subscriptionFilters[].destinationArn",),
)
GET_SECRET = Operation(
    "secretsmanager", "DescribeSecret", "arn:{partition}:secretsmanager:{region}:{account}:secret:*", told=("ARN",)
)
LIST_ALARMS = Operation(
    "cloudwatch",
    "DescribeAlarms",
    "arn:{partition}:cloudwatch:{region}:{account}:alarm:*",
    token=_TOKEN,
    told=("MetricAlarms[]|CompositeAlarms[]",),
)
LIST_TOPIC_RULES = Operation("iot", "ListTopicRules", items="rules", token=_LOWER, told=("rules[].ruleArn",))
GET_TOPIC_RULE = Operation(
    "iot", "GetTopicRule", "arn:{partition}:iot:{region}:{account}:rule/*", told=("ruleArn", "rule{}")
)
LIST_CONFIG_RULES = Operation(
    "config",
    "DescribeConfigRules",
    items="ConfigRules",
    token=_TOKEN,
    told=("ConfigRules[].ConfigRuleArn", "ConfigRules[].Source?.Owner?", "ConfigRules[].Source?.SourceIdentifier?"),
)
