"""Around the visit: agenda and requests reach the CMO with the notification, cards move, meetings and gaps are kept."""

from __future__ import annotations

from datetime import time, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from audits.conduct import visit_actions as actions
from audits.conduct.models import AgendaItem, DocumentRequest, Meeting
from audits.conduct.usual import USUAL
from audits.conduct.workflows import REQUEST
from audits.programme.actions import move_audit, plan_audit
from audits.programme.demo import audit
from audits.programme.limits_actions import set_limits
from audits.programme.models import Audit
from cmo_portal.lib.pdf import render_pdf
from cmo_portal.lib.wording import full_day
from cmo_portal.records.attachments import attach
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import make_place
from tests.programme.makers import demo_site, in_days, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def notified() -> Audit:
    return audit("notified")


@pytest.fixture
def running() -> Audit:
    return audit("in_progress")


def card(title: str) -> DocumentRequest:
    rows = DocumentRequest.objects.select_related("audit__site__vendor__sponsor", "audit__site__vendor__company")
    return rows.get(title=title, audit=audit("notified"))


def pdf(name: str = "paper.pdf") -> SimpleUploadedFile:
    made = render_pdf("plain.typ", {"title": "Paper", "number": "1"}, at=timezone.now())
    return SimpleUploadedFile(name, made, content_type="application/pdf")


def test_agenda_and_requests_reach_the_cmo_with_the_notification_and_not_before(cast: Any) -> None:
    made = audit("notified")
    first, last = made.start_date, made.end_date
    fresh = plan_audit(
        made.site, by=cast.sam, lead=cast.leo, purpose="A second look.", services=["dp_mfg"], start_date=first,
        end_date=last,
    )  # fmt: skip
    from audits.programme.team_actions import declare_independence

    declare_independence(fresh.team.get(), by=cast.leo, has_conflict=False, ties="")
    actions.add_agenda_item(fresh, by=cast.leo, day=first, start_time=time(9), end_time=time(10), topic="Opening")
    asked = actions.ask(fresh, by=cast.leo, title="Batch record of the last campaign")
    assert not DocumentRequest.objects.visible_to(cast.pat).filter(pk=asked.pk).exists()
    assert not AgendaItem.objects.visible_to(cast.pat).filter(audit=fresh).exists()
    assert not DueItem.objects.filter(record_number=asked.number, is_open=True).exists()
    move_audit(fresh, "notify", by=cast.sam)
    assert DocumentRequest.objects.visible_to(cast.pat).filter(pk=asked.pk).exists()
    assert AgendaItem.objects.visible_to(cast.pat).filter(audit=fresh).exists()
    assert not DocumentRequest.objects.visible_to(cast.bea).filter(pk=asked.pk).exists()


def test_what_is_asked_after_the_notification_is_shared_at_once(notified: Audit, cast: Any) -> None:
    asked = actions.ask(notified, by=cast.leo, title="One more", due_date=timezone.localdate() + timedelta(days=5))
    assert DocumentRequest.objects.visible_to(cast.pat).filter(pk=asked.pk).exists()
    assert DueItem.objects.get(record_number=asked.number).is_open


def test_the_usual_documents_are_asked_for_once(notified: Audit, cast: Any) -> None:
    assert DocumentRequest.objects.filter(audit=notified).count() == len(USUAL)
    assert actions.ask_usual(notified, by=cast.leo) == 0


@pytest.mark.refuses("conduct.has_a_file")
def test_a_document_is_provided_with_a_file_or_a_word_where_to_see_it(cast: Any) -> None:
    plan = card("Validation master plan")
    with pytest.raises(WrongState, match="Add the document"):
        actions.move_request(plan, "provide", by=cast.pat)
    assert plan.provided_date is None
    actions.note_request(plan, by=cast.pat, partner_note="Shown on site.", assignee="Validation")
    actions.move_request(plan, "provide", by=cast.pat)
    assert plan.status == "provided" and plan.provided_date == timezone.localdate()
    assert not DueItem.objects.filter(record_number=plan.number, is_open=True).exists()


def test_a_provided_document_is_asked_for_again_with_a_reason(cast: Any) -> None:
    smf = card("Site master file")
    with pytest.raises(WrongState, match="needs a reason"):
        actions.move_request(smf, "ask_again", by=cast.leo)
    actions.move_request(smf, "ask_again", by=cast.leo, reason="The annexes are missing.")
    assert smf.status == "new" and smf.provided_date is None


