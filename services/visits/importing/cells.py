"""From a cell of a file to a value: what each kind of cell may hold, and in French what to do when it does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from services.visits.importing.numbers import SIREN_DIGITS, SIRET_DIGITS, is_siren, is_siret
from services.visits.register.enterprise import SIZE_BANDS, UNSIZED
from services.visits.wording import LINE_LENGTH
from shared.typed import clean

Value = str | int | bool | None
Reader = Callable[[str], Value]
"""Takes a cell that is not empty, trimmed; returns its value or raises Wrong or Repaired."""

NOMENCLATURES = {"nafrev2": "NAFRev2", "nafrev1": "NAFRev1", "naf1993": "NAF1993", "nap": "NAP", "naf25": "NAF25"}
_SEPARATORS = re.compile(r"[\s.\-]")
_ROUNDED = re.compile(r"[\d.,\s]+E\+?\d+|\d{9,14}[.,]\d+", re.IGNORECASE)
_INSEE = re.compile(r"(?:\d{2}|2[AB])\d{3}", re.ASCII)
_POSTCODE = re.compile(r"\d{5}", re.ASCII)
_FOUR_DIGITS = re.compile(r"[1-9]\d{3}", re.ASCII)
_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Z])", re.ASCII)
_OLD_NAF = re.compile(r"\d{2}\.?\d{1,2}[A-Z]?", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d{2}", re.ASCII)
_FRENCH_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_HEADCOUNT = re.compile(r"\d{1,6}", re.ASCII)
LOST_ZERO = "zéro initial perdu par le tableur, rétabli"


class Unusual(Exception):
    """A cell that needs a second look."""


class Wrong(Unusual):
    """A cell that breaks a rule; `remedy` is what the person should do."""

    def __init__(self, rule: str, remedy: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.remedy = remedy


class Repaired(Unusual):
    """A cell whose right value is certain although it is written otherwise."""

    def __init__(self, value: Value, rule: str = LOST_ZERO) -> None:
        super().__init__(rule)
        self.value = value
        self.rule = rule


def read_siret(text: str) -> str:
    """Fourteen digits with the right key, typed with or without spaces."""
    if is_siret(text):
        return text
    digits = _SEPARATORS.sub("", text)
    if is_siret(digits) and not _ROUNDED.fullmatch(text):
        return digits
    if lost_its_zero(digits):
        raise Repaired("0" + digits)
    raise _wrong_siret(text, digits)


def lost_its_zero(digits: str) -> bool:
    """Whether thirteen digits can only be a SIRET whose first zero a spreadsheet dropped.

    With its zero the number must pass the keys of the SIRET and of the SIREN in it; without, its first nine digits must
    not be a SIREN: they would then rather be a SIREN glued to a NIC that lost a digit. One mistyped number in a hundred
    passes the two keys by chance: that is why each repair is told, and why two missing zeros are never guessed.
    """
    thirteen = len(digits) == SIRET_DIGITS - 1 and not digits.startswith("0")
    return thirteen and is_siret("0" + digits) and not is_siren(digits[:SIREN_DIGITS])


def _wrong_siret(text: str, digits: str) -> Wrong:
    if _ROUNDED.fullmatch(text):
        return Wrong(
            "SIRET transformé en nombre par le tableur : des chiffres sont perdus",
            "Mettez la colonne au format Texte, puis recopiez le SIRET depuis le fichier d’origine.",
        )
    if not (digits.isascii() and digits.isdigit()):
        return Wrong("un SIRET n’a que des chiffres", "Retirez les lettres et les signes, ou videz la cellule.")
    if is_siren(digits):
        return Wrong(
            "SIREN (9 chiffres) à la place du SIRET", "Ajoutez les 5 chiffres de l’établissement (NIC) à la suite."
        )
    if len(digits) != SIRET_DIGITS:
        return Wrong(
            f"un SIRET a 14 chiffres, celui-ci en a {len(digits)}",
            "Recopiez le SIRET complet, en format Texte si votre tableur retire les zéros du début.",
        )
    return Wrong("clé de contrôle du SIRET fausse", "Vérifiez chaque chiffre, par exemple sur l’avis de situation.")


def read_insee(text: str) -> str:
    """A commune's code: five characters."""
    code = text.upper()
    if _INSEE.fullmatch(code):
        return code
    if _FOUR_DIGITS.fullmatch(code):
        raise Repaired("0" + code)
    raise Wrong("un code INSEE de commune a cinq caractères", "Écrivez-le en entier, par exemple 90010 ou 2A004.")


