"""How a terminal shows a territory's directory and what is about to change in it."""

from __future__ import annotations

from collections.abc import Iterator

from services.directory.applying import Applied, Plan
from services.directory.differences import Difference
from services.directory.masking import masked, masked_contact
from shared.address_book import Directory, Member, Partner

SIGNS = {"added": "+", "changed": "~", "removed": "-"}
KINDS = {"territory": "territoire", "structure": "structure", "member": "membre", "partner": "partenaire"}


def difference_lines(planned: Plan) -> Iterator[str]:
    """The differences, one entry a line and one field a line below it, then their count."""
    territory = planned.target.territory
    yield f"{territory.name} ({territory.id})"
    if planned.is_idle:
        yield "Rien à changer : l’annuaire est déjà celui du fichier."
        return
    for difference in planned.differences.entries:
        yield from _difference(difference)
    counts = planned.differences
    yield f"{counts.count('added')} ajouts, {counts.count('changed')} changements, {counts.count('removed')} retraits."
    for partner in planned.unsealed:
        yield f"Un secret de signature sera créé pour {partner.id}."


def _difference(difference: Difference) -> Iterator[str]:
    yield f"  {SIGNS[difference.outcome]} {KINDS[difference.kind]} {difference.id} : {difference.name}"
    for change in difference.changes:
        alike = " (une autre)" if change.before == change.after else ""
        yield f"      {change.name} : {change.before} → {change.after}{alike}"


def applied_lines(applied: Applied) -> Iterator[str]:
    """What was done, and the secrets to hand over."""
    yield f"Appliqué : révision {applied.revision}."
    if applied.secrets:
        yield "Secrets de signature des webhooks, montrés cette seule fois (à remettre à chaque partenaire) :"
    for partner_id, secret in applied.secrets.items():
        yield f"  {partner_id} : {secret}"


def directory_lines(directory: Directory) -> Iterator[str]:
    """A territory's entries; contact details are masked."""
    territory = directory.territory
    yield f"{territory.name} ({territory.id}), révision {territory.revision}"
    yield f"  communes : {masked('communes', territory.communes)}"
    for name, value in territory.settings:
        yield f"  {name} : {masked(name, value)}"
    yield "Structures"
    yield from (f"  {entry.id} : {entry.name} ({entry.kind})" for entry in directory.structures)
    yield "Membres"
    yield from map(_member, directory.members)
    yield "Partenaires"
    yield from map(_partner, directory.partners)


def _member(member: Member) -> str:
    contacts = " ".join(masked_contact(text) for text in (member.email, member.phone) if text)
    return f"  {member.id} : {member.name}, {member.structure_id} [{', '.join(member.roles)}] {contacts}".rstrip()


def _partner(partner: Partner) -> str:
    paused = ", en pause" if partner.paused else ""
    return f"  {partner.id} : {partner.name}, {partner.channel} {masked_contact(partner.address)}{paused}"
