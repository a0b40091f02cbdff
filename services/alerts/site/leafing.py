"""An alert's messages, a page at a time: an offer may have gone to thousands."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from services.alerts.deliveries.replaying import is_missed
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.rules.alert import Alert
from services.alerts.site.following import SIEVES, Dispatch, Sieve, as_it_stands, dispatches, passes

PER_PAGE = 50
MOST_PAGES = 10
"""Looked through for one page when only some messages are asked for."""

Tab = tuple[str, str, bool, int | None]


class Leaf(NamedTuple):
    """One page: what it shows, and where the others are."""

    dispatches: list[Dispatch]
    tabs: list[Tab]
    """The ways to look at the messages: words, address, whether it is this one, how many where all are on this page."""
    missed: int
    is_whole: bool
    """Nothing stands before or after."""
    following: str
    """The next page's address; empty on the last one."""


def leaf(store: DeliveryStore, alert: Alert, now: datetime, sieve: Sieve, cursor: str | None) -> Leaf:
    """The page at that cursor; raises Invalid for a cursor from elsewhere."""
    url, following = f"/alertes/{alert.alert_id}/envois", cursor
    for _ in range(MOST_PAGES):
        page, following = store.page_of_alert(alert.territory_id, alert.alert_id, PER_PAGE, following)
        found = [as_it_stands(one, alert) for one in page]
        if following is None or any(passes(one, sieve) for one in found):
            break
    is_whole = cursor is None and following is None
    tabs = [
        (words, _at(url, name), name == sieve, sum(passes(one, name) for one in found) if is_whole else None)
        for name, words in SIEVES.items()
    ]
    shown = dispatches(found, now, sieve)
    return Leaf(shown, tabs, sum(map(is_missed, found)), is_whole, _at(url, sieve, following) if following else "")


def _at(url: str, sieve: Sieve, cursor: str | None = None) -> str:
    said = urlencode({name: value for name, value in (("etat", sieve), ("suite", cursor)) if value})
    return f"{url}?{said}" if said else url
