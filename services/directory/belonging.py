"""Keeps each user's memberships, across territories, true to what one territory's directory now says."""

from __future__ import annotations

from collections.abc import Iterator

from services.directory.store import DirectoryStore, put_user
from shared.address_book import Directory, Member, Membership, User
from shared.tables import Write


def user_writes(current: Directory | None, target: Directory, store: DirectoryStore) -> Iterator[Write]:
    """One write for each user whose name or memberships change; other territories' memberships are kept."""
    members = _by_subject(target)
    for subject in sorted({*members, *_by_subject(current)}):
        stored = store.user(subject)
        user = _rejoined(stored.user, members.get(subject), target)
        if user != stored.user:
            yield put_user(stored, user)


def _by_subject(directory: Directory | None) -> dict[str, Member]:
    members = directory.members if directory else ()
    return {member.subject: member for member in members if member.subject}


def _rejoined(user: User, member: Member | None, target: Directory) -> User:
    """The user with their membership here set or withdrawn; the order, which decides the default, stays."""
    here = {target.territory.id: _membership(member, target)} if member else {}
    kept = {known.territory_id: known for known in user.memberships if known.territory_id != target.territory.id}
    order = dict.fromkeys([*(known.territory_id for known in user.memberships), *here])
    joined = kept | here
    return User(
        subject=user.subject,
        name=member.name if member else user.name,
        memberships=tuple(joined[territory_id] for territory_id in order if territory_id in joined),
    )


def _membership(member: Member, target: Directory) -> Membership:
    structure = target.structure(member.structure_id)
    return Membership(
        territory_id=target.territory.id,
        territory_name=target.territory.name,
        structure_id=member.structure_id,
        structure_name=structure.name if structure else "",
        member_id=member.id,
        roles=member.roles,
    )
