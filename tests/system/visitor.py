"""Someone at a browser without JavaScript: follows links and redirections, keeps cookies, fills in forms."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

_REDIRECTIONS = 10


@dataclass
class Form:
    """A form of a page: the values it was served with, all the names it has, its named buttons."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""


class _Reader(HTMLParser):
    """Collects the text, the links and the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: dict[str, str] = {}
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._link: str | None = None
        self._select: str | None = None
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("script", "style", "svg"):
            self._silent += 1
        elif tag == "a":
            self._link = values.get("href")
        elif tag == "form":
            self._form = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(tag, values)

    def _field(self, tag: str, values: dict[str, str]) -> None:
        assert self._form is not None
        name = values.get("name", "")
        if tag == "button" and name:
            self._form.buttons.append((name, values.get("value", "")))
        elif name:
            self._form.names.add(name)
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in values or self._select not in self._form.fields):
            self._form.fields[self._select] = values.get("value", "")
        elif tag == "textarea" and name:
            self._form.fields[name] = ""
        elif tag == "input" and name and self._is_sent(values):
            self._form.fields[name] = values.get("value", "on")

    @staticmethod
    def _is_sent(values: dict[str, str]) -> bool:
        kind = values.get("type", "text")
        return kind != "submit" and (kind not in ("checkbox", "radio") or "checked" in values)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style", "svg"):
            self._silent -= 1
        elif tag == "form":
            self._form = None
        elif tag == "a":
            self._link = None
        elif tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if self._silent or not words:
            return
        self.text.append(words)
        if self._link is not None:
            self.links.setdefault(words, self._link)
        if self._form is not None:
            self._form.text += " " + words


@dataclass(frozen=True)
class Page:
    """What was answered: where, how, and what a reader sees."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: str
    text: str
    links: Mapping[str, str]
    forms: tuple[Form, ...]

    def form(self, action: str) -> Form:
        """The form whose address ends so; raises AssertionError with what there is."""
        for form in self.forms:
            if form.action.split("?")[0].endswith(action):
                return form
        there = [form.action for form in self.forms]
        raise AssertionError(f"no form to {action!r} but {there} on {self.url} ({self.status}): {self.text[:600]}")


class Visitor:
    """One person's browser."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.cookies: dict[str, str] = {}

    def get(self, url: str) -> Page:
        """Follows the address and its redirections."""
        return self._follow("GET", urljoin(self.site, url), "")

    def submit(self, page: Page, action: str, **typed: str) -> Page:
        """Sends a form of the page with what was typed; every name must be one of the form's fields."""
        form = page.form(action)
        unknown = set(typed) - form.names
        assert not unknown, f"{unknown} are not fields of {action}: {sorted(form.names)}"
        return self.post(urljoin(page.url, form.action), {**form.fields, **typed})

    def post(self, url: str, fields: Mapping[str, str], *, origin: str | None = None) -> Page:
        """Posts fields as a form of this site would."""
        return self._follow("POST", urljoin(self.site, url), urlencode(fields), origin)

    def json(self, method: str, path: str, body: Any = None) -> Any:
        """What an address that speaks JSON answers; raises AssertionError for anything but 200."""
        parts = urlsplit(self.site)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        sent = None if body is None else json.dumps(body).encode()
        try:
            connection.request(method, path, sent, {"Content-Type": "application/json"})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        assert response.status == 200, text
        return json.loads(text)

    def sign_in(self, login: str, page: Page | None = None) -> Page:
        """Signs in from the sign-in page as the demonstration user of that login; returns the page then shown."""
        door = page or self.get("/connexion")
        departure = next(href for href in door.links.values() if "/connexion/depart" in href)
        chooser = self.get(urljoin(door.url, departure))
        form = chooser.forms[0]
        assert ("subject", login) in form.buttons, f"{login} is not among {form.buttons}"
        return self.post(urljoin(chooser.url, form.action), {**form.fields, "subject": login})

    def _follow(self, method: str, url: str, body: str, origin: str | None = None) -> Page:
        for _ in range(_REDIRECTIONS):
            page = self._exchange(method, url, body, origin)
            location = page.headers.get("location")
            if page.status not in (301, 302, 303, 307) or location is None:
                return page
            method, body, url = "GET", "", urljoin(url, location)
        raise AssertionError(f"too many redirections, last to {url}")

    def _exchange(self, method: str, url: str, body: str, origin: str | None) -> Page:
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "Accept": "text/html",
        }
        if method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = origin or f"{parts.scheme}://{parts.netloc}"
        path = parts.path + ("?" + parts.query if parts.query else "")
        try:
            connection.request(method, path or "/", body.encode() or None, headers)
            response = connection.getresponse()
            text = response.read().decode()
            self._keep_cookies(response.headers.get_all("Set-Cookie") or [])
        finally:
            connection.close()
        reader = _Reader()
        reader.feed(text)
        answered = {name.lower(): value for name, value in response.getheaders()}
        shown = " ".join(reader.text)
        return Page(url, response.status, answered, text, shown, reader.links, tuple(reader.forms))

    def _keep_cookies(self, lines: list[str]) -> None:
        for line in lines:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0" or not morsel.value:
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
