"""Who gets what at the addresses of the public record."""

from __future__ import annotations

from typing import Any

from tests.house.matrix import PARTNER, Row, answers
from vendors.registry.models import Site, Vendor
from vendors.registry.runs import ImportRun
from vendors.regulatory.models import Registration, RegulatoryEvent

SPONSORS = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines")
IMPORTERS = ("sam", "quinn", "leo", "otto")
NOT_IMPORTERS = ("eva", "tom", "priya", "ines", "ada")


def cmo() -> list[Any]:
    """Alpenglow as Northgate knows it: Alpenglow's people read it, Baltic's and Otter's do not."""
    return [Vendor.objects.get(name__startswith="Alpenglow", sponsor__name__startswith="Northgate").number]


def site() -> list[Any]:
    return [Site.objects.get(name="Graz Solids").number]


def event() -> list[Any]:
    return [RegulatoryEvent.objects.filter(fei="3009912012").earliest("event_date").number]


def registration() -> list[Any]:
    return [Registration.objects.get(fei="3009912012").number]


def run() -> list[Any]:
    """The installation's import of the demo's inspections."""
    return [ImportRun.objects.filter(kind="fda_inspections", wall_owner__isnull=True).earliest("pk").number]


def seen(*, ok: tuple[str, ...], forbidden: tuple[str, ...] = (), stranger: int = 302, **others: int) -> dict[str, int]:
    """Everybody who is not named gets 404."""
    named = {*ok, *forbidden, *others}
    hidden = tuple(name for name in (*SPONSORS, "ada", *PARTNER, "otto") if name not in named)
    return answers(ok=ok, forbidden=forbidden, hidden=hidden, stranger=stranger, **others)


EVERY_READER = (*SPONSORS, "otto", *PARTNER)
OWN = (*SPONSORS, "pat", "uwe")
API = {"stranger": 401}
LISTED = {"ok": EVERY_READER, "forbidden": ("ada",)}
IMPORTS = {"ok": IMPORTERS, "forbidden": NOT_IMPORTERS}

ROWS = [
    Row("vendors:event-list", seen(**LISTED)),
    Row("vendors:event-export", seen(**LISTED), lambda: ["csv"]),
    Row("vendors:event-detail", seen(ok=(*OWN, "otto"), forbidden=("ada",)), event, note="a public fact"),
    Row("vendors:cmo-inspections", seen(ok=OWN, forbidden=("ada",)), cmo),
    Row("vendors:site-inspections", seen(ok=OWN, forbidden=("ada",)), site),
    Row("vendors:site-registrations", seen(ok=OWN, forbidden=("ada",)), site),
    Row("vendors:import-list", seen(**IMPORTS)),
    Row("vendors:import-detail", seen(**IMPORTS), run),
    Row("vendors:import-refused", seen(ok=(), forbidden=NOT_IMPORTERS), run, note="nothing was refused"),
    Row("vendors:import-again", seen(ok=(), forbidden=NOT_IMPORTERS), run, method="post", note="not one's own"),
    Row("api-regulatory-events-list", seen(**LISTED, **API)),
    Row("api-regulatory-events-detail", seen(ok=(*OWN, "otto"), forbidden=("ada",), **API), event),
    Row("api-registrations-list", seen(**LISTED, **API)),
    Row("api-registrations-detail", seen(ok=(*OWN, "otto"), forbidden=("ada",), **API), registration),
    Row("api-regulatory-imports-list", seen(**IMPORTS, **API)),
    Row(
        "api-regulatory-imports-list",
        seen(ok=(), forbidden=NOT_IMPORTERS, **API, **dict.fromkeys(IMPORTERS, 415)),
        method="post",
        note="needs a file in form data",
    ),
    Row("api-regulatory-imports-detail", seen(**IMPORTS, **API), run),
    Row("api-regulatory-imports-refused", seen(**IMPORTS, **API), run),
    Row("api-regulatory-imports-again", seen(ok=(), forbidden=NOT_IMPORTERS, **API), run, method="post"),
]
