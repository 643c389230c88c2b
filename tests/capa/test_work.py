"""What is done, that it was done, whether it worked, and the signed end by somebody who had no part in it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from audits.capa import actions, dates, work
from audits.capa.models import CapaAction, CapaLink, EffectivenessCheck
from audits.capa.overdue import drop_withdrawn
from audits.capa.tasks import watch_capas
from audits.capa.workflows import CAPA, check_is_planned, verdict_is_written
from audits.findings.actions import reclassify, withdraw
from audits.findings.models import Finding
from audits.findings.workflows import after_issue
from audits.programme.facts import facts_of
from audits.programme.limits_actions import set_limits
from audits.programme.models import Audit
from audits.programme.steering import AuditTrigger
from audits.programme.workflows import AUDIT
from cmo_portal.lib.calendars import add_months
from cmo_portal.records import attachments
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import TrailEvent, note
from cmo_portal.records.workflow import WrongState
from tests.capa.makers import (
    ACTION,
    PROOF,
    accepted,
    answered,
    force,
    fresh,
    implemented,
    in_days,
    issued_finding,
    open_link,
    pdf,
    site_of,
    today,
)
from tests.findings.makers import make_place

pytestmark = pytest.mark.django_db
CHECK = {"criterion": "No unrecorded intervention", "sample": "The next 3 media fills"}


def planned_check(link: CapaLink, by: Any) -> CapaLink:
    work.plan_check(link, by=by, check_date=in_days(90), **CHECK)
    return fresh(link)


def check_day_has_come(link: CapaLink) -> CapaLink:
    force(link, check_date=today(), ball_since_date=today())
    force(EffectivenessCheck.objects.get(link=link, verdict=""), date=today())
    return fresh(link)


def effective(link: CapaLink, cast: Any) -> CapaLink:
    link = check_day_has_come(planned_check(implemented(link, cast.pat, cast.leo), cast.leo))
    work.judge(link, "judge_effective", by=cast.leo, note="3 of 3 media fills: every intervention recorded.")
    return fresh(link)


def the_action(link: CapaLink) -> CapaAction:
    action = CapaAction.objects.get(link=link, is_removed=False)
    action.link = link
    return action


# --- implementation -------------------------------------------------------------------------------------------------


@pytest.mark.refuses("capa.response_is_accepted")
def test_work_begins_once_the_response_is_accepted(link: CapaLink, cast: Any) -> None:
    link = answered(link, cast.pat)
    dates.agree(link, by=cast.leo)
    with pytest.raises(WrongState, match="not accepted yet"):
        work.move_link(fresh(link), "implement", by=cast.pat)
    actions.review(fresh(link), "accept", by=cast.leo)
    work.move_link(fresh(link), "implement", by=cast.pat)
    assert fresh(link).status == "implementing"


@pytest.mark.refuses("capa.actions_are_done", "capa.has_evidence", "capa.implemented_well")
def test_done_is_reported_with_every_action_done_and_a_file(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(WrongState, match="Some actions are not done yet"):
        work.move_link(link, "report_done", by=cast.pat)
    work.finish_action(the_action(link), by=cast.pat, done_date=today(), done_note="Form in use")
    with pytest.raises(WrongState, match="Add evidence"):
        work.move_link(link, "report_done", by=cast.pat)
    attachments.attach(link, pdf(), by=cast.pat)
    work.move_link(link, "report_done", by=cast.pat)
    link = fresh(link)
    assert (link.status, link.implemented_date, link.ball) == ("implemented", today(), "sponsor")


@pytest.mark.refuses("capa.no_question_is_open")
def test_done_is_not_reported_while_a_later_date_waits_for_its_answer(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    dates.ask_extension(link, in_days(60), by=cast.pat, reason="Late", interim_control="Watched")
    with pytest.raises(WrongState, match="not answered yet"):
        work.move_link(fresh(link), "report_done", by=cast.pat)


def test_a_capa_without_actions_is_not_done(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    work.drop_action(the_action(link), by=cast.leo, reason="Covered by the new form")
    with pytest.raises(WrongState, match="names no action yet"):
        work.move_link(link, "report_done", by=cast.pat)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"done_date": in_days(1)}, "today or before"),
        ({"done_note": " "}, "Write what was done"),
    ],
)
def test_a_done_action_says_when_and_what(given: dict[str, Any], sentence: str, link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(ValidationError, match=sentence):
        work.finish_action(the_action(link), by=cast.pat, **({"done_date": today(), "done_note": "x"} | given))


@pytest.mark.refuses("capa.cmo_is_absent", "capa.recorded_well")
def test_the_sponsor_does_the_cmos_work_only_where_it_is_absent(link: CapaLink, absent: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(WrongState, match="answers here itself"):
        work.finish_action(the_action(link), by=cast.sam, done_date=today(), done_note="x")
    with pytest.raises(PermissionDenied):
        work.finish_action(the_action(link), by=cast.quinn, done_date=today(), done_note="x")
    with pytest.raises(WrongState, match="answers here itself"):
        work.move_link(link, "record_done", by=cast.sam)
    actions.record_response(
        absent, by=cast.sam, author_name="R. Bianchi", received_date=today(), root_cause="x",
        actions=[ACTION | {"due": in_days(9).isoformat()}],
    )  # fmt: skip
    actions.review(fresh(absent), "accept", by=cast.leo, agree_date=True)
    there = fresh(absent)
    work.finish_action(the_action(there), by=cast.sam, done_date=today(), done_note="Seen in the letter of today")
    attachments.attach(there, pdf("letter.pdf"), by=cast.sam)
    work.move_link(there, "record_done", by=cast.sam)
    assert fresh(absent).status == "implemented"


def test_an_action_is_added_after_acceptance_and_before_the_end(link: CapaLink, cast: Any) -> None:
    facts = {"kind": "preventive", "text": "Audit the form yearly", "owner_name": "A. B.", "due_date": in_days(30)}
    with pytest.raises(WrongState, match="into the response"):
        work.add_action(link, by=cast.pat, **facts)
    link = accepted(link, cast.pat, cast.leo)
    work.add_action(link, by=cast.pat, **facts)
    assert CapaAction.objects.filter(link=link).count() == 2


def test_only_the_sponsor_agrees_to_drop_an_action_and_says_why(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    with pytest.raises(PermissionDenied):
        work.drop_action(the_action(link), by=cast.pat, reason="x")
    with pytest.raises(ValidationError, match="Write why"):
        work.drop_action(the_action(link), by=cast.leo, reason=" ")
    work.finish_action(the_action(link), by=cast.pat, done_date=today(), done_note="Done")
    with pytest.raises(WrongState, match="still open"):
        work.drop_action(the_action(link), by=cast.leo, reason="x")


def test_more_evidence_is_asked_for_with_the_reason(link: CapaLink, cast: Any) -> None:
    link = implemented(link, cast.pat, cast.leo)
    with pytest.raises(WrongState, match="needs a reason"):
        work.move_link(link, "send_back", by=cast.leo)
    work.move_link(link, "send_back", by=cast.leo, reason="The form is not signed.")
    link = fresh(link)
    assert (link.status, link.ball, link.implemented_date) == ("implementing", "partner", None)


# --- effectiveness --------------------------------------------------------------------------------------------------


@pytest.mark.refuses("capa.check_is_planned")
def test_the_check_is_set_ahead_and_the_sponsors_days_begin_with_it(link: CapaLink, cast: Any) -> None:
    link = implemented(link, cast.pat, cast.leo)
    assert check_is_planned(link, cast.leo) is not None
    with pytest.raises(ValidationError, match="a day after today"):
        work.plan_check(link, by=cast.leo, check_date=today(), **CHECK)
    link = planned_check(link, cast.leo)
    assert (link.status, link.check_date, link.ball, link.ball_since_date) == (
        "effectiveness_due", in_days(90), "sponsor", in_days(90),
    )  # fmt: skip
    assert link.days_of("sponsor", in_days(50)) == link.sponsor_days
    assert not CapaLink.objects.with_the_sponsor(today()).filter(pk=link.pk).exists()
    assert CapaLink.objects.with_the_sponsor(in_days(90)).filter(pk=link.pk).exists()


@pytest.mark.refuses("capa.check_has_come")
def test_nobody_judges_before_the_day(link: CapaLink, cast: Any) -> None:
    link = planned_check(implemented(link, cast.pat, cast.leo), cast.leo)
    for name in ("judge_effective", "judge_not_effective"):
        with pytest.raises(WrongState, match="The check is set for"):
            work.judge(link, name, by=cast.leo, note="Looks fine")
    with pytest.raises(WrongState, match="needs a reason"):
        work.plan_check(link, by=cast.leo, check_date=in_days(30), **CHECK)
    work.plan_check(link, by=cast.leo, check_date=in_days(30), reason="Fills come earlier", **CHECK)
    assert fresh(link).check_date == in_days(30)
    assert EffectivenessCheck.objects.filter(link=link).count() == 1


@pytest.mark.refuses("capa.verdict_is_written")
def test_a_verdict_says_what_was_found(link: CapaLink, cast: Any) -> None:
    link = check_day_has_come(planned_check(implemented(link, cast.pat, cast.leo), cast.leo))
    assert verdict_is_written(link, cast.leo) == "Write what the check showed."
    with pytest.raises(ValidationError, match="Write what the check showed"):
        work.judge(link, "judge_effective", by=cast.leo, note=" ")


def test_not_effective_goes_back_and_a_new_date_is_agreed(link: CapaLink, cast: Any) -> None:
    link = check_day_has_come(planned_check(implemented(link, cast.pat, cast.leo), cast.leo))
    work.judge(link, "judge_not_effective", by=cast.leo, note="One of 3 fills still had an unrecorded jam.")
    link = fresh(link)
    assert (link.status, link.ball, link.agreed_date, link.check_date) == ("not_effective", "partner", None, None)
    work.add_action(link, by=cast.pat, kind="corrective", text="Sensor", owner_name="D. R.", due_date=in_days(20))
    dates.propose_date(link, in_days(30), by=cast.pat)
    dates.agree(fresh(link), by=cast.leo)
    link = fresh(link)
    assert (link.status, link.agreed_date) == ("date_agreed", in_days(30))
    action = CapaAction.objects.get(link=link, done_date__isnull=True, is_removed=False)
    action.link = link
    work.finish_action(action, by=cast.pat, done_date=today(), done_note="Sensor installed")
    work.move_link(link, "report_done", by=cast.pat)
    planned_check(fresh(link), cast.leo)
    verdicts = EffectivenessCheck.objects.filter(link=link).order_by("pk").values_list("verdict", flat=True)
    assert list(verdicts) == ["not_effective", ""]


@pytest.mark.refuses("capa.check_may_be_left_out")
@pytest.mark.parametrize("classification", ["critical", "major"])
def test_a_serious_finding_needs_its_check(classification: str, cast: Any) -> None:
    link = implemented(open_link(cast.leo, site_of("Northgate"), classification), cast.pat, cast.leo)
    with pytest.raises(WrongState, match="needs its effectiveness check"):
        work.move_link(link, "leave_out_check", by=cast.leo, reason="Simple")


def test_a_lesser_one_may_do_without_for_a_reason(cast: Any) -> None:
    link = implemented(open_link(cast.leo, site_of("Northgate"), "other"), cast.pat, cast.leo)
    with pytest.raises(WrongState, match="needs a reason"):
        work.move_link(link, "leave_out_check", by=cast.leo)
    work.move_link(link, "leave_out_check", by=cast.leo, reason="A document was missing and is there.")
    assert fresh(link).status == "effective"


# --- closure --------------------------------------------------------------------------------------------------------


@pytest.mark.refuses("capa.not_by_its_author")
def test_the_author_of_no_part_closes_signed_and_the_finding_closes_with_it(link: CapaLink, cast: Any) -> None:
    link = effective(link, cast)
    with pytest.raises(WrongState, match="somebody else closes it"):
        work.close(link, by=cast.leo, credentials=PROOF)
    work.close(link, by=cast.quinn, credentials=PROOF)
    link = fresh(link)
    assert (link.status, link.closed_date, link.ball, link.due_date) == ("closed", today(), "", today())
    assert (link.finding.status, link.finding.closed_date) == ("closed", today())
    signature = Signature.objects.get(record_number=link.number)
    assert (signature.signer_name, signature.meaning) == (cast.quinn.name, "approved")


@pytest.mark.parametrize(
    "act", ["response.accept", "response.record_response", "capa.judge_effective", "capa.leave_out_check"]
)
def test_whoever_had_a_part_does_not_close(act: str, link: CapaLink, cast: Any) -> None:
    link = effective(link, cast)
    note(link, by=cast.quinn, action=act)
    with pytest.raises(WrongState, match="You answered, accepted or judged"):
        work.close(fresh(link), by=cast.quinn, credentials=PROOF)


def test_a_wrong_password_closes_nothing_and_leaves_its_mark(link: CapaLink, cast: Any) -> None:
    link = effective(link, cast)
    with pytest.raises(BadCredentials):
        work.close(link, by=cast.quinn, credentials=Credentials("wrong"))
    assert (link.status, link.ball) == ("effective", "sponsor")
    assert fresh(link).status == "effective" and Finding.objects.get(pk=link.finding_id).status == "responded"
    assert not Signature.objects.filter(record_number=link.number).exists()


def test_a_finding_that_cannot_close_leaves_the_capa_open_and_unsigned(link: CapaLink, cast: Any) -> None:
    link = effective(link, cast)
    force(link.finding, status="withdrawn")
    with pytest.raises(WrongState):
        work.close(fresh(link), by=cast.quinn, credentials=PROOF)
    assert fresh(link).status == "effective"
    assert not Signature.objects.filter(record_number=link.number).exists()


@pytest.mark.parametrize("name", ["sam", "eva", "ines", "pat", "ada"])
def test_who_holds_no_right_to_close_does_not(name: str, link: CapaLink, cast: Any) -> None:
    link = effective(link, cast)
    with pytest.raises(PermissionDenied):
        work.close(link, by=getattr(cast, name), credentials=PROOF)


def test_a_move_out_of_order_says_what_it_needs(link: CapaLink, cast: Any) -> None:
    with pytest.raises(WrongState, match="needs the status Effective; this stands at Proposed"):
        work.move_link(link, "close", by=cast.quinn, credentials=PROOF)
    with pytest.raises(ValidationError, match="does not take it"):
        work.move_link(link, "implement", by=cast.pat, note="x")
    with pytest.raises(ValidationError, match="needs it"):
        work.move_link(link, "plan_check", by=cast.leo)


@pytest.mark.refuses("capa.every_capa_is_verified")
def test_an_audit_closes_once_its_serious_capas_are_verified(link: CapaLink, cast: Any) -> None:
    audit = Audit.objects.get(pk=link.finding.audit_id)
    close = AUDIT.by_name["close"]
    assert "are not all verified yet: F-01" in (AUDIT.refusal(audit, close, cast.quinn) or "")
    effective(link, cast)
    assert "verified" not in (AUDIT.refusal(audit, close, cast.quinn) or "")


# --- what time and other rooms bring --------------------------------------------------------------------------------


def test_an_overdue_capa_is_recorded_once_however_often_the_task_runs(link: CapaLink, cast: Any) -> None:
    link = accepted(link, cast.pat, cast.leo)
    assert not CapaLink.objects.overdue(in_days(40)).filter(pk=link.pk).exists()
    assert CapaLink.objects.overdue(in_days(41)).filter(pk=link.pk).exists()
    force(link, agreed_date=in_days(-2), due_date=in_days(-2))
    before = AuditTrigger.objects.filter(kind="overdue_capa").count()
    watch_capas()
    watch_capas()
    trigger = AuditTrigger.objects.get(kind="overdue_capa", source_number=link.number)
    assert AuditTrigger.objects.filter(kind="overdue_capa").count() == before + 1
    assert trigger.site_id == site_of("Northgate").pk and link.number in trigger.what
    assert trigger.happened_date == in_days(-2)


def test_a_withdrawn_finding_takes_its_link_with_it(
    link: CapaLink, cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(link.finding, by=cast.quinn, reason="Found twice", credentials=PROOF)
    link = fresh(link)
    assert (link.status, link.ball, link.closed_date) == ("withdrawn", "", today())
    assert drop_withdrawn() == 0
    with pytest.raises(WrongState):
        answered(link, cast.pat)


def test_the_system_alone_withdraws_a_link(link: CapaLink, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        work.move_link(link, "withdraw", by=cast.quinn)
    actions.drop(link, by=SWEEP)
    assert fresh(link).status == "withdrawn"


def test_a_class_changed_after_issue_changes_what_is_owed(cast: Any) -> None:
    link = open_link(cast.leo, site_of("Northgate"), "other")
    before = link.suggested_date
    reclassify(link.finding, by=cast.quinn, classification="critical", reason="Reached product", credentials=PROOF)
    assert fresh(link).suggested_date < before
    reclassify(fresh(link).finding, by=cast.quinn, classification="observation", reason="No", credentials=PROOF)
    assert fresh(link).status == "withdrawn"


def test_every_move_of_the_table_is_refused_to_a_stranger_of_the_right(link: CapaLink, cast: Any) -> None:
    for transition in CAPA.transitions:
        with pytest.raises(PermissionDenied):
            CAPA.perform(link, transition.name, by=cast.ines)
    assert not TrailEvent.objects.filter(record_number=link.number, actor_ref=cast.ines.ref).exists()


def test_an_issue_opens_links_in_its_own_transaction(cast: Any) -> None:
    finding = issued_finding(cast.leo, site_of("Northgate"), "critical", title="Opened by the issue")
    for act in after_issue:
        act(finding, cast.leo)
    assert CapaLink.objects.get(finding=finding).due_date >= today() + timedelta(days=1)


def test_nobody_is_reminded_of_the_check_of_a_link_that_was_let_go(link: CapaLink, cast: Any) -> None:
    done = implemented(link, cast.pat, cast.leo)
    check = work.plan_check(done, by=cast.leo, criterion="No repeat", sample="Three runs", check_date=in_days(30))
    rows = DueItem.objects.filter(kind="capa.check", record_number=check.number, is_open=True)
    assert rows.exists()
    reclassify(
        fresh(link).finding, by=cast.quinn, classification="observation", reason="Less than it seemed.",
        credentials=PROOF,
    )  # fmt: skip
    assert fresh(link).status == "withdrawn" and not rows.exists()


def test_no_action_is_dropped_once_the_capa_is_over(link: CapaLink, cast: Any) -> None:
    done = accepted(link, cast.pat, cast.leo)
    action = done.actions.get()
    reclassify(
        done.finding, by=cast.quinn, classification="observation", reason="Less than it seemed.", credentials=PROOF
    )
    with pytest.raises(WrongState, match="closed"):
        work.drop_action(type(action).objects.get(pk=action.pk), by=cast.leo, reason="Not needed.")


def test_an_open_capa_weighs_in_the_interval_of_its_site(link: CapaLink, cast: Any) -> None:
    site = link.finding.audit.site
    assert facts_of(site, today()).compliance.has_open_capa
    assert not facts_of(make_place(cast), today()).compliance.has_open_capa


def test_the_check_is_offered_after_the_months_of_the_sponsor(link: CapaLink, cast: Any, sign_in: Any) -> None:
    link = implemented(link, cast.pat, cast.leo)
    address = reverse("audits:capa-move", args=[link.number, "plan-check"])
    assert sign_in("leo").get(address).context["form"]["check_date"].value() == add_months(today(), 6)
    set_limits(cast.sam.company, {"effectiveness_months": 3}, by=cast.sam, reason="More batches a month.")
    assert sign_in("leo").get(address).context["form"]["check_date"].value() == add_months(today(), 3)
    force(link, implemented_date=in_days(-400))
    assert sign_in("leo").get(address).context["form"]["check_date"].value() is None, "that day has passed"
