"""Receivers of webhooks on 127.0.0.1, honest and hostile, over real sockets."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Behaviour = Callable[[socket.socket, bytes], None]


@dataclass
class Receiver:
    """Listens on a port; `requests` are the whole requests that it has read."""

    port: int
    requests: list[bytes] = field(default_factory=list)


@contextmanager
def receiver(behave: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Accepts connections until the end of the block; `behave` gets each connection and the request read from it."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        listening = Receiver(server.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(server, listening, behave, tls), daemon=True)
        thread.start()
        yield listening
        server.shutdown(socket.SHUT_RDWR)
        thread.join(2)


def _serve(server: socket.socket, listening: Receiver, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            plain, _ = server.accept()
            plain.settimeout(2)
            with suppress(OSError), plain:
                stream = tls.wrap_socket(plain, server_side=True) if tls else plain
                with stream:
                    request = _request(stream)
                    listening.requests.append(request)
                    behave(stream, request)


def _request(stream: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        read += stream.recv(4096)
    head, _, body = read.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += stream.recv(4096)
    return head + b"\r\n\r\n" + body


def answers(status: str, headers: str = "", body: bytes = b"") -> Behaviour:
    """An honest receiver."""
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode()
    return lambda stream, _: stream.sendall(head + body)


def drips(beginning: bytes, drop: bytes, every_s: float = 0.02, for_s: float = 1.5) -> Behaviour:
    """Says `beginning`, then a drop now and then, until it is cut off: each one would reset a read time-out."""

    def behave(stream: socket.socket, _: bytes) -> None:
        stream.sendall(beginning)
        for _drop in range(int(for_s / every_s)):
            stream.sendall(drop)
            time.sleep(every_s)

    return behave


def pours(beginning: bytes, piece: bytes, times: int) -> Behaviour:
    """Says `beginning`, then as much as it can."""

    def behave(stream: socket.socket, _: bytes) -> None:
        stream.sendall(beginning)
        for _piece in range(times):
            stream.sendall(piece)

    return behave


def hangs_up(_stream: socket.socket, _: bytes) -> None:
    """Closes without a word."""
