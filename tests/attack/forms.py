"""The forms that the pages show, as a browser would find them, and hostile things to put in their fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

from hypothesis import strategies as st

from tests.attack.front import Route
from tests.attack.town import Town

SCRIPT, HANDLER = "<script>boom()</script>", "\"'><img src=x onerror=boom()>"
HOSTILE = (
    *("", " ", "\x00", "\x1b[2J", "\r\nSet-Cookie: a=b", "\u202egnp.exe", "\u200b", "\ufeff", "\ufffe", "é" * 3000),
    *(SCRIPT, HANDLER, "{{7*7}}", "${7*7}", "=1+1", "=cmd|' /C calc'!A1", "@SUM(A1)", "+33600000000", "-2+3", "＝1+1"),
    *("../../etc/passwd", "%00", "%0d%0a", "T#vallee-de-l-arve", "'; DROP TABLE x; --", "NaN", "1e999", "-1", "0x10"),
    *("99999999999999999999", "٣", "²", "true", "null", "[]", '{"a":1}', "2026-02-30", "9" * 400, "a" * 70_000),
)
"""Control, bidirectional and zero-width characters, markup, formulas, paths, numbers that are none, and sizes."""


@dataclass
class Form:
    """A form's address and fields, each with the value that it was shown with."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects the posting forms of a page."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._path = path
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = said.get("method", "").lower() == "post"
            if self._open:
                self.forms.append(Form(said.get("action") or self._path))
        elif self._open and tag in {"input", "select", "textarea", "button"} and said.get("name"):
            self.forms[-1].fields.setdefault(said["name"], said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def forms_of(town: Town, routes: list[Route], roles: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Every form of the pages, by its address, as the first of these people who may open the page is shown it."""
    found: dict[str, dict[str, str]] = {}
    for route in (each for each in routes if each.method == "GET" and not each.bearer):
        path = town.address(route.path)
        opened = (town.front.ask("GET", path, who=town.who(role)) for role in roles)
        answer = next((each for each in opened if each.status == 200), None)
        if answer is not None and "html" in str(answer.headers.get("Content-Type")):
            reader = Reader(path)
            reader.feed(answer.text)
            for form in reader.forms:
                found.setdefault(unescape(form.action), form.fields)
    return found


def spoiled(fields: Mapping[str, str]) -> st.SearchStrategy[dict[str, str]]:
    """The form with some fields as they were shown, some hostile, some missing, and one that nobody asked for."""
    hostile = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40))
    filled = {name: st.one_of(st.just(value), st.just(value), hostile) for name, value in fields.items()}
    added = st.dictionaries(st.sampled_from(["note", "post", "reference", "x"]), hostile, max_size=1)
    whole = st.fixed_dictionaries({}, optional=filled)
    return st.builds(lambda typed, more: {**typed, **more}, whole, added).map(_encodable)


def _encodable(fields: dict[str, str]) -> dict[str, str]:
    """No half characters: a form cannot carry them."""
    return {name: re.sub(r"[\ud800-\udfff]", "", value) for name, value in fields.items()}
