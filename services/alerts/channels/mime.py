"""An e-mail's bytes: headers, then the same words as text and as HTML (RFC 2045, 2047, 5322).

Python's `EmailMessage` reads every header that it writes and encodes bodies letter by letter: five times what the message
took to compose, for each recipient of a diffusion.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator, Mapping
from functools import lru_cache

_LINE = "\r\n"
_LONGEST = 900
"""Letters of a header's line, its name apart: RFC 5322 allows 998 with it."""
_WORD = 39
"""Bytes of an encoded word, so that a line with the longest name of ours has 76 letters."""
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def written(headers: Mapping[str, str], text: str, html: str, boundary: str) -> bytes:
    """The whole message; raises ValueError for a header of several lines, or too long for one."""
    head = [f"{name}: {_value(value)}" for name, value in headers.items()]
    kind = ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{boundary}"']
    parts = [_part("plain", text, boundary), _part("html", html, boundary)]
    return _LINE.join([*head, *kind, "", *parts, f"--{boundary}--", ""]).encode()


def _value(text: str) -> str:
    """As it is where that is possible, else in encoded words, whose blanks no reader loses."""
    if _BREAKS.search(text):
        raise ValueError("a linefeed in a header")
    if not text.isascii():
        return _encoded(text)
    if len(text) > _LONGEST:
        raise ValueError("a header too long for a line")
    return text


@lru_cache(maxsize=16)
def _encoded(text: str) -> str:
    """Kept for the next recipients, who get the same subject."""
    return f"{_LINE} ".join(f"=?utf-8?b?{b64encode(word).decode()}?=" for word in _words(text))


def _words(text: str) -> Iterator[bytes]:
    """The text by parts that fit in an encoded word, no letter cut in two."""
    word = b""
    for letter in text:
        if len(word) + len(letter.encode()) > _WORD:
            yield word
            word = b""
        word += letter.encode()
    yield word


def _part(subtype: str, content: str, boundary: str) -> str:
    lines = _LINE.join(content.splitlines()) + _LINE
    encoded = b2a_qp(lines.encode(), istext=True).decode("ascii")
    kind = f'Content-Type: text/{subtype}; charset="utf-8"'
    return _LINE.join([f"--{boundary}", kind, "Content-Transfer-Encoding: quoted-printable", "", encoded])