def read_postcode(text: str) -> str:
    """A French postcode: five digits."""
    code = text.replace(" ", "")
    if _POSTCODE.fullmatch(code):
        return code
    if _FOUR_DIGITS.fullmatch(code):
        raise Repaired("0" + code)
    raise Wrong("un code postal a cinq chiffres", "Écrivez-le en entier, par exemple 90000, ou videz la cellule.")


def read_naf(text: str) -> str:
    """An activity's code as people write it: `29.32Z` or `2932Z`."""
    found = _NAF.fullmatch(text.upper())
    if found is None:
        raise Wrong(
            "un code NAF a quatre chiffres et une lettre", "Écrivez-le par exemple 29.32Z, ou videz la cellule."
        )
    return "{}.{}{}".format(*found.groups())


def read_any_naf(text: str) -> str:
    """An activity's code in one of SIRENE's nomenclatures: what closed long ago has an old one."""
    if not _OLD_NAF.fullmatch(text):
        raise Wrong("code d’activité illisible", "Reprenez le code du fichier officiel, ou videz la cellule.")
    return text


def read_nomenclature(text: str) -> str:
    """The nomenclature that an activity's code belongs to."""
    known = NOMENCLATURES.get(text.lower())
    if known is None:
        raise Wrong("nomenclature d’activité inconnue", "Attendu : NAFRev2, NAFRev1, NAF1993, NAP ou NAF25.")
    return known


def read_band(text: str) -> str:
    """A band of headcount, as INSEE's code or by its label."""
    if text in SIZE_BANDS:
        return text
    if f"0{text}" in SIZE_BANDS:
        raise Repaired(f"0{text}")
    for code, band in SIZE_BANDS.items():
        if folded(band.label) == folded(text):
            return code
    raise Wrong(
        "tranche d’effectif inconnue",
        "Écrivez le code de l’INSEE (00, 01… 53, NN) ou son libellé, ou videz la cellule.",
    )


def read_headcount(text: str) -> str:
    """A number of employees, as the band that it falls in."""
    digits = "".join(text.split())
    if not _HEADCOUNT.fullmatch(digits):
        raise Wrong("un effectif est un nombre entier", "Écrivez le nombre de salariés, par exemple 25.")
    count = int(digits)
    bands = ((code, band) for code, band in SIZE_BANDS.items() if code != UNSIZED)
    return next(code for code, band in bands if band.most is None or count <= band.most)


def read_year(text: str) -> int:
    """A year of our time."""
    if not _YEAR.fullmatch(text):
        raise Wrong("une année a quatre chiffres", "Écrivez par exemple 2023, ou videz la cellule.")
    return int(text)


def read_date(text: str) -> str:
    """A day that exists, as AAAA-MM-JJ or JJ/MM/AAAA; returned in ISO 8601."""
    french = _FRENCH_DATE.fullmatch(text)
    try:
        day = date(*(int(part) for part in reversed(french.groups()))) if french else date.fromisoformat(text[:10])
    except ValueError:
        raise Wrong("date illisible", "Écrivez JJ/MM/AAAA, par exemple 27/11/2026, ou videz la cellule.") from None
    return day.isoformat()


def read_text(text: str) -> str:
    """A name or a label on one line, cleaned of what cannot be seen."""
    line = " ".join(text.split())
    if not (line.isascii() or unicodedata.is_normalized("NFC", line)) or not line.isprintable():
        line = str(clean(line))
    if len(line) > LINE_LENGTH:
        raise Wrong(f"plus de {LINE_LENGTH} caractères", "Raccourcissez le texte.")
    return line


def one_of(meanings: Mapping[str, Value], remedy: str) -> Reader:
    """A reader of a closed list of words, compared without accents or case."""

    def read(text: str) -> Value:
        try:
            return meanings[folded(text)]
        except KeyError:
            raise Wrong("valeur inconnue", remedy) from None

    return read


def folded(text: str) -> str:
    """Letters and digits alone, without accents or case: how a header or a word is compared."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in letters if letter.isalnum())


read_state = one_of(
    {"a": "active", "f": "closed"}
    | dict.fromkeys(("active", "actif", "ouvert", "ouverte", "enactivite"), "active")
    | dict.fromkeys(("ferme", "fermee", "cesse", "cessee", "closed"), "closed"),
    "Écrivez A (actif) ou F (fermé), ou videz la cellule.",
)
read_flag = one_of(
    dict.fromkeys(("true", "o", "oui", "1", "vrai"), True) | dict.fromkeys(("false", "n", "non", "0", "faux"), False),
    "Écrivez oui ou non, ou videz la cellule.",
)
read_diffusion = one_of({"o": True, "p": False, "n": False}, "Attendu : O (diffusible) ou P (diffusion partielle).")
