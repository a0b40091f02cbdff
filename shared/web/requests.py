"""The way in for people: a resolver for pages, and who stands behind a request. Programs have `shared.web.api`.

A refusal becomes a page. An error that is not of `shared.errors` is a fault of ours, left to the edge of the process.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from shared.address_book import Role
from shared.clock import Clock
from shared.errors import NotFound, Unidentified, VigieError
from shared.identity import Caller, Identity
from shared.web.flash import read_flash
from shared.web.forms import read_form, refuse_cross_site
from shared.web.navigation import Link, navigation_for
from shared.web.rendering import Frame, Pages
from shared.web.responses import NEVER_KEPT, SECURITY, error_page, redirect
from shared.web.sizes import refuse_large

SIGN_IN = "/connexion"
SWITCH = Link("Changer de territoire", f"{SIGN_IN}/territoire")
"""In the menu of somebody who belongs to several."""
ROLE_LABELS: Mapping[Role, str] = {
    "coordinator": "Coordination",
    "deputy": "Suppléance de la coordination",
    "manager": "Responsable de structure",
    "capteur": "Capteur",
    "agency": "France Travail",
    "diffusion": "Diffusion",
    "steering": "Pilotage",
}
"""In the order in which the header chooses one."""


def page_resolver(pages: Pages) -> APIGatewayHttpResolver:
    """A resolver whose refusals are pages; a visitor without a session is sent to sign in, and back."""
    resolver = APIGatewayHttpResolver()

    def refuse(error: VigieError) -> Response[str]:
        return error_page(pages, error, page_frame(resolver))

    def unknown(_error: NotFoundError) -> Response[str]:
        return refuse(NotFound("Cette page n’existe pas."))

    def sign_in(_error: Unidentified) -> Response[str]:
        return _to_sign_in(resolver)

    resolver.exception_handler(VigieError)(refuse)
    resolver.exception_handler(Unidentified)(sign_in)
    resolver.exception_handler(NotFoundError)(unknown)
    resolver.use([refuse_large])
    return resolver


def page_caller(resolver: APIGatewayHttpResolver, identity: Identity, clock: Clock) -> Caller:
    """Who asks for this page; raises Unidentified. The error pages of the request will name them too."""
    caller = identity.of_page(cookies(resolver), clock.now())
    resolver.context["caller"] = caller
    return caller


def page_frame(resolver: APIGatewayHttpResolver) -> Frame:
    """What surrounds a page of this request: after `page_caller`, with the caller's name and menu."""
    caller: Caller | None = resolver.context.get("caller")
    path, flash = resolver.current_event.path, read_flash(cookies(resolver))
    if caller is None:
        return Frame(path=path, flash=flash)
    roles = caller.membership.roles
    return Frame(
        path=path,
        territory=caller.membership.territory_name,
        user=caller.name,
        role=next((label for role, label in ROLE_LABELS.items() if role in roles), ""),
        navigation=(*navigation_for(roles), *([SWITCH] if caller.elsewhere else [])),
        flash=flash,
    )


def posted_form(resolver: APIGatewayHttpResolver, public_url: str) -> dict[str, str]:
    """The fields that a page of this very site posted; raises Forbidden, TooLarge or Invalid."""
    refuse_cross_site(resolver.current_event.headers, public_url)
    return read_form(resolver.current_event.raw_event)


def query(resolver: APIGatewayHttpResolver, name: str) -> str:
    """One parameter of the address, or an empty text."""
    parameters: Mapping[str, str] = resolver.current_event.query_string_parameters or {}
    return parameters.get(name, "").strip()


def cookies(resolver: APIGatewayHttpResolver) -> Mapping[str, str]:
    """The cookies by name."""
    return resolver.current_event.resolved_cookies_field


def is_fragment(resolver: APIGatewayHttpResolver) -> bool:
    """Whether htmx asks for a part of the page, not the browser for the whole."""
    return bool(resolver.current_event.headers.get("hx-request") == "true")


def _to_sign_in(resolver: APIGatewayHttpResolver) -> Response[str]:
    """303 to the sign-in page; a fragment is told to move the whole page there."""
    event = resolver.current_event
    if is_fragment(resolver):
        shown = _path_of(event.headers.get("hx-current-url", "/"))
        return Response(401, body="", headers={**SECURITY, **NEVER_KEPT, "HX-Redirect": _sign_in_url(shown)})
    asked = f"?{event.raw_query_string}" if event.http_method == "GET" and event.raw_query_string else ""
    return redirect(_sign_in_url(event.path + asked))


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return "/"


def _sign_in_url(back: str) -> str:
    return f"{SIGN_IN}?suite={quote(back, safe='/')}"
