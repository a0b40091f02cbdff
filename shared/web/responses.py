"""The ways a request can be answered, with the security headers that every answer carries."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from shared.errors import VigieError
from shared.web.flash import FLASH_COOKIE, FLASH_SECONDS, Flash, written
from shared.web.problems import PROBLEM_TYPE, problem_details
from shared.web.static import static_file

if TYPE_CHECKING:
    from shared.web.rendering import Frame, Pages

HTML = "text/html; charset=utf-8"
_OWN_FORMS = "form-action 'self'"
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
CONTENT_SECURITY_POLICY = "; ".join((
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    _OWN_FORMS,
    "base-uri 'none'",
    "frame-ancestors 'none'",
))  # fmt: skip
SECURITY = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
NEVER_KEPT = {"Cache-Control": "no-store"}
KEPT_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
ASKED_AGAIN = {"Cache-Control": "no-cache"}
LOOPBACK = frozenset({"localhost", "127.0.0.1"})


def page(
    html: str,
    *,
    status: int = 200,
    cookies: Sequence[Cookie] = (),
    headers: Mapping[str, str] | None = None,
    form_targets: Sequence[str] = (),
) -> Response[str]:
    """An HTML page, kept by no cache; its forms may post to this site and to the origins of `form_targets`."""
    policy = {"Content-Security-Policy": _policy(form_targets)} if form_targets else {}
    return _response(status, HTML, html, {**NEVER_KEPT, **policy, **(headers or {})}, list(cookies))


def show(
    pages: Pages, template: str, frame: Frame, *, status: int = 200, form_targets: Sequence[str] = (), **context: object
) -> Response[str]:
    """A template as a page; the frame's flash, once shown, is forgotten."""
    shown = [forget(FLASH_COOKIE)] if frame.flash else []
    html = pages.render(template, frame, **context)
    return page(html, status=status, cookies=shown, form_targets=form_targets)


def redirect(url: str, *, flash: Flash | None = None, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """303 See Other to a page of this site; raises ValueError on anything but a local path."""
    if not is_local_path(url):
        raise ValueError("not a local path")
    shown = [] if flash is None else [_flash_cookie(flash)]
    return _response(303, None, "", {**NEVER_KEPT, "Location": url}, [*cookies, *shown])


def external_redirect(url: str, *, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """303 See Other to a sign-in service; raises ValueError unless it is https, or http on this machine."""
    target = urlsplit(url)
    if target.scheme != "https" and not (target.scheme == "http" and target.hostname in LOOPBACK):
        raise ValueError("not https")
    return _response(303, None, "", {**NEVER_KEPT, "Location": url}, list(cookies))


def is_local_path(url: str) -> bool:
    """Whether a browser that follows this text stays on the site: what a `next` parameter must be."""
    plain = url.isascii() and url.isprintable() and "\\" not in url and " " not in url
    return plain and url.startswith("/") and not url.startswith("//")


def cookie(
    name: str, value: str, *, max_age: int, secure: bool = True, same_site: SameSite = SameSite.LAX_MODE
) -> Cookie:
    """A cookie for the whole site, out of reach of scripts, sent on no form posted from elsewhere."""
    return Cookie(name, value, path="/", max_age=max_age, secure=secure, http_only=True, same_site=same_site)


def forget(name: str) -> Cookie:
    """Deletes a cookie."""
    return cookie(name, "", max_age=0)


def json_body(
    value: object, *, status: int = 200, headers: Mapping[str, str] | None = None, flash: Flash | None = None
) -> Response[str]:
    """A JSON answer, kept by no cache; the flash is for the page that its reader shows next."""
    shown = [] if flash is None else [_flash_cookie(flash)]
    return _response(status, "application/json", _dump(value), {**NEVER_KEPT, **(headers or {})}, shown)


def problem(error: VigieError) -> Response[str]:
    """The error as `application/problem+json`."""
    return _response(error.status, PROBLEM_TYPE, _dump(problem_details(error)), NEVER_KEPT)


def error_page(pages: Pages, error: VigieError, frame: Frame) -> Response[str]:
    """The error as a page that says what to do."""
    return show(pages, "error.html", frame, status=error.status, error=error)


def static(path: str) -> Response[bytes] | Response[str]:
    """A file of `shared/web/static`; `path` is what follows `/static/`."""
    found = static_file(path)
    if found is None:
        return _response(404, "text/plain; charset=utf-8", "Introuvable", ASKED_AGAIN)
    headers = KEPT_FOR_EVER if found.immutable else ASKED_AGAIN
    return Response(
        200, found.content_type, found.body, {**SECURITY, **headers, "Vary": "Accept-Encoding"}, compress=True
    )


def _policy(form_targets: Sequence[str]) -> str:
    """The policy of a page that uploads elsewhere; raises ValueError for what is no bare origin."""
    for origin in form_targets:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError("not an origin")
    return CONTENT_SECURITY_POLICY.replace(_OWN_FORMS, " ".join((_OWN_FORMS, *form_targets)))


def _flash_cookie(flash: Flash) -> Cookie:
    return cookie(FLASH_COOKIE, written(flash), max_age=FLASH_SECONDS)


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _response(
    status: int, content_type: str | None, body: str, headers: Mapping[str, str], cookies: list[Cookie] | None = None
) -> Response[Any]:
    merged = {**SECURITY, "Vary": "Accept-Encoding", **headers}
    return Response(status, content_type, body, merged, cookies, compress=bool(body))
