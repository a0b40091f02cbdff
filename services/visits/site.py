"""What every page of visits shares: who asks, what was posted, the day it is, how a page is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from services.visits.lifecycle import REPORTERS
from shared.clock import Clock, day_in_paris
from shared.errors import Invalid, VigieError
from shared.idempotency import Request
from shared.identity import Caller, Identity, require
from shared.ids import NewId, new_id
from shared.web.forms import Form
from shared.web.rendering import Pages
from shared.web.requests import page_caller, page_frame, posted_form, query
from shared.web.responses import show

KEY = "idempotency_key"
VERSION = "expected_version"
SPENT_KEYS = frozenset({"cle-idempotence", "cle-idempotence-reutilisee"})
SPENT = (
    "Ce formulaire a déjà servi : ce qu’il disait est peut-être enregistré. "
    "Regardez la visite, ou la liste des visites, avant d’envoyer celui-ci."
)
_LONGEST_VERSION = 9


@dataclass(frozen=True)
class Site:
    """One request's surroundings."""

    app: APIGatewayHttpResolver
    pages: Pages
    identity: Identity
    clock: Clock
    public_url: str
    new_id: NewId = new_id

    def caller(self) -> Caller:
        """Who asks; raises Unidentified."""
        return page_caller(self.app, self.identity, self.clock)

    def reporter(self) -> Caller:
        """Who asks, if visits are their business; raises Forbidden."""
        caller = self.caller()
        require(caller, *REPORTERS)
        return caller

    def posted(self) -> dict[str, str]:
        """The fields of the form that was sent from this site; raises Forbidden, TooLarge, Invalid."""
        return posted_form(self.app, self.public_url)

    def asked(self, name: str) -> str:
        """One parameter of the address."""
        return query(self.app, name)

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        """The day in Paris."""
        return day_in_paris(self.clock.now())

    def key(self, form: Form) -> str:
        """The idempotency key of a form: the one that it came with, else a new one."""
        return form.value(KEY) or self.new_id(self.clock.now())

    def request(self, fields: Mapping[str, str], caller: Caller) -> Request:
        """The command that a form is: its key belongs to this address and to all that was typed."""
        content = "\x1f".join([self.app.current_event.path, *(f"{name}={fields[name]}" for name in sorted(fields))])
        return Request.of(caller.territory_id, caller.member_id, fields.get(KEY), content)

    def again(self, fields: Mapping[str, str], error: VigieError) -> Form:
        """The form as it was sent, with what is wrong; its key too, unless that key can serve no more."""
        if error.code in SPENT_KEYS:
            return Form({name: value for name, value in fields.items() if name != KEY}, message=SPENT)
        return Form.from_error(fields, error)

    def show(
        self, template: str, context: Mapping[str, Any], status: int = 200, form_targets: Sequence[str] = ()
    ) -> Response[str]:
        """A template as a page."""
        frame = page_frame(self.app)
        return show(self.pages, template, frame, status=status, form_targets=form_targets, **context)


def expected_version(fields: Mapping[str, str]) -> int:
    """The version that the form was made from; a form without one comes from nowhere: raises Invalid."""
    text = fields.get(VERSION, "")
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION):
        raise Invalid("Ce formulaire est incomplet : rouvrez la visite et recommencez.", code="formulaire-illisible")
    return int(text)