@pytest.mark.parametrize(("person", "name"), [("leo", "prepare"), ("eva", "receive"), ("pat", "withdraw")])
def test_each_side_makes_its_own_moves_only(person: str, name: str, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.move_request(card("Validation master plan"), name, by=getattr(cast, person), reason="x")


@pytest.mark.parametrize("name", list(REQUEST.by_name))
def test_a_move_out_of_order_is_refused_with_the_sentence(name: str, cast: Any) -> None:
    transition = REQUEST.by_name[name]
    made = card("Validation master plan")
    made.status = "provided" if "provided" not in transition.sources else "ready"
    sentence = REQUEST.closed(made, transition, cast.leo)
    assert sentence is not None and f"{transition.verb} needs the status" in sentence


def test_nothing_is_added_to_a_cancelled_audit(cast: Any) -> None:
    made = audit("planned")
    move_audit(made, "cancel", by=cast.sam, reason="The product moved.")
    with pytest.raises(WrongState, match="cancelled"):
        actions.ask(made, by=cast.leo, title="Anything")


def test_an_agenda_outside_the_visit_or_backwards_is_refused_at_the_field(notified: Audit, cast: Any) -> None:
    day = notified.end_date
    assert day is not None
    values = {"start_time": time(9), "end_time": time(10), "topic": "Late"}
    with pytest.raises(ValidationError, match="The audit runs from"):
        actions.add_agenda_item(notified, by=cast.leo, day=day + timedelta(days=1), **values)
    with pytest.raises(ValidationError, match="end after it begins"):
        actions.add_agenda_item(notified, by=cast.leo, day=day, **{**values, "end_time": time(8)})


@pytest.mark.refuses("conduct.closeout_is_recorded")
def test_the_close_out_counts_as_held_once_it_is_recorded_with_people(running: Audit, cast: Any) -> None:
    with pytest.raises(WrongState, match="Record the close-out meeting first"):
        move_audit(running, "hold_closeout", by=cast.leo)
    meeting = actions.record_meeting(running, by=cast.leo, kind="closeout", held_at=timezone.now())
    actions.add_attendance(meeting, by=cast.leo, name="Leo Marchetti")
    actions.add_attendance(meeting, by=cast.leo, name="Sam Okafor")
    with pytest.raises(WrongState, match="one person of each side, with the organisation"):
        move_audit(running, "hold_closeout", by=cast.leo)
    actions.add_attendance(meeting, by=cast.leo, name="Pat Huber", organisation="Alpenglow")
    move_audit(running, "hold_closeout", by=cast.leo)
    assert running.status == "closeout_held"


def test_a_meeting_is_recorded_once_it_was_held_and_not_before_the_audit(running: Audit, cast: Any) -> None:
    with pytest.raises(ValidationError, match="once it was held"):
        actions.record_meeting(running, by=cast.leo, kind="daily", held_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError, match="first day of the audit"):
        actions.record_meeting(running, by=cast.leo, kind="daily", held_at=timezone.now() - timedelta(days=9))


def test_the_cmo_reads_meetings_and_never_what_was_not_covered(running: Audit, sign_in: Any, cast: Any) -> None:
    actions.record_gap(running, by=cast.leo, kind="not_covered", area="Cold store 7", reason="No time")
    url = f"/audits/{running.number}/meetings/"
    seen = sign_in("pat").get(url).content.decode()
    assert "Opening meeting" in seen and "Cold store 7" not in seen
    assert "Cold store 7" in sign_in("leo").get(url).content.decode()
    assert "Cold store 7" not in sign_in("ines").get(url).content.decode()
    assert sign_in("bea").get(url).status_code == 404
    assert Meeting.objects.visible_to(cast.bea).filter(audit=running).count() == 0


def test_the_board_shows_each_card_in_its_column_and_the_cmo_its_buttons(notified: Audit, sign_in: Any) -> None:
    url = f"/audits/{notified.number}/requests/"
    pat, leo = sign_in("pat").get(url).content.decode(), sign_in("leo").get(url).content.decode()
    assert "Site master file" in pat and "Start preparing: Validation master plan" in pat
    assert "Start preparing" not in leo and "Ask for a document" in leo
    assert sign_in("otto").get(url).status_code == 404


def test_the_cmo_puts_the_document_on_the_card_and_provides_it(sign_in: Any) -> None:
    made, client = card("Organisation chart"), sign_in("pat")
    url = made.get_absolute_url()
    assert client.post(url, {"title": "Chart", "file": pdf()}).status_code == 302
    page = client.get(f"/document-requests/{made.number}/moves/provide/")
    assert page.status_code == 200
    sent = client.post(f"/document-requests/{made.number}/moves/provide/", {"version": made.version, "reason": ""})
    assert sent.status_code == 302
    made.refresh_from_db()
    assert made.status == "provided"
    assert "Chart" in sign_in("leo").get(url).content.decode()


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [("plan.pdf", b"MZ\x90\x00" + b"\0" * 200, "pdf"), ("macro.xlsm", b"PK\x03\x04" + b"\0" * 200, "xlsm")],
)
def test_a_file_that_is_not_what_it_says_is_refused_and_nothing_else_lost(
    name: str, content: bytes, word: str, sign_in: Any
) -> None:
    made = card("Validation master plan")
    answer = sign_in("pat").post(
        made.get_absolute_url(), {"title": "My long title", "file": SimpleUploadedFile(name, content)}
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "My long title" in body and word in body.lower()


def test_the_letter_names_purpose_team_agenda_and_documents(notified: Audit, sign_in: Any) -> None:
    answer = sign_in("pat").get(f"/audits/{notified.number}/letter.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages).split())
    for words in ("Leo Marchetti", "Opening meeting", "Site master file", "second source of NGB-117", notified.number):
        assert words in text


def test_a_letter_that_was_not_sent_says_so_and_is_not_the_cmos(cast: Any, sign_in: Any) -> None:
    made = audit("planned")
    answer = sign_in("leo").get(f"/audits/{made.number}/letter.pdf")
    assert "Draft: not sent" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert sign_in("ines").get(f"/audits/{made.number}/letter.pdf").status_code == 404
    assert sign_in("pat").get(f"/audits/{made.number}/letter.pdf").status_code == 404


def test_two_people_on_one_card_both_see_what_the_other_wrote(cast: Any, sign_in: Any) -> None:
    made, client = card("Validation master plan"), sign_in("pat")
    actions.note_request(made, by=cast.pat, partner_note="Mine", assignee="")
    answer = client.post(
        f"/document-requests/{made.number}/note/",
        {"partner_note": "From an older tab", "assignee": "", "version": made.version - 1},
    )
    body = answer.content.decode()
    assert answer.status_code == 422 and "Mine" in body and "From an older tab" in body


@pytest.mark.parametrize("which", ["board", "meetings"])
def test_the_tabs_cost_the_same_at_three_and_at_three_hundred(
    which: str, running: Audit, cast: Any, sign_in: Any, query_count: Any
) -> None:
    client = sign_in("leo")
    url = f"/audits/{running.number}/{'requests' if which == 'board' else 'meetings'}/"
    client.get(url)

    def fill(count: int, start: int) -> None:
        for number in range(start, count):
            if which == "board":
                actions.ask(running, by=cast.leo, title=f"Document {number}")
                continue
            meeting = actions.record_meeting(running, by=cast.leo, kind="daily", held_at=timezone.now())
            actions.add_attendance(meeting, by=cast.leo, name=f"Person {number}")

    fill(3, 0)
    query_count("visit", f"audit-{which}", lambda: client.get(url))
    fill(300 if which == "board" else 60, 3)
    query_count("visit", f"audit-{which}", lambda: client.get(url))


def test_nobody_is_reminded_of_a_document_for_a_cancelled_audit(notified: Audit, cast: Any) -> None:
    asked = actions.ask(notified, by=cast.leo, title="One more", due_date=timezone.localdate() + timedelta(days=5))
    move_audit(notified, "cancel", by=cast.sam, reason="The site is sold.")
    assert not DueItem.objects.get(record_number=asked.number).is_open
    asked.audit = notified
    with pytest.raises(WrongState, match="cancelled"):
        actions.revise_request(asked, by=cast.leo, title="Another")
    item = AgendaItem.objects.filter(audit=notified, is_removed=False).first()
    assert item is not None
    item.audit = notified
    with pytest.raises(WrongState, match="cancelled"):
        actions.remove_agenda_item(item, by=cast.leo)


@pytest.mark.parametrize("who", ["eva", "ines"])
def test_colleagues_without_the_right_read_nothing_of_an_audit_in_planning(who: str, cast: Any, sign_in: Any) -> None:
    first = timezone.localdate() + timedelta(days=9)
    site = make_place(cast, "Geheimwerk")
    planned = plan_audit(site, by=cast.sam, lead=cast.leo, purpose="A look.", start_date=first, end_date=first)
    asked = actions.ask(planned, by=cast.leo, title="Xylophone record", due_date=first)
    line = actions.add_agenda_item(
        planned, by=cast.leo, day=first, start_time=time(9), end_time=time(10), topic="Xylophone hall"
    )
    file = attach(asked, pdf(), by=cast.leo)
    client = sign_in(who)
    for address in (
        asked.get_absolute_url(),
        f"/api/v1/document-requests/{asked.number}/",
        f"/api/v1/agenda-items/{line.number}/",
        reverse("vendors:file-download", args=[file.number]),
    ):
        assert client.get(address).status_code == 404, address
        assert sign_in("leo").get(address).status_code == 200, address
    for address in ("/search/?q=Xylophone", "/api/v1/due-items/?page_size=100"):
        page, known = client.get(address).content.decode(), sign_in("leo").get(address).content.decode()
        assert "Xylophone record" not in page and "Geheimwerk" not in page, address
        assert "Geheimwerk" in known, address


def test_the_agenda_has_its_day_after_the_number_of_the_sponsor(cast: Any, sign_in: Any) -> None:
    audit = planned(demo_site("salzburg"), cast, start_date=in_days(60), end_date=in_days(61))
    url = reverse("audits:audit-requests", args=[audit.number])
    assert f"should have it by {full_day(in_days(46))}" in sign_in("leo").get(url).content.decode()
    set_limits(cast.sam.company, {"agenda_days": 20}, by=cast.sam, reason="The site asks for it.")
    move_audit(audit, "notify", by=cast.sam)
    said = f"No agenda is written: the CMO should have it by {full_day(in_days(40))}."
    page = sign_in("leo").get(audit.get_absolute_url()).content.decode()
    assert said in page and said not in sign_in("pat").get(audit.get_absolute_url()).content.decode()
