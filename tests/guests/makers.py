"""Links for tests, made by the people who would, and visitors who come by their mail."""

from __future__ import annotations

import re
import secrets
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from audits.conduct.models import DocumentRequest
from audits.programme.demo import audit
from cmo_portal.records.trail import TrailEvent
from communications.guests import actions
from communications.guests.models import GuestLink
from communications.notices.guest_tasks import mail_guest_code, mail_guest_link

READS = ("audit__site__vendor__sponsor", "audit__site__vendor__company")
MIRIAM = "miriam@alpenglow.example"


def card(title: str = "Validation master plan") -> DocumentRequest:
    return DocumentRequest.objects.select_related(*READS).get(audit=audit("notified"), title=title)  # type: ignore[no-any-return]


def made(cast: Any, record: Any, *, by: str = "sam", email: str = MIRIAM, name: str = "Miriam Holzer") -> GuestLink:
    return actions.ask(record, by=getattr(cast, by), email=email, name=name)


def fresh(link: GuestLink) -> GuestLink:
    return GuestLink.objects.get(pk=link.pk)  # type: ignore[no-any-return]


def door_of(link: GuestLink) -> str:
    """The address in the mail, which is the only place where it stands."""
    mail_guest_link(link.number)
    found = re.search(r"https?://[^/]+(/by-link/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found.group(1)


def browser() -> Client:
    """A browser at an address of its own: tries are counted by address."""
    return Client(REMOTE_ADDR=f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{secrets.randbelow(250)}")


def code_for(client: Client, door: str) -> str:
    """Presses the button at the door and reads the mail."""
    number = door.split("/")[2]
    assert client.post(door).status_code == 302
    mail_guest_code(number)
    found = re.search(r"^(\d{6})$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found is not None
    return found.group(1)


def let_in(link: GuestLink, client: Client | None = None) -> Client:
    """A browser that has come in by the link and its code."""
    client = client or browser()
    door = door_of(link)
    assert client.post(door, {"code": code_for(client, door)}).status_code == 302
    return client


def inside(link: GuestLink) -> str:
    return reverse("communications:guest-visit", args=[link.number])


def receipt(link: GuestLink) -> str:
    return reverse("communications:guest-receipt", args=[link.number])


def text(name: str = "plan.txt", content: bytes = b"The plan, edition 7.\n") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/plain")


def acts(record: Any) -> list[tuple[str, str]]:
    """(act, who) of the record's trail, the oldest first."""
    rows = TrailEvent.objects.filter(record_type=record.record_type(), record_number=record.number).order_by("seq")
    return list(rows.values_list("action", "actor_name"))
