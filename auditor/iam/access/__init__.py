"""Questions about sets of requests, answered exactly with a witness.

`escape(new, old, question)` looks for a request that `new` allows and `old` does not. Missing,
excess and new access are all this one question, with needs written as a policy.
"""

from auditor.iam.access.question import Domain, Question
from auditor.iam.access.search import Escape, Outcome, escape

__all__ = ["Domain", "Escape", "Outcome", "Question", "escape"]
