"""The e-mails as a browser shows them, on a telephone and on a screen: nothing is cut, nothing runs over the edge."""

from __future__ import annotations

from services.alerts.rules.notices import Purpose
from tests.browser.checking import assert_accessible, assert_reflow
from tests.browser.conftest import OpenPage
from tests.unit.alerts.delivery_scene import MISSION, delivery
from tests.unit.alerts.test_messages import EVERY, LETTERS, hostile, written

LONGEST = (delivery(Purpose.BROADCAST, MISSION.id), hostile())


def test_every_message_fits_a_telephone_and_a_screen(open_page: OpenPage) -> None:
    """Whatever it says, without script and without style sheet; what is written can be read with a screen reader."""
    page = open_page(360)
    for wanted, alert in (*EVERY, LONGEST):
        page.set_content(LETTERS.html(written(wanted, alert)))
        assert_reflow(page, 360, 700)
    assert_accessible(page, "color-contrast", "document-title", "html-has-lang", "link-name", "page-has-heading-one")
