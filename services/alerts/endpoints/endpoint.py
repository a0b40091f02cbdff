"""A partner's webhook endpoint: where it is, which keys sign, who changed it and when.

Everything here is pure. What its receiver answers, and whether anything may leave for it now, is in
`services.alerts.endpoints.circuit`; `services.alerts.endpoints.administering` carries out what people ask.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from pydantic import Field

from services.alerts.rules.alert import Frozen, Instant
from services.alerts.rules.facts import Actor
from services.alerts.webhooks.sealed_keys import MOST_KEYS, SealedKey, ending, live
from shared.address_book import Partner
from shared.errors import Conflict
from shared.ids import derived_id

State = Literal["pending", "enabled", "disabled"]

OVERLAP = timedelta(hours=24)
"""How long the old keys still sign after a rotation, unless said otherwise."""
MOST_CHANGES = 30
"""Of the history that stands on the record; older ones are dropped."""
ROOM_LOOKED_AT = timedelta(minutes=2)
"""After an endpoint opens, how long its room is looked at even when empty: a worker that saw it closed may still be parking."""

CHALLENGED_EVERY = timedelta(hours=1)
CLOSED_LOOKED_AT = timedelta(hours=1)
"""How often the sweep looks at the room of an endpoint that is disabled or paused: its partner may have changed channel."""

MACHINE = Actor(kind="machine", id="webhooks")


class Change(Frozen):
    """A line of the history: who did what, when; `what` is French and holds no secret."""

    at: Instant
    by: Actor
    what: str = Field(max_length=300)


class Endpoint(Frozen):
    """One webhook endpoint, as people and the circuit have left it."""

    territory_id: str
    partner_id: str
    url: str
    """Where messages go; while `pending`, nothing but the challenge goes there."""
    state: State = "pending"
    candidate: str | None = None
    """An address that has not yet echoed its challenge; `url` stays in force until then."""
    challenge_at: Instant | None = None
    """The candidate is not challenged again by itself before then."""
    keys: tuple[SealedKey, ...] = ()
    """Oldest first."""
    disabled_reason: str = ""
    """French: what happened and what to do."""
    disabled_at: Instant | None = None
    never_echoed: bool = False
    """It was disabled before its address had ever echoed a challenge, and has to before it is enabled."""
    paused: bool = False

    failures: int = 0
    """In a row."""
    failing_since: Instant | None = None
    retry_at: Instant | None = None
    """The circuit is open: nothing is tried before; None when it is closed."""
    last_success_at: Instant | None = None
    last_error: str = ""
    """French: what the last failure was."""

    listed_url: str = ""
    listed_key: str = ""
    """The address and the sealed key that the address book had when they were last taken over from there."""
    look_at: Instant | None = None
    """When the sweep must look at the deliveries that wait for this endpoint."""
    room_until: Instant | None = None
    """Until then the sweep looks again even if it finds nobody waiting."""
    history: tuple[Change, ...] = ()
    """Newest last."""
    version: int = 1
    """Raised by each change that somebody decides: what a form or a command was made from."""
    revision: int = 0
    """Raised by each write; 0 means that there is no record yet."""

    @property
    def next_url(self) -> str | None:
        """The address that has to echo a challenge; None when there is none."""
        return self.candidate or (None if self.is_verified else self.url)

    @property
    def is_verified(self) -> bool:
        """The address in force has echoed a challenge."""
        return not (self.state == "pending" or self.never_echoed)

    def to_challenge(self, now: datetime) -> str | None:
        """The address that must echo before a message leaves, or that is worth another try by now; None when there is none."""
        if self.state == "pending":
            return self.url
        return None if self.challenge_at and now < self.challenge_at else self.candidate

    def signing(self, now: datetime) -> tuple[SealedKey, ...]:
        """The keys that sign at that instant, newest first."""
        return live(reversed(self.keys), now)

    def becoming(self, **attributes: object) -> Endpoint:
        """The endpoint with these attributes."""
        return self.model_copy(update=attributes)


def born(territory_id: str, partner: Partner, now: datetime) -> Endpoint:
    """The endpoint of a partner that has no record yet: as the address book says, to be challenged before anything leaves."""
    key = partner.sealed_secret or ""
    return Endpoint(
        territory_id=territory_id,
        partner_id=partner.id,
        url=partner.address,
        keys=(SealedKey(id=_first_id(key), sealed=key, created_at=now),) if key else (),
        listed_url=partner.address,
        listed_key=key,
    )


def met(endpoint: Endpoint, partner: Partner, now: datetime) -> Endpoint:
    """The endpoint once what the operator has changed in the address book since is taken over; itself if nothing has."""
    changed = endpoint
    if partner.address != endpoint.listed_url:
        changed = moved(changed, partner.address, MACHINE, now).becoming(listed_url=partner.address)
    key = partner.sealed_secret or ""
    if key and key != endpoint.listed_key:
        fresh = SealedKey(id=_first_id(key), sealed=key, created_at=now)
        changed = rotated(_with_room(changed, now), fresh, OVERLAP, MACHINE, now).becoming(listed_key=key)
    return changed


def _with_room(endpoint: Endpoint, now: datetime) -> Endpoint:
    """Without its oldest live keys where one more would be too many: a worker has nobody to ask which one to drop."""
    return endpoint.becoming(keys=live(endpoint.keys, now)[-(MOST_KEYS - 1) :])


def moved(endpoint: Endpoint, url: str, by: Actor, now: datetime) -> Endpoint:
    """Another address is wanted: it has to echo a challenge before it replaces the one in force, if any is."""
    if url == endpoint.url:
        kept = endpoint.becoming(candidate=None)
        return (
            noted(kept, by, now, "Adresse en vigueur confirmée, changement abandonné.") if endpoint.candidate else kept
        )
    if url == endpoint.candidate:
        return endpoint
    if endpoint.state == "enabled":
        return noted(endpoint.becoming(candidate=url, challenge_at=None), by, now, f"Nouvelle adresse demandée : {url}")
    fresh = endpoint.becoming(
        url=url, candidate=None, challenge_at=None, state="pending", disabled_reason="", disabled_at=None
    )
    return noted(watched(_cleared(fresh), now), by, now, f"Nouvelle adresse à vérifier : {url}")


def verified(endpoint: Endpoint, url: str, now: datetime) -> Endpoint:
    """That address has echoed its challenge: it is now the one in force, unless another was wanted meanwhile."""
    if url != endpoint.next_url:
        return endpoint
    proven = endpoint.becoming(never_echoed=False, disabled_reason="", disabled_at=None)
    taken = proven.becoming(url=url, candidate=None, challenge_at=None, state="enabled")
    return noted(opened(taken, now), MACHINE, now, f"Adresse vérifiée : {url}")


def rotated(endpoint: Endpoint, key: SealedKey, overlap: timedelta, by: Actor, now: datetime) -> Endpoint:
    """A new key signs from now on; the others sign beside it for the overlap, or no longer at all when it is zero.

    Raises Conflict when more keys than allowed would be live.
    """
    kept = ending(endpoint.keys, now, overlap)
    if len(kept) >= MOST_KEYS:
        raise Conflict(f"Il y a déjà {MOST_KEYS} secrets valables : retirez-en un d’abord.", code="trop-de-secrets")
    hours = f"{overlap / timedelta(hours=1):g} h".replace(".", ",")
    what = f"l’ancien reste valable {hours}" if overlap else "l’ancien est révoqué"
    return noted(endpoint.becoming(keys=(*kept, key)), by, now, f"Nouveau secret ; {what}.")


def without_key(endpoint: Endpoint, key_id: str, by: Actor, now: datetime) -> Endpoint:
    """The endpoint without that key, which signs nothing any more; the newest one cannot be dropped. Raises Conflict."""
    if key_id not in {key.id for key in endpoint.keys}:
        return endpoint
    if endpoint.keys[-1].id == key_id:
        raise Conflict(
            "C’est le secret en cours : demandez-en un nouveau sans délai pour le révoquer.", code="secret-en-cours"
        )
    kept = tuple(key for key in endpoint.keys if key.id != key_id)
    return noted(endpoint.becoming(keys=kept), by, now, "Ancien secret retiré.")


def disabled(endpoint: Endpoint, reason: str, by: Actor, now: datetime) -> Endpoint:
    """Nothing leaves any more until somebody enables it again; deliveries wait."""
    if endpoint.state == "disabled":
        return endpoint
    proven = endpoint.becoming(never_echoed=not endpoint.is_verified)
    stopped = proven.becoming(state="disabled", disabled_reason=reason, disabled_at=now, look_at=now + CLOSED_LOOKED_AT)
    return noted(stopped, by, now, f"Adresse désactivée. {reason}")


def enabled(endpoint: Endpoint, by: Actor, now: datetime) -> Endpoint:
    """A test event was accepted: what waits may leave."""
    again = endpoint.becoming(state="enabled", disabled_reason="", disabled_at=None)
    return noted(opened(again, now), by, now, "Adresse réactivée après un essai réussi.")


def unverified(endpoint: Endpoint, by: Actor, now: datetime) -> Endpoint:
    """The address that is wanted has not echoed its challenge: it stays a wish, tried again by itself from time to time.

    Said once: a line an hour would push what people did out of the history, and refuse the forms that they have open.
    """
    waiting = endpoint.becoming(challenge_at=now + CHALLENGED_EVERY)
    what = f"Le défi n’est pas revenu de {endpoint.next_url}"
    is_news = by != MACHINE or what not in {line.what for line in endpoint.history}
    return noted(waiting, by, now, what) if is_news else waiting


def tested(endpoint: Endpoint, accepted: bool, by: Actor, now: datetime) -> Endpoint:
    """A test event was posted, and changes nothing."""
    return noted(endpoint, by, now, "Essai accepté." if accepted else "Essai non accepté.")


def paused(endpoint: Endpoint, by: Actor, now: datetime) -> Endpoint:
    """Somebody asks for a pause: deliveries wait, and nothing counts as a failure."""
    if endpoint.paused:
        return endpoint
    return noted(endpoint.becoming(paused=True, look_at=now + CLOSED_LOOKED_AT), by, now, "Mise en pause.")


def resumed(endpoint: Endpoint, by: Actor, now: datetime) -> Endpoint:
    """The pause is over: what has waited leaves, oldest first."""
    if not endpoint.paused:
        return endpoint
    return noted(watched(endpoint.becoming(paused=False), now), by, now, "Pause levée : ce qui attendait part.")


def opened(endpoint: Endpoint, now: datetime) -> Endpoint:
    """The circuit is closed, and nothing is held against the endpoint any more."""
    return watched(_cleared(endpoint).becoming(last_success_at=now), now)


def _cleared(endpoint: Endpoint) -> Endpoint:
    return endpoint.becoming(failures=0, failing_since=None, retry_at=None, last_error="")


def watched(endpoint: Endpoint, now: datetime) -> Endpoint:
    """The sweep is to let out what waits, from now on and until the room has stayed empty for a while."""
    return endpoint.becoming(look_at=now, room_until=now + ROOM_LOOKED_AT)


def noted(endpoint: Endpoint, by: Actor, now: datetime, what: str) -> Endpoint:
    """The endpoint with one more line of history, and the next version."""
    line = Change(at=now, by=by, what=what[:300])
    return endpoint.becoming(history=(*endpoint.history, line)[-MOST_CHANGES:], version=endpoint.version + 1)


def _first_id(sealed: str) -> str:
    """The id of a key that came from the address book: the same however often it is taken over."""
    return derived_id("endpoint-key", sealed)
