"""What a territory may choose about the 48-hour chain: hours and calendars are settings, never constants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

ClockMode = Literal["elapsed", "business_hours"]
"""`elapsed`: an hour is an hour (default). `business_hours`: only open hours of the territory's calendar count."""

Subdivision = Literal["", "57", "6AE", "971", "972", "973", "974", "976", "BL", "MF", "NC", "PF", "PM", "TF", "WF"]
"""Where the public holidays differ: empty is the mainland; 57 Moselle and 6AE Alsace; then overseas."""

_OFTEN_MISTAKEN = {
    "GES": "le Grand Est n’a pas de calendrier à lui : 57 (Moselle), 6AE (Alsace), ou rien pour les autres départements",
    "67": "l’Alsace s’écrit 6AE",
    "68": "l’Alsace s’écrit 6AE",
    "975": "Saint-Pierre-et-Miquelon s’écrit PM",
    "977": "Saint-Barthélemy s’écrit BL",
    "978": "Saint-Martin s’écrit MF",
    "986": "Wallis-et-Futuna s’écrit WF",
    "987": "la Polynésie française s’écrit PF",
    "988": "la Nouvelle-Calédonie s’écrit NC",
}
"""Codes that other lists know: `GES` would silently give the mainland's days to Alsace."""


def _known_subdivision(value: object) -> object:
    if value in get_args(Subdivision):
        return value
    known = ", ".join(code for code in get_args(Subdivision) if code)
    hint = _OFTEN_MISTAKEN.get(str(value))
    raise ValueError(
        f"Calendrier inconnu{f' ({hint})' if hint else ''} : vide pour la métropole, sinon l’un de {known}."
    )


SubdivisionCode = Annotated[Subdivision, BeforeValidator(_known_subdivision)]


class SubdivisionChange(BaseModel):
    """From that day on, the territory has the public holidays of another subdivision."""

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    since: date
    subdivision: SubdivisionCode


Hours = Annotated[int, Field(ge=1, le=240)]
HourOfDay = Annotated[int, Field(ge=0, le=24)]


