"""What may become of a target, and by whom: pure, one function a move."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.visits.programmes.programme import Programme, decides
from services.visits.programmes.target import Claim, Target
from shared.errors import Conflict, Forbidden
from shared.identity import Caller
from shared.web.formats import day


class Taken(Conflict):
    """Somebody else has reserved the enterprise. `claim` says who, and until when."""

    code = "deja-reservee"

    def __init__(self, claim: Claim) -> None:
        super().__init__(
            f"Cette entreprise est déjà réservée par {claim.member_name} ({claim.structure_name}), "
            f"jusqu’au {day(claim.until)}."
        )
        self.claim = claim


def claim_of(caller: Caller, now: datetime, days: int) -> Claim:
    """What the caller reserves, under the names of today."""
    membership = caller.membership
    return Claim(
        member_id=caller.member_id,
        member_name=caller.name,
        structure_id=membership.structure_id,
        structure_name=membership.structure_name,
        claimed_at=now,
        until=now + timedelta(days=days),
    )


def claimed(target: Target, rivals: Iterable[Target], claim: Claim) -> Target:
    """The target reserved; its holder who asks again holds it longer. Raises Taken, Conflict.

    `rivals` are the targets of the same enterprise in other programmes: one claim holds on an enterprise, whoever seeks it.
    """
    _require_open(target)
    _require_unclaimed((target, *rivals), claim.member_id, claim.claimed_at)
    return _next(target, state="claimed", claim=claim)


def released(target: Target, caller: Caller, now: datetime) -> Target:
    """The claim given up, by its holder or by who decides of the programme; raises Conflict, Forbidden."""
    claim = target.claim_at(now)
    if claim is None:
        raise Conflict("Cette entreprise n’est pas réservée.", code="pas-reservee")
    if claim.member_id != caller.member_id and not decides(caller, target.structure_id):
        raise Forbidden("Seuls la personne qui a réservé et son responsable peuvent libérer cette entreprise.")
    return _next(target, state="pending", claim=None)


def withdrawn(target: Target, caller: Caller, reason: str, now: datetime) -> Target:
    """Off the list, with a reason; one that a colleague holds, only by who decides of the programme."""
    _require_open(target)
    if not decides(caller, target.structure_id):
        _require_unclaimed((target,), caller.member_id, now)
    return _next(target, state="withdrawn", claim=None, reason=reason)


def require_active(programme: Programme) -> None:
    """Raises Conflict unless the targets of the programme can be claimed."""
    if programme.state == "committed":
        raise Conflict("La liste de ce programme se prépare : réessayez dans une minute.", code="en-preparation")
    if programme.state != "active":
        raise Conflict("Ce programme n’est pas en cours : ses entreprises ne se réservent pas.", code="pas-en-cours")


def _require_open(target: Target) -> None:
    if target.state == "visited":
        raise Conflict("Cette entreprise est déjà visitée.", code="cible-visitee")
    if target.state == "withdrawn":
        raise Conflict("Cette entreprise est retirée de la liste.", code="cible-retiree")


def _require_unclaimed(targets: Iterable[Target], member_id: str, now: datetime) -> None:
    claims = (target.claim_at(now) for target in targets)
    held = next((claim for claim in claims if claim and claim.member_id != member_id), None)
    if held is not None:
        raise Taken(held)


def _next(target: Target, **changes: object) -> Target:
    return target.model_copy(update={**changes, "version": target.version + 1})
