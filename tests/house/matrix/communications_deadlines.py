"""Who gets what at the addresses of deadlines and calendar feeds: everybody but an administrator reads deadlines."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.models import User
from cmo_portal.records.deadlines import DueItem
from communications.deadlines.feeds import make_feed
from tests.house.matrix import EVERYBODY, PARTNER, SPONSOR, Row, answers
from vendors.registry.models import Site

READERS = (*(name for name in SPONSOR if name != "ada"), *PARTNER, "otto")
OURS = tuple(name for name in SPONSOR if name != "ada")


def item() -> list[Any]:
    """A deadline of a certificate of Alpenglow's site, as Northgate knows it: the CMO reads it."""
    site = Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate")
    rows = DueItem.objects.filter(
        kind="certificate.expires", is_open=True, record_number__in=site.certificates.values("number")
    )
    return [rows.order_by("pk")[0].number]


def cmo() -> list[Any]:
    return [Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate").vendor.number]


def sams() -> tuple[str, str]:
    feed, token = make_feed(sam := User.objects.get(email__startswith="sam@"), name="Matrix", by=sam)
    return feed.number, token


READ = answers(ok=READERS, forbidden=("ada",))
ONE = answers(ok=(*OURS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
OF_CMO = answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto"))
NOBODYS = answers(forbidden=("ada",), hidden=tuple(name for name in READERS if name != "sam"), sam=302)
NOTHING_SENT = {**dict.fromkeys(READERS, 400), "ada": 403, "": 401}
REVOKED = {**dict.fromkeys(READERS, 404), "sam": 200, "ada": 403, "": 401}

ROWS = [
    Row("communications:deadline-list", READ),
    Row("communications:deadline-export", READ, lambda: ["csv"]),
    Row("communications:deadline-timeline", READ),
    Row("communications:deadline-detail", ONE, item),
    Row("communications:cmo-deadlines", OF_CMO, cmo),
    Row("communications:feed-list", READ),
    Row("communications:feed-revoke", NOBODYS, lambda: [sams()[0]], method="post"),
    Row("communications:feed", dict.fromkeys(EVERYBODY, 200), lambda: [sams()[1]], note="the address is the key"),
    Row("api-due-items-list", READ | {"": 401}),
    Row("api-due-items-detail", ONE | {"": 401}, item),
    Row("api-calendar-feeds-list", READ | {"": 401}),
    Row("api-calendar-feeds-list", NOTHING_SENT, method="post", note="nothing sent"),
    Row("api-calendar-feeds-detail", REVOKED, lambda: [sams()[0]]),
    Row("api-calendar-feeds-revoke", REVOKED, lambda: [sams()[0]], method="post"),
]
