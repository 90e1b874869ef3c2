"""An estate in, what must be allowed out, each need with its evidence."""

from auditor.needs.deciding import decide_need, granting
from auditor.needs.derive import derive, derive_everywhere
from auditor.needs.need import Need, NeedKind

__all__ = ["Need", "NeedKind", "decide_need", "derive", "derive_everywhere", "granting"]
