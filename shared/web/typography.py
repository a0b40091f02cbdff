"""French spacing, put in where a page leaves: a line never begins with its punctuation."""

from __future__ import annotations

import re

from shared.web.formats import SPACE, THIN

_WIDE = re.compile(r" (?:(?<=« )|(?=»|:(?![^\s<])))")
_THIN = re.compile(r" (?=[;!?](?![^\s<»]))")


def spaced(html: str) -> str:
    """The page with no-break spaces inside « » and before `:`, narrow ones before `;`, `!` and `?`.

    Authors type plain spaces everywhere: a rule held in one place is held.
    """
    return _THIN.sub(THIN, _WIDE.sub(SPACE, html))
