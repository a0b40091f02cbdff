"""By text message: two segments at the most, in the telephone's own alphabet, worthless after the deadline."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from services.alerts.channels.providers import reported, tags
from services.alerts.channels.restraints import Restraints
from services.alerts.deliveries.delivering import Unreachable, Withheld
from services.alerts.deliveries.delivery import Delivery, Patience, Report, postponed
from services.alerts.deliveries.quiet_hours import morning_after
from services.alerts.deliveries.ways import ways
from services.alerts.messages.gsm7 import fitted
from services.alerts.messages.links import Links
from services.alerts.messages.message import Scene, composed
from services.alerts.rules.alert import Alert
from services.alerts.rules.notices import RECALLS
from shared.address_book import Directory

SEGMENTS = 2
LONGEST_LIFE = timedelta(hours=4)
SHORTEST_LIFE = timedelta(minutes=5)
_SHRINKABLE = ("about", "reporter", "post", "place", "outcome", "url", "contact", "references")
_TOO_LATE = "Ce SMS peut attendre : il partira à la fin des heures de silence du territoire."
_E164 = re.compile(r"\+[1-9][0-9]{7,14}")


class Texter(Protocol):
    """Where texts are handed over; errors as `shared.aws.SmsTexter.send`."""

    def send(self, phone: str, body: str, time_to_live_s: int, tags: dict[str, str]) -> str: ...


@dataclass(frozen=True)
class PreparedText:
    """A text and the telephone that it goes to."""

    texter: Texter
    phone: str
    body: str
    time_to_live_s: int
    tags: dict[str, str]
    proof: None = None

    def send(self) -> Report:
        return reported(lambda: self.texter.send(self.phone, self.body, self.time_to_live_s, self.tags))


class SmsChannel:
    """Composes and sends texts. Receipts of the carriers are slow: an hour passes before a text is sent once more."""

    patience = Patience(
        quiet=timedelta(minutes=60), schedule=tuple(timedelta(minutes=wait) for wait in (0.5, 2, 10, 30))
    )

    def __init__(self, texter: Texter, links: Links, restraints: Restraints) -> None:
        self._texter = texter
        self._links = links
        self._restraints = restraints

    def prepare(self, delivery: Delivery, alert: Alert, directory: Directory, now: datetime) -> PreparedText:
        """Composes the text; raises Unreachable without a usable number, Withheld in a pause, or until the morning."""
        phone = _phone(delivery, directory)
        self._restraints.check(delivery, phone, directory)
        morning = morning_after(delivery, directory.territory.settings, now)
        if morning:
            raise Withheld(postponed(delivery, morning, _TOO_LATE))
        message = composed(Scene(delivery, alert, directory, now), self._links.public_url, self._links)
        try:
            body = fitted(message.sms, message.words, _SHRINKABLE, SEGMENTS)
        except ValueError:
            raise Unreachable("Le message est trop long pour un SMS : prévenez ce destinataire autrement.") from None
        return PreparedText(self._texter, phone, body, _life_s(delivery, alert, now), tags(delivery))


def _phone(delivery: Delivery, directory: Directory) -> str:
    phone = ways(delivery.recipient_id, directory).get("sms", "")
    if not _E164.fullmatch(phone):
        raise Unreachable("Ce destinataire n’a plus de numéro utilisable dans l’annuaire : prévenez-le autrement.")
    return phone


def _life_s(delivery: Delivery, alert: Alert, now: datetime) -> int:
    """Until the deadline for what must be read before it: a recall that is late says something false."""
    left = alert.deadline_at - now
    counts = delivery.purpose in RECALLS and left > timedelta()
    life = max(min(left, LONGEST_LIFE), SHORTEST_LIFE) if counts else LONGEST_LIFE
    return int(life.total_seconds())
