"""The code hook answers both kinds of Lex V1 event in the response format of Lex V1."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from classifieds import handler

BICYCLE = {"1": {"category": "bicycle", "price": "90"}}


def lex_event(
    source: str, intent: str, slots: dict[str, str | None], posts: dict[str, Any] | None = None
) -> dict[str, Any]:
    """An event as Lex V1 sends it; sessionAttributes is null at the start of a conversation."""
    return {
        "messageVersion": "1.0",
        "invocationSource": source,
        "userId": "user-1",
        "sessionAttributes": None if posts is None else {"posts": json.dumps(posts)},
        "requestAttributes": None,
        "bot": {"name": "Classifieds", "alias": "live", "version": "1"},
        "outputDialogMode": "Text",
        "currentIntent": {
            "name": intent,
            "slots": slots,
            "slotDetails": {},
            "confirmationStatus": "None",
        },
        "inputTranscript": "sell my bicycle",
    }


def test_dialog_with_a_missing_slot_is_delegated() -> None:
    """Lex itself asks for a slot that is not there yet."""
    slots = {"Category": "bicycle", "Price": None}
    answer = handler(lex_event("DialogCodeHook", "CreatePost", slots))
    assert answer == {"sessionAttributes": {}, "dialogAction": {"type": "Delegate", "slots": slots}}


@pytest.mark.parametrize(
    ("intent", "slots", "wrong"),
    [
        ("CreatePost", {"Category": "castle", "Price": "10"}, "Category"),
        ("CreatePost", {"Category": "sofa", "Price": "0"}, "Price"),
        ("CreatePost", {"Category": "sofa", "Price": "10001"}, "Price"),
        ("UpdatePost", {"PostId": "1", "Price": "a lot"}, "Price"),
        ("ReadPost", {"PostId": "7"}, "PostId"),
        ("DeletePost", {"PostId": "7"}, "PostId"),
    ],
)
def test_dialog_with_a_wrong_slot_asks_again(intent: str, slots: dict[str, str | None], wrong: str) -> None:
    """A wrong value is taken out and asked for; the other slots stay."""
    action = handler(lex_event("DialogCodeHook", intent, slots, BICYCLE))["dialogAction"]
    assert (action["type"], action["slotToElicit"], action["intentName"]) == ("ElicitSlot", wrong, intent)
    assert action["slots"] == {**slots, wrong: None}
    assert action["message"]["contentType"] == "PlainText"


def test_fulfillment_closes_as_fulfilled() -> None:
    answer = handler(lex_event("FulfillmentCodeHook", "CreatePost", {"Category": "Bicycle", "Price": "90"}))
    assert answer == {
        "sessionAttributes": {"posts": json.dumps(BICYCLE)},
        "dialogAction": {
            "type": "Close",
            "fulfillmentState": "Fulfilled",
            "message": {"contentType": "PlainText", "content": "Post 1 is up: a bicycle for 90 dollars."},
        },
    }


def test_fulfillment_checks_the_slots_too() -> None:
    """A post may have gone between the last check and the fulfillment."""
    action = handler(lex_event("FulfillmentCodeHook", "DeletePost", {"PostId": "1"}, {}))["dialogAction"]
    assert (action["type"], action["slotToElicit"]) == ("ElicitSlot", "PostId")


def test_a_whole_conversation() -> None:
    """Create, change, read, delete: what one intent writes, the next one reads."""
    posts: dict[str, Any] = {}
    told = []
    for intent, slots in [
        ("CreatePost", {"Category": "book", "Price": "5"}),
        ("UpdatePost", {"PostId": "1", "Price": "4"}),
        ("ReadPost", {"PostId": "1"}),
        ("DeletePost", {"PostId": "1"}),
    ]:
        answer = handler(lex_event("FulfillmentCodeHook", intent, dict(slots), posts))
        posts = json.loads(answer["sessionAttributes"]["posts"])
        told.append(answer["dialogAction"]["message"]["content"])
    assert told == [
        "Post 1 is up: a book for 5 dollars.",
        "Post 1 now reads: a book for 4 dollars.",
        "Post 1: a book for 4 dollars.",
        "Post 1 is gone.",
    ]
    assert posts == {}
