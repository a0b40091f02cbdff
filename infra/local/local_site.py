"""What only the local system has under `/_local/`: the outbox, the clock, the partners' receiver, the development issuer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Request, Response

from infra.local.clock import Clock
from infra.local.issuing import IssuerPages
from infra.local.outbox import Outbox, Sent
from infra.local.receipts import OUTCOMES, Receipts
from infra.local.receiving import Receiver
from infra.local.rendering import Pages

LONGEST_JUMP_H = 24 * 31
_LATEST = 200
_HTTP_STATUSES = range(200, 600)


class LocalSite:
    """A WSGI application for `/_local/…`."""

    def __init__(
        self,
        clock: Clock,
        advance: Callable[[timedelta], None],
        outbox: Outbox,
        receiver: Receiver,
        issuer: IssuerPages,
        *,
        receipts: Receipts,
    ) -> None:
        self._clock = clock
        self._advance = advance
        self._outbox = outbox
        self._receiver = receiver
        self._receipts = receipts
        self._pages = Pages(clock)
        self._routes = Map([*self._rules(), *issuer.rules(self._pages)])

    def _rules(self) -> list[Rule]:
        return [
            Rule("/_local/", endpoint=self._home),
            Rule("/_local/outbox", endpoint=self._show_outbox, methods=["GET"]),
            Rule("/_local/outbox.json", endpoint=self._list_outbox, methods=["GET"]),
            Rule("/_local/clock", endpoint=self._show_clock, methods=["GET"]),
            Rule("/_local/clock", endpoint=self._move_clock, methods=["POST"]),
            Rule("/_local/clock.json", endpoint=self._tell_clock, methods=["GET"]),
            Rule("/_local/outcomes/<address>", endpoint=self._set_outcome, methods=["POST"]),
            Rule("/_local/webhooks/<partner>", endpoint=self._receive, methods=["POST"]),
            Rule("/_local/webhooks/<partner>/secret", endpoint=self._set_secret, methods=["POST"]),
            Rule("/_local/webhooks/<partner>/answer", endpoint=self._set_answer, methods=["POST"]),
        ]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        adapter = self._routes.bind_to_environ(environ)
        try:
            endpoint, arguments = adapter.match()
            response = endpoint(Request(environ), **arguments)
        except HTTPException as error:
            response = error.get_response(environ)
        return response(environ, start_response)  # type: ignore[no-any-return]

    def _home(self, _request: Request) -> Response:
        return redirect("/_local/outbox")

    def _show_outbox(self, request: Request) -> Response:
        kind, to = request.args.get("kind", ""), request.args.get("to", "")
        sent = self._outbox.sent(kind, to)[::-1][:_LATEST]
        return self._pages.page("outbox.html", sent=sent, kind=kind, to=to)

    def _list_outbox(self, request: Request) -> Response:
        sent = self._outbox.sent(request.args.get("kind", ""), request.args.get("to", ""))
        return _json([_as_json(one) for one in sent[::-1]])

    def _show_clock(self, _request: Request) -> Response:
        return self._pages.page("clock.html", ahead=timedelta(seconds=round(self._clock.offset_s)))

    def _tell_clock(self, _request: Request) -> Response:
        return _json({"now": self._clock.now().isoformat(), "ahead_s": self._clock.offset_s})

    def _move_clock(self, request: Request) -> Response:
        given = request.get_json() if request.is_json else request.form
        try:
            delta = timedelta(hours=float(given.get("hours", 0)), minutes=float(given.get("minutes", 0)))
        except ValueError:
            raise BadRequest("hours and minutes are numbers") from None
        if not timedelta(0) < delta <= timedelta(hours=LONGEST_JUMP_H):
            raise BadRequest(f"the clock moves forward, by at most {LONGEST_JUMP_H} hours at once")
        self._advance(delta)
        return self._tell_clock(request) if request.is_json else redirect("/_local/clock", 303)

    def _receive(self, request: Request, partner: str) -> Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        reply = self._receiver.receive(partner, headers, request.get_data())
        return Response(reply.body, reply.status)

    def _set_secret(self, request: Request, partner: str) -> Response:
        given = request.get_json()
        try:
            self._receiver.set_secrets(
                partner, *map(str, given["secrets"] if "secrets" in given else [given["secret"]])
            )
        except (KeyError, TypeError, ValueError):
            raise BadRequest('expected {"secret": "whsec_…"} or {"secrets": ["whsec_…", …]}') from None
        return Response(status=204)

    def _set_answer(self, request: Request, partner: str) -> Response:
        status = request.get_json().get("status")
        if status not in _HTTP_STATUSES:
            raise BadRequest('expected {"status": 200}')
        self._receiver.set_answer(partner, status)
        return Response(status=204)

    def _set_outcome(self, request: Request, address: str) -> Response:
        outcome = next((each for each in OUTCOMES if each == request.get_json().get("outcome")), None)
        if outcome is None:
            raise BadRequest(f'expected {{"outcome": one of {", ".join(OUTCOMES)}}}')
        self._receipts.set_outcome(address, outcome)
        return Response(status=204)


def _json(value: Any) -> Response:
    return Response(json.dumps(value, ensure_ascii=False), content_type="application/json")


def _as_json(sent: Sent) -> dict[str, Any]:
    return {"number": sent.number, "kind": sent.kind, **sent.body}
