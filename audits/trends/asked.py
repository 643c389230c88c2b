"""What a trend is asked about: a period, perhaps one CMO or one site; and the addresses that ask lists the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from audits.trends.figures import Period, Quarter, quarters_of, year_to


@dataclass(frozen=True)
class Asked:
    """cmo, site: numbers, empty for all."""

    period: Period
    today: date
    cmo: str = ""
    site: str = ""

    @cached_property
    def quarters(self) -> list[Quarter]:
        return quarters_of(self.period)

    @property
    def is_default(self) -> bool:
        return self.period == year_to(self.today)

    def within(self, period: Period) -> Asked:
        return replace(self, period=period)

    def of_place(self, path: str) -> dict[str, Any]:
        """What cuts rows down to the CMO and the site; `path` leads from a row to its audit."""
        wanted = {"site__vendor__number": self.cmo, "site__number": self.site}
        return {f"{path}{name}": number for name, number in wanted.items() if number}

    def dated(self, field: str) -> dict[str, Any]:
        return {f"{field}__range": (self.period.first, self.period.last)}

    # --- addresses ---------------------------------------------------------------------------------
    @property
    def query(self) -> str:
        return urlencode(self.parameters())

    def parameters(self) -> dict[str, str]:
        first, last = self.period.first.isoformat(), self.period.last.isoformat()
        return {"from": first, "to": last} | self.place()

    def place(self) -> dict[str, str]:
        return {name: number for name, number in (("cmo", self.cmo), ("site", self.site)) if number}

    def findings(self, **more: str) -> str:
        """The list of the findings that a figure counts: those that stand, issued in the period."""
        first, last = self.period.first.isoformat(), self.period.last.isoformat()
        asked = {"status": "standing", "issued_from": first, "issued_to": last} | self.place() | more
        return f"{reverse('audits:finding-list')}?{urlencode(asked)}"

    def open_findings(self, first: date | None, last: date, **more: str) -> str:
        """The list of the findings that are open today and were issued from `first` to `last`."""
        asked = {"status": "open"} | ({"issued_from": first.isoformat()} if first else {})
        asked |= {"issued_to": last.isoformat()} | self.place() | more
        return f"{reverse('audits:finding-list')}?{urlencode(asked)}"

    def step(self, code: str, show: str = "") -> str:
        """The list of the audits or CAPAs that a figure of a step counts."""
        asked = self.parameters() | ({"show": show} if show else {})
        return f"{reverse('audits:trend-step', args=[code])}?{urlencode(asked)}"
