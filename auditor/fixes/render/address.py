"""Terraform addresses and references: `module.a["x"].aws_iam_role.r[0]`, `var.env`."""

from __future__ import annotations

import re

from auditor.iam.frozen import Frozen

# A key is escaped as Terraform does; one with a template in it could hold an expression.
_KEY = r'(?:\[(?:\d+|"(?:[^"\\$%\n\r]|\\.|[$%](?!\{)|\$\$\{|%%\{)*")\])'
_STEP = rf"module\.[A-Za-z_][\w-]*{_KEY}?"
_ADDRESS = re.compile(rf"(?P<module>(?:{_STEP}\.)*)(?P<rest>.*)", re.DOTALL)
_IDENTIFIER = r"[A-Za-z_][\w-]*"
_ACCESS = rf"(?:\.{_IDENTIFIER}|{_KEY})"
_INNER = re.compile(
    rf"(?:var|local)\.{_IDENTIFIER}{_ACCESS}*"
    rf"|data\.{_IDENTIFIER}\.{_IDENTIFIER}{_ACCESS}+"
    rf"|[a-z][a-z0-9]*_[a-z0-9_]+\.{_IDENTIFIER}{_KEY}?\.{_IDENTIFIER}{_ACCESS}*"
    r"|path\.(?:module|root|cwd)|terraform\.workspace"
)
_OUTPUT = re.compile(rf"{_IDENTIFIER}{_ACCESS}*")
_INSTANCE = re.compile(rf"{_KEY}$")
_LAST_MODULE = re.compile(rf"(?:(?P<parent>.*)\.)?(?P<step>{_STEP})", re.DOTALL)


class Address(Frozen):
    """An address taken apart: `module` is the path of module calls, empty at the root."""

    module: str
    rest: str

    @property
    def block(self) -> str:
        """The block in its module, without an instance key: `aws_iam_role.r`."""
        return _INSTANCE.sub("", self.rest)

    @property
    def name(self) -> str:
        """The block's own name: `r`."""
        return self.block.rpartition(".")[2]

    @property
    def in_instances(self) -> bool:
        """Whether some module on the path is called with count or for_each."""
        return "[" in self.module

    @property
    def is_instance(self) -> bool:
        """Whether the source has one block for this and for others: text that is right for one
        of them may be wrong for the rest."""
        return self.in_instances or self.block != self.rest

    @property
    def root_call(self) -> str:
        """The module call in the root module on the way here: `module.a`."""
        return ".".join(re.split(r"[.\[]", self.module, maxsplit=2)[:2])


def parse_address(written: str) -> Address:
    """Take an address apart; what is none stands in `rest` as it is."""
    match = _ADDRESS.fullmatch(written)
    return Address(match["module"].rstrip("."), match["rest"]) if match else Address("", written)


def reference_in(module: str, written: str) -> str | None:
    """The expression by which code of `module` reads `written`, an address seen from the root;
    None where it is no reference, or one that this module cannot make."""
    address = parse_address(written)
    if _INNER.fullmatch(address.rest):
        return address.rest if address.module == module else None
    if address.module and _OUTPUT.fullmatch(address.rest):
        match = _LAST_MODULE.fullmatch(address.module)
        if match is not None and (match["parent"] or "") == module:
            return f"{match['step']}.{address.rest}"
    return None
