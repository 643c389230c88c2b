"""Who gets what at the addresses of profiles: a CMO's own pages no sponsor, a published version its two companies."""

from __future__ import annotations

from typing import Any

from communications.profiles.models import Answer, Publication
from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from vendors.registry.models import Vendor

OURS = tuple(name for name in SPONSOR if name != "ada")
MARKERS = ("sam", "quinn", "leo")
IMPORTERS = ("sam", "quinn")
JSON: dict[str, Any] = {"method": "post", "note": "nothing sent"}


def of_northgate() -> Any:
    rows = Publication.objects.filter(vendor__sponsor__name__startswith="Northgate")
    return rows.filter(vendor__company__name__startswith="Alpenglow").order_by("revision")


def newest() -> list[Any]:
    return [of_northgate().last().number]


def first() -> list[Any]:
    return [of_northgate().first().number]


def of_otter() -> list[Any]:
    return [Publication.objects.get(vendor__sponsor__name__startswith="Otter").number]


def cmo() -> list[Any]:
    return [of_northgate().first().vendor.number]


def relation() -> list[Any]:
    return [Vendor.objects.get(sponsor__name__startswith="Otter", company__name__startswith="Alpenglow").number]


def answer() -> list[Any]:
    return [Answer.objects.get(question="SC-08").number]


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


OWN = answers(ok=PARTNER, hidden=(*SPONSOR, "otto"))
OWN_PUBLISH = answers(ok=("pat", "bea"), forbidden=("uwe",), hidden=(*SPONSOR, "otto"))
OWN_POST = answers(pat=302, uwe=302, bea=302, hidden=(*SPONSOR, "otto"))
OF_ALPENGLOW = answers(pat=200, uwe=200, bea=404, hidden=(*SPONSOR, "otto"))
READ = answers(ok=(*OURS, *PARTNER, "otto"), forbidden=("ada",))
ONE = answers(ok=(*OURS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
OF_CMO = answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto"))
NOT_MARKING = ("eva", "tom", "priya", "ines", "ada")
MARK = answers(sam=302, quinn=302, leo=302, forbidden=NOT_MARKING, hidden=(*PARTNER, "otto"))
IMPORT = answers(ok=IMPORTERS, forbidden=("leo", *NOT_MARKING), hidden=(*PARTNER, "otto"))
NOTHING_IMPORTED = answers(forbidden=("leo", *NOT_MARKING), hidden=(*IMPORTERS, *PARTNER, "otto"))

ROWS = [
    Row("communications:profile-own", OWN),
    Row("communications:profile-publish", OWN_PUBLISH),
    Row(
        "communications:profile-withdraw",
        answers(ok=("pat",), forbidden=("uwe",), hidden=(*SPONSOR, "otto", "bea")),
        relation,
    ),
    Row("communications:profile-export", OWN_PUBLISH),
    Row("communications:profile-import", OWN),
    Row("communications:profile-section", OWN, lambda: ["quality"]),
    Row("communications:section-confirm", OWN_POST, lambda: ["references"], method="post"),
    Row("communications:section-mark", OWN_POST, lambda: ["references"], method="post"),
    Row("communications:profile-question", OWN, lambda: ["QU-05"]),
    Row("communications:answer-detail", answers(pat=302, uwe=302, bea=404, hidden=(*SPONSOR, "otto")), answer),
    Row("communications:publication-detail", ONE, newest),
    Row("communications:publication-print", ONE, newest),
    Row("communications:publication-mark", MARK, first, method="post"),
    Row("communications:publication-discard", NOTHING_IMPORTED, newest),
    Row("communications:cmo-profile", OF_CMO, cmo),
    Row("communications:cmo-profile-import", IMPORT, cmo),
    Row("api-profiles-list", api(READ)),
    Row("api-profiles-list", api(answers(pat=400, bea=400, uwe=403, hidden=(*SPONSOR, "otto"))), **JSON),
    Row("api-profiles-detail", api(ONE), newest),
    Row("api-profiles-content", api(ONE), newest),
    Row("api-profiles-diff", api(ONE), newest),
    Row(
        "api-profiles-mark",
        api(answers(ok=MARKERS, forbidden=NOT_MARKING, hidden=(*PARTNER, "otto"))),
        first,
        method="post",
    ),
    Row(
        "api-profiles-withdraw",
        api(answers(pat=200, uwe=403, hidden=(*SPONSOR, "otto", "bea"))),
        of_otter,
        method="post",
        body={"reason": "Asked in the matrix."},
    ),
    Row("api-profile-answers-list", api(OWN)),
    Row("api-profile-answers-list", api(answers(pat=400, uwe=400, bea=400, hidden=(*SPONSOR, "otto"))), **JSON),
    Row("api-profile-answers-detail", api(OF_ALPENGLOW), answer),
    Row(
        "api-profile-answers-detail",
        api(answers(pat=200, uwe=200, bea=404, hidden=(*SPONSOR, "otto"))),
        answer,
        method="patch",
        body={"value": "Room temperature only"},
    ),
    Row("api-profile-answers-confirm", api(OF_ALPENGLOW), answer, method="post"),
    Row("api-profile-answers-sections", api(OWN)),
    Row(
        "api-profile-answers-sections",
        api(answers(pat=400, uwe=400, bea=400, hidden=(*SPONSOR, "otto"))),
        **JSON,
    ),
]
