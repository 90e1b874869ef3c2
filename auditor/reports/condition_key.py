"""How AWS spells condition keys, which are compared without regard to case."""

from __future__ import annotations

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and the
# Lambda and STS pages of the service authorization reference.
_SPELLINGS = (
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:CurrentTime",
    "aws:EpochTime",
    "aws:FederatedProvider",
    "aws:MultiFactorAuthAge",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalAccount",
    "aws:PrincipalArn",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:PrincipalTag",
    "aws:PrincipalType",
    "aws:RequestTag",
    "aws:RequestedRegion",
    "aws:ResourceAccount",
    "aws:ResourceOrgID",
    "aws:ResourceOrgPaths",
    "aws:ResourceTag",
    "aws:SecureTransport",
    "aws:SourceAccount",
    "aws:SourceArn",
    "aws:SourceIdentity",
    "aws:SourceIp",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:SourceVpc",
    "aws:SourceVpce",
    "aws:TagKeys",
    "aws:TokenIssueTime",
    "aws:UserAgent",
    "aws:ViaAWSService",
    "aws:VpcSourceIp",
    "lambda:CodeSigningConfigArn",
    "lambda:EventSourceToken",
    "lambda:FunctionArn",
    "lambda:FunctionUrlAuthType",
    "lambda:InvokedViaFunctionUrl",
    "lambda:Layer",
    "lambda:Principal",
    "lambda:SecurityGroupIds",
    "lambda:SourceFunctionArn",
    "lambda:SubnetIds",
    "lambda:VpcIds",
    "sts:ExternalId",
    "sts:RoleSessionName",
    "sts:SourceIdentity",
    "sts:TransitiveTagKeys",
)
_SPELLED = {spelling.lower(): spelling for spelling in _SPELLINGS}


def spell_key(key: str) -> str:
    """A condition key as AWS's documentation spells it; one that is not listed stays as it is.

    What follows a slash (`aws:PrincipalTag/team`) is the user's own and kept.
    """
    name, slash, own = key.partition("/")
    return _SPELLED.get(name.lower(), name) + slash + own
