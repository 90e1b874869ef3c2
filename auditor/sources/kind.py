"""The kinds of source."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """What an input is; the value is its name for `--as-kind`."""

    TERRAFORM = "terraform"
    PLAN = "plan"
    STATE = "state"
    CLOUDFORMATION = "cloudformation"
    BUNDLE = "bundle"
    POLICY = "policy"
    AWS_OUTPUT = "aws-output"

    @property
    def described(self) -> str:
        """The kind in a sentence."""
        return _NAMES[self]


_NAMES = {
    Kind.TERRAFORM: "Terraform source",
    Kind.PLAN: "a Terraform plan",
    Kind.STATE: "a Terraform state",
    Kind.CLOUDFORMATION: "a CloudFormation template",
    Kind.BUNDLE: "a bundle",
    Kind.POLICY: "a policy document",
    Kind.AWS_OUTPUT: "an output of the AWS CLI",
}
