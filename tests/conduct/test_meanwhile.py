"""What a screen still shows has changed meanwhile: checklists that were published, audits notified or in review."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from audits.conduct import template_actions as templates
from audits.conduct import visit_actions as visit
from audits.conduct.models import AgendaItem, ChecklistTemplate, DocumentRequest, Gap, TemplateQuestion
from audits.programme.actions import move_audit
from audits.programme.demo import audit as demo_audit
from audits.programme.models import Audit
from audits.programme.team_actions import declare_independence
from audits.reporting import actions as reporting
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.context import acting_as
from cmo_portal.records.workflow import WrongState
from tests.conduct.test_visit import pdf
from tests.findings.makers import make_audit, make_place, written_report
from tests.meanwhile import right_after
from tests.programme.makers import in_days
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db
QUESTION = {"system": "quality", "topic": "Batch records", "question": "Are they whole?"}


@pytest.fixture
def template(cast: Any) -> ChecklistTemplate:
    made = templates.create_template(cast.leo.company, by=cast.leo, name="Solid forms")
    templates.add_question(made, by=cast.leo, code="A-1", **QUESTION)
    return made


def with_places(audit: Audit) -> Audit:
    found: Audit = Audit.objects.select_related("site__vendor__sponsor", "site__vendor__company").get(pk=audit.pk)
    return found


def test_no_question_slips_into_a_checklist_that_was_published_meanwhile(template: Any, cast: Any) -> None:
    question = TemplateQuestion.objects.select_related("template__sponsor").get(template=template)
    templates.move_template(ChecklistTemplate.objects.get(pk=template.pk), "publish", by=cast.leo)
    for act in (
        lambda: templates.add_question(template, by=cast.leo, code="A-2", **QUESTION),
        lambda: templates.add_from_library(template, ["anything"], by=cast.leo),
        lambda: templates.revise_question(question, by=cast.leo, topic="Other"),
        lambda: templates.remove_question(question, by=cast.leo),
        lambda: templates.place_question(question, 0, by=cast.leo),
    ):
        with pytest.raises(WrongState, match="never changes"):
            act()
    assert [row.topic for row in templates.live(template)] == ["Batch records"]


def test_a_question_that_was_taken_off_is_not_moved(template: Any, cast: Any, sign_in: Any) -> None:
    question = TemplateQuestion.objects.select_related("template__sponsor").get(template=template)
    leo, place = sign_in("leo"), reverse("audits:question-place", args=[question.number])
    assert leo.post(place, {"place": "²"}).status_code == 302, "no number: one step down"
    templates.remove_question(TemplateQuestion.objects.get(pk=question.pk), by=cast.leo)
    with pytest.raises(WrongState, match="no longer on the checklist"):
        templates.place_question(question, 0, by=cast.leo)
    assert leo.post(place, {"step": "up"}).status_code == 404
    assert leo.post(reverse("audits:question-restore", args=[question.number])).status_code == 302


def test_what_is_added_while_the_cmo_is_notified_reaches_it_too(cast: Any) -> None:
    site = demo_audit("notified").site
    from tests.programme.makers import planned

    stale = planned(site, cast, start_date=in_days(50), end_date=in_days(51))
    now = with_places(stale)
    declare_independence(now.team.get(), by=cast.leo, has_conflict=False)
    move_audit(now, "notify", by=cast.sam)
    assert stale.notified_date is None, "what the planner's screen still shows"
    asked = visit.ask(stale, by=cast.leo, title="Batch record of the last campaign")
    visit.add_agenda_item(stale, by=cast.leo, day=in_days(50), start_time=time(9), end_time=time(10), topic="Opening")
    assert DocumentRequest.objects.visible_to(cast.pat).filter(pk=asked.pk).exists()
    assert AgendaItem.objects.visible_to(cast.pat).filter(audit=stale, topic="Opening").exists()


def test_nothing_is_recorded_of_a_visit_whose_report_went_to_review_meanwhile(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast), status="report_draft")
    stale = with_places(audit)
    reporting.submit(written_report(with_places(audit), cast.leo), by=cast.leo, credentials=PROOF)
    with pytest.raises(WrongState, match="until the report is in review"):
        visit.record_gap(stale, by=cast.leo, kind="not_covered", area="Warehouse", reason="Closed")
    with pytest.raises(WrongState, match="until the report is in review"):
        visit.record_meeting(stale, by=cast.leo, kind="daily", held_at=timezone.now())
    assert not Gap.objects.filter(audit=audit).exists()


def test_no_file_is_added_to_a_document_that_is_no_longer_asked_for(cast: Any, sign_in: Any) -> None:
    card = visit.ask(demo_audit("notified"), by=cast.leo, title="Cleaning validation of line 2")
    visit.move_request(card, "withdraw", by=cast.leo, reason="Seen on site.")
    answer = sign_in("pat").post(card.get_absolute_url(), {"file": pdf(), "title": ""})
    assert answer.status_code == 409 and "no longer asked for" in answer.content.decode()
    assert not Attachment.objects.filter(about_number=card.number).exists()


def test_agenda_and_requests_stand_still_once_the_audit_is_cancelled_meanwhile(cast: Any, sign_in: Any) -> None:
    """Somebody cancels the audit between the page's look at it and the write: the write looks again, under its lock."""
    audit = demo_audit("notified")
    item = audit.agenda.filter(is_removed=False).order_by("pk").first()
    card = DocumentRequest.objects.filter(audit=audit, status="new").order_by("pk").first()
    assert item is not None and card is not None
    day, topic, title = item.day.isoformat(), item.topic, card.title
    agenda = {"day": day, "start_time": "09:00", "end_time": "10:00", "topic": "Other", "version": item.version}
    asked = {"title": "Other", "priority": "normal", "version": card.version}
    note = {"partner_note": "At the site.", "assignee": "Pat", "version": card.version}
    tries = (
        ("sam", reverse("audits:agenda-edit", args=[item.number]), agenda),
        ("sam", reverse("audits:agenda-remove", args=[item.number]), {}),
        ("sam", reverse("audits:request-edit", args=[card.number]), asked),
        ("pat", reverse("audits:request-note", args=[card.number]), note),
        ("pat", reverse("audits:request-move", args=[card.number, "prepare"]), {"version": card.version}),
    )

    def cancel() -> None:
        with acting_as(cast.sam):
            move_audit(with_places(audit), "cancel", by=cast.sam, reason="The site closes.")

    for who, url, values in tries:
        client = sign_in(who)
        kept = transaction.savepoint()
        with right_after('"audits_audit" "vendors_site"', cancel) as came:  # the page's last look at the audit
            answer = client.post(url, values)
        assert came, url
        assert answer.status_code in {409, 422} and "nothing is added to it" in answer.content.decode(), url
        item.refresh_from_db()
        card.refresh_from_db()
        assert (item.topic, item.is_removed, card.title, card.status) == (topic, False, title, "new"), url
        transaction.savepoint_rollback(kept)
