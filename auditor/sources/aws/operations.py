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
    `action` is the permission where AWS calls it otherwise than the call.
    """

    service: str
    name: str
    resource: str = ""
    items: str = ""
    token: tuple[str, str] = ("", "")
    rate: float | None = None
    action: str = ""

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
_FUNCTION = "arn:{partition}:lambda:{region}:{account}:function:{function}"
_ROLE = "arn:{partition}:iam::{account}:role/*"
_POLICY = "arn:{partition}:iam::*:policy/*"
_LEX = "arn:{partition}:lex:{region}:{account}:"
_MARKER = ("Marker", "NextMarker")
_IAM_MARKER = ("Marker", "Marker")
_TOKEN = ("NextToken", "NextToken")
_LOWER = ("nextToken", "nextToken")

WHO_AM_I = Operation("sts", "GetCallerIdentity")
ASSUME_ROLE = Operation("sts", "AssumeRole", "arn:{partition}:iam::{account}:role/{role}")
LIST_ACCOUNTS = Operation("organizations", "ListAccounts", items="Accounts", token=_TOKEN)

LIST_FUNCTIONS = Operation("lambda", "ListFunctions", items="Functions", token=_MARKER)
GET_FUNCTION = Operation("lambda", "GetFunctionConfiguration", _FUNCTION)
FIND_TAGGED = Operation(
    "resourcegroupstaggingapi",
    "GetResources",
    items="ResourceTagMappingList",
    token=("PaginationToken", "PaginationToken"),
)
LIST_ALIASES = Operation("lambda", "ListAliases", _FUNCTION, items="Aliases", token=_MARKER)
GET_RESOURCE_POLICY = Operation("lambda", "GetResourcePolicy", _FUNCTION, rate=15)
GET_FUNCTION_POLICY = Operation("lambda", "GetPolicy", _FUNCTION, rate=15)
LIST_URLS = Operation("lambda", "ListFunctionUrlConfigs", _FUNCTION, items="FunctionUrlConfigs", token=_MARKER)
GET_URL = Operation("lambda", "GetFunctionUrlConfig", _FUNCTION)
LIST_INVOKE_CONFIGS = Operation(
    "lambda", "ListFunctionEventInvokeConfigs", _FUNCTION, items="FunctionEventInvokeConfigs", token=_MARKER
)
LIST_EVENT_SOURCES = Operation("lambda", "ListEventSourceMappings", items="EventSourceMappings", token=_MARKER)
LIST_LOG_GROUPS = Operation("logs", "DescribeLogGroups", items="logGroups", token=_LOWER)

LIST_ALL_ROLES = Operation("iam", "GetAccountAuthorizationDetails", token=_IAM_MARKER)
GET_ROLE = Operation("iam", "GetRole", _ROLE)
LIST_INLINE = Operation("iam", "ListRolePolicies", _ROLE, items="PolicyNames", token=_IAM_MARKER)
GET_INLINE = Operation("iam", "GetRolePolicy", _ROLE)
LIST_ATTACHED = Operation("iam", "ListAttachedRolePolicies", _ROLE, items="AttachedPolicies", token=_IAM_MARKER)
GET_MANAGED = Operation("iam", "GetPolicy", _POLICY)
GET_VERSION = Operation("iam", "GetPolicyVersion", _POLICY)

LIST_BOTS = Operation("lexv2-models", "ListBots", items="botSummaries", token=_LOWER)
LIST_BOT_ALIASES = Operation("lexv2-models", "ListBotAliases", _LEX + "bot/*", items="botAliasSummaries", token=_LOWER)
GET_BOT_ALIAS = Operation("lexv2-models", "DescribeBotAlias", _LEX + "bot-alias/*")
LIST_INTENTS = Operation("lex-models", "GetIntents", items="intents", token=_LOWER)
LIST_INTENT_VERSIONS = Operation("lex-models", "GetIntentVersions", _LEX + "intent:*", items="intents", token=_LOWER)
GET_INTENT = Operation("lex-models", "GetIntent", _LEX + "intent:*")

LIST_RULE_TARGETS = Operation(
    "events", "ListTargetsByRule", "arn:{partition}:events:{region}:{account}:rule/*", items="Targets", token=_TOKEN
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
)
GET_USER_POOL = Operation(
    "cognito-idp", "DescribeUserPool", "arn:{partition}:cognito-idp:{region}:{account}:userpool/*"
)
GET_TARGETS = Operation("elbv2", "DescribeTargetHealth")
LIST_SUBSCRIPTION_FILTERS = Operation(
    "logs", "DescribeSubscriptionFilters", "arn:{partition}:logs:{region}:{account}:log-group:*", token=_LOWER
)
GET_SECRET = Operation("secretsmanager", "DescribeSecret", "arn:{partition}:secretsmanager:{region}:{account}:secret:*")
LIST_ALARMS = Operation(
    "cloudwatch", "DescribeAlarms", "arn:{partition}:cloudwatch:{region}:{account}:alarm:*", token=_TOKEN
)
LIST_TOPIC_RULES = Operation("iot", "ListTopicRules", items="rules", token=_LOWER)
GET_TOPIC_RULE = Operation("iot", "GetTopicRule", "arn:{partition}:iot:{region}:{account}:rule/*")
LIST_CONFIG_RULES = Operation("config", "DescribeConfigRules", items="ConfigRules", token=_TOKEN)
