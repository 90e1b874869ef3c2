"""What is known of a service that calls functions: who it calls as, and what it then sends."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from auditor.iam.frozen import Frozen
from auditor.iam.text import Hole, Text, text


class SourceForm(Frozen):
    """One form of aws:SourceArn: a template whose `{...}` are typed parts (`PARTS`).

    `{partition}`, `{region}` and `{account}` are those of the source; every other part ranges
    over the values of its type.
    """

    template: str

    def text(self, part: Callable[[str], Text | Hole | str]) -> Text:
        """The form with `part(name)` in the place of each `{name}`."""
        made = text()
        for index, piece in enumerate(_pieces(self.template)):
            made = made + (part(piece) if index % 2 else piece)
        return made

    @property
    def tells_account(self) -> bool:
        """Whether the ARN names the account of its source."""
        return "{account}" in self.template


def _pieces(template: str) -> list[str]:
    return template.replace("}", "{").split("{")


class SourceAccount(Enum):
    """What aws:SourceAccount is to a service."""

    NEEDED = "needed"
    """The service sends it, and its source ARN names no account."""
    OPTIONAL = "optional"
    """The service sends it; the source ARN tells the account already."""
    REFUSED = "refused"
    """The service never sends it: a condition on it refuses every call."""
    UNKNOWN = "unknown"
    """Whether the service sends it could not be established."""


class Narrowest(Enum):
    """How far a permission for a service can be expected to be narrowed."""

    SOURCE = "source"
    """To the resource that calls."""
    DOCUMENTED_ACCOUNT = "documented-account"
    """To the resource; yet the service's own guide binds it to the account alone."""
    ACCOUNT = "account"
    """To the account: the id of the resource is not known before the permission has to be there."""
    KEY = "key"
    """By what `Service.key` names: the service sends no source ARN."""


class Authority(Enum):
    """What lets a service call a function."""

    POLICY = "policy"
    """The function's resource policy."""
    ROLE = "role"
    """A role that the service assumes: it needs no permission in the resource policy."""


class Link(Frozen):
    """A type of resource that makes a service call functions.

    `functions` are the ways to what names a function, by the names of blocks and arguments (properties)
    with dots between them; `**` is any number of them, `*` is one. `source` is the source ARN that is
    then sent, `within` the pattern that a permission for it can have, where that is more: where the
    same resource may send several, and where the resource cannot be made before the permission is there
    and AWS makes up its ARN. In both, `{name}` is an argument or property of the resource, `{!Name}` is
    one too, and everything where it is not given, `{$Name}` what `Fn::GetAtt` gives for it, `{@...}` is
    told by its home, `{?name}` is not known, and `{*name}` is everything. A function is called only
    where what stands beside its name is as `where` says, and no argument of `unless` is given. `grants`
    tells that making the resource lets the service call by itself.
    """

    type: str
    functions: tuple[str, ...]
    source: str = ""
    within: str = ""
    where: tuple[tuple[str, str], ...] = ()
    unless: tuple[str, ...] = ()
    grants: bool = False


class Service(Frozen):
    """A service principal.

    `forms` are the source ARNs that it sends; none where it sends none. `key` is the condition
    key that binds a service without source ARNs. `regional` tells that it may also call as
    `NAME.REGION.amazonaws.com`. `verified` is False where the forms could not be checked against a
    document of AWS's or against what AWS's own tools write; `source` says where the row is from.
    """

    principal: str
    forms: tuple[SourceForm, ...]
    account: SourceAccount = SourceAccount.UNKNOWN
    narrowest: Narrowest = Narrowest.SOURCE
    authority: Authority = Authority.POLICY
    key: str = ""
    regional: bool = False
    verified: bool = True
    source: str = ""

    @property
    def tells_account(self) -> bool:
        """Whether its source ARNs name the account."""
        return any(form.tells_account for form in self.forms)
