"""The coordinator transmits the alert to France Travail: by the platform's e-mail, or by other means put on record."""

from __future__ import annotations

import hashlib
from datetime import datetime

from services.alerts.rules.alert import Proof
from services.alerts.rules.commands import Transmit
from services.alerts.rules.facts import Channel
from services.alerts.store import kept_note, note_key
from services.alerts.typed import LONGEST_NOTE, line
from services.alerts.use_cases.commanding import Ask, carry_out
from services.alerts.use_cases.desk import Desk
from services.alerts.use_cases.outcome import Outcome
from shared.address_book import Directory, Member
from shared.clock import day_in_paris
from shared.errors import Invalid
from shared.tables import Put

WHOLE_AGENCY = "agency"
"""Everyone in this role: who they are stands in the deliveries, their addresses in the directory alone."""
NO_MAILBOX = "Personne à France Travail n’a d’adresse électronique : transmettez autrement et consignez-le ici."


def transmit(desk: Desk, ask: Ask, channel: Channel, note: str = "") -> Outcome:
    """Records the transmission; by `mail`, an e-mail with a signed link leaves to each person of the agency.

    `note` says how it was done by other means; it is kept as the proof. What an e-mail said is kept with its delivery.
    Raises Invalid when nobody at the agency can be e-mailed, Moved when somebody was faster.
    """
    if channel == "mail" and not agency_mailboxes(desk.book.directory(ask.territory_id), ask.at):
        raise Invalid(NO_MAILBOX, fields={"/channel": NO_MAILBOX})
    text = line(note)[:LONGEST_NOTE]
    proof = _proof(text) if text else None
    to = WHOLE_AGENCY if channel == "mail" else None
    return carry_out(
        desk, ask.order(ask.command(Transmit, channel=channel, to=to, proof=proof), *_kept(ask, proof, text))
    )


def agency_mailboxes(directory: Directory, now: datetime) -> list[Member]:
    """The people of France Travail, or their deputies, to whom an alert can be e-mailed now."""
    there = (directory.standing_in(member, day_in_paris(now)) for member in directory.having("agency"))
    return [person for person in there if person and person.email]


def _proof(text: str) -> Proof:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Proof(sha256=digest, key=note_key(digest))


def _kept(ask: Ask, proof: Proof | None, text: str) -> list[Put]:
    return [kept_note(ask.territory_id, ask.alert_id, proof.key, text)] if proof else []
