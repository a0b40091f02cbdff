"""What leaves for people leaves once a call: the SDK never sends again by itself, whatever the provider answers."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from shared.aws import Aws, Throttled
from shared.errors import Unavailable

TAGS = {"delivery": "d-1"}
SETTINGS = {
    "VIGIE_SENDER": "alertes@vigie.example",
    "VIGIE_SES_CONFIGURATION": "vigie",
    "VIGIE_SMS_ORIGIN": "VIGIE",
    "VIGIE_SMS_CONFIGURATION": "vigie",
}
WAYS: list[Callable[[Aws], str]] = [
    lambda aws: aws.mailer().send(b"Subject: x\r\n\r\n", TAGS),
    lambda aws: aws.texter().send("+33612345678", "x", 300, TAGS),
]
NOTHING, BROKEN = b"", b"HTTP/1.1 503 -\r\nContent-Length: 0\r\n\r\n"
REFUSAL = b'{"__type": "ThrottlingException"}'
BUSY = b"HTTP/1.1 400 -\r\nx-amzn-errortype: ThrottlingException\r\nContent-Length: %d\r\n\r\n%s" % (
    len(REFUSAL),
    REFUSAL,
)


@contextmanager
def provider(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Takes each request and answers so, then hangs up; its address, and what it has taken."""
    taken: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                taken.append(connection.recv(65536))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", taken
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


@pytest.mark.parametrize("send", WAYS)
@pytest.mark.parametrize("answer", [NOTHING, BROKEN, BUSY])
def test_a_send_that_fails_is_made_once(
    send: Callable[[Aws], str], answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer that is lost, broken or busy would be tried again by the SDK's own rules: two messages."""
    with provider(answer) as (address, taken):
        for name, value in {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "t",
            "AWS_SECRET_ACCESS_KEY": "t",
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
        with pytest.raises(Throttled if answer == BUSY else Unavailable):
            send(Aws(SETTINGS))
    assert len(taken) == 1
