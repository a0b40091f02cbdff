"""The catalogue's page: the words of the classes, who tells and who hears, from the declarations."""

from __future__ import annotations

from console.event_catalogue import catalogue
from shared.events import Event
from shared.topology import Every, Function, On, Service


class LampLit(Event, version=1):
    """A lamp was lit."""

    colour: str | None
    """As seen | from afar."""


SERVICES = (
    Service("towers", (Function("light", Every("rate(1 minute)"), publishes=(LampLit,)),)),
    Service("boats", (Function("steer", On(LampLit)),)),
)


def test_an_event_is_shown_with_its_words_its_tellers_and_its_hearers() -> None:
    """What the class and the declarations say, and nothing written by hand."""
    page = catalogue([LampLit], SERVICES)
    assert "## LampLit.v1\n\nA lamp was lit." in page
    assert "- Told by: `towers.light`\n- Heard by: `boats.steer`" in page
    assert "| `colour` | `str \\| None` | As seen \\| from afar. |" in page


def test_an_event_that_nobody_hears_is_shown_so() -> None:
    """A version can be withdrawn when this stands below it."""
    assert "- Heard by: nobody yet" in catalogue([LampLit], SERVICES[:1])
