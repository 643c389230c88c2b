"""What a mail says, and what none may carry; each kind of deadline has its words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse

from audits.capa.models import CapaLink, EffectivenessCheck
from audits.conduct.models import DocumentRequest
from audits.findings.models import Finding
from cmo_portal.records.deadlines import DueItem, kinds
from cmo_portal.records.trail import TrailEvent, write
from communications.notices.catalogue import CATALOGUE
from communications.notices.delivery import deliver_all
from communications.notices.lines import titles_of
from communications.notices.mail import send
from communications.notices.models import Notice
from communications.notices.preferences import Absence, Mute
from communications.notices.sweep import sweep
from communications.notices.unsubscribe import read, token_for
from tests.notices.test_delivery import html_of
from vendors.registry.models import Certificate

pytestmark = pytest.mark.django_db


def test_every_kind_of_deadline_has_its_words() -> None:
    assert set(CATALOGUE) == set(kinds), "a kind without words, or words without a kind"
    for words in CATALOGUE.values():
        assert words.noun[0].islower() and words.verb[0].isupper() and not words.verb.endswith(".")


def test_every_kind_about_a_finding_or_a_document_has_words_for_a_mail() -> None:
    written = {code for code, kind in kinds.items() if kind.model in (CapaLink, EffectivenessCheck, DocumentRequest)}
    assert {"finding.contain", "request.due"} <= written
    assert [code for code in sorted(written) if kinds[code].mail_title is None] == []


def test_no_mail_carries_what_people_wrote_of_a_finding_or_a_document() -> None:
    """Every due item that the demo has, open or not."""
    items = list(DueItem.objects.all())
    titles, _ = titles_of(items)
    assert {"response.due", "capa.due", "capa.check", "request.due"} <= {code for code, _ in titles}
    secrets = set(Finding.objects.values_list("title", flat=True)) | set(
        DocumentRequest.objects.values_list("title", flat=True)
    )
    assert secrets, "the demo has findings"
    told = "\n".join(titles.values())
    assert [secret for secret in secrets if secret in told] == []


def test_a_mail_about_a_finding_names_it_without_its_title(days_before: Any, cast: Any) -> None:
    item = DueItem.objects.filter(kind__in=("response.due", "capa.due"), is_open=True).order_by("pk")[0]
    finding = kinds[item.kind].model._base_manager.get(number=item.record_number).finding  # type: ignore[attr-defined]
    now = days_before(0)
    DueItem.objects.filter(pk=item.pk).update(next_remind_at=now, due_date=now.date(), armed_at=now - timedelta(days=9))
    sweep(now)
    deliver_all(now)
    assert mail.outbox
    for sent in mail.outbox:
        assert finding.title not in sent.body + html_of(sent) + sent.subject
    assert any(f"{finding.label} of {finding.audit.number}" in sent.body for sent in mail.outbox)


def sent_on(moment: datetime) -> Any:
    sweep(moment)
    deliver_all(moment)
    return mail.outbox[-1]


def test_lines_stand_by_what_is_late_today_and_soon(
    certificate: Certificate, add_certificate: Any, days_before: Any, cast: Any
) -> None:
    late, soon = add_certificate("LATE"), add_certificate("SOON")
    DueItem.objects.filter(record_number=late.number).update(due_date=days_before(7).date())
    DueItem.objects.filter(record_number=soon.number).update(due_date=days_before(-7).date())
    mine = [late.number, soon.number, certificate.number]
    DueItem.objects.filter(record_number__in=mine).update(next_remind_at=days_before(0))
    sent = sent_on(days_before(0))
    places = [sent.body.index(f"\n{word}\n") for word in ("Overdue", "Today", "Soon")]
    assert places == sorted(places)
    assert sent.body.index("LATE of") < places[1] < sent.body.index("AT-1 of") < places[2] < sent.body.index("SOON of")
    assert "7 days late" in sent.body and "in 7 days" in sent.body and sent.subject.endswith("overdue")
    assert "<h2" in html_of(sent) and "prefers-color-scheme: dark" in html_of(sent)


def test_the_other_side_is_named_by_its_company_only(certificate: Certificate, days_before: Any, cast: Any) -> None:
    DueItem.objects.filter(record_number=certificate.number).update(
        kind="response.due", side="partner", holder_ref=cast.pat.ref, owner_ref=cast.leo.ref
    )
    DueItem.objects.filter(record_number=certificate.number).update(
        wall_partner=cast.pat.company_id, wall_shared=True, next_remind_at=days_before(-3)
    )
    sweep(days_before(-3))
    deliver_all(days_before(-3))
    by_name = {sent.to[0].split("@")[0]: sent.body for sent in mail.outbox}
    assert "You have the ball" in by_name["pat"] and "Northgate" in by_name["pat"]
    assert "Leo" not in by_name["pat"] and "Sam" not in by_name["pat"]
    assert "Alpenglow Pharma Services has the ball" in by_name["leo"] and "Pat Huber" not in by_name["leo"]


def test_hours_are_said_in_the_persons_zone(certificate: Certificate, days_before: Any, cast: Any) -> None:
    cast.sam.time_zone = "Asia/Tokyo"
    write(cast.sam, by=cast.sam, action="profile.edit")
    due = days_before(90, hour=20)
    DueItem.objects.filter(record_number=certificate.number).update(due_at=due, due_date=due.date(), is_urgent=True)
    sent = sent_on(days_before(90))
    next_day = due + timedelta(days=1)
    assert f"Due {next_day.day} {next_day:%B %Y}, 05:00 (Asia/Tokyo)" in sent.body


# --- stopping it ------------------------------------------------------------------------------------------
def test_one_click_stops_what_is_not_obligatory(
    certificate: Certificate, days_before: Any, cast: Any, client: Any, settings: Any
) -> None:
    sent = sent_on(days_before(90))
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    assert address in sent.body and address in html_of(sent)
    assert client.get(address).status_code == 200
    assert not Mute.objects.exists(), "a program that only looks at the link changes nothing"
    client.handler.enforce_csrf_checks = True  # a mail program has no token
    for _ in range(2):
        assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    mute = Mute.objects.get()
    assert (mute.user, mute.kind, mute.wall_owner) == (cast.sam, "certificate.expires", cast.sam.company_id)
    event = TrailEvent.objects.get(record_number=mute.number)
    assert event.actor_ref == cast.sam.ref and event.action == "notices.mute"
    DueItem.objects.filter(record_number=certificate.number).update(next_remind_at=days_before(30))
    sweep(days_before(30))
    assert Notice.objects.filter(channel="email", state="waiting", record_number=certificate.number).count() == 0


def test_a_mail_with_an_obligatory_line_has_no_such_link(
    certificate: Certificate, add_certificate: Any, days_before: Any, cast: Any
) -> None:
    other = add_certificate("AT-2")
    DueItem.objects.filter(record_number=other.number).update(kind="qualification.expires", holder_ref=cast.sam.ref)
    sent = sent_on(days_before(90))
    assert "List-Unsubscribe" not in sent.extra_headers
    assert sent.body.count("No more e-mail about") == 1


def test_no_link_names_what_is_obligatory(cast: Any, client: Any) -> None:
    token = token_for(cast.sam, ["response.due", "certificate.expires"])
    assert read(token) == (cast.sam.number, ["certificate.expires"])
    only = token_for(cast.sam, ["response.due"])
    assert client.post(reverse("communications:unsubscribe", args=[only])).status_code == 404


def test_the_link_of_somebody_who_left_does_nothing(cast: Any, client: Any) -> None:
    cast.sam.is_active = False
    write(cast.sam, by=cast.ada, action="account.deactivate")
    address = reverse("communications:unsubscribe", args=[token_for(cast.sam, ["certificate.expires"])])
    assert client.post(address).status_code == 404 and not Mute.objects.exists()


# --- the demo's mailbox -----------------------------------------------------------------------------------
@pytest.fixture
def mailbox(settings: Any) -> None:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "communications.notices.mailbox.Backend"


def test_each_person_reads_their_own_mail(
    mailbox: None, certificate: Certificate, days_before: Any, signed_in: Any, cast: Any
) -> None:
    sweep(days_before(90))
    assert deliver_all(days_before(90)).mails == 1
    sam = signed_in("sam")
    assert "GMP certificate AT-1" in sam.get("/mailbox/").content.decode()
    from communications.notices.mailbox import KeptMail

    kept = KeptMail.objects.get()
    assert kept.recipient == cast.sam and kept.message_id.startswith("<reminders-")
    page = sam.get(f"/mailbox/{kept.number}/")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    html = sam.get(f"/mailbox/{kept.number}/html/")
    policy = html.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "script-src" not in policy and "default-src 'none'" in policy
    assert '<base target="_top">' in html.content.decode()
    for other in ("leo", "ada", "pat", "otto"):
        assert "AT-1" not in signed_in(other).get("/mailbox/").content.decode()
        assert signed_in(other).get(f"/mailbox/{kept.number}/").status_code == 404


def test_mail_to_nobodys_address_is_printed_and_shown_to_ada(
    mailbox: None, signed_in: Any, cast: Any, capsys: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from cmo_portal.accounts.actions import invite
    from communications.notices.tasks import mail_invitation

    made = invite(cast.ada.company, email="new@northgate.example", name="New", roles=["evaluator"], by=cast.ada)
    mail_invitation(made.number)
    assert "To: new@northgate.example" in capsys.readouterr().out
    assert "new@northgate.example" in signed_in("ada").get("/mailbox/").content.decode()
    for other in ("sam", "uwe", "otto"):
        assert "new@northgate.example" not in signed_in(other).get("/mailbox/").content.decode()


@pytest.mark.parametrize("path", ["/mailbox/", "/mailbox/KEPT/", "/mailbox/KEPT/html/"])
def test_there_is_no_mailbox_outside_the_demo(signed_in: Any, settings: Any, path: str) -> None:
    settings.DEMO = False
    assert signed_in("sam").get(path).status_code == 404


def test_the_deputy_reads_for_whom(certificate: Certificate, days_before: Any, cast: Any) -> None:
    day = days_before(90).date()
    made = Absence(user=cast.sam, from_date=day, until_date=day, deputy=cast.leo, wall_owner=cast.sam.company_id)
    write(made, by=cast.sam, action="absence.add")
    assert "You stand in for Sam Keller." in sent_on(days_before(90)).body


def test_a_mail_is_text_and_html() -> None:
    context = {"groups": [], "person": None, "subject": "A subject", "settings": "", "unsubscribe": ""}
    assert send("a@b.example", "reminders", context, key="k") == "A subject"
    assert mail.outbox[0].alternatives[0][1] == "text/html" and "List-Unsubscribe" not in mail.outbox[0].extra_headers
