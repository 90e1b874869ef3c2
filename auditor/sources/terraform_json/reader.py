"""A plan or state by itself, to an estate."""

from __future__ import annotations

from auditor.estate.estate import Estate, Skipped, SourceKind
from auditor.iam.origin import Origin
from auditor.sources.declared.hole_book import HoleBook
from auditor.sources.errors import SourceError
from auditor.sources.options import ReadOptions
from auditor.sources.running import deep_recursion, without_collector
from auditor.sources.terraform.assembly import assemble
from auditor.sources.terraform_json.deployment import Deployment
from auditor.sources.terraform_json.outline import Outline


def read_output(outline: Outline, options: ReadOptions, root: str) -> tuple[Estate | None, tuple[Skipped, ...]]:
    """The estate of a plan or state and what could not be read of it. None where nothing of it
    could be read. `root` is the folder of the file relative to the repository, which is taken for
    that of the root module."""
    book = HoleBook()
    for skipped in gaps(outline):
        book.skip(skipped)
    try:
        with deep_recursion(), without_collector():
            deployment = Deployment(outline, options, book)
            kind = SourceKind.PLAN if outline.planned else SourceKind.STATE
            home = deployment.homes.default
            estate = assemble(deployment, home, kind, root, Origin(outline.source.file)).estate
    except SourceError as error:
        return None, (*book.skipped, error.as_skipped())
    return estate, book.skipped


def gaps(outline: Outline) -> list[Skipped]:
    """What a plan itself says that it does not cover."""
    place = Origin(outline.source.file)
    if outline.head.get("errored") is True:
        return [Skipped(place, "the plan ended in an error and covers only a part", "mend the error and plan again")]
    if outline.planned and outline.unknown and not outline.kept:
        return [Skipped(place, "the plan destroys all that it covers", "nothing is left to audit")]
    if outline.planned and outline.head.get("complete") is False:
        message = "the plan covers only a part of the configuration"
        return [Skipped(place, message, "plan without `-target`, or apply it and plan again")]
    return []
