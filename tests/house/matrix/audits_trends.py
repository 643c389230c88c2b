"""Who gets what at the addresses of the audit trends: sponsors' people who read quality records, and no CMO."""

from __future__ import annotations

from typing import Any

from tests.house.matrix import PARTNER, Row, answers
from vendors.registry.models import Site

READERS = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines")


def site() -> list[Any]:
    """A site of Alpenglow as Northgate knows it; Otter knows its own row of it."""
    return [Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate").number]


def cmo() -> list[Any]:
    return [Site.objects.get(number=site()[0]).vendor.number]


LISTED = answers(ok=(*READERS, "otto"), forbidden=("ada",), hidden=PARTNER)
OURS = answers(ok=READERS, forbidden=("ada",), hidden=(*PARTNER, "otto"))

ROWS = [
    Row("audits:trend-list", LISTED),
    Row("audits:trend-export", LISTED, lambda: ["csv"]),
    Row("audits:trend-step", LISTED, lambda: ["report"]),
    Row("audits:trend-step-export", LISTED, lambda: ["report", "csv"]),
    Row("audits:cmo-trends", OURS, cmo),
    Row("audits:site-trends", OURS, site),
    Row("api-audit-trends-list", LISTED | {"": 401}),
]
