"""Where webhooks may go, looked at from the sockets: no special address is ever connected to, whatever leads there."""

from __future__ import annotations

import socket
import ssl
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alerts.channels.outlet import Outlet, headers_of, read_answer
from services.alerts.channels.posting import BODY_LIMIT, Answer, Poster
from services.alerts.deliveries.delivery import Report
from services.alerts.webhooks.addresses import LookUp, is_public
from tests.unit.alerts.receivers import answers, drips, pours, receiver
from tests.unit.alerts.test_addresses import HOSTILE

NOW = datetime(2026, 11, 27, 11, 0, tzinfo=UTC)
CONTEXT = ssl.create_default_context()
DEADLINE_S = 0.25
MARGIN_S = 0.5
PUBLIC_URL = "https://hook.example.fr/vigie"
SPECIAL = tuple(
    ip_network(text)
    for text in (
        # https://www.iana.org/assignments/iana-ipv4-special-registry, and multicast.
        *("0.0.0.0/8", "0.0.0.0/32", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.0.0/29", "192.0.0.8/32", "192.0.0.9/32", "192.0.0.10/32", "192.0.0.170/32"),
        *("192.0.0.171/32", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4", "255.255.255.255/32"),
        *("224.0.0.0/4", "168.63.129.16/32"),
        # https://www.iana.org/assignments/iana-ipv6-special-registry, multicast, and site-local.
        *(
            "::1/128",
            "::/128",
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "100::/64",
            "100:0:0:1::/64",
            "2001::/23",
            "2001::/32",
        ),
        *("2001:1::1/128", "2001:1::2/128", "2001:1::3/128", "2001:2::/48", "2001:3::/32", "2001:4:112::/48"),
        *(
            "2001:10::/28",
            "2001:20::/28",
            "2001:30::/28",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
        *("5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "::/96", "::ffff:0:0:0/96"),
    )
)
MAPPED = tuple(f"::ffff:{net[0]}" for net in SPECIAL if isinstance(net, IPv4Network))
"""IPv4 written as IPv6: judged as what it is."""
GLOBAL = ip_network("2000::/3")
CONNECTED: list[Any] = []
"""What the process has tried to connect to or to look up, while somebody listens."""
_LISTENING: list[bool] = []


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if _LISTENING and event in {"socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.gethostbyname"}:
        CONNECTED.append((event, arguments[1] if event == "socket.connect" else arguments[0]))


sys.addaudithook(_audit)


@contextmanager
def watched() -> Iterator[list[Any]]:
    """The interpreter's own word on every connection and every look-up that is made meanwhile, by anybody."""
    CONNECTED.clear()
    _LISTENING.append(True)
    try:
        yield CONNECTED
    finally:
        _LISTENING.pop()


def resolving(*found: Sequence[str]) -> LookUp:
    """A resolver whose first, second, … answers are these."""
    waiting = iter(found)
    return lambda host, port: list(next(waiting))


def sent(url: str, look_up: LookUp, *, loopback: bool = False, deadline_s: float = DEADLINE_S) -> Report:
    """What comes of a message to that address."""
    outlet = Outlet(Poster(deadline_s, context=CONTEXT), look_up, loopback=loopback)
    return outlet.post(url, headers_of("message-1", b"{}", [b"k" * 32], NOW), b"{}", NOW).report


def special() -> list[str]:
    """The first, second, middle and last addresses of each range, and the hostile samples."""
    ends = [str(net[at]) for net in SPECIAL for at in {0, min(1, net.num_addresses - 1), net.num_addresses // 2, -1}]
    return [*ends, *MAPPED, *HOSTILE]


def test_the_interpreter_tells_of_connections() -> None:
    """The watch itself is tried: an ordinary connection is seen."""
    with socket.create_server(("127.0.0.1", 0)) as server, watched() as seen:
        socket.create_connection(server.getsockname(), 1).close()
    assert ("socket.connect", server_address := seen[-1][1]) in seen
    assert server_address[0] == "127.0.0.1"


def test_no_special_address_is_connected_to() -> None:
    """Each as the one answer of the resolver, and as one among public ones, on either side: refused before any socket."""
    with watched() as seen:
        for address in special():
            for found in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
                assert sent(PUBLIC_URL, resolving(found)).verdict == "refused", found
    assert seen == []


def test_the_neighbours_of_special_ranges_are_judged_by_the_registries() -> None:
    """The address before each range and the one after: public exactly when no registry names it."""
    for net in SPECIAL:
        for at in (int(net[0]) - 1, int(net[-1]) + 1):
            if 0 <= at < 2**net.max_prefixlen and (net.version == 4 or at > 2**32):
                address = ip_address(at) if net.version == 4 else type(net[0])(at)
                named = any(address in other for other in SPECIAL if other.version == net.version)
                unicast = net.version == 4 or address in GLOBAL
                assert is_public(str(address)) == (unicast and not named), address


@given(st.integers(0, 2**32 - 1) | st.sampled_from([int(net[0]) for net in SPECIAL if net.version == 4]))
def test_an_ipv4_address_is_public_unless_a_registry_names_it(number: int) -> None:
    """Also in its mapped form, and never in its other IPv6 disguises."""
    address = ip_address(number)
    named = any(address in net for net in SPECIAL if isinstance(net, IPv4Network))
    assert is_public(str(address)) == is_public(f"::ffff:{address}") == (not named)
    for disguise in (f"64:ff9b::{address}", f"::{address}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1"):
        assert not is_public(disguise)


@given(st.integers(0, 2**128 - 1))
def test_an_ipv6_address_is_public_only_among_global_unicast(number: int) -> None:
    """Whatever is assigned later elsewhere is refused until somebody looks at it."""
    address = IPv6Network((number, 128))[0]
    named = any(address in net for net in SPECIAL if isinstance(net, IPv6Network))
    if address.ipv4_mapped is None:
        assert is_public(str(address)) == (address in GLOBAL and not named)


TRICKS = (
    *("https://127.1/", "https://0x7f000001/", "https://2130706433/", "https://0177.0.0.1/", "https://①②⑦.⓪.⓪.①/"),
    *("https://127。0。0。1/", r"https://evil.com\@127.0.0.1/", "https://evil.com@127.0.0.1/", "https://[::1]/"),
    *("https://[::ffff:169.254.169.254]/", "https://localhost/", "https://exa\nmple.fr/", "https://example.fr./"),
    *(
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "https://a.b:22/",
    ),
)


@pytest.mark.parametrize("url", TRICKS)
def test_a_trick_of_writing_reaches_neither_the_resolver_nor_a_socket(url: str) -> None:
    """One parser, ours: what it does not know goes nowhere."""
    with watched() as seen:
        assert sent(url, resolving()).verdict == "refused"
    assert seen == []


def test_a_name_that_has_moved_inside_is_not_followed() -> None:
    """Rebinding: public at the first attempt, the metadata service at the second."""
    look_up = resolving(["93.184.216.34"], ["169.254.169.254"])
    dialled: list[str] = []

    def refuse(address: str, port: int, timeout_s: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    outlet = Outlet(Poster(DEADLINE_S, refuse, CONTEXT), look_up)
    with watched() as seen:
        verdicts = [outlet.post(PUBLIC_URL, {}, b"{}", NOW).report.verdict for _ in range(2)]
    assert (verdicts, dialled, seen) == (["later", "refused"], ["93.184.216.34"], [])


LEADS_AWAY = answers("302 Found", "Location: http://169.254.169.254/latest/meta-data/\r\n")
HOSTILE_RECEIVERS = {
    "redirects to the metadata service": (LEADS_AWAY, "later"),
    "redirects for ever": (answers("308 Permanent Redirect", "Location: /\r\n"), "later"),
    "ends with a 1xx": (answers("103 Early Hints", "Link: </x>\r\n"), "later"),
    "switches protocols": (answers("101 Switching Protocols", "Upgrade: h2c\r\n"), "later"),
    "puts NUL in a header": (answers("200 OK", "X-A: a\0b\r\n"), "sent"),
    "puts letters of Latin-1 in a header": (pours(b"HTTP/1.1 200 \xe9\r\nX-\xe9: \xff\r\n\r\n", b"", 0), "sent"),
    "asks to wait for nonsense": (answers("503 No", "Retry-After: \u0000é, 99 Foo 0000\r\n"), "later"),
    "sends a hundred headers more than the limit": (pours(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n", 200), "later"),
    "answers another version": (pours(b"HTTP/3.7 200 OK\r\n\r\n", b"", 0), "later"),
    "answers without a status": (pours(b"200\r\n\r\n", b"", 0), "later"),
    "dribbles its status byte by byte": (drips(b"", b"H"), "later"),
    "lies about its length": (pours(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", b"x", 9), "sent"),
    "pours 50 MB": (pours(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 65_536, 800), "sent"),
}


@pytest.mark.parametrize(("behave", "verdict"), HOSTILE_RECEIVERS.values(), ids=list(HOSTILE_RECEIVERS))
def test_a_hostile_receiver_gets_one_connection_and_one_deadline(behave: Any, verdict: str) -> None:
    """One socket, to it alone, over in time whatever it says; nothing it says leads elsewhere."""
    with receiver(behave) as listening:
        begun = time.monotonic()
        with watched() as seen:
            report = sent(f"http://127.0.0.1:{listening.port}/", resolving(), loopback=True)
        took = time.monotonic() - begun
    assert report.verdict == verdict
    assert [address for event, address in seen if event == "socket.connect"] == [("127.0.0.1", listening.port)]
    assert len(report.answer) <= BODY_LIMIT
    assert took < DEADLINE_S + MARGIN_S


@given(
    st.text(max_size=40)
    | st.builds(lambda day, year: f"Fri, {day} Nov {year} 11:00:00 GMT", st.integers(), st.integers())
)
def test_no_answer_breaks_its_reader(said: str) -> None:
    """Whatever the header asks and the body holds, a report comes of it."""
    report = read_answer(Answer(503, {"retry-after": said}, said.encode(errors="replace") * 100), NOW)
    assert (report.verdict, len(report.answer) <= 1000) == ("later", True)


def test_a_request_says_nothing_that_it_need_not() -> None:
    """No cookie, no compression, nothing of ours but the signature: the whole list of its headers."""
    with receiver(answers("200 OK", "Set-Cookie: a=b\r\n")) as listening:
        for _ in range(2):
            sent(f"http://127.0.0.1:{listening.port}/", resolving(), loopback=True)
        names = [
            {line.partition(b":")[0].lower() for line in one.split(b"\r\n")[1:] if line[:1] != b"{"}
            for one in listening.requests
        ]
    signed = {b"webhook-id", b"webhook-timestamp", b"webhook-signature"}
    own = {b"host", b"content-type", b"content-length", b"accept-encoding", b"user-agent", b"connection"}
    assert [each - {b""} for each in names] == [signed | own] * 2
    assert all(b"Accept-Encoding: identity" in one and b"Connection: close" in one for one in listening.requests)
