"""Contrast: every pair of colours that text is written in, computed from the tokens themselves."""

from __future__ import annotations

import re

import pytest

from shared.web.static import FOLDER

SOURCE = (FOLDER / "css" / "tokens.css").read_text()
LIGHT_SOURCE, DARK_SOURCE = SOURCE.split("@media (prefers-color-scheme: dark)")
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
LIGHT = dict(TOKEN.findall(LIGHT_SOURCE))
DARK = LIGHT | dict(TOKEN.findall(DARK_SOURCE))
THEMES = {"light": LIGHT, "dark": DARK}

GROUNDS = ("ground", "surface", "sunken")
BODY = [(ink, ground) for ink in ("ink", "ink-soft") for ground in GROUNDS]
TONES = ("calm", "info", "watch", "urgent", "late", "done", "quiet")
TEXT = [
    *((f"{tone}-ink", f"{tone}-tint") for tone in TONES),
    *((f"{tone}-ink", "surface") for tone in TONES if tone != "late"),
    *(("link", ground) for ground in GROUNDS),
    *(
        (ink, ground)
        for ink in ("on-night", "on-night-soft")
        for ground in ("night", "night-soft", "night-panel", "beam")
    ),
    *(("on-action", "action"), ("on-action", "action-strong"), ("on-lamp", "lamp")),
    *(("ink", "urgent-tint"), ("ink-soft", "urgent-tint")),
]
SHAPES = [
    ("line-strong", "surface"),
    ("line-strong", "sunken"),
    ("ring", "ground"),
    ("lamp", "night-soft"),
    *((tone, "surface") for tone in TONES),
]
AAA, AA, SHAPE = 7.0, 4.5, 3.0


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lacking(theme: dict[str, str], pairs: list[tuple[str, str]], least: float) -> list[str]:
    """The pairs under the threshold, with what they reach."""
    reached = {pair: contrast(theme[pair[0]], theme[pair[1]]) for pair in pairs}
    return [f"{ink} on {ground}: {ratio:.2f}" for (ink, ground), ratio in reached.items() if ratio < least]


@pytest.mark.parametrize("theme", THEMES)
def test_body_text_reaches_aaa(theme: str) -> None:
    """What is read at length has a contrast of 7 or more."""
    assert lacking(THEMES[theme], BODY, AAA) == []


@pytest.mark.parametrize("theme", THEMES)
def test_every_other_text_reaches_aa(theme: str) -> None:
    """States, links and buttons have a contrast of 4.5 or more."""
    assert lacking(THEMES[theme], TEXT, AA) == []


@pytest.mark.parametrize("theme", THEMES)
def test_shapes_can_be_made_out(theme: str) -> None:
    """Borders of fields, rings of focus and bars have a contrast of 3 or more (WCAG 1.4.11)."""
    assert lacking(THEMES[theme], SHAPES, SHAPE) == []


def test_dark_changes_only_what_light_names() -> None:
    """A token that exists in the dark alone would be missing by day."""
    named = {name for name, _colour in TOKEN.findall(DARK_SOURCE)}
    assert named
    assert named <= set(LIGHT)
