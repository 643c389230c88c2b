"""A document request is answered by a link: from the mail to the receipt, and what each step leaves in the trail."""

from __future__ import annotations

import hashlib
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.conduct import visit_actions
from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.record import opened_door
from cmo_portal.records.workflow import WrongState
from communications.guests import actions
from communications.guests.models import GuestLink
from communications.guests.vocabulary import LinkState
from communications.notices.guest_tasks import mail_account_wish, mail_guest_link
from tests.guests.makers import (
    MIRIAM,
    acts,
    browser,
    card,
    code_for,
    door_of,
    fresh,
    inside,
    let_in,
    made,
    receipt,
    text,
)
from tests.house.test_gate import as_read
from tests.meanwhile import right_after

pytestmark = pytest.mark.django_db
WHO = f"Miriam Holzer <{MIRIAM}> by link of Sam Keller"
GUESTS_OWN = ("guest_link.enter_link", "guest_link.answer_link", "guest_link.want_account", "guest_link.leave_link")


def test_from_the_mail_to_the_receipt(cast: Any, sign_in: Any) -> None:
    asked = card()
    template = attach(asked, text("form.txt", b"Fill this in.\n"), by=cast.leo, title="Our form")
    ours = attach(asked, text("ours.txt", b"They are late again.\n"), by=cast.leo, shared=False)
    link = made(cast, asked)
    assert (link.expires_at - timezone.now()).days == 13, "14 days where nobody says otherwise"
    visitor, door = browser(), door_of(link)
    sent = mail.outbox[-1]
    said = f"{sent.subject} {sent.body} {sent.alternatives[0][0]}"  # type: ignore[attr-defined]
    for secret in ("Northgate", "Validation", "Graz", "audit", asked.number):
        assert secret not in said, "a mail carries no content"
    assert fresh(link).secret_digest not in said and fresh(link).state(timezone.now()) == LinkState.SENT

    opened = visitor.get(door).content.decode()
    for secret in ("Northgate", "Validation", "Miriam", "miriam", "Sam", "Alpenglow"):
        assert secret not in opened, "the address alone tells nothing"
    assert visitor.get(inside(link)).status_code == 410, "nor does it open anything"
    code = code_for(visitor, door)
    assert code not in door and "http" not in str(mail.outbox[-1].body), "who has this mail alone has nothing"
    came = visitor.post(door, {"code": f" {code[:3]} {code[3:]} "})
    assert came["Location"] == inside(link)
    cookie = visitor.cookies["cmo_visit"]
    assert cookie["path"] == inside(link) and cookie["httponly"] and cookie["samesite"] == "Lax"

    page = visitor.get(inside(link))
    shown = page.content.decode()
    assert "Validation master plan" in shown and "Northgate Biopharma" in shown and "form.txt" not in shown
    assert "Our form" in shown and "ours.txt" not in shown, "what the sponsor keeps to itself stays there"
    assert "<nav" not in shown and "Leo" not in shown and "no-store" in page["Cache-Control"]
    files = f"{inside(link)}files/"
    assert b"".join(visitor.get(f"{files}{template.number}/").streaming_content) == b"Fill this in.\n"  # type: ignore[attr-defined]
    assert visitor.get(f"{files}{ours.number}/").status_code == 404

    nothing = visitor.post(inside(link), {"words": " ", "version": asked.version})
    assert nothing.status_code == 422 and "Attach the document" in nothing.content.decode()
    wrong = visitor.post(inside(link), {"words": "Kept words", "attached": text("plan.exe"), "version": asked.version})
    assert wrong.status_code == 422 and "Kept words" in wrong.content.decode() and "plan.exe" in wrong.content.decode()
    assert not Attachment.objects.filter(about_number=asked.number, name="plan.exe").exists()
    good = {"words": "Edition 7.", "attached": [text(), text("annex.txt", b"Annex.\n")], "version": asked.version}
    answer = visitor.post(inside(link), good)
    assert answer["Location"] == receipt(link)
    shown = visitor.get(receipt(link)).content.decode()
    for part in (b"The plan, edition 7.\n", b"Annex.\n", b"Edition 7."):
        assert hashlib.sha256(part).hexdigest() in shown
    assert "account" in shown and "<nav" not in shown

    asked = card()
    assert asked.status == "provided" and asked.partner_note == "Miriam Holzer (by link): Edition 7."
    filed = Attachment.objects.filter(about_number=asked.number, name__in=["plan.txt", "annex.txt"])
    assert [(each.wall_shared, each.wall_partner) for each in filed] == [(True, asked.wall_partner)] * 2
    assert {name for action, name in acts(filed[0])} == {WHO}
    mine = [action for action, name in acts(asked) if name == WHO]
    assert mine == ["guest_link.enter_link", "guest_link.read_link_file", "request.note", "request.provide"]
    assert ("guest_link.ask_by_link", "Sam Keller") in acts(asked)
    steps = [action for action, _ in acts(link)]
    assert steps == [
        *("guest_link.make_link", "guest_link.deliver_link", "guest_link.open_link", "guest_link.want_code"),
        *("guest_link.draw_code", "guest_link.send_code", "guest_link.enter_link", "guest_link.read_link_file"),
        "guest_link.answer_link",
    ]
    again = visitor.post(inside(link), {"words": "Once more.", "version": asked.version})
    assert again.status_code == 422 and "answered already" in again.content.decode(), "a link answers once"
    assert "Miriam Holzer" in sign_in("leo").get(asked.get_absolute_url()).content.decode()
    home = sign_in("sam").get("/").content.decode()
    assert "Asked by link" in home and "Miriam Holzer" in home, "whoever asked hears of it"

    wish = visitor.post(receipt(link), {"do": "account"})
    assert wish.status_code == 302
    mail.outbox.clear()
    mail_account_wish(link.number)
    mail_account_wish(link.number)
    assert [each.to for each in mail.outbox] == [["uwe@alpenglow.example"]], "who invites people there, once"
    address = re.search(r"https?://[^/]+(/people/\S+)", str(mail.outbox[0].body))
    assert address is not None
    invites = sign_in("uwe").get(address.group(1)).content.decode()
    assert MIRIAM in invites and "Miriam Holzer" in invites
    left = visitor.post(receipt(link), {"do": "leave"})
    assert left.status_code == 200 and visitor.get(receipt(link)).status_code == 410
    names = dict(acts(link))
    assert {names[action] for action in GUESTS_OWN} == {WHO}


