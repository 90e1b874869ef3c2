"""How a template writes what an estate holds as it is: for whoever writes into the template."""

from __future__ import annotations

from auditor.iam.frozen import Frozen
from auditor.iam.text import Text


class Wording(Frozen):
    """No decision hangs on it. `imports` are the values that other templates export, with the names by
    which they are imported; `names` the names of functions that the outermost template makes of its
    parameters, which are holes in the text beside it."""

    imports: tuple[tuple[Text, str], ...] = ()
    names: tuple[tuple[str, Text], ...] = ()

    def import_of(self, value: Text) -> str | None:
        """The name by which a template imports a value that only another one knows as a whole."""
        return next((name for held, name in self.imports if held == value and held.literal is None), None)


AS_IT_IS = Wording()
