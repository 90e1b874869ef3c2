"""What kind of source a text is, told by its content."""

from __future__ import annotations

import re

from auditor.iam.node import Members, Node
from auditor.sources.aws_outputs import is_aws_output
from auditor.sources.bundle.schema import BUNDLE, is_snapshot
from auditor.sources.kind import Kind
from auditor.sources.terraform_json.recognise import is_output

_MAY_BE_OURS = re.compile(
    rb"AWS::|Custom::|AWSTemplateFormatVersion|Statement|AssumeRolePolicyDocument|FunctionArn|AttachedPolicies|PolicyDocument|terraform_version"
    rb"|Policy[\"']?[ \t]*:|function[\"']?[ \t]*:|resource_policy|trust_policy|invokers|hooks[\"']?[ \t]*:"
    rb"|auditor-snapshot/",
)
_MENTIONS = re.compile(
    rb"AWS::|AWSTemplateFormatVersion|[\"']Statement[\"']|^[ \t]*(?:-[ \t]+)?Statement[ \t]*:"
    rb"|\"function\"\s*:\s*\{\s*\"name\"|^(?:-[ \t]+)?function[ \t]*:[ \t]*\r?\n[ \t]+name[ \t]*:",
    re.MULTILINE,
)
_FUNCTION_KEY = re.compile(rb"\bfunction[\"']?[ \t]*:")
_OTHER_KEYS = re.compile(rb"\b(?:resource_policy|trust_policy|hooks|invokers|log_group|policies)[\"']?[ \t]*:")
_TEMPLATE = re.compile(
    r"^(?:\ufeff?[ \t{]*|\{.*)[\"']?(?:AWSTemplateFormatVersion|Resources)[\"']?[ \t]*:", re.MULTILINE
)
_TEMPLATE_TYPES = ("AWS::", "Custom::", "Alexa::")
_SIGNS = (*_TEMPLATE_TYPES, "AWSTemplateFormatVersion")


def may_be_ours(data: bytes) -> bool:
    """Whether a file's bytes can be anything that is read: a quick look before it is parsed."""
    return _MAY_BE_OURS.search(data) is not None


def mentions_ours(data: bytes) -> bool:
    """Whether a file that cannot be parsed is told of: its text mentions a CloudFormation type,
    a policy's statements, or a bundle's keys, or it begins as a plan or state does."""
    if _MENTIONS.search(data) is not None or is_output(data):
        return True
    return _FUNCTION_KEY.search(data) is not None and _OTHER_KEYS.search(data) is not None


def may_be_template(content: str) -> bool:
    """Whether a text may be a CloudFormation template, which has tags that plain YAML does not: a
    quick look before it is parsed."""
    return any(sign in content for sign in _SIGNS) and _TEMPLATE.search(content) is not None


def is_template(value: Node) -> bool:
    """Whether a parsed value is a CloudFormation template (user guide, "Template anatomy")."""
    members = value.members
    if members is None:
        return False
    if members.get("AWSTemplateFormatVersion") is not None:
        return True
    resources = members.get("Resources")
    if resources is None or resources.members is None:
        return False
    if members.get("Transform") is not None or any(member.key.startswith("Fn::") for member in resources.members):
        return True
    types = [member.value.members.get("Type") for member in resources.members if member.value.members is not None]
    return any(
        type_ is not None and type_.text is not None and type_.text.startswith(prefix)
        for type_ in types
        for prefix in _TEMPLATE_TYPES
    )


def kind_of(value: Node) -> Kind | None:
    """The kind of a parsed value, None where it is nothing that is known.

    Plans and states: Terraform's JSON output format and state format 4. A list may hold bundles.
    """
    if value.items is not None:
        entries = (item.members for item in value.items)
        return Kind.BUNDLE if any(entry is not None and _is_bundle(entry) for entry in entries) else None
    members = value.members
    if members is None:
        return None
    if members.get("terraform_version") is not None:
        return _terraform_output(members)
    if is_template(value):
        return Kind.CLOUDFORMATION
    if is_aws_output(value):
        return Kind.AWS_OUTPUT
    if _is_policy(members):
        return Kind.POLICY
    return Kind.BUNDLE if _is_bundle(members) else None


def _terraform_output(members: Members) -> Kind | None:
    if members.get("planned_values") is not None or members.get("resource_changes") is not None:
        return Kind.PLAN
    state = members.get("values") is not None or members.get("lineage") is not None
    return Kind.STATE if state or members.get("serial") is not None else None


def _is_policy(members: Members) -> bool:
    statement = members.get("Statement")
    if statement is None:
        return False
    return statement.members is not None or statement.items is not None or members.get("Version") is not None


def _is_bundle(members: Members) -> bool:
    """A bundle describes a function; one whose `function` is misspelt has other keys of it. Beside
    the bundles of a snapshot stands what is told of all."""
    if is_snapshot(members):
        return True
    function = members.get("function")
    others = sum(members.get(key) is not None for key in BUNDLE.keys if key != "function")
    if function is None:
        return others >= 2
    return others >= 1 or (function.members is not None and function.members.get("name") is not None)
