"""Which resources of a configuration make which service call a function, and through which argument.

Sources: those of `auditor.estate.services`; the names of arguments and properties are those of the
Terraform provider's schema (5.100) and of CloudFormation's resource schemas.
"""

from __future__ import annotations

from auditor.estate.service import Link


def _here(service: str, resource: str) -> str:
    """The source of a link in the home of the resource that makes it."""
    return f"arn:{{@partition}}:{service}:{{@region}}:{{@account}}:{resource}"


def _gateway(api: str, rest: str = "{?stage}/{?route}") -> tuple[str, str]:
    """What an API sends: of its stages, methods and paths not all are known; and all of them."""
    return _here("execute-api", f"{{{api}}}/{rest}"), _here("execute-api", f"{{{api}}}/*/*")


def _each(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{prefix}{name}" for name in names)


_ALARM = ("alarm_actions", "ok_actions", "insufficient_data_actions")
_CFN_ALARM = ("AlarmActions", "OKActions", "InsufficientDataActions")
_POOL = (
    *("create_auth_challenge", "custom_message", "define_auth_challenge", "post_authentication"),
    *("post_confirmation", "pre_authentication", "pre_sign_up", "pre_token_generation", "user_migration"),
    *("verify_auth_challenge_response", "custom_email_sender.lambda_arn", "custom_sms_sender.lambda_arn"),
    "pre_token_generation_config.lambda_arn",
)
_CFN_POOL = (
    *("CreateAuthChallenge", "CustomMessage", "DefineAuthChallenge", "PostAuthentication", "PostConfirmation"),
    *("PreAuthentication", "PreSignUp", "PreTokenGeneration", "UserMigration", "VerifyAuthChallengeResponse"),
    *("CustomEmailSender.LambdaArn", "CustomSMSSender.LambdaArn", "PreTokenGenerationConfig.LambdaArn"),
)
_APPSYNC = "lambda_authorizer_config.authorizer_uri"
_CFN_APPSYNC = "LambdaAuthorizerConfig.AuthorizerUri"

TERRAFORM: dict[str, tuple[Link, ...]] = {
    "s3.amazonaws.com": (
        Link("aws_s3_bucket_notification", ("lambda_function.lambda_function_arn",), "arn:{@partition}:s3:::{bucket}"),
    ),
    "sns.amazonaws.com": (
        Link("aws_sns_topic_subscription", ("endpoint",), "{topic_arn}", where=(("protocol", "lambda"),)),
    ),
    "events.amazonaws.com": (
        Link("aws_cloudwatch_event_target", ("arn",), _here("events", "rule/{@bus}{rule}"), unless=("role_arn",)),
    ),
    "apigateway.amazonaws.com": (
        Link("aws_api_gateway_integration", ("uri",), *_gateway("rest_api_id"), unless=("credentials",)),
        Link(
            "aws_api_gateway_authorizer",
            ("authorizer_uri",),
            *_gateway("rest_api_id", "authorizers/{id}"),
            unless=("authorizer_credentials",),
        ),
        Link("aws_apigatewayv2_integration", ("integration_uri",), *_gateway("api_id"), unless=("credentials_arn",)),
        Link(
            "aws_apigatewayv2_authorizer",
            ("authorizer_uri",),
            *_gateway("api_id", "authorizers/{id}"),
            unless=("authorizer_credentials_arn",),
        ),
    ),
    "elasticloadbalancing.amazonaws.com": (
        Link("aws_lb_target_group_attachment", ("target_id",), "{target_group_arn}"),
        Link("aws_alb_target_group_attachment", ("target_id",), "{target_group_arn}"),
    ),
    "cognito-idp.amazonaws.com": (Link("aws_cognito_user_pool", _each("lambda_config.", *_POOL), "{arn}"),),
    "logs.amazonaws.com": (
        Link(
            "aws_cloudwatch_log_subscription_filter",
            ("destination_arn",),
            _here("logs", "log-group:{log_group_name}:{*streams}"),
        ),
    ),
    "config.amazonaws.com": (
        Link(
            "aws_config_config_rule",
            ("source.source_identifier",),
            "{arn}",
            _here("config", "config-rule/*"),
            where=(("owner", "CUSTOM_LAMBDA"),),
        ),
        Link("aws_config_organization_custom_rule", ("lambda_function_arn",)),
    ),
    "iot.amazonaws.com": (
        Link("aws_iot_topic_rule", ("lambda.function_arn", "error_action.lambda.function_arn"), "{arn}"),
        Link("aws_iot_authorizer", ("authorizer_function_arn",), "{arn}"),
        Link("aws_iot_provisioning_template", ("pre_provisioning_hook.target_arn",), "{arn}"),
    ),
    "ses.amazonaws.com": (
        Link(
            "aws_ses_receipt_rule",
            ("lambda_action.function_arn",),
            _here("ses", "receipt-rule-set/{rule_set_name}:receipt-rule/{name}"),
        ),
    ),
    "secretsmanager.amazonaws.com": (
        Link("aws_secretsmanager_secret_rotation", ("rotation_lambda_arn",), "{secret_id}"),
    ),
    "codecommit.amazonaws.com": (
        Link("aws_codecommit_trigger", ("trigger.destination_arn",), _here("codecommit", "{repository_name}")),
    ),
    "connect.amazonaws.com": (
        Link(
            "aws_connect_lambda_function_association",
            ("function_arn",),
            _here("connect", "instance/{instance_id}"),
            grants=True,
        ),
    ),
    "lambda.alarms.cloudwatch.amazonaws.com": (
        Link("aws_cloudwatch_metric_alarm", _ALARM, "{arn}"),
        Link("aws_cloudwatch_composite_alarm", _ALARM, "{arn}"),
    ),
    "bedrock.amazonaws.com": (
        Link(
            "aws_bedrockagent_agent_action_group",
            ("action_group_executor.lambda",),
            _here("bedrock", "agent/{agent_id}"),
        ),
    ),
    "appsync.amazonaws.com": (
        Link(
            "aws_appsync_graphql_api",
            (_APPSYNC, f"additional_authentication_provider.{_APPSYNC}"),
            "{arn}",
        ),
    ),
    "vpc-lattice.amazonaws.com": (
        Link(
            "aws_vpclattice_target_group_attachment",
            ("target.id",),
            _here("vpc-lattice", "targetgroup/{target_group_identifier}"),
        ),
    ),
    "voiceconnector.chime.amazonaws.com": (
        Link("aws_chimesdkvoice_sip_media_application", ("endpoints.lambda_arn",), "{arn}"),
    ),
    "pinpoint.amazonaws.com": (
        Link(
            "aws_pinpoint_app",
            ("campaign_hook.lambda_function_name",),
            _here("mobiletargeting", "apps/{application_id}{*parts}"),
        ),
    ),
    "transfer.amazonaws.com": (Link("aws_transfer_server", ("function",), "{arn}"),),
}

CLOUDFORMATION: dict[str, tuple[Link, ...]] = {
    "s3.amazonaws.com": (
        Link(
            "AWS::S3::Bucket",
            ("NotificationConfiguration.LambdaConfigurations.Function",),
            "{$Arn}",
            "arn:{@partition}:s3:::{!BucketName}",
        ),
    ),
    "sns.amazonaws.com": (
        Link("AWS::SNS::Subscription", ("Endpoint",), "{TopicArn}", where=(("Protocol", "lambda"),)),
        Link("AWS::SNS::Topic", ("Subscription.Endpoint",), "{Ref}", where=(("Protocol", "lambda"),)),
    ),
    "events.amazonaws.com": (Link("AWS::Events::Rule", ("Targets.Arn",), "{$Arn}", unless=("RoleArn",)),),
    "apigateway.amazonaws.com": (
        Link("AWS::ApiGateway::Method", ("Integration.Uri",), *_gateway("RestApiId"), unless=("Credentials",)),
        Link(
            "AWS::ApiGateway::Authorizer",
            ("AuthorizerUri",),
            *_gateway("RestApiId", "authorizers/{Ref}"),
            unless=("AuthorizerCredentials",),
        ),
        Link(
            "AWS::ApiGateway::RestApi",
            ("Body.**.x-amazon-apigateway-integration.uri",),
            *_gateway("Ref"),
            unless=("credentials",),
        ),
        Link(
            "AWS::ApiGateway::RestApi",
            ("Body.**.x-amazon-apigateway-authorizer.authorizerUri",),
            *_gateway("Ref", "authorizers/{?authorizer}"),
            unless=("authorizerCredentials",),
        ),
        Link("AWS::ApiGatewayV2::Integration", ("IntegrationUri",), *_gateway("ApiId"), unless=("CredentialsArn",)),
        Link(
            "AWS::ApiGatewayV2::Authorizer",
            ("AuthorizerUri",),
            *_gateway("ApiId", "authorizers/{Ref}"),
            unless=("AuthorizerCredentialsArn",),
        ),
        Link(
            "AWS::ApiGatewayV2::Api",
            ("Body.**.x-amazon-apigateway-integration.uri",),
            *_gateway("Ref"),
            unless=("credentials",),
        ),
    ),
    "elasticloadbalancing.amazonaws.com": (
        Link(
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            ("Targets.Id",),
            "{$TargetGroupArn}",
            _here("elasticloadbalancing", "targetgroup/{!Name}/*"),
        ),
    ),
    "cognito-idp.amazonaws.com": (Link("AWS::Cognito::UserPool", _each("LambdaConfig.", *_CFN_POOL), "{$Arn}"),),
    "cognito-sync.amazonaws.com": (
        Link(
            "AWS::Cognito::IdentityPool",
            ("CognitoEvents.*",),
            _here("cognito-identity", "identitypool/{Ref}"),
        ),
    ),
    "logs.amazonaws.com": (
        Link(
            "AWS::Logs::SubscriptionFilter",
            ("DestinationArn",),
            _here("logs", "log-group:{LogGroupName}:{*streams}"),
        ),
    ),
    "config.amazonaws.com": (
        Link(
            "AWS::Config::ConfigRule",
            ("Source.SourceIdentifier",),
            "{$Arn}",
            _here("config", "config-rule/*"),
            where=(("Owner", "CUSTOM_LAMBDA"),),
        ),
        Link(
            "AWS::Config::OrganizationConfigRule",
            ("OrganizationCustomRuleMetadata.LambdaFunctionArn",),
        ),
    ),
    "iot.amazonaws.com": (
        Link(
            "AWS::IoT::TopicRule",
            _each("TopicRulePayload.", "Actions.Lambda.FunctionArn", "ErrorAction.Lambda.FunctionArn"),
            "{$Arn}",
        ),
        Link("AWS::IoT::Authorizer", ("AuthorizerFunctionArn",), "{$Arn}"),
        Link("AWS::IoT::ProvisioningTemplate", ("PreProvisioningHook.TargetArn",), "{$TemplateArn}"),
        Link("AWS::IoT::CertificateProvider", ("LambdaFunctionArn",), "{$Arn}"),
    ),
    "iotevents.amazonaws.com": (
        Link("AWS::IoTEvents::DetectorModel", ("DetectorModelDefinition.**.Lambda.FunctionArn",)),
        Link("AWS::IoTEvents::AlarmModel", ("AlarmEventActions.**.Lambda.FunctionArn",)),
    ),
    "ses.amazonaws.com": (
        Link(
            "AWS::SES::ReceiptRule",
            ("Rule.Actions.LambdaAction.FunctionArn",),
            _here("ses", "receipt-rule-set/{RuleSetName}:receipt-rule/{?rule}"),
        ),
    ),
    "secretsmanager.amazonaws.com": (
        Link("AWS::SecretsManager::RotationSchedule", ("RotationLambdaARN",), "{SecretId}"),
    ),
    "codecommit.amazonaws.com": (Link("AWS::CodeCommit::Repository", ("Triggers.DestinationArn",), "{$Arn}"),),
    "connect.amazonaws.com": (
        Link(
            "AWS::Connect::IntegrationAssociation",
            ("IntegrationArn",),
            "{InstanceId}",
            where=(("IntegrationType", "LAMBDA_FUNCTION"),),
            grants=True,
        ),
    ),
    "lambda.alarms.cloudwatch.amazonaws.com": (
        Link("AWS::CloudWatch::Alarm", _CFN_ALARM, "{$Arn}"),
        Link("AWS::CloudWatch::CompositeAlarm", _CFN_ALARM, "{$Arn}"),
    ),
    "bedrock.amazonaws.com": (
        Link(
            "AWS::Bedrock::Agent",
            (
                "ActionGroups.ActionGroupExecutor.Lambda",
                "CustomOrchestration.Executor.Lambda",
                "PromptOverrideConfiguration.OverrideLambda",
            ),
            "{$AgentArn}",
        ),
    ),
    "appsync.amazonaws.com": (
        Link(
            "AWS::AppSync::GraphQLApi",
            (_CFN_APPSYNC, f"AdditionalAuthenticationProviders.{_CFN_APPSYNC}"),
            "{$Arn}",
        ),
    ),
    "vpc-lattice.amazonaws.com": (Link("AWS::VpcLattice::TargetGroup", ("Targets.Id",), "{$Arn}"),),
    "pinpoint.amazonaws.com": (
        Link(
            "AWS::Pinpoint::ApplicationSettings",
            ("CampaignHook.LambdaFunctionName",),
            _here("mobiletargeting", "apps/{ApplicationId}{*parts}"),
        ),
        Link(
            "AWS::Pinpoint::Campaign",
            ("CampaignHook.LambdaFunctionName",),
            _here("mobiletargeting", "apps/{ApplicationId}{*parts}"),
        ),
    ),
    "transfer.amazonaws.com": (Link("AWS::Transfer::Server", ("IdentityProviderDetails.Function",), "{$Arn}"),),
}
