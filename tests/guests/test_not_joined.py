"""A CMO that has not joined answers by a link all the same; later visits, receipts that end, visits that end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from audits.conduct import visit_actions
from audits.programme.demo import audit
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.record import opened_door
from communications.guests.models import GuestLink
from communications.notices.guest_tasks import mail_account_wish
from tests.guests.makers import browser, card, code_for, door_of, fresh, inside, let_in, made, receipt, text

pytestmark = pytest.mark.django_db


def test_a_cmo_that_has_not_joined_answers(cast: Any, sign_in: Any) -> None:
    held = audit("absent")
    assert held.site.vendor.company is None and held.notified_date is not None
    asked = visit_actions.ask(held, by=cast.leo, title="Batch record of the last campaign")
    link = made(cast, asked, email="vera@latina.example", name="Vera Conti")
    visitor = let_in(link)
    assert visitor.post(inside(link), {"words": "", "attached": text(), "version": asked.version}).status_code == 302
    filed = Attachment.objects.get(about_number=asked.number)
    assert (filed.wall_owner, filed.wall_partner, filed.wall_shared) == (cast.sam.company_id, None, True)
    assert "plan.txt" in sign_in("leo").get(asked.get_absolute_url()).content.decode()
    visitor.post(receipt(link), {"do": "account"})
    mail.outbox.clear()
    mail_account_wish(link.number)
    assert {each.to[0] for each in mail.outbox} == {"sam@northgate.example", "ada@northgate.example"}
    page = sign_in("ada").get(f"/cmos/{held.site.vendor.number}/invite/?email=vera@latina.example&name=Vera+Conti")
    assert "vera@latina.example" in page.content.decode(), "the sponsor invites the CMO as it always does"


def test_the_receipt_is_read_again_until_it_ends(cast: Any) -> None:
    link, asked = made(cast, card()), card()
    visitor, later, door = browser(), browser(), door_of(link)
    assert visitor.post(door, {"code": code_for(visitor, door)}).status_code == 302
    assert visitor.get(receipt(link))["Location"] == inside(link), "no account is offered before the answer"
    assert visitor.post(inside(link), {"words": "On site.", "version": asked.version}).status_code == 302
    assert later.get(door).status_code == 200 and later.get(receipt(link)).status_code == 410
    assert later.post(door, {"code": code_for(later, door)}).status_code == 302
    assert "On site." in later.get(receipt(link)).content.decode()
    assert visitor.get(receipt(link)).status_code == 410, "the newest visit is the only one"
    code = code_for(later, door)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    assert [browser().post(door, {"code": wrong}).status_code for _ in range(5)] == [422] * 4 + [410]
    assert later.post(door, {"code": code}).status_code == 410, "a receipt is not guessed either"
    with opened_door():
        GuestLink.objects.filter(pk=link.pk).update(wrong_codes=0)
    assert later.get(receipt(link)).status_code == 200
    with opened_door():
        GuestLink.objects.filter(pk=link.pk).update(answered_at=timezone.now() - timedelta(days=7))
    over = later.get(receipt(link))
    assert over.status_code == 410 and "can no longer be read" in later.get(door).content.decode()


def test_a_visit_ends_with_its_time_and_with_the_links(cast: Any, settings: Any) -> None:
    link = made(cast, card())
    visitor = let_in(link)
    settings.GUEST_SESSION_MINUTES = 0
    assert visitor.get(inside(link)).status_code == 410
    settings.GUEST_SESSION_MINUTES = 60
    assert visitor.get(inside(link)).status_code == 200
    with opened_door():
        GuestLink.objects.filter(pk=link.pk).update(expires_at=timezone.now())
    late = visitor.post(inside(link), {"words": "Late.", "version": card().version})
    assert late.status_code == 410 and fresh(link).answered_at is None


def test_whoever_is_signed_in_visits_as_the_guest(cast: Any, sign_in: Any) -> None:
    link, asked = made(cast, card()), card()
    visitor = let_in(link, sign_in("bea"))
    assert "<nav" not in visitor.get(inside(link)).content.decode()
    assert visitor.post(inside(link), {"words": "Here.", "version": asked.version}).status_code == 302
    assert card().partner_note == "Miriam Holzer (by link): Here."
    assert visitor.get(asked.get_absolute_url()).status_code == 404, "and is elsewhere who they are"
