"""An alert is taken in charge and handed over to France Travail."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.alerts.rules.alert import Acknowledgement, Transmission
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Acknowledge, Asked, CorrectTransmission, RevokeLink, Transmit
from services.alerts.rules.facts import Role, State
from services.alerts.rules.measuring import measures
from services.alerts.rules.notices import Notice, Purpose, Urgency, to_roles
from shared.errors import Conflict, Invalid

_BEFORE_THE_RECEIPT = timedelta(days=7)


def acknowledge(change: Change, _: Acknowledge) -> Change:
    """Somebody takes charge: the chase stops, the 48 hours do not."""
    return _taken(change).becoming(state=State.ACKNOWLEDGED)


def acknowledge_again(change: Change, _: Acknowledge) -> Change:
    """Means something only once the first acknowledgement has lapsed."""
    taken = change.alert.acknowledgement
    if taken is None or taken.lapsed_at is None:
        return change
    return _taken(change).noting("acknowledged_again")


def transmit(change: Change, command: Transmit) -> Change:
    """It leaves for France Travail; an acknowledgement that nobody gave is inferred."""
    return _sent(_transmitted(change, _sending(change, command)), command)


def send_again(change: Change, command: Transmit) -> Change:
    """The same sending said twice is one; another one is a fact, and the first keeps counting."""
    again = _sending(change, command)
    known = {sending.key for sending in (change.alert.transmission, *change.alert.sent_again) if sending}
    if again.key in known:
        return change
    changed = change.becoming(sent_again=(*change.alert.sent_again, again))
    return _sent(changed.noting("sent_again", command.channel), command)


def infer_transmission(change: Change, _: Asked) -> Change:
    """France Travail answers what nobody recorded as sent: it was sent, and the coordinator is asked when."""
    if change.alert.transmission:
        return change
    inferred = Transmission(
        at=change.at,
        by=change.by,
        channel="unknown",
        inferred=True,
        measures=measures(change.alert.received_at, change.at, change.calendar),
    )
    asked = to_roles(Purpose.CONFIRM_TRANSMISSION, "confirm_transmission", Urgency.NORMAL, Role.COORDINATOR)
    return _transmitted(change, inferred).noting("inferred_transmit").telling(*asked)


def amend_sending(change: Change, command: CorrectTransmission) -> Change:
    """The recorded time or way was wrong, or inferred; measures follow, a recorded breach stays."""
    recorded = change.alert.transmission
    if recorded is None:
        return unsent(change, command)
    _check_time(change, command.transmitted_at)
    corrected = recorded.model_copy(
        update={
            "at": command.transmitted_at,
            "channel": command.channel,
            "to": command.to,
            "proof": command.proof or recorded.proof,
            "inferred": False,
            "measures": measures(change.alert.received_at, command.transmitted_at, change.calendar),
        }
    )
    if corrected == recorded:
        return change
    changed = change.becoming(transmission=corrected)
    return changed.noting("transmission_corrected", command.reason).announcing("transmitted")


def revoke_link(change: Change, command: RevokeLink) -> Change:
    """The links sent so far are void. While an answer to an e-mail is awaited, a new one leaves at once."""
    sent = change.alert.transmission
    if sent is None:
        return unsent(change, command)
    revoked = change.noting("link_revoked")
    if sent.channel != "mail" or change.alert.state is not State.TRANSMITTED:
        return revoked
    key = f"new_link_{change.next_version}"
    return revoked.telling(Notice(purpose=Purpose.TRANSMISSION, key=key, role=Role.AGENCY, addressee=sent.to))


def unsent(_: Change, __: Asked) -> Change:
    """There is nothing to correct."""
    raise Conflict("Cette alerte n’a pas été transmise : transmettez-la d’abord.", code="non-transmise")


def _check_time(change: Change, instant: datetime) -> None:
    if instant > change.at:
        raise Invalid("L’heure de transmission est à venir.", fields={"transmitted_at": "Donnez une heure passée."})
    if instant < change.alert.received_at - _BEFORE_THE_RECEIPT:
        message = "L’heure de transmission précède l’alerte de plus de sept jours."
        raise Invalid(message, fields={"transmitted_at": "Vérifiez la date."})


def _taken(change: Change, *, inferred: bool = False) -> Change:
    taken = Acknowledgement(at=change.at, by=change.by, inferred=inferred)
    changed = change.becoming(acknowledgement=taken)
    return changed.announcing("acknowledged", inferred=inferred)


def _sending(change: Change, command: Transmit) -> Transmission:
    if command.channel == "mail" and command.to is None:
        raise Invalid("À quelle adresse transmettre ?", fields={"to": "Donnez l’adresse de l’agence."})
    return Transmission(
        at=change.at,
        by=change.by,
        channel=command.channel,
        to=command.to,
        proof=command.proof,
        measures=measures(change.alert.received_at, change.at, change.calendar),
    )


def _transmitted(change: Change, sending: Transmission) -> Change:
    taken = change if change.alert.acknowledgement else _taken(change, inferred=True)
    changed = taken.becoming(state=State.TRANSMITTED, transmission=sending)
    return changed.announcing("transmitted", inferred=sending.inferred)


def _sent(change: Change, command: Transmit) -> Change:
    if command.channel != "mail":
        return change
    key = f"transmission_{change.next_version}"
    return change.telling(Notice(purpose=Purpose.TRANSMISSION, key=key, role=Role.AGENCY, addressee=command.to))
