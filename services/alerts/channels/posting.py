"""One HTTP request to a stranger's server: to the checked address, within an absolute time, a few kilobytes read.

A read time-out is not enough: a server that drips a byte now and then resets it for ever. A watchdog shuts the socket down.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from services.alerts.webhooks.addresses import Target

BODY_LIMIT = 4096
CONNECTING = 0.3
"""The share of the time that may go into the connection; the watchdog keeps the rest."""

Dial = Callable[[str, int, float], socket.socket]
"""Connects to (address, port) within so many seconds; raises OSError."""


@dataclass(frozen=True)
class Answer:
    """What the server said; `body` is its beginning, and empty when it came too slowly."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def dial(address: str, port: int, timeout_s: float) -> socket.socket:
    """A plain connection to an address already checked: no name is looked up, no proxy asked."""
    connection = socket.create_connection((address, port), timeout_s)
    connection.settimeout(None)  # from here on the watchdog alone measures time
    return connection


class Poster:
    """Posts within `deadline_s` seconds, connection and answer included: no redirect, no cookie, no proxy, no reuse.

    The certificates of all authorities are read by the first request, unless `busy`: they weigh an eighth of a cold start.
    """

    def __init__(
        self, deadline_s: float, connect: Dial = dial, context: ssl.SSLContext | None = None, *, busy: bool = False
    ) -> None:
        self._deadline_s = deadline_s
        self._connect = connect
        self._given = ssl.create_default_context() if busy and context is None else context

    @cached_property
    def _context(self) -> ssl.SSLContext:
        return self._given or ssl.create_default_context()

    def post(self, target: Target, address: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Raises OSError or http.client.HTTPException unless the answer's status and headers came in time."""
        context = self._context if target.secure else None  # before any time is measured
        plain = self._connect(address, target.port, self._deadline_s * CONNECTING)
        stream = _wrapped(plain, target, context) if context else plain
        expired = threading.Event()
        watchdog = threading.Timer(self._deadline_s * (1 - CONNECTING), _cut, (stream, expired))
        watchdog.daemon = True
        watchdog.start()
        try:
            return _exchange(stream, target, headers, body, expired)
        except (OSError, http.client.HTTPException):
            if expired.is_set():
                # Whatever the cut looks like from within, the time was over.
                raise TimeoutError from None
            raise
        finally:
            watchdog.cancel()
            stream.close()


def _wrapped(plain: socket.socket, target: Target, context: ssl.SSLContext) -> ssl.SSLSocket:
    """The name's certificate is checked, though the connection went to an address; the handshake comes later."""
    return context.wrap_socket(plain, server_hostname=target.host, do_handshake_on_connect=False)


def _exchange(
    stream: socket.socket, target: Target, headers: Mapping[str, str], body: bytes, expired: threading.Event
) -> Answer:
    if isinstance(stream, ssl.SSLSocket):
        stream.do_handshake()
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = stream
    connection.request("POST", target.path, body, {"Host": target.authority, **headers})
    response = connection.getresponse()
    if expired.is_set():
        # The parser takes a stream cut within the headers for their end.
        raise TimeoutError
    names = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, names, _beginning(response))


def _beginning(response: http.client.HTTPResponse) -> bytes:
    """The first kilobytes; a receiver that has answered has received, however slowly it then speaks."""
    try:
        return response.read(BODY_LIMIT)
    except (OSError, http.client.HTTPException):
        return b""


def _cut(stream: socket.socket, expired: threading.Event) -> None:
    """Ends every read and write in progress, at the transport: a TLS goodbye could itself be kept waiting."""
    expired.set()
    with suppress(OSError):
        socket.socket.shutdown(stream, socket.SHUT_RDWR)
