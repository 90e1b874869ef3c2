"""The code hook of the classifieds bot: Lex V1 events in, Lex V1 responses out.

Lex calls it as DialogCodeHook to check the slots as they come in, and as FulfillmentCodeHook
once all are there. Posts live in the session attributes, so they last as long as the session.
"""

from __future__ import annotations

import json
from typing import Any

CATEGORIES = ("bicycle", "book", "sofa")
HIGHEST_PRICE = 10_000

Slots = dict[str, str | None]
Posts = dict[str, dict[str, str]]


class SlotError(Exception):
    """A slot has a value that we cannot accept."""

    def __init__(self, slot: str, message: str) -> None:
        super().__init__(message)
        self.slot = slot


def handler(event: dict[str, Any], _context: object = None) -> dict[str, Any]:
    """Answer one Lex V1 event: ElicitSlot, Delegate or Close."""
    intent = event["currentIntent"]
    session = dict(event.get("sessionAttributes") or {})
    posts: Posts = json.loads(session.get("posts", "{}"))
    try:
        check(intent["slots"], posts)
    except SlotError as wrong:
        return elicit(session, intent, wrong)
    if event["invocationSource"] == "DialogCodeHook":
        return respond(session, {"type": "Delegate", "slots": intent["slots"]})
    told = INTENTS[intent["name"]](intent["slots"], posts)
    session["posts"] = json.dumps(posts)
    return respond(session, {"type": "Close", "fulfillmentState": "Fulfilled", "message": plain(told)})


def check(slots: Slots, posts: Posts) -> None:
    """Raise SlotError for the first slot whose value is there and wrong."""
    category, price, post = slots.get("Category"), slots.get("Price"), slots.get("PostId")
    if category is not None and category.lower() not in CATEGORIES:
        raise SlotError("Category", f"I can sell a {', a '.join(CATEGORIES)}. Which is it?")
    if price is not None and not (price.isdecimal() and 0 < int(price) <= HIGHEST_PRICE):
        raise SlotError("Price", f"The price must be between 1 and {HIGHEST_PRICE} dollars. How much?")
    if post is not None and post not in posts:
        raise SlotError("PostId", f"There is no post {post}. Which post do you mean?")


def create_post(slots: Slots, posts: Posts) -> str:
    number = str(max(map(int, posts), default=0) + 1)
    posts[number] = {"category": str(slots["Category"]).lower(), "price": str(slots["Price"])}
    return f"Post {number} is up: {describe(posts[number])}."


def read_post(slots: Slots, posts: Posts) -> str:
    return f"Post {slots['PostId']}: {describe(posts[str(slots['PostId'])])}."


def update_post(slots: Slots, posts: Posts) -> str:
    post = posts[str(slots["PostId"])]
    post["price"] = str(slots["Price"])
    return f"Post {slots['PostId']} now reads: {describe(post)}."


def delete_post(slots: Slots, posts: Posts) -> str:
    del posts[str(slots["PostId"])]
    return f"Post {slots['PostId']} is gone."


INTENTS = {
    "CreatePost": create_post,
    "ReadPost": read_post,
    "UpdatePost": update_post,
    "DeletePost": delete_post,
}


def describe(post: dict[str, str]) -> str:
    return f"a {post['category']} for {post['price']} dollars"


def elicit(session: dict[str, str], intent: dict[str, Any], wrong: SlotError) -> dict[str, Any]:
    """Ask again for a slot whose value was wrong; its value is taken out."""
    action = {
        "type": "ElicitSlot",
        "intentName": intent["name"],
        "slots": {**intent["slots"], wrong.slot: None},
        "slotToElicit": wrong.slot,
        "message": plain(str(wrong)),
    }
    return respond(session, action)


def respond(session: dict[str, str], action: dict[str, Any]) -> dict[str, Any]:
    return {"sessionAttributes": session, "dialogAction": action}


def plain(content: str) -> dict[str, str]:
    return {"contentType": "PlainText", "content": content}
