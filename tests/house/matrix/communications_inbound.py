"""Who gets what at the addresses of mail that came: each person their own, and nothing at all of anybody else's."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import opened_door
from communications.inbound.actions import release
from communications.inbound.models import InboundMail
from communications.messages.models import Thread
from tests.house.matrix import PARTNER, SPONSOR, Row, answers

ALL = (*SPONSOR, *PARTNER, "otto")
READERS = tuple(name for name in ALL if name != "ines")


def held() -> list[Any]:
    """The demo's mail that is held for Pat."""
    return [InboundMail.objects.get(status="held", person__email__startswith="pat@").number]


def of_nobody() -> list[Any]:
    """A mail of somebody at Alpenglow that names nobody who works there."""
    known = InboundMail.objects.get(number=held()[0])
    values = {f.attname: getattr(known, f.attname) for f in InboundMail._meta.concrete_fields if not f.primary_key}
    number = f"EML-2026-{timezone.now():%M%S}X"
    with acting_as(SETUP), opened_door():
        made = InboundMail(**values | {"number": number, "person_id": None, "thread_id": None, "delivery_key": number})
        made.save(force_insert=True)
    return [number]


def message() -> list[Any]:
    """A message of Pat's that came by mail."""
    mail = InboundMail.objects.get(number=held()[0])
    pat = User.objects.select_related("membership__company").get(email__startswith="pat@")
    assert Thread.objects.filter(pk=mail.thread_id).exists()
    with acting_as(pat):
        return [release(mail, by=pat).number]


LIST = answers(ok=READERS, forbidden=("ines",))
OWN = answers(ok=("pat",), forbidden=("ines",), hidden=tuple(name for name in READERS if name != "pat"))
MOVED = OWN | {"pat": 302}
OF_NOBODY = answers(ok=("uwe",), forbidden=("ines",), hidden=tuple(name for name in READERS if name != "uwe"))
NO_DOOR = answers(hidden=ALL, stranger=404)  # without a secret in the settings there is no such address


def api(given: dict[str, int], **changed: int) -> dict[str, int]:
    return given | {"": 401} | changed


ROWS = [
    Row("communications:inbound-receive", NO_DOOR, method="post", note="no secret is set"),
    Row("communications:inbound-list", LIST),
    Row("communications:inbound-detail", OWN, held),
    Row("communications:inbound-detail", OF_NOBODY, of_nobody, note="names nobody"),
    Row("communications:inbound-release", MOVED, held, method="post"),
    Row("communications:inbound-discard", OWN, held),
    Row("communications:inbound-discard", MOVED, held, method="post", body={"reason": "Not mine"}, note="discard"),
    Row("communications:inbound-raw", OWN, held),
    Row("communications:inbound-raw", OF_NOBODY | {"uwe": 404}, of_nobody, note="names nobody"),
    Row("communications:inbound-of-message", MOVED, message),
    Row("api-held-mails-list", api(LIST)),
    Row("api-held-mails-detail", api(OWN), held),
    Row("api-held-mails-release", api(OWN, pat=400), held, method="post", note="nothing sent"),
    Row("api-held-mails-discard", api(OWN, pat=400), held, method="post", note="nothing sent"),
]