def test_what_is_needed_to_ask(cast: Any) -> None:
    asked = card()
    for who in ("quinn", "eva", "ines", "ada", "uwe"):
        with pytest.raises(PermissionDenied):
            made(cast, asked, by=who)
    with pytest.raises(ValidationError, match="colleague"):
        made(cast, asked, email="leo@northgate.example")
    link = made(cast, asked)
    with pytest.raises(ValidationError, match="has a link"):
        made(cast, asked, email=MIRIAM.upper())
    delegated = made(cast, asked, by="pat")
    assert delegated.wall_owner == cast.pat.company_id and delegated.company_name == "Alpenglow Pharma Services"
    assert not GuestLink.objects.visible_to(cast.sam).filter(pk=delegated.pk).exists(), "whom a CMO asks is its own"
    assert not GuestLink.objects.visible_to(cast.pat).filter(pk=link.pk).exists()
    visit_actions.move_request(asked, "withdraw", by=cast.leo, reason="Seen on site")
    with pytest.raises(WrongState, match="This request is withdrawn"):
        made(cast, card(), email="b@alpenglow.example")
    with pytest.raises(WrongState):
        actions.renew(link, by=cast.sam)


def test_codes_are_used_once_guessed_five_times_and_last_ten_minutes(cast: Any) -> None:
    link = made(cast, card())
    visitor, other, door = browser(), browser(), door_of(link)
    old = code_for(visitor, door)
    code = code_for(visitor, door)
    if old != code:
        assert visitor.post(door, {"code": old}).status_code == 422, "a newer code ends the older one"
    assert visitor.post(door, {"code": code}).status_code == 302
    replay = other.post(door, {"code": code})
    assert replay.status_code == 422 and "used" in replay.content.decode()
    assert other.get(inside(link)).status_code == 410 and visitor.get(inside(link)).status_code == 200
    late = code_for(other, door)
    with opened_door():
        past = timezone.now() - timedelta(minutes=10)
        GuestLink.objects.filter(pk=link.pk).update(code_made_at=past)
    assert "ten minutes" in other.post(door, {"code": late}).content.decode()


