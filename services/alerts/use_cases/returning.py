"""France Travail returns the reference and the contact of the offer: by its signed link, or through the coordinator."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass

from services.alerts.messages.links import Link
from services.alerts.rules.commands import AGENCY, ReturnOffer
from services.alerts.typed import line
from services.alerts.use_cases.commanding import Ask, Order, carry_out, filled_in
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome
from services.alerts.use_cases.seeing import answered_alert
from shared.idempotency import Request

USUAL_REFERENCE = re.compile(r"\d{3}[A-Z]{4}")
"""`048KLTP`; an offer of a partner's site may look otherwise, so that another shape is a remark, never a refusal."""


@dataclass(frozen=True)
class Answer:
    """What was typed of the offer; an empty text is no answer."""

    reference: str = ""
    contact: str = ""
    url: str = ""

    def fields(self) -> dict[str, str | None]:
        """The command's fields; France Travail writes its references in capitals."""
        reference, contact, url = map(line, astuple(self))
        return {"reference": reference.upper() or None, "contact": contact or None, "url": url or None}


def return_by_link(desk: Desk, link: Link, answer: Answer, key: str) -> Outcome:
    """What the agency typed on its page; the same answer sent twice is one answer. Raises Invalid beside the fields."""
    answered_alert(desk.store, link)
    command = filled_in(ReturnOffer, actor=AGENCY, at=desk.clock.now(), **answer.fields())
    content = "\x1f".join((link.alert_id, *astuple(answer)))
    request = Request.of(link.territory_id, f"agency:{link.recipient_id}", key, content)
    return carry_out(desk, Order(link.territory_id, link.alert_id, command, request.key, request))


def return_by_hand(desk: Desk, ask: Ask, answer: Answer) -> Outcome:
    """What the agency said by telephone or e-mail, typed by the coordinator; either half may be missing."""
    return carry_out(desk, ask.order(ask.command(ReturnOffer, **answer.fields())))


def is_unusual(reference: str) -> bool:
    """Whether a reference lacks the usual form of France Travail's offers, and deserves a second look."""
    return USUAL_REFERENCE.fullmatch(reference) is None
