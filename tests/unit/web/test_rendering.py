"""Rendering: strict, escaped, without inline style or script, and with the right menu entry marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from shared.web.navigation import Link, current_href, navigation_for
from shared.web.rendering import SHARED_TEMPLATES, Frame, Pages

INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:|hx-[a-z]+=['\"]js:"
    r"|<script(?![^>]*(?:\ssrc=|\stype=\"application/json\"))",
    re.IGNORECASE,
)
TEMPLATES = sorted([*SHARED_TEMPLATES.rglob("*.html"), *Path("services").glob("*/templates/**/*.html")])


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    (tmp_path / "hello.html").write_text(
        "{% extends 'layout.html' %}{% block title %}Bonjour{% endblock %}{% block main %}{{ name }}{% endblock %}"
    )
    return Pages(tmp_path)


def test_what_people_typed_is_escaped(pages: Pages) -> None:
    """A name that looks like HTML stays text."""
    assert "&lt;script&gt;" in pages.render("hello.html", name="<script>")


def test_what_is_missing_is_an_error(pages: Pages) -> None:
    """A template never shows a hole where a value should be."""
    with pytest.raises(UndefinedError):
        pages.render("hello.html")


def test_the_layout_names_who_is_signed_in(pages: Pages) -> None:
    """The territory, the person, the role and the way out stand in the header."""
    html = pages.render(
        "hello.html",
        Frame("/alertes/1", "Belfort", "Camille", "Coordination", navigation_for(["coordinator"])),
        name="x",
    )
    for words in ("Belfort", "Camille", "Coordination", 'action="/deconnexion"', "<title>Bonjour – Vigie</title>"):
        assert words in html
    assert html.count("aria-current") == 1


def test_a_stranger_sees_no_menu(pages: Pages) -> None:
    """Without a session there is neither a menu nor a way out."""
    html = pages.render("hello.html", name="x")
    assert "<nav" not in html
    assert "/deconnexion" not in html


def test_the_menu_follows_roles() -> None:
    """An agency has no menu; a steering member sees alerts and enters no visit."""
    assert navigation_for(["agency"]) == ()
    assert [link.href for link in navigation_for(["steering"])] == ["/alertes"]


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        ("capteur", ["Ma journée", "Alertes", "Visites", "Entreprises", "Programme"]),
        ("manager", ["Ma journée", "Alertes", "Visites", "Entreprises", "Programme"]),
        ("coordinator", ["Alertes", "Visites", "Entreprises", "Programme", "Partenaires", "Imports", "Questionnaire"]),
        ("diffusion", ["Mon point d’accès"]),
    ],
)
def test_each_role_finds_its_pages_in_the_order_of_the_work(role: str, labels: list[str]) -> None:
    """A capteur begins with the day; what prepares the territory is for those in charge of it."""
    assert [link.label for link in navigation_for([role])] == labels


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/visites", "/visites"),
        ("/visites/nouvelle", "/visites/nouvelle"),
        ("/visites/42", "/visites"),
        ("/visitesx", ""),
        ("/", ""),
    ],
)
def test_the_longest_address_is_the_current_one(path: str, expected: str) -> None:
    """A page under two entries belongs to the nearer one."""
    assert current_href(path, (Link("", "/visites"), Link("", "/visites/nouvelle"))) == expected


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_style_or_script(path: Path) -> None:
    """The content security policy would drop it without a word."""
    if "messages" not in path.parts:
        assert INLINE.findall(path.read_text()) == []
