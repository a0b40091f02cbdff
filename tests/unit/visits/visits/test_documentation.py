"""The documented example, sent request by request: it does what its page says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.unit.visits.territory import HERE, Answer, Territory
from tests.unit.visits.visits.life import key

PAGE = Path("docs/api-visits.md")
_CURL = re.compile(r"curl -i https://vigie\.example(?P<path>/api/\S+) .*?-d '(?P<body>\{.*?\})'\n```", re.DOTALL)
STATUSES = {"/plan": 201, "/visits": 201, "/actions": 201}


class Sent(NamedTuple):
    """One request of the page and what it was answered."""

    path: str
    answer: Answer


def commands() -> list[tuple[str, str]]:
    """The address and the body of each `curl -i`, in the order of the page."""
    return [(found["path"], found["body"]) for found in _CURL.finditer(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture
def sent(territory: Territory) -> list[Sent]:
    """All of them, one after another; `$VISIT` and `$NEED_1` stand for what the earlier ones were answered."""
    names: dict[str, str] = {}
    done: list[Sent] = []
    for path, body in commands():
        for name, value in names.items():
            path, body = path.replace(name, value), body.replace(name, value)  # noqa: PLW2901 - one substitution a time
        answer = territory.call("POST", path, body, key=key())
        done.append(Sent(path, answer))
        names |= _learned(territory, answer.json)
    return done


def _learned(territory: Territory, answer: dict[str, Any]) -> dict[str, str]:
    if "version" not in answer:
        return {}
    needs = territory.store.file(HERE, answer["id"]).needs
    by_theme = {"recruitment": "$NEED_1", "jobs_at_risk": "$NEED_2"}
    return {"$VISIT": answer["id"]} | {by_theme[need.theme]: need.id for need in needs}


def test_every_request_of_the_page_is_taken(sent: list[Sent]) -> None:
    """From planning to the committee, each is answered as documented."""
    assert len(sent) == 6
    for path, answer in sent:
        expected = next((status for end, status in STATUSES.items() if path.endswith(end)), 200)
        assert (path, answer.status) == (path, expected), answer.text


def test_the_versions_and_states_are_those_of_the_page(sent: list[Sent]) -> None:
    """What the page sends as `expected_version` is what the request before was answered."""
    states = [(answer.json["version"], answer.json["state"]) for _, answer in sent if "version" in answer.json]

    assert states == [(1, "planned"), (2, "rescheduled"), (3, "reported"), (4, "reported"), (5, "referred")]


def test_the_page_names_every_act(sent: list[Sent]) -> None:
    """No route of a visit is left undocumented."""
    text = PAGE.read_text(encoding="utf-8")

    for name in ("reschedule", "done", "decline", "cancel", "correct", "refer", "close"):
        assert f"`/{name}`" in text
    assert sent[0].answer.json["state_label"] in text


def test_nothing_of_the_page_is_left_out(sent: list[Sent]) -> None:
    """Each `curl -i` of the page was found and sent."""
    assert PAGE.read_text(encoding="utf-8").count("curl -i ") == len(sent)
