"""Where the resources of a plan or state live: what their ARNs and their providers tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from auditor.iam.origin import Origin
from auditor.iam.text import ACCOUNT, REGION, HoleType, Text, text
from auditor.sources.arns import role_arn
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.home import Home, partition_of
from auditor.sources.options import ReadOptions
from auditor.sources.terraform_json.configuration import Configuration, listed, mapping, references
from auditor.sources.terraform_json.outline import Entry, Outline, Plain

_DEFAULT = "aws"
_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
_ACCOUNT = re.compile(r"[0-9]{12}")
_CREDENTIALS = ("profile", "access_key", "shared_credentials_files", "assume_role")


class Homes:
    """`default` is the home of the default provider: options come first, then what the provider
    says, then what the ARNs of its resources agree on (the caller's own among them)."""

    def __init__(self, outline: Outline, configuration: Configuration, options: ReadOptions, book: HoleBook) -> None:
        self._outline = outline
        self._configuration = configuration
        self._options = options
        self._book = book
        self._arns: dict[str, list[tuple[str, str]]] = {}
        for entry in outline.entries.values():
            place = _place(entry.arn)
            if place is not None and (entry.mode == "managed" or entry.type == "aws_caller_identity"):
                self._arns.setdefault(self.provider_of(entry), []).append(place)
        self._found: dict[str, Home] = {}
        self.default = self._home(_DEFAULT, None)

    def of(self, entry: Entry) -> Home:
        """The home of one resource: its own ARN first."""
        provider = self.provider_of(entry)
        if provider not in self._found:
            self._found[provider] = self._home(provider, self.default) if provider != _DEFAULT else self.default
        home = self._found[provider]
        region, account = _place(entry.arn) or ("", "")
        if region:
            home = replace(home, region=text(region))
        return replace(home, account=text(account)) if account else home

    def _home(self, provider: str, default: Home | None) -> Home:
        expressions = mapping(mapping(self._configuration.providers.get(provider)).get("expressions"))
        arns = self._arns.get(provider, ())
        own = self._options if default is None else ReadOptions()
        region = own.region or self._region(expressions) or _agreed(region for region, _ in arns)
        account = own.account or _account(expressions) or _agreed(account for _, account in arns)
        partition = self._options.partition or partition_of(region or "")
        if default is None:
            return Home(partition, text(region or REGION), text(account or ACCOUNT))
        return Home(
            partition if region else default.partition,
            text(region) if region else self._unknown(provider, "region", HoleType.REGION, default.region, expressions),
            text(account)
            if account
            else self._unknown(provider, "account", HoleType.ACCOUNT, default.account, expressions),
        )

    def _unknown(self, provider: str, what: str, type_: HoleType, default: Text, expressions: Plain) -> Text:
        """What an alias does not tell: the default provider's, where it does not set its own."""
        sets = ("region",) if type_ is HoleType.REGION else _CREDENTIALS
        if not any(name in expressions for name in sets):
            return default
        return text(self._book.hole(f"{what} of provider {provider}", Origin(self._outline.source.file), type_))

    def _region(self, expressions: Plain) -> str | None:
        expression = mapping(expressions.get("region"))
        named = [name.removeprefix("var.") for name in references(expression) if name.startswith("var.")]
        values = [mapping(self._outline.variables.get(name)).get("value") for name in named]
        candidates = [expression.get("constant_value"), *(values if len(values) == 1 else ())]
        return next((text for text in candidates if isinstance(text, str) and _REGION.fullmatch(text)), None)

    def provider_of(self, entry: Entry) -> str:
        """The name of its provider: `aws`, `aws.west`."""
        written = self._configuration.resource(entry).get("provider_config_key")
        key = written if isinstance(written, str) else entry.type.partition("_")[0]
        return key if key in self._configuration.providers else key.rpartition(":")[2]


def _account(expressions: Plain) -> str | None:
    """The only account that a provider may work in, else the one of the role that it takes."""
    allowed = listed(mapping(expressions.get("allowed_account_ids")).get("constant_value"))
    if len(allowed) == 1 and isinstance(allowed[0], str):
        return allowed[0]
    for assumed in map(mapping, listed(expressions.get("assume_role"))):
        written = mapping(assumed.get("role_arn")).get("constant_value")
        parsed = role_arn(written) if isinstance(written, str) else None
        if parsed is not None:
            return parsed.account
    return None


def _place(arn: str | None) -> tuple[str, str] | None:
    """Region (empty where it has none) and account of an ARN."""
    pieces = arn.split(":", 5) if arn is not None else []
    if len(pieces) != 6 or pieces[0] != "arn":
        return None
    region, account = pieces[3:5]
    return region if _REGION.fullmatch(region) else "", account if _ACCOUNT.fullmatch(account) else ""


def _agreed(values: Iterable[str]) -> str | None:
    found = {value for value in values if value}
    return found.pop() if len(found) == 1 else None
