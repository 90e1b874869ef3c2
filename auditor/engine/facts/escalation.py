"""The published ways by which a role raises its own rights, as data.

Sources: Rhino Security Labs, "AWS IAM privilege escalation"; BishopFox, iam-vulnerable; NCC Group,
PMapper; the Service Authorization Reference for what each action acts on. A step is an action on a
thing of the kind that it acts on, which nobody names: so a grant on a few named things opens no path.
What a step acts on is given where the path works with that alone.
"""

from __future__ import annotations

from enum import Enum

from auditor.iam.frozen import Frozen


class On(Enum):
    """What a step must be allowed on for its path to work."""

    ANY = "any"
    """Any thing of its kind: each kind that the action requires."""
    NEW = "new"
    """A thing that the path makes, so that any name that is allowed will do."""
    OWN_ROLE = "own-role"
    OWN_POLICY = "own-policy"
    """A customer-managed policy that the role itself holds."""
    POLICY = "policy"
    """A customer-managed policy that somebody else holds."""
    PASSED = "passed"
    """A role that the service of the path takes: any, or a known one that is stronger."""
    FUNCTION = "function"
    """A function that runs with another role."""
    ASSUMED = "assumed"
    """A role that trusts the account, as many do."""


class Step(Frozen):
    action: str
    on: On = On.ANY
    passed_to: str = ""
    """The service that gets a role."""


class Path(Frozen):
    """`name` says how, `title` what the function can do then, as a clause. With `direct` it needs
    nobody's help; else the rights of somebody else are raised, who must play along or be taken over."""

    name: str
    title: str
    steps: tuple[Step, ...]
    direct: bool = True


def _passing(service: str, name: str, title: str, *actions: str) -> Path:
    makes = any(verb in actions[0] for verb in (":Create", ":Register", ":Run", ":Request"))
    steps = tuple(Step(action, On.NEW if makes else On.ANY) for action in actions)
    return Path(name, title, (*steps, Step("iam:PassRole", On.PASSED, f"{service}.amazonaws.com")))


def _one(name: str, title: str, action: str, on: On = On.ANY, *, direct: bool = True) -> Path:
    return Path(name, title, (Step(action, on),), direct)


def _several(name: str, title: str, *actions: str) -> Path:
    return Path(name, title, tuple(map(Step, actions)))


_RUN = "run code with a role that it passes to"

ELSEWHERE = "-other"
"""Ends the name of a path that is told only where the one without it is not open."""

