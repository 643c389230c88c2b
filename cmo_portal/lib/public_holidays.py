"""Public holidays by country and region, from the `holidays` library: the only module that imports it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from threading import Lock

import holidays

from cmo_portal.lib.calendars import NONE


@cache
def regions() -> dict[str, list[str]]:
    """Country -> the codes of its regions that have holidays of their own."""
    return {str(country): list(codes) for country, codes in holidays.list_supported_countries().items()}


@cache
def region_names(country: str) -> dict[str, str]:
    """Code -> name of the country's regions in the order of their names; the code itself where the library has none."""
    codes = regions().get(country, [])
    names: dict[str, str] = {}
    for name, code in (holidays.country_holidays(country).subdivisions_aliases if codes else {}).items():
        names.setdefault(str(code), str(name))
    return dict(sorted(((code, names.get(code, code)) for code in codes), key=lambda pair: (pair[1], pair[0])))


@cache
def public_holidays(country: str, region: str = "") -> Collection[date]:
    """The days on which nobody works there, of whatever year is asked; none where the country is not known.

    country: ISO 3166 alpha-2, like CH. region: a code of `regions`, or empty for what holds in the whole country.
    """
    if country not in regions():
        return NONE
    return Days(country, region if region in regions()[country] else "")


class Days(Collection[date]):
    """Asks the library year by year. Iterating gives the days of the years that were asked for.

    One stands for all threads, and the library notes a year before it fills it in: whoever asks waits for it.
    """

    def __init__(self, country: str, region: str) -> None:
        self.lock = Lock()
        self.made = holidays.country_holidays(country, subdiv=region or None)

    def __contains__(self, day: object) -> bool:
        with self.lock:
            return day in self.made

    def __iter__(self) -> Iterator[date]:
        with self.lock:
            return iter(list(self.made))

    def __len__(self) -> int:
        with self.lock:
            return len(self.made)

    def name(self, day: date) -> str:
        """`Easter Monday`; empty on other days."""
        with self.lock:
            return str(self.made.get(day, ""))
