"""France Travail's return: the reference and the contact of the registered offer, whole, by halves, twice or late."""

from __future__ import annotations

from services.alerts.rules.alert import Offer, Standing
from services.alerts.rules.change import Change
from services.alerts.rules.commands import Asked, CorrectOffer, ReturnOffer, WithdrawOffer
from services.alerts.rules.diffusion import correct_reached
from services.alerts.rules.facts import Role, State
from services.alerts.rules.handover import infer_transmission
from services.alerts.rules.notices import Purpose, Urgency, to_roles
from services.alerts.rules.offers import Offers, gathered, has_registered, kept_aside, settled, without
from shared.errors import Conflict, Invalid

MOST_OFFERS = 20
"""Different answers for one alert; its item, which holds them all, must never become too large to be written."""


def receive(change: Change, command: ReturnOffer) -> Change:
    """A return while the alert lives: registers the offer, or keeps a half, or notes a conflict."""
    incoming, before = _returned(change, command), change.alert.offers
    offers = gathered(before, incoming)
    if offers == before:
        return change
    _check_room(offers)
    changed = infer_transmission(change, command).becoming(offers=offers)
    if has_registered(before):
        return _doubtful(changed, Purpose.REF_CONFLICT, "ref_conflict", incoming)
    if has_registered(offers):
        return _registered(changed)
    return _doubtful(changed, Purpose.PARTIAL_RETURN, "partial_return", incoming)


def receive_late(change: Change, command: ReturnOffer) -> Change:
    """A return after the end: kept aside, and the coordinator is told."""
    incoming = _returned(change, command)
    offers = kept_aside(change.alert.offers, incoming)
    if offers == change.alert.offers:
        return change.noting_once("late_fact", command.kind)
    _check_room(offers)
    return _doubtful(change.becoming(offers=offers), Purpose.LATE_RETURN, "late_fact", incoming)


def correct_offer(change: Change, command: CorrectOffer) -> Change:
    """The coordinator's word settles a partial, conflicting or wrong offer."""
    decided = Offer(
        ft_reference=command.reference,
        contact=command.contact,
        url=command.url,
        registered_at=change.at,
        returned_by=change.by,
        standing=Standing.REGISTERED,
    )
    if any(_same_content(known, decided) for known in change.alert.offers):
        return change
    offers = settled(change.alert.offers, decided)
    if offers is None:
        raise _unknown_reference()
    return _revised(change, offers).noting("offer_corrected", command.reference)


def withdraw_offer(change: Change, command: WithdrawOffer) -> Change:
    """The offer does not stand; when none is left, the alert is again only transmitted."""
    if command.reference not in change.alert.references:
        raise _unknown_reference()
    offers = without(change.alert.offers, command.reference)
    return _revised(change, offers).noting("offer_withdrawn", command.reference)


def no_offer(_: Change, __: Asked) -> Change:
    """Before a return, or after the end."""
    raise Conflict("Il n’y a pas d’offre à rectifier dans cet état de l’alerte.", code="rien-a-rectifier")


def _unknown_reference() -> Invalid:
    return Invalid("Aucune offre ne porte cette référence.", fields={"reference": "Référence inconnue ici."})


def _check_room(offers: Offers) -> None:
    """Whoever holds the agency's link may answer; filling the alert, and the coordinator's mailbox, is something else."""
    if len(offers) > MOST_OFFERS:
        message = (
            "Trop de réponses différentes ont été données pour cette alerte : appelez la coordination du territoire."
        )
        raise Conflict(message, code="trop-de-retours")


def _returned(change: Change, command: ReturnOffer) -> Offer:
    if command.reference is None and command.contact is None:
        fields = {"reference": "Référence attendue.", "contact": "Contact attendu."}
        raise Invalid("Donnez la référence de l’offre et son contact.", fields=fields)
    return Offer(
        ft_reference=command.reference,
        contact=command.contact,
        url=command.url,
        registered_at=change.at,
        returned_by=change.by,
        standing=Standing.PARTIAL,
    )


def _registered(change: Change) -> Change:
    """In a broadcast that was insisted upon, those who were reached get the offer as a correction."""
    key = f"offer_returned_{change.next_version}"
    told = to_roles(Purpose.OFFER_RETURNED, key, Urgency.NORMAL, Role.COORDINATOR)
    changed = change.announcing("offer_registered").telling(*told)
    if change.alert.state is State.BROADCAST:
        return correct_reached(changed)
    return changed.becoming(state=State.OFFER_REGISTERED)


def _doubtful(change: Change, purpose: Purpose, fact: str, incoming: Offer) -> Change:
    told = to_roles(purpose, f"{purpose}_{change.next_version}", Urgency.NORMAL, Role.COORDINATOR)
    return change.noting(fact, incoming.ft_reference or "contact").telling(*told)


def _same_content(known: Offer, decided: Offer) -> bool:
    ignored = {"registered_at", "returned_by"}
    return known.model_dump(exclude=ignored) == decided.model_dump(exclude=ignored)


def _revised(change: Change, offers: Offers) -> Change:
    """The state follows the offers; what was broadcast is corrected where it was received."""
    before = has_registered(change.alert.offers)
    changed = change.becoming(offers=offers)
    if has_registered(offers) and not before:
        return _registered(changed)
    if change.alert.state is State.BROADCAST:
        changed = correct_reached(changed)
    return changed if has_registered(offers) else changed.becoming(state=State.TRANSMITTED)
