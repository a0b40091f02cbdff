"""What mail scanners and link previews do to a link: they ask for it, by HEAD and GET, again and again. Nothing may happen."""

from __future__ import annotations

from tests.attack.front import Route
from tests.attack.fuzzing import Assault

TIMES = 10
"""By GET, of a signed link; of every address with `--soak`."""


def readable(assault: Assault) -> list[Route]:
    """Every route that is read, of pages and of APIs."""
    return [route for route in assault.front.routes() if route.method == "GET" and route.function != "sign_in"]


def test_a_scanner_changes_nothing(assault: Assault, soak: bool) -> None:
    """Each address, by HEAD then by GET, without a session and with the coordinator's: all tables as before."""
    before = assault.front.aws.everything()
    for route in readable(assault):
        path, times = assault.here.address(route.path), TIMES if soak or "<token>" in route.path else 1
        for who in (None, assault.here.who("coordinator")):
            for method in ("HEAD", *["GET"] * times):
                assert assault.front.ask(method, path, who=who).status < 500, (method, path)
        assert assault.front.aws.everything() == before, path


def test_a_head_says_what_a_get_says_without_its_body(assault: Assault) -> None:
    """So that a checker of links sees the right status of each address."""
    for route in readable(assault):
        path, who = assault.here.address(route.path), assault.here.who("capteur")
        asked, read = (assault.front.ask(method, path, who=who) for method in ("HEAD", "GET"))
        assert (asked.status, asked.body) == (read.status, b""), path


def test_the_pages_of_signed_links_wait_for_a_person(assault: Assault) -> None:
    """They show a form, sent by a button alone, are kept by no cache and tell their address to nobody."""
    opened = [route for route in readable(assault) if "<token>" in route.path]
    assert opened
    for route in opened:
        answer = assault.front.ask("GET", assault.here.address(route.path))
        assert answer.status == 200, answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
        assert "<button" in answer.text
        assert "hx-trigger" not in answer.text


def test_other_methods_do_nothing(assault: Assault) -> None:
    """PUT, DELETE and what is no method on any address: refused, nothing written."""
    for route in assault.front.routes():
        path = assault.here.address(route.path)
        for method in ("PUT", "DELETE", "X"):
            answer = assault.front.ask(method, path, who=assault.here.who("coordinator"))
            assert answer.status in {401, 404, 405}, (method, path, answer.status, answer.crash)
    assert assault.snapshot.is_intact()
