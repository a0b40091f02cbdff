"""The board: the alerts of a territory, what is late first, then by the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from services.alerts.rules.alert import Alert
from services.alerts.rules.facts import State
from services.alerts.rules.measuring import settled_at
from services.alerts.site.chronicle import named
from services.alerts.store import AlertStore, Shelf
from services.alerts.use_cases.seeing import may_see
from shared.identity import Caller
from shared.web.countdown import Countdown, countdown
from shared.web.formats import plural, short_instant

TONES = {
    State.RAISED: "urgent",
    State.ACKNOWLEDGED: "watch",
    State.TRANSMITTED: "info",
    State.OFFER_REGISTERED: "info",
    State.BROADCAST: "done",
    State.FILLED: "done",
}


class Row(NamedTuple):
    """One alert as the board shows it."""

    alert: Alert
    title: str
    detail: str
    place: str
    meta: str
    badge: tuple[str, str]
    """The state's words and tone."""
    countdown: Countdown
    red: bool


class Board(NamedTuple):
    """Some rows, and the cursor of the next ones, or None."""

    rows: list[Row]
    cursor: str | None

    @property
    def red(self) -> int:
        """How many alerts of this page are late, or reach nobody."""
        return sum(row.red for row in self.rows)


def read_board(
    store: AlertStore, caller: Caller, shelf: Shelf, now: datetime, *, limit: int = 50, cursor: str | None = None
) -> Board:
    """The alerts that the caller may see; raises Invalid for a cursor that no board gave.

    A page may hold fewer than `limit` rows although others follow: what the caller may not see is left out.
    """
    page = store.board(caller.territory_id, shelf, limit=limit, cursor=cursor)
    rows = [row(alert, now) for alert in page.alerts if may_see(caller, alert)]
    return Board(_by_urgency(rows) if shelf == "OPEN" else rows, page.cursor)


def enterprise_rows(store: AlertStore, caller: Caller, enterprise_id: str, now: datetime) -> list[Row]:
    """Among the latest alerts of an enterprise, those that the caller may see, the newest first."""
    found = store.of_enterprise(caller.territory_id, enterprise_id)
    return [row(alert, now) for alert in found if may_see(caller, alert)]


def row(alert: Alert, now: datetime) -> Row:
    """The alert in a few words."""
    post = alert.post
    return Row(
        alert=alert,
        title=f"{plural(post.quantity, 'poste')} : {post.title}",
        detail=alert.enterprise.name,
        place=post.place.commune,
        meta=_meta(alert),
        badge=badge(alert, now),
        countdown=clock(alert, now),
        red=alert.is_red(now),
    )


def described(alert: Alert) -> str:
    """One line to tell an alert from those that look like it."""
    post = alert.post
    what = f"{plural(post.quantity, 'poste')} : {post.title}, {post.place.commune}"
    return f"{what}, du {short_instant(alert.received_at)} : « {alert.state.label} »"


def badge(alert: Alert, now: datetime) -> tuple[str, str]:
    """The state in words, and the tone that says how it is felt: an open alert that is late stays marked so."""
    return alert.state.label, "late" if alert.is_red(now) else TONES.get(alert.state, "quiet")


def clock(alert: Alert, now: datetime) -> Countdown:
    """The 48 hours: running until the transmission, or the end of an alert that was never transmitted."""
    done = "transmise" if alert.transmission else "close"
    return countdown(alert.received_at, alert.deadline_at, now, settled_at(alert), done)


def _meta(alert: Alert) -> str:
    received = f"Reçue {short_instant(alert.received_at)}"
    if alert.unreached and not alert.state.is_terminal:
        return f"Personne n’a pu être joint : {named(sorted(alert.unreached))}"
    return f"{received} · {alert.closure.reason.label}" if alert.closure and alert.closure.reason else received


def _by_urgency(rows: Iterable[Row]) -> list[Row]:
    """Red first; then what is not transmitted yet, the shortest delay first; then what waits for others."""
    return sorted(rows, key=lambda row: (not row.red, not row.countdown.running, row.alert.deadline_at))
