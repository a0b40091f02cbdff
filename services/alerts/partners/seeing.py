"""Who follows which partner: the coordination all of them, a partner's developer the ones of their own structure."""

from __future__ import annotations

from services.alerts.use_cases.seeing import COORDINATION
from shared.address_book import Directory, Partner
from shared.errors import NotFound
from shared.identity import Caller


def may_oversee(caller: Caller, partner: Partner) -> bool:
    """Coordination and deputy: every partner of their territory. Role `diffusion`: those of the member's structure."""
    if caller.has(*COORDINATION):
        return True
    return caller.has("diffusion") and partner.structure_id == caller.membership.structure_id


def overseen_partners(caller: Caller, directory: Directory) -> tuple[Partner, ...]:
    """The partners that the caller follows, in the order of the directory; raises NotFound for who follows none ever."""
    found = tuple(partner for partner in directory.partners if may_oversee(caller, partner))
    if not found and not caller.has(*COORDINATION):
        raise NotFound("Cette page n’existe pas, ou vous n’y avez pas accès.")
    return found


def overseen_partner(caller: Caller, directory: Directory, partner_id: str) -> Partner:
    """The partner; raises NotFound when there is none, or not for this caller: the answer is the same."""
    partner = directory.partner(partner_id)
    if partner is None or not may_oversee(caller, partner):
        raise NotFound("Ce partenaire n’existe pas, ou vous n’y avez pas accès.")
    return partner
