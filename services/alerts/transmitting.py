"""The coordinator transmits the alert to France Travail: by the platform's e-mail, or by other means put on record."""

from __future__ import annotations

import hashlib

from services.alerts.alert import Proof
from services.alerts.commanding import Ask, Desk, Outcome, carry_out
from services.alerts.commands import Transmit
from services.alerts.facts import Channel
from services.alerts.store import kept_note, note_key
from shared.address_book import Directory, Member
from shared.errors import Invalid
from shared.tables import Put

LONGEST_NOTE = 1000


def transmit(desk: Desk, ask: Ask, channel: Channel, to: str | None = None, note: str = "") -> Outcome:
    """Records the transmission; by `mail`, the e-mail with the signed link leaves to `to`, or to the whole agency.

    `to` is a member's id, never an address. `note` says how it was done by other means; it is kept as the proof. Raises
    Invalid when nobody at the agency can be reached so, Moved when somebody was faster.
    """
    if channel == "mail":
        _require_mailbox(agency_mailboxes(desk.book.directory(ask.territory_id)), to)
    text = note.strip()[:LONGEST_NOTE]
    proof = _proof(text) if text else None
    command = ask.command(Transmit, channel=channel, to=to, proof=proof)
    return carry_out(desk, ask.order(command, *_kept(ask, proof, text)))


def agency_mailboxes(directory: Directory) -> list[Member]:
    """The people of France Travail to whom an alert can be e-mailed."""
    return [member for member in directory.having("agency") if member.email]


def _require_mailbox(reached: list[Member], to: str | None) -> None:
    if not reached:
        message = "Personne à France Travail n’a d’adresse électronique : transmettez par téléphone et consignez-le."
        raise Invalid(message, fields={"/channel": message})
    if to is not None and to not in {member.id for member in reached}:
        message = "Choisissez un interlocuteur de France Travail dans la liste."
        raise Invalid(message, fields={"/to": message})


def _proof(text: str) -> Proof:
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Proof(sha256=digest, key=note_key(digest))


def _kept(ask: Ask, proof: Proof | None, text: str) -> list[Put]:
    return [kept_note(ask.territory_id, ask.alert_id, proof.key, text)] if proof else []
