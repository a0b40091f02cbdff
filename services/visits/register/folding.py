"""Names as they are compared: without accents, case, punctuation or legal form."""

from __future__ import annotations

import re
import unicodedata

KEY_LENGTH = 32
"""Characters of a folded name that a key holds: what is longer is compared on the record itself."""
_WORDS = re.compile(r"[^\W_]+")
_APART = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ø": "o", "Ø": "o", "ł": "l", "Ł": "l"})
SHORT_FORMS = frozenset(
    {
        "sa",
        "sas",
        "sasu",
        "sarl",
        "eurl",
        "eirl",
        "ei",
        "sci",
        "scp",
        "scm",
        "snc",
        "scop",
        "scic",
        "gie",
        "earl",
        "gaec",
    }
)
LEGAL_FORMS = SHORT_FORMS | {"ets", "etablissement", "etablissements", "ste", "societe"}
"""What may stand before a name without being part of it; the short ones also after it."""


def words_of(text: str) -> list[str]:
    """The words of a name in lower case without accents, nor its legal forms unless there is nothing else."""
    words = _WORDS.findall(_plain(text))
    first = next((place for place, word in enumerate(words) if word not in LEGAL_FORMS), 0)
    last = next((place for place in range(len(words), first, -1) if words[place - 1] not in SHORT_FORMS), len(words))
    return words[first:last]


def fold(text: str) -> str:
    """The words of a name in one piece: « S.N.C.F. » is `sncf`, « L’Atelier d’Élise » is `latelierdelise`."""
    return "".join(words_of(text))


def letters_of(text: str) -> str:
    """All the words in one piece, legal forms too: for what is no name of an enterprise."""
    return "".join(_WORDS.findall(_plain(text)))


def _plain(text: str) -> str:
    if text.isascii():
        # Initials are one word: an abbreviation is typed with or without its dots.
        return text.lower().replace(".", "")
    letters = unicodedata.normalize("NFKD", text.translate(_APART)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace(".", "")
