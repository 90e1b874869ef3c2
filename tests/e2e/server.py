"""moto's server, with its Lambda made to do what AWS documents where the tests rest on it.

- RemovePermission compares RevisionId with the policy's (moto compares a list with it);
- a version or alias has a policy of its own (moto keeps one for all of them).
"""

from __future__ import annotations

import json
import sys
from typing import Any
from urllib.parse import unquote

from moto.awslambda import policy
from moto.awslambda.exceptions import GenericResourcNotFound
from moto.awslambda.responses import LambdaResponse
from moto.server import main

_delete = policy.Policy.del_statement


def del_statement(self: Any, sid: str, revision: Any = "") -> None:
    _delete(self, sid, revision[0] if isinstance(revision, list) and revision else revision or "")


def get_policy(self: Any) -> str:
    function = unquote(self.path.split("/")[-2])
    qualifier = (self.querystring.get("Qualifier") or [None])[0]
    whole = json.loads(self.backend.get_policy(function, qualifier))
    document = json.loads(whole["Policy"])
    held = [s for s in document["Statement"] if (s["Resource"].split(":")[7:] or [None])[0] == qualifier]
    if not held:
        raise GenericResourcNotFound()
    return json.dumps({**whole, "Policy": json.dumps({**document, "Statement": held})})


policy.Policy.del_statement = del_statement  # type: ignore[method-assign]  # what this module is for
LambdaResponse.get_policy = get_policy  # type: ignore[method-assign]  # as above

if __name__ == "__main__":
    main(sys.argv[1:])
