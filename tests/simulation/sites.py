"""Where the functions call the outside: `python -m tests.simulation.sites` lists every place that the tests break."""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.machine import WORLD
from tests.simulation.playing import undisturbed
from tests.simulation.ports import Site
from tests.simulation.scenarios import Scenario, closed_errand, missed

ERRANDS: Mapping[str, Scenario] = {
    "webhook": closed_errand("webhook"),
    "email": closed_errand("email"),
    "sms": closed_errand("sms"),
    "missed": missed(),
}


def sites_of(scenario: Scenario) -> dict[Site, int]:
    """The call sites that a run without faults passes, and the first call at each."""
    play, _ = undisturbed(scenario)
    found: dict[Site, int] = {}
    for number, site in enumerate(play.world.ports.sites):
        if site.function != WORLD:
            found.setdefault(site, number)
    return found


def every_site() -> dict[Site, tuple[str, int]]:
    """Every call site, with the errand that passes it first and the number of that call."""
    found: dict[Site, tuple[str, int]] = {}
    for name, scenario in ERRANDS.items():
        for site, number in sites_of(scenario).items():
            found.setdefault(site, (name, number))
    return found


def main() -> None:
    """Prints the list: function, how manieth call of an invocation, what is called, what may befall it."""
    found = sorted(every_site())
    for site in found:
        print(f"{site.function:26} {site.place:3}  {site.port:22} {', '.join(site.faults)}")
    print(f"{len(found)} appels de {len({site.function for site in found})} fonctions et personnes.")


if __name__ == "__main__":
    main()
