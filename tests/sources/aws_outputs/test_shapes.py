"""Every member that tells an output is one that AWS's own service model lists for its command."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from auditor.sources.aws_outputs import shapes
from auditor.sources.aws_outputs.account import read_account
from auditor.sources.aws_outputs.functions import read_configuration, read_function, read_resource_policy
from auditor.sources.aws_outputs.roles import (
    read_attached_policies,
    read_policy_version,
    read_role_output,
    read_role_policy,
)

COMMANDS = {
    read_account: ("iam", "GetAccountAuthorizationDetails"),
    read_attached_policies: ("iam", "ListAttachedRolePolicies"),
    read_policy_version: ("iam", "GetPolicyVersion"),
    read_role_policy: ("iam", "GetRolePolicy"),
    read_role_output: ("iam", "GetRole"),
    read_function: ("lambda", "GetFunction"),
    read_configuration: ("lambda", "GetFunctionConfiguration"),
    read_resource_policy: ("lambda", "GetPolicy"),
}


@pytest.mark.parametrize(("paths", "reader"), shapes._READERS)
def test_the_members_are_those_of_the_service_model(paths: tuple[str, ...], reader: shapes.Reader) -> None:
    service, operation = COMMANDS[reader]
    model = ServiceModel(Loader().load_service_model(service, "service-2"), service)
    for path in paths:
        shape = model.operation_model(operation).output_shape
        for key in path.split("."):
            assert key in shape.members
            shape = shape.members[key]


def test_no_output_has_the_members_of_another_command_that_comes_before_it() -> None:
    order = [reader for _, reader in shapes._READERS]
    for paths, reader in shapes._READERS:
        _, operation = COMMANDS[reader]
        for later in order[order.index(reader) + 1 :]:
            other_service, other = COMMANDS[later]
            model = ServiceModel(Loader().load_service_model(other_service, "service-2"), other_service)
            members = model.operation_model(other).output_shape.members
            tops = {path.partition(".")[0] for path in paths}
            same = tops <= members.keys() and not any("." in path for path in paths)
            assert not same, f"{operation} takes what {other} writes"
