"""What France Travail returned, gathered: halves meet, nothing is overwritten, a second reference is a conflict."""

from __future__ import annotations

from collections.abc import Iterable

from services.alerts.rules.alert import Offer, Standing

Offers = tuple[Offer, ...]


def gathered(offers: Offers, incoming: Offer) -> Offers:
    """The offers with one more return; the very same tuple when it says nothing new.

    The references kept, and whether an offer is registered, do not depend on the order of the returns.
    """
    if any(_says_as_much(known, incoming) for known in offers):
        return offers
    for place, known in enumerate(offers):
        if _completes(known, incoming):
            rest = (*offers[:place], *offers[place + 1 :])
            return (*offers[:place], _placed(rest, _joined(known, incoming)), *offers[place + 1 :])
    return (*offers, _placed(offers, incoming))


def kept_aside(offers: Offers, incoming: Offer) -> Offers:
    """The offers of an ended alert with one more return, marked late; the same tuple when it says nothing new."""
    if any(_says_as_much(known, incoming) for known in offers):
        return offers
    return (*offers, incoming.model_copy(update={"standing": Standing.LATE}))


def revived(offers: Offers) -> Offers:
    """The offers of an alert that is reopened: the late returns count now, in the order of their arrival."""
    gathering: Offers = tuple(offer for offer in offers if offer.standing is not Standing.LATE)
    for offer in offers:
        if offer.standing is Standing.LATE:
            gathering = gathered(gathering, offer)
    return gathering


def settled(offers: Offers, decided: Offer) -> Offers | None:
    """The offers once a coordinator has said what stands for this reference; None when nothing bears it.

    A partial return without a reference is completed by it.
    """
    place = next((i for i, known in enumerate(offers) if known.ft_reference == decided.ft_reference), None)
    if place is None:
        place = next((i for i, known in enumerate(offers) if known.ft_reference is None), None)
    if place is None:
        return None
    others = (known for known in offers[place + 1 :] if known.ft_reference != decided.ft_reference)
    return (*offers[:place], decided, *others)


def without(offers: Offers, reference: str) -> Offers:
    """The offers less those of this reference; when none is registered any more, the next whole one is."""
    left = tuple(offer for offer in offers if offer.ft_reference != reference)
    if has_registered(left):
        return left
    heir = next((i for i, offer in enumerate(left) if offer.is_whole and offer.standing is Standing.CONFLICTING), None)
    if heir is None:
        return left
    registered = left[heir].model_copy(update={"standing": Standing.REGISTERED})
    return (*left[:heir], registered, *left[heir + 1 :])


def has_registered(offers: Iterable[Offer]) -> bool:
    """Whether one of them may be broadcast."""
    return any(offer.standing is Standing.REGISTERED for offer in offers)


def _placed(others: Offers, offer: Offer) -> Offer:
    standing = Standing.REGISTERED if offer.is_whole else Standing.PARTIAL
    if has_registered(others):
        standing = Standing.CONFLICTING
    return offer.model_copy(update={"standing": standing})


def _says_as_much(known: Offer, incoming: Offer) -> bool:
    return incoming.ft_reference in (None, known.ft_reference) and incoming.contact in (None, known.contact)


def _completes(known: Offer, incoming: Offer) -> bool:
    """One half meets the other: `known` is not whole, and nothing in the two disagrees."""
    references = {known.ft_reference, incoming.ft_reference} - {None}
    contacts = {known.contact, incoming.contact} - {None}
    return not known.is_whole and len(references) <= 1 and len(contacts) <= 1


def _joined(known: Offer, incoming: Offer) -> Offer:
    return incoming.model_copy(
        update={
            "ft_reference": known.ft_reference or incoming.ft_reference,
            "contact": known.contact or incoming.contact,
            "url": incoming.url or known.url,
        }
    )
