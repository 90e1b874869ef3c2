"""Pseudo parameters.

Source: the CloudFormation user guide, "Pseudo parameters reference".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.iam.text import Hole, HoleType, Text, text

if TYPE_CHECKING:
    from auditor.sources.cloudformation.stack import Stack


def pseudo_parameter(name: str, stack: Stack) -> Text | None:
    """The value of a pseudo parameter; None where the name is none."""
    home = stack.home
    stack_name = Hole(stack.prefix + "AWS::StackName", HoleType.NAME)
    match name:
        case "AWS::AccountId":
            return home.account
        case "AWS::Region":
            return home.region
        case "AWS::Partition":
            return text(home.partition)
        case "AWS::URLSuffix":
            return text("amazonaws.com.cn" if home.partition == "aws-cn" else "amazonaws.com")
        case "AWS::StackName":
            return text(stack.book.hole(stack_name.name, stack.origin, HoleType.NAME))
        case "AWS::StackId":
            unique = stack.book.hole(stack.prefix + "AWS::StackId", stack.origin, HoleType.NAME)
            place = text(f"arn:{home.partition}:cloudformation:", home.region, ":", home.account)
            return text(place, ":stack/", stack_name, "/", unique)
        case "AWS::NotificationARNs":
            return text(stack.book.hole(stack.prefix + name, stack.origin))
    return None
