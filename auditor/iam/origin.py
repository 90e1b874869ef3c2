"""Where something was found."""

from __future__ import annotations

from auditor.iam.frozen import Frozen


class Origin(Frozen):
    """The place a value comes from: a span of a file, or a live resource.

    Lines and columns count from 1 and columns count characters; the end column is the one
    after the last character. `address` names the enclosing block as its language names it
    (`aws_lambda_permission.allow_lex`, a CloudFormation logical id). `arn` replaces `file`
    for what was read from a live account.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    address: str | None = None
    arn: str | None = None

    def at(self, address: str | None) -> Origin:
        """The same place inside the block `address`."""
        if address == self.address:
            return self
        return Origin(self.file, self.line, self.column, self.end_line, self.end_column, address, self.arn)

    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Orders origins by file, then position, then name; unknown parts come first."""
        return (self.file or "", self.line or 0, self.column or 0, self.address or "", self.arn or "")

    def __str__(self) -> str:
        place = self.file or self.arn or ""
        if self.file and self.line:
            place = f"{self.file}:{self.line}" + (f":{self.column}" if self.column else "")
        return place or self.address or "(no place)"


NOWHERE = Origin()
