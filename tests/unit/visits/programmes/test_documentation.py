"""The documented example, sent request by request: it does what its page says."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.unit.visits.programmes.world import World

PAGE = Path("docs/api-programmes.md")
_CURL = re.compile(r"curl -i https://vigie\.example(?P<path>/api/\S+) .*?-d '(?P<body>\{.*?\})'\n```", re.DOTALL)


def test_every_request_of_the_page_is_taken(world: World) -> None:
    """From a draft to its closing, in the order of the page, with the versions that it says."""
    text = PAGE.read_text(encoding="utf-8")
    commands = [(found["path"], json.loads(found["body"])) for found in _CURL.finditer(text)]
    programme_id, statuses = "", []
    for path, body in commands:
        answer = world.call("POST", path.replace("$PROGRAMME", programme_id), body)
        statuses.append(answer.status)
        programme_id = programme_id or answer.json["id"]
        if path.endswith("/commit"):
            world.populate(world.programme(programme_id))

    assert statuses == [201, 200, 200, 200, 200, 200, 200]
    assert text.count("curl -i ") == len(commands)
    assert world.programme(programme_id).state == "closed"


def test_the_ranking_of_the_page_is_the_one_answered(world: World) -> None:
    """Its reasons, its points, its names."""
    programme = world.active()
    answered = world.call("GET", f"/api/v1/programmes/{programme.id}/ranking", limit="1").json["items"][0]
    shown = json.loads(re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0])["items"][0]

    assert shown["reasons"] == answered["reasons"]
    assert shown["score"] == answered["score"]
    assert shown["target"].items() <= answered["target"].items()
