"""Who gets what at the addresses of the message log: everybody but an administrator reads what is shared with them."""

from __future__ import annotations

from typing import Any

from audits.programme.models import Audit
from communications.messages.models import AgreedAction, InternalNote, Message, Thread
from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from vendors.registry.models import Site

OURS = tuple(name for name in SPONSOR if name != "ada")
WRITERS = tuple(name for name in OURS if name != "ines")
READERS = (*OURS, *PARTNER, "otto")


def shared() -> list[Any]:
    """Northgate's thread with Alpenglow, about a site that both read."""
    return [Thread.objects.get(subject__startswith="Shelf mapping", is_shared=True).number]


def own() -> list[Any]:
    """Northgate's own, about a selection."""
    return [Thread.objects.get(subject="Which references do we call?").number]


def otters() -> list[Any]:
    return [Thread.objects.get(subject="Forecast for the next quarter").number]


def message() -> list[Any]:
    return [Message.objects.get(thread__number=shared()[0], sequence=1).number]


def note(side: str) -> list[Any]:
    return [InternalNote.objects.filter(thread__number=shared()[0], author_side=side)[0].number]


def linz() -> Site:
    return Site.objects.get(name="Linz Aseptic", vendor__sponsor__name__startswith="Northgate")  # type: ignore[no-any-return]


def theirs() -> list[Any]:
    """An action that the CMO does."""
    return [AgreedAction.objects.get(thread__number=shared()[0], side="partner").number]


def selection() -> list[Any]:
    return ["vendors.selection", Thread.objects.get(number=own()[0]).about_number]


def cmo() -> list[Any]:
    return [linz().vendor.number]


def site() -> list[Any]:
    return [linz().number]


def audit() -> list[Any]:
    rows = Audit.objects.filter(site__vendor=linz().vendor, notified_date__isnull=False, is_shared=True)
    return [rows.order_by("pk")[0].number]


LIST = answers(ok=READERS, forbidden=("ada",))
BOTH = answers(ok=(*OURS, "pat", "uwe"), forbidden=("ada",), hidden=("bea", "otto"))
SPOKEN = answers(forbidden=("ada", "ines", "uwe"), hidden=("bea", "otto"), **dict.fromkeys((*WRITERS, "pat"), 302))
LED = answers(forbidden=("ada",), hidden=("bea", "otto"), **dict.fromkeys((*OURS, "pat", "uwe"), 302))
OUR_NOTE = answers(forbidden=("ada", "ines", "uwe"), hidden=("pat", "bea", "otto"), **dict.fromkeys(WRITERS, 302))
THEIR_NOTE = answers(forbidden=("ada", "ines", "uwe"), hidden=(*WRITERS, "bea", "otto"), pat=302)
OF_OTTER = answers(ok=("pat", "uwe", "otto"), forbidden=("ada",), hidden=(*OURS, "bea"))
OURS_ALONE = answers(ok=WRITERS, forbidden=("ada",), hidden=("ines", *PARTNER, "otto"))
STARTS = answers(ok=(*WRITERS, "pat", "bea", "otto"), forbidden=("ada", "ines", "uwe"))
UNSENT = answers(forbidden=("ada", "ines", "uwe"), hidden=("bea", "otto"), **dict.fromkeys((*WRITERS, "pat"), 422))
OF_CMO = answers(ok=OURS, forbidden=("ada",), hidden=(*PARTNER, "otto"))
NOTES = answers(ok=(*WRITERS, "pat"), forbidden=("ada", "ines", "uwe"), hidden=("bea", "otto"))


def api(given: dict[str, int], **changed: int) -> dict[str, int]:
    return given | {"": 401} | changed


def bad(given: dict[str, int]) -> dict[str, int]:
    """The same where nothing was sent: who may act is told what is missing."""
    return api({name: 400 if status in (200, 302) else status for name, status in given.items()})


ROWS = [
    Row("communications:thread-list", LIST),
    Row("communications:thread-create", STARTS),
    Row("communications:thread-detail", BOTH, shared),
    Row("communications:thread-detail", OURS_ALONE, own, note="a sponsor's own"),
    Row("communications:thread-detail", OF_OTTER, otters, note="of another sponsor"),
    Row("communications:thread-detail", UNSENT, shared, method="post", note="neither button"),
    Row("communications:thread-export", BOTH, shared),
    Row("communications:thread-pdf", BOTH, shared),
    Row("communications:thread-unread", LIST),
    Row("communications:thread-people", NOTES, shared),
    Row("communications:thread-since", BOTH, shared),
    Row("communications:thread-move", SPOKEN, lambda: [*shared(), "release"], method="post"),
    Row("communications:message-detail", LED, message),
    Row("communications:message-acknowledge", SPOKEN, message, method="post"),
    Row("communications:note-detail", OUR_NOTE, lambda: note("sponsor"), note="the sponsor's"),
    Row("communications:note-detail", THEIR_NOTE, lambda: note("partner"), note="the CMO's"),
    Row("communications:action-create", NOTES, shared),
    Row("communications:action-list", LIST),
    Row("communications:action-detail", BOTH, theirs),
    Row("communications:action-finish", SPOKEN, theirs, method="post"),
    Row("communications:action-drop", NOTES, theirs),
    Row("communications:record-threads", BOTH, lambda: ["vendors.site", *site()]),
    Row("communications:record-threads", OURS_ALONE, selection, note="a sponsor's own"),
    Row("communications:cmo-threads", OF_CMO, cmo),
    Row("communications:site-threads", BOTH, site),
    Row("communications:audit-threads", BOTH, audit),
    Row("api-threads-list", api(LIST)),
    Row("api-threads-list", bad(STARTS), method="post", note="nothing sent"),
    Row("api-threads-detail", api(BOTH), shared),
    Row("api-threads-detail", api(OURS_ALONE), own, note="a sponsor's own"),
    Row("api-threads-detail", api(NOTES), shared, method="patch", note="nothing new"),
    Row("api-threads-transitions", api(BOTH), shared),
    Row("api-threads-transitions", bad(BOTH), shared, method="post", note="nothing sent"),
    Row("api-threads-notes", api(NOTES), shared),
    Row("api-threads-notes", bad(NOTES), shared, method="post", note="nothing sent"),
    Row("api-agreed-actions-list", api(LIST)),
    Row("api-agreed-actions-list", bad(STARTS), method="post", note="nothing sent"),
    Row("api-agreed-actions-detail", api(BOTH), theirs),
    Row("api-agreed-actions-finish", api(NOTES, **dict.fromkeys(WRITERS, 409)), theirs, method="post"),
    Row("api-agreed-actions-drop", bad(NOTES), theirs, method="post", note="no reason"),
    Row("api-messages-list", api(LIST)),
    Row("api-messages-list", bad(STARTS), method="post", note="nothing sent"),
    Row("api-messages-detail", api(BOTH), message),
    Row(
        "api-messages-acknowledge",
        api(NOTES, **dict.fromkeys((*WRITERS, "pat"), 204) | {"leo": 409}),
        message,
        method="post",
    ),
]
