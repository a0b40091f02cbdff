"""Where a webhook may go: one reading of the address, one look-up of its name, every answer checked.

A partner types its own address, so that it could name our inside. Source of the ranges: the IANA registries of special-purpose
addresses, IPv4 and IPv6; the standard library's `is_global` lets through a third of them.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address

from shared.errors import Invalid, Unavailable

PORTS = (443, 8443)
LOOPBACK = "127.0.0.1"
_LENGTH = 500
_HOST_LENGTH = 253
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LAST_LABEL = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
_REST = r"(?::(?P<port>[1-9][0-9]{1,4}))?(?P<path>/[!$-;=?-Z_a-z~]*)?"
# ASCII: without it, IGNORECASE takes the Kelvin sign for a k and the long s for an s.
_PUBLIC = re.compile(rf"https://(?P<host>(?:{_LABEL}\.)+{_LAST_LABEL}){_REST}", re.IGNORECASE | re.ASCII)
_LOCAL = re.compile(rf"http://(?P<host>127\.0\.0\.1){_REST}", re.ASCII)

_NOT_PUBLIC_V4 = tuple(
    map(
        IPv4Network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "168.63.129.16/32"),
            # Answered by machines that anybody may run: name servers of private ranges, relays of multicast.
            *("192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24"),
        ),
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")))

LookUp = Callable[[str, int], list[str]]
"""All addresses of a name, as texts; raises OSError when there is none."""


class Forbidden(Invalid):
    """Not an address that we send to; the French message says what to change."""

    code = "adresse-refusee"


@dataclass(frozen=True)
class Target:
    """A webhook's address, read once and for all."""

    host: str
    port: int
    path: str
    secure: bool = True

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        return self.host if self.port in (443, 80) else f"{self.host}:{self.port}"


def read_target(url: str, *, loopback: bool = False) -> Target:
    """What an address says; raises Forbidden unless it is a plain public `https://name[:8443]/path`.

    `loopback` also takes `http://127.0.0.1:port/path`: the local system's own demonstration receiver.
    """
    found = _LOCAL.fullmatch(url) if loopback else None
    secure = found is None
    found = found or (_PUBLIC.fullmatch(url) if len(url) <= _LENGTH else None)
    if found is None or len(found["host"]) > _HOST_LENGTH:
        raise Forbidden(
            "L’adresse doit être de la forme https://nom.exemple.fr/chemin, sans identifiant ni adresse IP."
        )
    port = int(found["port"] or (443 if secure else 80))
    if secure and port not in PORTS:
        raise Forbidden("L’adresse doit utiliser le port 443 ou 8443.")
    return Target(found["host"].lower(), port, found["path"] or "/", secure)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to a host of the public Internet; a mapped IPv4 address is judged as IPv4."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return ip in _GLOBAL_V6 and ip.scope_id is None and not any(ip in net for net in _NOT_PUBLIC_V6)
        ip = ip.ipv4_mapped
    return not any(ip in net for net in _NOT_PUBLIC_V4)


def checked_address(target: Target, look_up: LookUp) -> str:
    """The address to connect to; raises Forbidden unless all that the name resolves to is public.

    Called at each attempt: a name may resolve to something else than when it was registered.
    """
    if not target.secure:
        return LOOPBACK
    try:
        found = look_up(target.host, target.port)
    except (OSError, UnicodeError):
        raise Unavailable("Le nom de l’adresse du partenaire est introuvable.") from None
    if not found or not all(map(is_public, found)):
        raise Forbidden("Le nom de cette adresse mène à un réseau privé : elle est refusée.")
    return found[0]


def look_up_within(seconds: float) -> LookUp:
    """The machine's resolver, given up after `seconds`: it has no time-out of its own."""

    def look_up(host: str, port: int) -> list[str]:
        answers: list[str] = []
        thread = threading.Thread(target=_resolve, args=(host, port, answers), daemon=True)
        thread.start()
        thread.join(seconds)
        if not answers:
            raise OSError("no answer")
        return list(answers)

    return look_up


def _resolve(host: str, port: int, answers: list[str]) -> None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    answers.extend(dict.fromkeys(str(address[0]) for *_, address in found))