PATHS: tuple[Path, ...] = (
    _one("CreatePolicyVersion", "rewrite a policy that it holds itself", "iam:CreatePolicyVersion", On.OWN_POLICY),
    _one(
        f"CreatePolicyVersion{ELSEWHERE}",
        "rewrite any policy of the account",
        "iam:CreatePolicyVersion",
        On.POLICY,
        direct=False,
    ),
    _one(
        "SetDefaultPolicyVersion",
        "bring back a wider version of a policy that it holds",
        "iam:SetDefaultPolicyVersion",
        On.OWN_POLICY,
    ),
    _one(
        f"SetDefaultPolicyVersion{ELSEWHERE}",
        "bring back a wider version of any policy",
        "iam:SetDefaultPolicyVersion",
        On.POLICY,
        direct=False,
    ),
    _one("AttachRolePolicy", "attach any policy to its own role", "iam:AttachRolePolicy", On.OWN_ROLE),
    _one("PutRolePolicy", "write any policy into its own role", "iam:PutRolePolicy", On.OWN_ROLE),
    Path(
        "CreateRole+AttachRolePolicy",
        "make a role that trusts it, and attach any policy to that",
        (Step("iam:CreateRole", On.NEW), Step("iam:AttachRolePolicy", On.NEW)),
    ),
    Path(
        "CreateRole+PutRolePolicy",
        "make a role that trusts it, and write any policy into that",
        (Step("iam:CreateRole", On.NEW), Step("iam:PutRolePolicy", On.NEW)),
    ),
    _one("UpdateAssumeRolePolicy", "make any role trust it", "iam:UpdateAssumeRolePolicy"),
    _one("AssumeRole", "assume any role that trusts the account", "sts:AssumeRole", On.ASSUMED),
    _one("CreateAccessKey", "make access keys of any user", "iam:CreateAccessKey"),
    _one("CreateLoginProfile", "give any user a password", "iam:CreateLoginProfile"),
    _one("UpdateLoginProfile", "change any user's password", "iam:UpdateLoginProfile"),
    _one("AttachUserPolicy", "attach any policy to any user", "iam:AttachUserPolicy", direct=False),
    _one("AttachGroupPolicy", "attach any policy to any group", "iam:AttachGroupPolicy", direct=False),
    _one("PutUserPolicy", "write any policy into any user", "iam:PutUserPolicy", direct=False),
    _one("PutGroupPolicy", "write any policy into any group", "iam:PutGroupPolicy", direct=False),
    _one("AddUserToGroup", "put any user into any group", "iam:AddUserToGroup", direct=False),
    _one(
        "UpdateFunctionCode",
        "change the code of a function with another role",
        "lambda:UpdateFunctionCode",
        On.FUNCTION,
    ),
    _one(
        "UpdateFunctionConfiguration",
        "put a layer before the code of a function with another role",
        "lambda:UpdateFunctionConfiguration",
        On.FUNCTION,
    ),
    Path(
        "AddPermission+InvokeFunction",
        "let itself invoke any function",
        (Step("lambda:AddPermission", On.FUNCTION), Step("lambda:InvokeFunction", On.FUNCTION)),
        direct=False,
    ),
    _passing(
        "lambda",
        "PassRole+CreateFunction+InvokeFunction",
        f"{_RUN} a new function",
        "lambda:CreateFunction",
        "lambda:InvokeFunction",
    ),
    _passing(
        "lambda",
        "PassRole+CreateFunction+CreateEventSourceMapping",
        f"{_RUN} a new function that a stream calls",
        "lambda:CreateFunction",
        "lambda:CreateEventSourceMapping",
    ),
    _passing(
        "lambda",
        "PassRole+CreateFunction+AddPermission",
        f"{_RUN} a new function that others may call",
        "lambda:CreateFunction",
        "lambda:AddPermission",
    ),
    _passing(
        "lambda",
        "PassRole+CreateFunction+CreateFunctionUrlConfig",
        f"{_RUN} a new function with a URL",
        "lambda:CreateFunction",
        "lambda:CreateFunctionUrlConfig",
    ),
    _passing("ec2", "PassRole+RunInstances", f"{_RUN} a new instance", "ec2:RunInstances"),
    _passing(
        "ec2",
        "PassRole+AssociateIamInstanceProfile",
        f"{_RUN} an instance that runs",
        "ec2:AssociateIamInstanceProfile",
    ),
    _passing(
        "ec2",
        "PassRole+ReplaceIamInstanceProfileAssociation",
        f"{_RUN} an instance that has another one",
        "ec2:ReplaceIamInstanceProfileAssociation",
    ),
    _passing("ec2", "PassRole+RequestSpotInstances", f"{_RUN} a spot instance", "ec2:RequestSpotInstances"),
    _several(
        "ModifyInstanceAttribute+StartInstances",
        "put start-up code into any instance",
        "ec2:ModifyInstanceAttribute",
        "ec2:StopInstances",
        "ec2:StartInstances",
    ),
    Path(
        "CreateLaunchTemplateVersion+ModifyLaunchTemplate",
        "put start-up code into any launch template",
        (Step("ec2:CreateLaunchTemplateVersion"), Step("ec2:ModifyLaunchTemplate")),
        direct=False,
    ),
    _one("SendSSHPublicKey", "sign in to any instance", "ec2-instance-connect:SendSSHPublicKey"),
    _one(
        "SendSerialConsoleSSHPublicKey",
        "sign in to any instance's console",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
    ),
    _one("SendCommand", "run commands on any instance", "ssm:SendCommand"),
    _one("StartSession", "open a shell on any instance", "ssm:StartSession"),
    _several("CreateAssociation", "run documents on any instance", "ssm:CreateAssociation"),
    _passing("ssm", "PassRole+StartAutomationExecution", f"{_RUN} an automation", "ssm:StartAutomationExecution"),
    _passing("cloudformation", "PassRole+CreateStack", f"{_RUN} a new stack", "cloudformation:CreateStack"),
    _passing(
        "cloudformation",
        "PassRole+CreateChangeSet",
        f"{_RUN} a change set",
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
    ),
    _one("UpdateStack", "change any stack, with the role that the stack has", "cloudformation:UpdateStack"),
    _several(
        "CreateChangeSet+ExecuteChangeSet",
        "change any stack, with the role that the stack has",
        "cloudformation:CreateChangeSet",
        "cloudformation:ExecuteChangeSet",
    ),
    _passing(
        "cloudformation",
        "PassRole+CreateStackSet",
        f"{_RUN} a stack set",
        "cloudformation:CreateStackSet",
        "cloudformation:CreateStackInstances",
    ),
    _passing(
        "cloudformation",
        "PassRole+UpdateStackSet",
        f"{_RUN} a stack set that is there",
        "cloudformation:UpdateStackSet",
    ),
    _passing("glue", "PassRole+CreateDevEndpoint", f"{_RUN} a Glue endpoint", "glue:CreateDevEndpoint"),
    _one("UpdateDevEndpoint", "sign in to any Glue endpoint", "glue:UpdateDevEndpoint"),
    _passing("glue", "PassRole+CreateJob+StartJobRun", f"{_RUN} a Glue job", "glue:CreateJob", "glue:StartJobRun"),
    _passing(
        "glue",
        "PassRole+CreateJob+CreateTrigger",
        f"{_RUN} a Glue job that a trigger starts",
        "glue:CreateJob",
        "glue:CreateTrigger",
    ),
    _passing(
        "glue",
        "PassRole+UpdateJob+StartJobRun",
        f"{_RUN} a Glue job that is there",
        "glue:UpdateJob",
        "glue:StartJobRun",
    ),
    _passing(
        "glue",
        "PassRole+CreateSession+RunStatement",
        f"{_RUN} a Glue session",
        "glue:CreateSession",
        "glue:RunStatement",
    ),
    _passing(
        "datapipeline",
        "PassRole+CreatePipeline+PutPipelineDefinition",
        f"{_RUN} a data pipeline",
        "datapipeline:CreatePipeline",
        "datapipeline:PutPipelineDefinition",
        "datapipeline:ActivatePipeline",
    ),
    _passing(
        "codebuild",
        "PassRole+CreateProject+StartBuild",
        f"{_RUN} a build",
        "codebuild:CreateProject",
        "codebuild:StartBuild",
    ),
    _passing(
        "codebuild",
        "PassRole+CreateProject+StartBuildBatch",
        f"{_RUN} a batch of builds",
        "codebuild:CreateProject",
        "codebuild:StartBuildBatch",
    ),
    _passing(
        "codebuild",
        "PassRole+UpdateProject+StartBuild",
        f"{_RUN} a build that is there",
        "codebuild:UpdateProject",
        "codebuild:StartBuild",
    ),
    _one("StartBuild", "run its own build commands in any project, with the project's role", "codebuild:StartBuild"),
    _passing(
        "sagemaker",
        "PassRole+CreateNotebookInstance+CreatePresignedNotebookInstanceUrl",
        f"{_RUN} a notebook",
        "sagemaker:CreateNotebookInstance",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _one(
        "CreatePresignedNotebookInstanceUrl",
        "open any notebook, with the notebook's role",
        "sagemaker:CreatePresignedNotebookInstanceUrl",
    ),
    _passing("sagemaker", "PassRole+CreateTrainingJob", f"{_RUN} a training job", "sagemaker:CreateTrainingJob"),
    _passing("sagemaker", "PassRole+CreateProcessingJob", f"{_RUN} a processing job", "sagemaker:CreateProcessingJob"),
    _several(
        "NotebookLifecycleConfig",
        "put start-up code into any notebook",
        "sagemaker:CreateNotebookInstanceLifecycleConfig",
        "sagemaker:StopNotebookInstance",
        "sagemaker:UpdateNotebookInstance",
        "sagemaker:StartNotebookInstance",
    ),
    _passing(
        "ecs-tasks",
        "PassRole+RegisterTaskDefinition+RunTask",
        f"{_RUN} a container",
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
    ),
    _passing(
        "ecs-tasks",
        "PassRole+RegisterTaskDefinition+CreateService",
        f"{_RUN} a container service",
        "ecs:RegisterTaskDefinition",
        "ecs:CreateService",
    ),
    _passing(
        "ecs-tasks",
        "PassRole+RegisterTaskDefinition+StartTask",
        f"{_RUN} a container on an instance",
        "ecs:RegisterTaskDefinition",
        "ecs:StartTask",
    ),
    Path(
        "PassRole+RunTask",
        f"{_RUN} a container whose role and command it sets",
        (Step("ecs:RunTask"), Step("iam:PassRole", On.PASSED, "ecs-tasks.amazonaws.com")),
    ),
    _one("ExecuteCommand", "run commands in any container", "ecs:ExecuteCommand"),
    _passing(
        "ec2",
        "PassRole+CreateLaunchConfiguration+CreateAutoScalingGroup",
        f"{_RUN} an auto scaling group",
        "autoscaling:CreateLaunchConfiguration",
        "autoscaling:CreateAutoScalingGroup",
    ),
    _passing(
        "states",
        "PassRole+CreateStateMachine+StartExecution",
        f"{_RUN} a state machine",
        "states:CreateStateMachine",
        "states:StartExecution",
    ),
    _passing(
        "states",
        "PassRole+UpdateStateMachine+StartExecution",
        f"{_RUN} a state machine that is there",
        "states:UpdateStateMachine",
        "states:StartExecution",
    ),
    _passing("scheduler", "PassRole+CreateSchedule", f"{_RUN} a schedule", "scheduler:CreateSchedule"),
    _passing("pipes", "PassRole+CreatePipe", f"{_RUN} a pipe", "pipes:CreatePipe"),
    # The role of a cluster's instances runs code; the cluster's own is passed too.
    Path(
        "PassRole+RunJobFlow",
        f"{_RUN} a cluster of EMR",
        (
            Step("elasticmapreduce:RunJobFlow", On.NEW),
            Step("iam:PassRole", On.PASSED, "elasticmapreduce.amazonaws.com"),
            Step("iam:PassRole", On.PASSED, "ec2.amazonaws.com"),
        ),
    ),
    _passing(
        "batch",
        "PassRole+RegisterJobDefinition+SubmitJob",
        f"{_RUN} a batch job",
        "batch:RegisterJobDefinition",
        "batch:SubmitJob",
    ),
    _passing(
        "tasks.apprunner",
        "PassRole+CreateService-apprunner",
        f"{_RUN} a service of App Runner",
        "apprunner:CreateService",
    ),
    _passing(
        "bedrock-agentcore",
        "PassRole+CreateCodeInterpreter",
        f"{_RUN} a code interpreter",
        "bedrock-agentcore:CreateCodeInterpreter",
    ),
    _several(
        "StartCodeInterpreterSession+InvokeCodeInterpreter",
        "run code in any code interpreter, with its role",
        "bedrock-agentcore:StartCodeInterpreterSession",
        "bedrock-agentcore:InvokeCodeInterpreter",
    ),
    _passing(
        "cognito-identity",
        "PassRole+SetIdentityPoolRoles",
        "give an identity pool a role that it passes",
        "cognito-identity:SetIdentityPoolRoles",
    ),
    _one(
        "DeleteRolePermissionsBoundary", "take away its own boundary", "iam:DeleteRolePermissionsBoundary", On.OWN_ROLE
    ),
    _one("PutRolePermissionsBoundary", "widen its own boundary", "iam:PutRolePermissionsBoundary", On.OWN_ROLE),
)

BOUNDARY_PATHS = frozenset(("DeleteRolePermissionsBoundary", "PutRolePermissionsBoundary"))
"""Paths that work only for a role that has a boundary."""
