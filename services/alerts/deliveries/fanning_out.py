"""Turns a round into deliveries, one page at a time; what is done is written with the page, so nothing is done twice."""

from __future__ import annotations

from dataclasses import dataclass

from services.alerts.deliveries.delivering import Alerts, Book
from services.alerts.deliveries.delivery import Delivery, dead
from services.alerts.deliveries.recipients import NO_CHANNEL, is_usable, personal
from services.alerts.deliveries.rounds import Round
from services.alerts.deliveries.store import DeliveryStore
from services.alerts.deliveries.work import Work
from shared.address_book import ChannelName, Directory, Partner
from shared.clock import Clock

PAGE = 50
"""Deliveries in one transaction, whose limit is 100 writes."""

BROADCAST_KEY = "broadcast"
"""The key of every first diffusion, whatever its list: whoever was told was told under it."""

Found = tuple[list[Delivery], str | None]


@dataclass(frozen=True)
class FanOut:
    """Goes through the list of a round."""

    store: DeliveryStore
    alerts: Alerts
    book: Book
    clock: Clock

    def advance(self, work: Work) -> None:
        """Writes the round's next page; a hint that comes twice, or too late, does nothing."""
        found = self.store.round(work.territory_id, work.alert_id, work.sk)
        if found is None or found.done:
            return
        deliveries, cursor = self._page(found)
        self.store.advance(found, found.advanced(cursor, len(deliveries), self.clock.now()), deliveries)

    def _page(self, work: Round) -> Found:
        alert = self.alerts.get(work.territory_id, work.alert_id)
        if work.is_void(alert.closure.at if alert.closure else None):
            return [], None
        directory = self.book.directory(work.territory_id)
        pages = {"partners": self._partners, "reached": self._reached, "people": self._people}
        return pages[work.audience](work, directory)

    def _people(self, work: Round, directory: Directory) -> Found:
        """The people of the round's notices after the cursor, by the keys of their deliveries."""
        everybody = sorted(personal(work, directory, self.clock.now()), key=lambda one: one.sk)
        later = [one for one in everybody if one.sk > work.cursor]
        page = later[:PAGE]
        return page, page[-1].sk if len(later) > PAGE else None

    def _partners(self, work: Round, directory: Directory) -> Found:
        """The partners after the cursor, by id: one that joins meanwhile is told too if its turn has not passed."""
        later = directory.partners_after(work.cursor, PAGE + 1)
        page = later[:PAGE]
        last = page[-1].id if len(later) > PAGE else None
        return [self._to(partner, work) for partner in page], last

    def _reached(self, work: Round, directory: Directory) -> Found:
        """Those whom the broadcast has reached, or may be reaching right now."""
        told, cursor = self.store.having_key(work.territory_id, work.alert_id, BROADCAST_KEY, PAGE, work.cursor or None)
        concerned = [one for one in told if one.may_have_left or not one.state.is_final]
        corrections = {one.sk: one for one in (self._correction(told, work, directory) for told in concerned)}
        return list(corrections.values()), cursor

    def _to(self, partner: Partner, work: Round) -> Delivery:
        delivery = self._delivery(work, partner.id, partner.channel, partner.name)
        return delivery if is_usable(partner) else dead(delivery, NO_CHANNEL)

    def _correction(self, told: Delivery, work: Round, directory: Directory) -> Delivery:
        partner = directory.partner(told.recipient_id)
        channel = partner.channel if partner and not told.second_to else told.channel
        correction = self._delivery(work, told.recipient_id, channel, told.recipient)
        return correction.becoming(follows=told.sk, second_to=told.second_to)

    def _delivery(self, work: Round, recipient_id: str, channel: ChannelName, recipient: str) -> Delivery:
        return Delivery(
            territory_id=work.territory_id,
            alert_id=work.alert_id,
            key=work.key,
            purpose=work.purpose,
            recipient_id=recipient_id,
            channel=channel,
            recipient=recipient,
            sequence=work.sequence,
            # The round's: what an end of the alert made void is void however late its page was written.
            created_at=work.created_at,
            next_attempt_at=self.clock.now(),
        )
