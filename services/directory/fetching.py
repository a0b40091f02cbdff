"""Asks a sign-in service over HTTPS: no redirection, no wait over five seconds, no answer over 256 kB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from shared.errors import Unavailable

PATIENCE_S = 5
LARGEST_ANSWER = 256 * 1024
LOOPBACK = frozenset({"localhost", "127.0.0.1"})


@dataclass(frozen=True)
class Answer:
    """A status and a body."""

    status: int
    body: bytes


class Fetching:
    """GET, or POST of a form. `loopback` also allows http on this very machine: the local system's issuer."""

    def __init__(self, *, loopback: bool = False) -> None:
        self._loopback = loopback
        self._opener = build_opener(_NoRedirection)

    def __call__(self, url: str, form: Mapping[str, str] | None = None) -> Answer:
        """The answer, whatever its status; raises Unavailable when there is none, or for an address not allowed."""
        if not self._allows(url):
            raise unreachable()
        body = None if form is None else urlencode(form).encode()
        request = Request(url, data=body, headers={"Accept": "application/json"})  # noqa: S310 - the scheme was checked
        try:
            with self._opener.open(request, timeout=PATIENCE_S) as response:
                return Answer(response.status, response.read(LARGEST_ANSWER))
        except HTTPError as error:
            return Answer(error.code, b"")
        except (OSError, HTTPException) as error:
            raise unreachable() from error

    def _allows(self, url: str) -> bool:
        target = urlsplit(url)
        here = self._loopback and target.scheme == "http" and target.hostname in LOOPBACK
        return target.scheme == "https" or here


class _NoRedirection(HTTPRedirectHandler):
    """A redirection is answered as it is: it could lead anywhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


def unreachable() -> Unavailable:
    """What people are told when the sign-in service is silent or not itself."""
    return Unavailable("Le service de connexion ne répond pas. Attendez une minute, puis recommencez.")