def test_five_wrong_codes_lock_the_link_until_it_is_renewed(cast: Any, sign_in: Any) -> None:
    link = made(cast, card())
    visitor, door = browser(), door_of(link)
    code = code_for(visitor, door)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    answers = [visitor.post(door, {"code": wrong}) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [422] * 4 + [410]
    assert "One try is left" in answers[3].content.decode() and "too many wrong codes" in answers[4].content.decode()
    assert visitor.post(door, {"code": code}).status_code == 410, "the right one comes too late"
    assert [a for a, _ in acts(link)].count("guest_link.wrong_code") == 5
    assert fresh(link).state(timezone.now()) == LinkState.LOCKED
    renewed = sign_in("sam").post(f"/links/{link.number}/renew/")
    assert renewed.status_code == 302
    newer = door_of(fresh(link))
    assert visitor.get(door).status_code == 410 and visitor.get(newer).status_code == 200, "the older mail is over"


def test_a_link_that_is_over_ends_the_visit_and_says_what_to_do(cast: Any, sign_in: Any) -> None:
    link, asked = made(cast, card()), card()
    visitor = let_in(link)
    unknown = browser().get(f"/by-link/{link.number}/open/{'x' * 43}/")
    nowhere = browser().get(f"/by-link/LNK-2026-ZZZZZ/open/{'x' * 43}/")
    assert unknown.status_code == nowhere.status_code == 410 and as_read(unknown) == as_read(nowhere)
    page = sign_in("sam").post(f"/links/{link.number}/revoke/", {"reason": ""})
    assert page.status_code == 422
    assert sign_in("sam").post(f"/links/{link.number}/revoke/", {"reason": "Left the company"}).status_code == 302
    late = visitor.post(inside(link), {"words": "Here it is.", "attached": text(), "version": asked.version})
    assert late.status_code == 410 and card().status != "provided", "revoked while the page was open"
    assert [action for action, _ in acts(asked)][-1] == "guest_link.revoke_link"
    with pytest.raises(WrongState):
        actions.renew(fresh(link), by=cast.sam)
    mail_guest_link(link.number)
    assert "revoke" not in str(mail.outbox[-1].body), "no mail follows"

    second = made(cast, asked, email="b@alpenglow.example", name="Ben Ott")
    door = door_of(second)
    with opened_door():
        GuestLink.objects.filter(pk=second.pk).update(expires_at=timezone.now())
    ended = browser().get(door)
    assert ended.status_code == 410 and "Its time is over" in ended.content.decode()
    assert "Northgate" not in ended.content.decode() and "Sam" not in ended.content.decode()
    renewed = fresh(second)
    actions.renew(renewed, by=cast.sam)
    assert fresh(second).state(timezone.now()) == LinkState.UNSENT


def test_two_windows_that_answer_at_once_file_once(cast: Any) -> None:
    link, asked = made(cast, card()), card()
    first = let_in(link)
    second = browser()
    second.cookies = first.cookies
    sent = {"words": "Mine.", "version": asked.version}
    assert first.get(inside(link)).status_code == second.get(inside(link)).status_code == 200
    with right_after('FROM "audits_documentrequest"', lambda: first.post(inside(link), sent)) as between:
        told = second.post(inside(link), sent | {"words": "Mine too."})
    assert between, "the first window sent while the second was at it"
    assert (
        told.status_code == 422 and "another window" in told.content.decode() and "Mine too." in told.content.decode()
    )
    assert card().partner_note == "Miriam Holzer (by link): Mine."


def test_what_changed_meanwhile_is_read_before_it_is_answered(cast: Any) -> None:
    link, asked = made(cast, card()), card()
    visitor = let_in(link)
    visit_actions.revise_request(asked, by=cast.leo, details="For line 3 only.")
    told = visitor.post(inside(link), {"words": "All lines.", "version": asked.version - 1})
    shown = told.content.decode()
    assert told.status_code == 422 and "All lines." in shown and "For line 3 only." in shown
    version = re.search(r'name="version" value="(\d+)"', shown)
    assert version is not None
    assert visitor.post(inside(link), {"words": "Line 3.", "version": version.group(1)}).status_code == 302


def test_who_tries_too_often_waits(cast: Any) -> None:
    link = made(cast, card())
    visitor, door = browser(), door_of(link)
    assert [visitor.post(door).status_code for _ in range(4)] == [302, 302, 302, 429]
    assert visitor.post(door, REMOTE_ADDR="203.0.113.9").status_code == 429, (
        "the link is counted, not the address alone"
    )
