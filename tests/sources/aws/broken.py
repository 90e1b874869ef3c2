"""Answers of AWS with something in them broken, at a place that a seed chooses."""

from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml

from .fake import Answer, Aws, Request

WRONG: tuple[Any, ...] = (None, 7, "", "word", [], {}, True, [None], [7], {"a": 1}, ["word"], [[]])


def kind_of(request: Request) -> str:
    """What is asked, whatever it is asked about."""
    action = re.search(r"Action=(\w+)", request.body)
    told = request.target.rpartition(".")[2] or (action.group(1) if action else "")
    path = re.sub(r"(?<=/)(f\d+|BOT\d+|TSTALIASID|Order|own|arn[^/]*|bucket|r)(?=/|$)", "X", request.path)
    path = re.sub(r"versions/[^/?]+", "versions/X", path)
    return f"{request.service} {told or f'{request.method} {path}'}"


def broken(aws: Aws, kind: str, seed: int | None) -> None:
    """From now on answers of this kind are broken at a random place; with no seed they are empty."""
    chance = random.Random(f"{kind} {seed}")
    rest = list(aws.replies)

    def reply(request: Request) -> Answer | None:
        if kind_of(request) != kind:
            return None
        for other in rest:
            answer = other(request)
            if answer is not None:
                return replace(answer, body=_break(answer.body, seed, chance)) if answer.status == 200 else answer
        return None

    aws.replies.insert(0, reply)


def _break(body: str, seed: int | None, chance: random.Random) -> str:
    if body.startswith("<"):
        return _break_xml(body, seed, chance)
    return "{}" if seed is None else json.dumps(_break_value(json.loads(body), chance))


def _break_value(value: Any, chance: random.Random) -> Any:
    """The value with one part of it gone, or another value in its place."""
    places = [value] if isinstance(value, (dict, list)) and value else []
    for place in places:
        inner = place.values() if isinstance(place, dict) else place
        places += [part for part in inner if isinstance(part, (dict, list)) and part]
    if not places:
        return chance.choice(WRONG)
    place = chance.choice(places)
    key = chance.choice(list(place) if isinstance(place, dict) else range(len(place)))
    if isinstance(place, dict) and chance.random() < 0.4:
        del place[key]
    else:
        place[key] = chance.choice(WRONG)
    return value


def _break_xml(body: str, seed: int | None, chance: random.Random) -> str:
    root = Xml.fromstring(body)
    if seed is None:
        for result in list(root):
            root.remove(result)
        return Xml.tostring(root, encoding="unicode")
    parents = [element for element in root.iter() if len(element)] or [root]
    parent = chance.choice(parents)
    if not len(parent):
        return f"<{chance.choice(('Other', 'html', 'Error'))}/>"
    child = chance.choice(list(parent))
    match chance.randrange(4):
        case 0:
            parent.remove(child)
        case 1:
            child.clear()
        case 2:
            child.clear()
            child.text = chance.choice(("word", "7", "%5B%5D", "%7B", "null"))
        case _:
            child.tag = "Other"
    return Xml.tostring(root, encoding="unicode")
