"""What an e-mail address, a phone number and a webhook address must be before anything is sent there."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email

FRENCH_CODES = frozenset({33, 262, 508, 590, 594, 596, 681, 687, 689})
"""Country calling codes of the Republic, mainland and overseas."""
FICTION_MOBILES = "63998"
"""Mobile numbers that the regulator ARCEP keeps for works of fiction: nobody answers them."""
LONGEST_ADDRESS, LONGEST_HOST = 500, 253
LOOPBACK = "127.0.0.1"
_SENT_TO = re.compile(r"https://[a-z0-9.-]+(?::8?443)?(?:/[!$-;=?-Z_a-z~]*)?", re.IGNORECASE | re.ASCII)
"""What the sender of webhooks takes: it would refuse any other address when the first offer leaves."""


def email_address(text: str) -> str:
    """The form in which an e-mail address travels, judged without the network; raises ValueError in French.

    An accent in the domain is written as DNS has it; one before the @ is refused, as many servers would.
    """
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValueError("Adresse électronique mal formée : attendu « nom@domaine.fr ».") from None
    return str(found.ascii_email)


def phone_number(text: str, *, fiction: bool = False) -> str:
    """A number in E.164, French unless it begins with `+`; raises ValueError in French.

    `fiction` accepts the mobile numbers that the regulator keeps for fiction: a demonstration must text nobody.
    """
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        raise ValueError("Numéro de téléphone illisible : attendu « 06 12 34 56 78 » ou « +33612345678 ».") from None
    if _is_fiction(number) and not fiction:
        raise ValueError("Ce numéro est réservé aux œuvres de fiction : il ne joint personne, donnez le vrai.")
    if not _is_fiction(number) and not phonenumbers.is_valid_number(number):
        raise ValueError("Ce numéro de téléphone n’existe pas : vérifiez le nombre de chiffres et l’indicatif.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def is_french_mobile(e164: str) -> bool:
    """Whether a text sent to this E.164 number can arrive."""
    number = phonenumbers.parse(e164)
    mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return number.country_code in FRENCH_CODES and (mobile or _is_fiction(number))


def mobile_number(text: str, *, fiction: bool = False) -> str:
    """A French mobile number in E.164; raises ValueError in French."""
    number = phone_number(text, fiction=fiction)
    if not is_french_mobile(number):
        raise ValueError("Un SMS demande un numéro de mobile français (06 ou 07).")
    return number


def webhook_address(text: str, *, loopback: bool = False) -> str:
    """An HTTPS address with a public name; raises ValueError in French.

    `loopback` also accepts http on this very machine. Where the name leads is judged again at each sending.
    """
    try:
        target = urlsplit(text)
        host = target.hostname or ""
        _ = target.port
    except ValueError:
        raise ValueError("Adresse illisible : attendu « https://partenaire.fr/chemin ».") from None
    if loopback and target.scheme == "http" and host == LOOPBACK:
        return text
    if target.scheme != "https" or "." not in host or _is_ip(host):
        raise ValueError("Un webhook demande une adresse « https:// » avec un nom de domaine public.")
    if target.username or target.fragment or len(text) > LONGEST_ADDRESS or len(host) > LONGEST_HOST:
        raise ValueError("L’adresse d’un webhook n’a ni identifiant, ni ancre (#), et moins de 500 caractères.")
    if not _SENT_TO.fullmatch(text):
        raise ValueError("L’adresse d’un webhook a le port 443 ou 8443, et ni accent, ni espace, ni accolade.")
    return text


def _is_fiction(number: phonenumbers.PhoneNumber) -> bool:
    national = str(number.national_number)
    return bool(number.country_code == 33) and len(national) == 9 and national.startswith(FICTION_MOBILES)  # noqa: PLR2004


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
