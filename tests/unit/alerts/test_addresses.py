"""Where webhooks may go: every special address and every trick of writing one is refused."""

from __future__ import annotations

import socket
import threading

import pytest

from services.alerts.webhooks.addresses import (
    Forbidden,
    Target,
    checked_address,
    is_public,
    look_up_within,
    read_target,
)
from shared.errors import Unavailable


def _words(text: str) -> list[str]:
    return text.split()


HOSTILE = _words("""
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.10 192.0.0.170 192.0.2.1
192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 233.252.0.1 239.255.255.255
240.0.0.1 255.255.255.255 168.63.129.16
:: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1
64:ff9b:1::1 100::1 100:0:0:1::1 2001::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:a00:1::1
3fff::1 2620:4f:8000::1 5f00::1 4000::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 fec0::1 ff02::1 ff0e::1
2a00:1450::1%1 localhost 127.1 0x7f000001 2130706433 0177.0.0.1
""")
PUBLIC = ["8.8.8.8", "93.184.216.34", "2001:4860:4860::8888", "2a00:1450:4007:80f::200e", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", HOSTILE)
def test_special_addresses_are_not_public(address: str) -> None:
    """Private, shared, loopback, link-local, documentation, multicast, reserved, tunnels, and what is no address."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_pass(address: str) -> None:
    """The rule does not refuse the Internet."""
    assert is_public(address)


def test_the_corpus_is_at_least_as_large_as_the_rule_was_measured_on() -> None:
    """Forty-six hostile samples, five public controls."""
    assert (len(set(HOSTILE)) >= 46, len(PUBLIC)) == (True, 5)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://hook.example.fr", Target("hook.example.fr", 443, "/")),
        ("https://Hook.Example.FR/vigie?cle=a&b=%20", Target("hook.example.fr", 443, "/vigie?cle=a&b=%20")),
        ("https://hook.example.fr:8443/", Target("hook.example.fr", 8443, "/")),
        ("https://xn--hricourt-b1a.example/a", Target("xn--hricourt-b1a.example", 443, "/a")),
        ("https://a.b.c.d.example.co/x", Target("a.b.c.d.example.co", 443, "/x")),
    ],
)
def test_plain_public_addresses_are_read(url: str, target: Target) -> None:
    """Host in lower case, port 443 unless 8443, path and query as typed."""
    assert read_target(url) == target


@pytest.mark.parametrize(
    "url",
    [
        *("", "hook.example.fr", "http://hook.example.fr/", "ftp://hook.example.fr/", "HTTPS:/hook.example.fr"),
        *("https://127.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://2130706433/"),
        *("https://0177.0.0.1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://①②⑦.⓪.⓪.①/"),
        *("https://127。0。0。1/", "https://localhost/", "https://example/", "https://example.fr./", "https://.fr/"),
        *("https://user@example.fr/", "https://user:pw@example.fr/", "https://example.fr@127.0.0.1/"),
        *(r"https://evil.com\@127.0.0.1/", r"https://evil.com\.example.fr/", "https://evil.com#@example.fr/"),
        *("https://example.fr:80/", "https://example.fr:22/", "https://example.fr:0443/", "https://example.fr:/"),
        *("https://exa\nmple.fr/", "https://example.fr/\r\nX: y", "https://example.fr/a b", "https://example.fr/\t"),
        *("https://example.fr/\x00", "https://example.fr/é", "https://example.fr/#f", "https://exam_ple.fr/"),
        *("https://-example.fr/", "https://example-.fr/", "https://exam..ple.fr/", "https://example.f/"),
        *("https://ﬁ.example/", "https://exampleſ.fr/", "https://ex.\u212a\u212a/", " https://example.fr/"),
        *("https://example.fr/" + "a" * 500, "https://" + ".".join(["a" * 60] * 5) + ".fr/"),
        *("http://127.0.0.1:8600/x", "https://127.0.0.1:8443/x", "https://example.fr/[x]", "https://example.fr?x"),
    ],
)
def test_tricks_of_writing_are_refused(url: str) -> None:
    """One parser, ours; what it does not know is refused in French, and never resolved."""
    with pytest.raises(Forbidden) as caught:
        read_target(url)
    assert caught.value.message.startswith("L’adresse doit")


def test_only_the_local_system_reaches_its_own_receiver() -> None:
    """The switch takes exactly http://127.0.0.1, and nothing that looks like it."""
    assert read_target("http://127.0.0.1:8600/x", loopback=True) == Target("127.0.0.1", 8600, "/x", secure=False)
    assert read_target("https://hook.example.fr/", loopback=True).secure
    for url in (
        "http://127.0.0.2/",
        "http://localhost:8600/",
        "http://127.0.0.1.example.fr/",
        "http://127.0.0.1@x.fr/",
    ):
        with pytest.raises(Forbidden):
            read_target(url, loopback=True)


TARGET = Target("hook.example.fr", 443, "/")


def test_every_answer_of_the_resolver_must_be_public() -> None:
    """One private answer among public ones refuses them all: which of them is used is not left to chance."""
    assert checked_address(TARGET, lambda host, port: ["8.8.8.8", "2001:4860:4860::8888"]) == "8.8.8.8"
    for answers in (["8.8.8.8", "10.0.0.1"], ["127.0.0.1"], []):
        with pytest.raises(Forbidden):
            checked_address(TARGET, lambda host, port, answers=answers: answers)  # type: ignore[misc]


def test_a_name_is_looked_up_again_at_each_attempt() -> None:
    """A name that has moved inside since it was registered is refused."""
    answers = iter([["8.8.8.8"], ["169.254.169.254"]])
    assert checked_address(TARGET, lambda host, port: next(answers)) == "8.8.8.8"
    with pytest.raises(Forbidden):
        checked_address(TARGET, lambda host, port: next(answers))


def test_a_name_that_does_not_resolve_now_may_later() -> None:
    """It is no reason to give a partner up."""

    def fails(host: str, port: int) -> list[str]:
        raise OSError("no answer")

    with pytest.raises(Unavailable):
        checked_address(TARGET, fails)


def test_the_loopback_target_is_not_resolved() -> None:
    """Its address is written in the code."""
    local = read_target("http://127.0.0.1:8600/x", loopback=True)
    assert checked_address(local, lambda host, port: ["8.8.8.8"]) == "127.0.0.1"


def test_the_resolver_of_the_machine_answers_addresses_or_fails() -> None:
    """Numeric names need no network; what is not a name is an OSError, within its time."""
    assert look_up_within(2)("127.0.0.1", 443) == ["127.0.0.1"]
    with pytest.raises(OSError, match="no answer"):
        look_up_within(2)("é" * 80, 443)


@pytest.mark.parametrize(
    ("url", "authority"),
    [
        ("https://hook.example.fr/", "hook.example.fr"),
        ("https://hook.example.fr:443/", "hook.example.fr"),
        ("https://hook.example.fr:8443/", "hook.example.fr:8443"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://127.0.0.1:8600/", "127.0.0.1:8600"),
    ],
)
def test_the_host_header_names_the_port_unless_it_is_the_usual_one(url: str, authority: str) -> None:
    """As a browser writes it: some receivers know their sites by the exact text."""
    assert read_target(url, loopback=True).authority == authority


def test_the_longest_address_is_taken_and_one_letter_more_is_not() -> None:
    """500 letters in all, 253 of them for the name."""
    start = "https://hook.example.fr/"
    longest = start + "a" * (500 - len(start))
    assert read_target(longest).path == longest.removeprefix("https://hook.example.fr")
    name = ".".join([*["a" * 61] * 4, "fr"])
    widest = "b" * (253 - len(name) - 1) + "." + name
    assert (len(widest), read_target(f"https://{widest}/").host) == (253, widest)
    for url in (longest + "a", f"https://b{widest}/"):
        with pytest.raises(Forbidden):
            read_target(url)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "1.2.3.4.5", "::1::"])
def test_what_is_no_address_is_plainly_not_public(text: str) -> None:
    """A refusal in so many words, for whoever asks."""
    assert is_public(text) is False


def test_a_resolver_that_fails_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread ends quietly, and holds no process back: a stack trace in the log would name a partner's host."""
    cried: list[object] = []
    monkeypatch.setattr(threading, "excepthook", cried.append)
    for error in (socket.gaierror("nobody"), UnicodeError("é")):
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_asked, error=error, **_more: _raise(error))
        with pytest.raises(OSError, match="no answer"):
            look_up_within(2)("hook.example.fr", 443)
    assert cried == []


def _raise(error: Exception) -> None:
    raise error


def test_a_resolver_that_hangs_is_left_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its thread does not keep the process alive, and one answer a name is enough."""
    asked: list[dict[str, object]] = []

    def answer(_host: str, port: int, **more: object) -> list[tuple[object, ...]]:
        asked.append({"daemon": threading.current_thread().daemon, **more})
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", port))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)
    assert look_up_within(2)("hook.example.fr", 443) == ["93.184.216.34"]
    assert asked == [{"daemon": True, "type": socket.SOCK_STREAM}]
