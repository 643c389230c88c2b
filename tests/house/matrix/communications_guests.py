"""Who gets what at the addresses of links: a company sees its own, and what a guest opens is closed to everybody who
has not come by the mail and its code, signed in or not."""

from __future__ import annotations

from typing import Any

from communications.guests.models import GuestLink
from tests.house.matrix import EVERYBODY, SPONSOR, Row, answers

ASK, PLANS = ("sam", "quinn", "leo"), ("sam", "leo")
NOT_OURS = tuple(name for name in SPONSOR if name not in ASK)


def link() -> GuestLink:
    """Leo's of the demo, about a document of Alpenglow."""
    return GuestLink.objects.get(email="miriam.holzer@alpenglow.example")  # type: ignore[no-any-return]


def number() -> list[Any]:
    return [link().number]


def item() -> list[Any]:
    return ["document-request", link().about_number]


def api(given: dict[str, int], **changed: int) -> dict[str, int]:
    return given | {"": 401} | changed


def posts(status: int, *names: str) -> dict[str, int]:
    return dict.fromkeys(names, status)


LIST = answers(ok=(*ASK, "pat", "uwe", "bea", "otto"), forbidden=NOT_OURS)
ITEM = answers(ok=(*ASK, "pat", "uwe"), forbidden=NOT_OURS, hidden=("bea", "otto"))
ONE = answers(ok=ASK, forbidden=NOT_OURS, hidden=("pat", "uwe", "bea", "otto"))
ACTED = answers(ok=PLANS, forbidden=(*NOT_OURS, "quinn", "uwe"), hidden=("pat", "bea", "otto"))
ASKED = answers(forbidden=(*NOT_OURS, "quinn", "uwe"), hidden=("bea", "otto"), **posts(422, *PLANS, "pat"))
SENT = answers(forbidden=(*NOT_OURS, "uwe"), **posts(400, *ASK, "pat", "bea", "otto"))
SAID = answers(forbidden=(*NOT_OURS, "uwe"), hidden=("pat", "bea", "otto"), **posts(400, *ASK))
CLOSED = dict.fromkeys(EVERYBODY, 410)

ROWS = [
    Row("communications:guest-list", LIST),
    Row("communications:guest-item", ITEM, item),
    Row("communications:guest-item", ASKED, item, method="post", note="nothing sent"),
    Row("communications:guest-detail", ONE, number),
    Row("communications:guest-renew", ACTED | posts(302, *PLANS), number, method="post"),
    Row("communications:guest-revoke", ACTED, number),
    Row("communications:guest-open", CLOSED, lambda: [*number(), "x" * 43], note="forged"),
    Row("communications:guest-visit", CLOSED, number),
    Row("communications:guest-visit", CLOSED, number, method="post"),
    Row("communications:guest-file", CLOSED, lambda: [*number(), "Z" * 16]),
    Row("communications:guest-receipt", CLOSED, number),
    Row("communications:guest-receipt", CLOSED, number, method="post"),
    Row("api-guest-links-list", api(LIST)),
    Row("api-guest-links-list", api(SENT), method="post", note="nothing sent"),
    Row("api-guest-links-detail", api(ONE), number),
    Row("api-guest-links-renew", api(ACTED), number, method="post"),
    Row("api-guest-links-revoke", api(SAID), number, method="post", note="nothing sent"),
]
