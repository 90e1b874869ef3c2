"""What is written without PyYAML is what PyYAML writes."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.fixes.render.template_yaml import Function, Value, dump_mapping
from auditor.fixes.render.yaml_block import write_block

WORDS = st.one_of(
    st.sampled_from(
        [
            "*",
            "2012-10-17",
            "true",
            "No",
            "null",
            "a b",
            "lambda:Invoke*",
            "a:",
            "A::B",
            "A::",
            "111122223333",
            "0123",
            "-",
            "",
            "0x1f",
            "e1",
            "~",
        ]
    ),
    st.text(alphabet="aZ0.:-_/*'# \n\u00e4{}!", max_size=8),
)
FUNCTIONS = st.builds(Function, st.sampled_from(["!Ref", "!Sub", "!GetAtt"]), st.one_of(WORDS, st.just("a:${A::B}*")))
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.one_of(st.booleans(), WORDS, FUNCTIONS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)


def _block(mapping: dict[str, Value]) -> str | None:
    return write_block(mapping, lambda value: (value.tag, value.argument) if isinstance(value, Function) else None)


# Values in values take long to make on a machine with much else to do.
@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(WORDS, VALUES, min_size=1, max_size=3))
def test_it_writes_what_pyyaml_writes_or_nothing(mapping: dict[str, Value]) -> None:
    assert _block(mapping) in (None, dump_mapping(mapping))


def test_a_policy_is_written_without_pyyaml() -> None:
    statement: Value = {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": Function("!Sub", "arn:${A}:*")}
    policy: dict[str, Value] = {
        "Type": "AWS::IAM::RolePolicy",
        "Account": "111122223333",
        "R": {"Version": "2012-10-17", "Statement": [statement, statement]},
    }
    assert _block(policy) == dump_mapping(policy)
