"""Who gets what at the addresses of updates: an administrator none, a draft only whoever works at its company."""

from __future__ import annotations

from typing import Any

from communications.updates.models import Update, UpdateDraft
from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from vendors.registry.models import Site

OURS = tuple(name for name in SPONSOR if name != "ada")
READERS = (*OURS, *PARTNER, "otto")
POSTERS = ("sam", "quinn", "otto", "pat", "bea")
AT_WORK = ("leo", "eva", "tom", "priya", "ines")


def of_title(words: str) -> Update:
    found: Update = Update.objects.get(title__startswith=words)
    return found


def deviation() -> list[Any]:
    """Alpenglow told Northgate of it; it waits to be acknowledged."""
    return [of_title("Stopper bowl").number]


def offer() -> list[Any]:
    return [of_title("Two PPQ slots").number]


def draft() -> list[Any]:
    return [UpdateDraft.objects.get(title__startswith="Cracked vial").number]


def site() -> list[Any]:
    return [Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate").number]


def cmo() -> list[Any]:
    return [of_title("Stopper bowl").vendor.number]


READ = answers(ok=READERS, forbidden=("ada",))
ONE = answers(ok=(*OURS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
WRITE = answers(ok=POSTERS, forbidden=(*AT_WORK, "ada", "uwe"))
OF_CMO_TYPE = answers(ok=("pat", "bea"), forbidden=(*AT_WORK, "ada", "uwe"), hidden=("sam", "quinn", "otto"))
DRAFT = answers(ok=("pat", "uwe"), forbidden=("ada",), hidden=(*OURS, "bea", "otto"))
DISCARD = answers(
    forbidden=(*AT_WORK, "ada", "uwe"), hidden=("sam", "quinn", "otto", "bea"), pat=302
)  # fmt: skip
ACKNOWLEDGE = answers(
    ok=("sam", "quinn", "pat"), forbidden=(*AT_WORK, "ada", "uwe"), hidden=("bea", "otto")
)  # Pat reads that the other side does this
AMEND = answers(
    forbidden=(*AT_WORK, "ada", "uwe"), hidden=("bea", "otto"), sam=302, quinn=302, pat=200
)  # those of the other side are led back with the sentence
TAKE_OVER = answers(
    forbidden=("quinn", "leo", "eva", "tom", "priya", "ines", "ada", "uwe"), hidden=("bea", "otto"), sam=302, pat=302
)
OF_CMO = answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto"))


def api(row: dict[str, int], **changed: int) -> dict[str, int]:
    return {**row, "": 401, **changed}


def turned(row: dict[str, int], status: int) -> dict[str, int]:
    """The same row where those who may get `status` instead of 200."""
    return {name: status if given == 200 else given for name, given in row.items()}


WRITE_ONE = answers(
    forbidden=(*AT_WORK, "ada", "uwe"), hidden=("bea", "otto"), sam=409, quinn=409, pat=409
)  # the other side posts no version of it, and Pat says nothing new
WRITE_DRAFT = answers(forbidden=(*AT_WORK, "ada", "uwe"), hidden=("sam", "quinn", "otto", "bea"), pat=200)
POST_DRAFT = {**WRITE_DRAFT, "pat": 409}  # it lacks something, or a colleague wrote since
TAKE_OVER_API = {**TAKE_OVER, "sam": 200, "pat": 409}  # Sam was faster
JSON: dict[str, Any] = {"method": "post", "note": "nothing sent"}
API = [
    Row("api-updates-list", api(READ)),
    Row("api-updates-list", api(turned(WRITE, 400)), **JSON),
    Row("api-updates-detail", api(ONE), deviation),
    Row("api-updates-detail", api(WRITE_ONE), deviation, method="patch"),
    Row("api-updates-transitions", api(ONE), deviation),
    Row("api-updates-transitions", api(turned(ONE, 400)), deviation, **JSON),
    Row("api-updates-revisions", api(ONE), deviation),
    Row("api-updates-replies", api(ONE), deviation),
    Row("api-updates-take-over", api(TAKE_OVER_API), offer, method="post"),
    Row("api-update-drafts-list", api(READ)),
    Row("api-update-drafts-list", api(turned(WRITE, 400)), **JSON),
    Row("api-update-drafts-detail", api(DRAFT), draft),
    Row("api-update-drafts-detail", api(WRITE_DRAFT), draft, method="patch"),
    Row("api-update-drafts-send", api(POST_DRAFT), draft, method="post", body={"version": 0}),
    Row("api-update-drafts-discard", api({**WRITE_DRAFT, "pat": 200}), draft, method="post"),
]

ROWS = [
    *API,
    Row("communications:update-list", READ),
    Row("communications:update-export", READ, lambda: ["csv"]),
    Row("communications:update-create", WRITE),
    Row("communications:update-write", OF_CMO_TYPE, lambda: ["deviation"]),
    Row("communications:draft-detail", DRAFT, draft),
    Row("communications:draft-discard", DISCARD, draft, method="post"),
    Row("communications:update-detail", ONE, deviation),
    Row("communications:update-amend", AMEND, deviation),
    Row("communications:update-move", ACKNOWLEDGE, lambda: [*deviation(), "acknowledge"]),
    Row("communications:update-take-over", TAKE_OVER, offer, method="post"),
    Row("communications:cmo-updates", OF_CMO, cmo),
    Row("communications:site-updates", ONE, site),
]