class AlertSettings(BaseModel):
    """Hours count from the server's receipt of the alert unless said otherwise; an hour of day is Paris time.

    Only `alert_hours` comes from the partnership's text; the others are this platform's defaults. A setting that came later
    is ignored, so that a function which is not deployed yet still reads the territory.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    clock_mode: ClockMode = "elapsed"
    alert_hours: Hours = 48
    notice_hours: tuple[Hours, ...] = (24, 36, 44, 48)
    """When the untransmitted alert is recalled; the last one is the deadline itself."""
    ack_chase_hours: tuple[Hours, ...] = (2, 4)
    """When an unacknowledged alert is recalled; the last one also tells the deputy."""
    ack_lapse_hours: Hours = 36
    """When an acknowledgement without transmission lapses, and deputy and manager are told."""
    offer_nudge_hours: Hours = 48
    """Counts from the transmission: first recall of the agency that has not returned a reference."""
    offer_nudge_every_hours: Hours = 24
    quiet_from_hour: HourOfDay = 21
    quiet_to_hour: HourOfDay = 8
    open_from_hour: HourOfDay = 9
    open_to_hour: HourOfDay = 18
    open_days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    """Days that are worked, 0 being Monday."""
    pre_notice_hour: HourOfDay = 15
    """On the eve of days off, each deadline that falls before the return is announced at this hour…"""
    pre_notice_until_hour: HourOfDay = 10
    """… the return being this hour of the next worked day."""
    subdivision: SubdivisionCode = ""
    """At first…"""
    subdivision_changes: tuple[SubdivisionChange, ...] = ()
    """… then, from each of these days on. Days that are past keep the holidays that they had."""

    def subdivision_on(self, day: date) -> Subdivision:
        """The subdivision whose public holidays that day obeys."""
        begun = [change.subdivision for change in self.subdivision_changes if change.since <= day]
        return begun[-1] if begun else self.subdivision

    @field_validator("subdivision_changes")
    @classmethod
    def _in_order(cls, changes: tuple[SubdivisionChange, ...]) -> tuple[SubdivisionChange, ...]:
        if not _strictly_ascending(change.since.toordinal() for change in changes):
            raise ValueError("Donnez les changements de calendrier du plus ancien au plus récent, chacun une fois.")
        return changes

    @field_validator("notice_hours", "ack_chase_hours")
    @classmethod
    def _ascending(cls, hours: tuple[int, ...]) -> tuple[int, ...]:
        if not hours or not _strictly_ascending(hours):
            raise ValueError("Donnez au moins un délai, du plus court au plus long, sans répétition.")
        return hours

    @field_validator("open_days")
    @classmethod
    def _some_open_day(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days or not _strictly_ascending(days):
            raise ValueError("Donnez les jours ouvrés dans l’ordre, de 0 (lundi) à 6 (dimanche).")
        return days

    @model_validator(mode="after")
    def _hours_agree(self) -> AlertSettings:
        if self.notice_hours[-1] != self.alert_hours:
            raise ValueError("Le dernier rappel doit tomber à l’échéance de l’alerte.")
        if self.ack_lapse_hours not in self.notice_hours[:-1]:
            raise ValueError("La prise en charge doit devenir caduque à l’un des rappels, avant l’échéance.")
        if self.ack_chase_hours[-1] >= self.ack_lapse_hours:
            raise ValueError("Les relances de prise en charge doivent précéder sa caducité.")
        return self

    @model_validator(mode="after")
    def _day_is_sound(self) -> AlertSettings:
        if not self.quiet_to_hour <= self.open_from_hour < self.open_to_hour <= self.quiet_from_hour:
            raise ValueError("Les heures d’ouverture doivent tenir dans la journée, hors des heures de silence.")
        if not self.quiet_to_hour <= self.pre_notice_hour < self.quiet_from_hour:
            raise ValueError("Le préavis de veille de repos doit partir hors des heures de silence.")
        return self


Days = Annotated[int, Field(ge=1, le=366)]
Points = Annotated[int, Field(ge=0, le=100)]


WHOLE = 1000
"""Points of a perfect match, and sum of the weights."""
Weight = Annotated[int, Field(ge=0, le=WHOLE)]


class VisitSettings(BaseModel):
    """What a territory chooses about its visits: how long a claim holds, and what makes an enterprise come first.

    Points add up: an enterprise that has everything has their sum. All are this platform's defaults.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    claim_days: Days = 30
    """A claimed target that nobody has visited is free again after so many days."""
    never_visited_points: Points = 40
    long_ago_points: Points = 30
    """Reached after `long_ago_months`, in proportion before."""
    long_ago_months: Annotated[int, Field(ge=1, le=120)] = 24
    alerted_sector_points: Points = 25
    """For an urgent recruitment alert in the same NAF division, raised within `alerted_sector_days`."""
    alerted_sector_days: Days = 90
    size_points: Points = 20
    """Reached from 200 employees on, in four steps before."""
    nearby_points: Points = 15
    """For an enterprise of a commune where the capteur has a visit today."""


class MatchingSettings(BaseModel):
    """What a territory chooses about matching: delays, the mode of its runs, and how much each component weighs.

    Weights are points out of 1,000 and add up to it. All are this platform's defaults.
    """

    model_config = ConfigDict(frozen=True, defer_build=True, extra="ignore")

    confirm_days: Days = 90
    """A declared job that nobody has confirmed for so many days is stale: nothing is proposed for it."""
    answer_days: Days = 30
    """How long a proposal, then each enterprise's answer, is waited for."""
    mode: Literal["quality", "placements"] = "placements"
    """What a run seeks first: the most points, or the most people placed and then the most points."""
    shortlist: Annotated[int, Field(ge=1, le=20)] = 5
    """Proposals kept for a job that has just been declared."""
    least_points: Annotated[int, Field(ge=0, le=1000)] = 300
    """Under so many points nothing is proposed."""
    inferred: bool = True
    """Whether passerelles that nobody declared are proposed; always labelled so."""
    passerelle_weight: Weight = 300
    skills_weight: Weight = 200
    training_weight: Weight = 100
    distance_weight: Weight = 150
    timing_weight: Weight = 100
    contract_weight: Weight = 50
    wage_weight: Weight = 100

    @model_validator(mode="after")
    def _whole(self) -> MatchingSettings:
        weights = {name: value for name, value in self if name.endswith("_weight")}
        if sum(weights.values()) != WHOLE:
            raise ValueError(f"Les poids doivent faire {WHOLE} en tout ; ils font {sum(weights.values())}.")
        return self


def _strictly_ascending(values: Iterable[int]) -> bool:
    ordered = list(values)
    return ordered == sorted(set(ordered))
