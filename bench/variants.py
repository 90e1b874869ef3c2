"""The variants that tools are compared on: each one fault, or one thing done right, in the forms that they read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent / "variants"
FORMS: Mapping[str, str] = {"terraform": "main.tf", "cloudformation": "template.yaml", "json": "policy.json"}
"""The file that holds each form. `json` is the policy document alone: that of the function, of its role, or
the role's trust policy."""

_PART = {"terraform": "tf", "cloudformation": "yaml"}


@dataclass(frozen=True)
class Variant:
    """One input, as its file below `bench/variants` describes it."""

    name: str
    told: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.told["title"])

    @property
    def correct(self) -> bool:
        """Nothing is wrong with it, so what a tool says of its access is a false alarm."""
        return bool(self.told.get("correct", False))

    @property
    def policy(self) -> str:
        """What the document is whose form is `json`: `resource`, `identity` or `trust`."""
        return str(self.told["policy"])

    @property
    def lacks(self) -> Mapping[str, str]:
        """Why there is no such form, by form."""
        return dict(self.told.get("lacks", {}))

    def speaks(self, tool: str) -> frozenset[str]:
        """The rules of a tool that speak of this fault: the judgement, made by reading what each rule is about."""
        return frozenset(self.told.get("speaks", {}).get(tool, ()))

    def beside(self, tool: str) -> Mapping[str, str]:
        """The rules of a tool that fire and do not speak of this fault, each with the reason."""
        return dict(self.told.get("beside", {}).get(tool, {}))

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The whole input in each form that there is: what surrounds every variant, and its own part."""
        return {form: self._text(form) for form in FORMS if form not in self.lacks}

    def _text(self, form: str) -> str:
        own = str(self.told[form])
        if form == "json":
            return own
        parts = [FOLDER / "base" / f"{part}.{_PART[form]}" for part in self.told["parts"]]
        texts = [path.read_text("utf-8") for path in parts if path.exists()]
        if form == "terraform":
            return "\n".join([*texts, own])
        resources = "".join(f"  {line}" if line.strip() else line for line in own.splitlines(keepends=True))
        return 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n' + "".join(texts) + resources


def variants() -> tuple[Variant, ...]:
    """Every variant, those with a fault first."""
    found = [Variant(path.stem, yaml.safe_load(path.read_text("utf-8"))) for path in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda variant: variant.correct))


def write(folder: Path) -> Iterator[tuple[Variant, str, Path]]:
    """Write each variant in each form as `FOLDER/FORM/NAME/FILE`, and yield what was written."""
    for variant in variants():
        for form, text in variant.texts.items():
            file = folder / form / variant.name / FORMS[form]
            file.parent.mkdir(parents=True)
            file.write_text(text, "utf-8")
            yield variant, form, file


def digest() -> str:
    """What tells whether an input has changed since it was measured."""
    texts = {variant.name: dict(variant.texts) for variant in variants()}
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
