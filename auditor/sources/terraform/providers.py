"""Provider blocks: the region and account of what they make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor.iam.node import Node
from auditor.iam.text import ACCOUNT, REGION, Hole, HoleType, Text, text
from auditor.sources.arns import role_arn
from auditor.sources.home import Home, partition_of
from auditor.sources.terraform.evaluation.frame import Frame
from auditor.sources.terraform.evaluation.value import fingerprint, make_string
from auditor.sources.terraform.language import expression as ast
from auditor.sources.terraform.language.block import Block
from auditor.sources.terraform.language.expression import Expression
from auditor.sources.terraform.view import BlockView

if TYPE_CHECKING:
    from auditor.sources.terraform.module import Module

DEFAULT = "aws"


def provider_name(type_: str, block: Block) -> str:
    """The provider of a resource: `aws` or `aws.alias`; by its type where it names none."""
    named = block.attributes.get("provider")
    written = reference_text(named.expression) if named is not None else None
    return written or type_.removeprefix("data.").partition("_")[0]


def reference_text(expression: Expression) -> str | None:
    """`aws.west` as a text, where an expression is such a reference."""
    match expression:
        case ast.Name(name):
            return name
        case ast.Traversal(ast.Name(name), (ast.AttributeStep(alias),)):
            return f"{name}.{alias}"
        case ast.Embedded(inner):
            return reference_text(inner)
        case ast.Literal(str() as written):
            return written
    return None


def provider_home(module: Module, provider: str) -> Home:
    """Where a provider's resources live. An alias that says nothing else lives where the
    default provider does."""
    if module.parent is not None:
        if provider in module.providers:
            return module.parent.home(module.providers[provider])
        if provider not in module.configuration.providers:
            return module.parent.home(provider)
    elif provider == DEFAULT or provider not in module.configuration.providers:
        return module.reading.home
    block = module.configuration.providers[provider]
    view = _view(block, module)
    home = module.reading.home
    region = _literal(view.argument("region"))
    if region is not None:
        home = replace(home, region=text(region))
        if module.reading.options.partition is None:
            home = replace(home, partition=partition_of(region))
    elif view.argument("region") is not None:
        home = replace(home, region=text(_hole(module, provider, "region", HoleType.REGION, view)))
    return replace(home, account=_account(module, provider, view, home))


def default_home(module: Module) -> Home:
    """The home of the root module's default provider; options come first. A variable without a
    value that the provider takes its region or account from is that hole."""
    options = module.reading.options
    block = module.configuration.providers.get(DEFAULT)
    region = account = None
    if block is not None:
        view = _view(block, module)
        region, account = view.argument("region"), _allowed(view)
    region_text = _told(options.region, region, text(REGION))
    account_text = _told(options.account, account, text(ACCOUNT))
    for value, told in ((region, region_text), (account, account_text)):
        hole = value.unknown if value is not None else None
        if hole is not None and hole.name.startswith("var.") and hole.name[4:] in module.configuration.variables:
            module.set_variable(hole.name[4:], make_string(told))
    return Home(options.partition or partition_of(region_text.literal or ""), region_text, account_text)


def _told(option: str | None, value: Node | None, unknown: Text) -> Text:
    written = option or _literal(value)
    return text(written) if written else unknown


def _allowed(view: BlockView) -> Node | None:
    """The single account that a provider may work in."""
    listed = view.argument("allowed_account_ids")
    items = listed.items if listed is not None else None
    return items[0] if items is not None and len(items) == 1 else None


def _account(module: Module, provider: str, view: BlockView, home: Home) -> Text:
    allowed = _literal(_allowed(view))
    if allowed is not None:
        return text(allowed)
    assumed = view.one("assume_role")
    role = assumed.argument("role_arn") if assumed is not None else None
    parsed = role_arn(_literal(role) or "")
    if parsed is not None:
        return text(parsed.account)
    default = module.reading.root.configuration.providers.get(DEFAULT)
    if _credentials(view) != (_credentials(_view(default, module.reading.root)) if default is not None else ()):
        return text(_hole(module, provider, "account", HoleType.ACCOUNT, view))
    return home.account


def _credentials(view: BlockView) -> tuple[object, ...]:
    """What decides whose credentials a provider works with."""
    parts = [view.argument(name) for name in ("profile", "access_key", "shared_credentials_files")]
    parts += [block.argument("role_arn") for block in view.blocks("assume_role")]
    return tuple(fingerprint(part) for part in parts if part is not None)


def _hole(module: Module, provider: str, what: str, type_: HoleType, view: BlockView) -> Hole:
    return module.reading.book.hole(f"{what} of provider {module.prefix}{provider}", view.origin, type_)


def _view(block: Block, module: Module) -> BlockView:
    frame = Frame(module, block.file, f"{module.prefix}provider.{block.labels[0]}")
    return BlockView(block, frame, module.reading.evaluator)


def _literal(value: Node | None) -> str | None:
    return value.text.literal if value is not None and value.text is not None else None
