"""The factual check: what is sent, who answers, by when, how a disagreement ends, and what holds the report back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.findings import actions
from audits.findings.models import FactualCheck, FactualComment, Finding
from audits.findings.workflows import everything_is_answered, findings_stand, nothing_is_disputed
from audits.programme.actions import move_audit
from audits.programme.models import Audit
from cmo_portal.lib.calendars import add_business_days
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records.attachments import attach, attachments_of
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import (
    AUSTRIA,
    BASEL,
    checked,
    fresh,
    make_audit,
    make_finding,
    make_place,
    to_review,
    upload,
    written,
)
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


@pytest.fixture
def finding(cast: Any) -> Finding:
    """One finding, with the CMO."""
    audit = make_audit(cast, make_place(cast))
    made = make_finding(cast, audit)
    checked(cast, audit)
    return fresh(made)


def test_starting_sends_every_draft_and_moves_the_audit(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    rows = [make_finding(cast, audit) for _ in range(3)]
    actions.withdraw(rows[2], by=cast.leo, reason="Mistaken", credentials=PROOF)
    check = checked(cast, audit)
    assert audit.status == "factual_check" and (check.round, check.due_date) == (
        1,
        add_business_days(TODAY(), 10, AUSTRIA),
    )
    sent = [(fresh(row).status, fresh(row).is_shared) for row in rows]
    assert sent == [("in_factual_check", True), ("in_factual_check", True), ("withdrawn", False)]
    assert Finding.objects.visible_to(cast.pat).filter(audit=audit).count() == 2


@pytest.mark.refuses("findings.findings_are_complete", "findings.is_complete")
def test_nothing_is_sent_when_one_finding_lacks_something(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    whole, bare = make_finding(cast, audit), make_finding(cast, audit)
    to_review(cast, audit)
    written(bare, cast.leo, evidence="")
    with pytest.raises(WrongState, match="F-02 lacks the objective evidence"):
        actions.start_factual_check(audit, by=cast.quinn)
    assert fresh(whole).status == "draft" and audit.status == "report_review"


@pytest.mark.parametrize("who", ["leo", "eva", "ines", "pat"])
def test_only_those_who_review_the_report_start_the_check(who: str, cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    to_review(cast, audit)
    with pytest.raises(PermissionDenied):
        actions.start_factual_check(audit, by=getattr(cast, who))


def test_an_audit_without_a_finding_moves_on_without_a_round(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    assert checked(cast, audit) is None and audit.status == "factual_check"
    assert not FactualCheck.objects.filter(audit=audit).exists()


def test_only_chosen_files_go_to_the_cmo_and_drafts_files_never(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    finding = make_finding(cast, audit)
    chosen, kept = (
        attach(finding, upload("a.pdf"), by=cast.leo),
        attach(finding, upload("b.pdf"), by=cast.leo, shared=True),
    )
    assert not chosen.is_shared and not kept.is_shared
    with pytest.raises(WrongState, match="The CMO does not read F-01 yet"):
        actions.set_file_sharing(finding, kept, is_shared=True, by=cast.leo)
    checked(cast, audit, share=[chosen.number])
    finding = fresh(finding)
    assert [file.name for file in attachments_of(finding, cast.pat)] == ["a.pdf"]
    kept.refresh_from_db()
    actions.set_file_sharing(finding, kept, is_shared=True, by=cast.leo)
    assert len(attachments_of(finding, cast.pat)) == 2
    actions.set_file_sharing(finding, kept, is_shared=False, by=cast.leo)
    assert len(attachments_of(finding, cast.pat)) == 1
    with pytest.raises(PermissionDenied):
        actions.set_file_sharing(finding, kept, is_shared=True, by=cast.pat)


def test_the_cmo_agrees_and_may_say_otherwise_until_the_round_is_over(finding: Finding, cast: Any) -> None:
    actions.comment(finding, by=cast.pat, verdict="agree")
    assert finding.status == "in_factual_check"
    actions.comment(finding, by=cast.pat, verdict="dispute", text="Page 13 was completed the same day.")
    assert finding.status == "disputed" and FactualComment.objects.filter(finding=finding).count() == 1
    said = actions.comment(finding, by=cast.pat, verdict="agree_with_context", text="One page of three was.")
    assert fresh(finding).status == "in_factual_check" and said.answer_due_date is None


@pytest.mark.parametrize(
    ("verdict", "sentence"),
    [("dispute", "Write what you see differently"), ("agree_with_context", "Write the context")],
)
def test_context_and_disagreement_come_in_words(verdict: str, sentence: str, finding: Finding, cast: Any) -> None:
    with pytest.raises(ValidationError, match=sentence):
        actions.comment(finding, by=cast.pat, verdict=verdict, text=" ")
    assert fresh(finding).status == "in_factual_check"


@pytest.mark.parametrize("who", ["uwe", "eva", "quinn"])
def test_nobody_else_answers_for_the_cmo(who: str, finding: Finding, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.comment(finding, by=getattr(cast, who), verdict="agree")


def test_the_sponsor_does_not_answer_for_a_cmo_that_has_joined(finding: Finding, cast: Any) -> None:
    with pytest.raises(WrongState, match="it answers here itself"):
        actions.comment(finding, by=cast.leo, verdict="agree", said_by="Pat, by mail")


def test_a_refused_file_keeps_no_answer_and_loses_none(finding: Finding, cast: Any) -> None:
    with pytest.raises(RefusedUpload):
        files = [upload(), upload("run.exe", b"MZ")]
        actions.comment(finding, by=cast.pat, verdict="dispute", text="See the log.", files=files)
    assert fresh(finding).status == "in_factual_check"
    assert not FactualComment.objects.filter(finding=finding).exists()


def test_evidence_of_the_cmo_is_read_by_both_sides(finding: Finding, cast: Any) -> None:
    said = actions.comment(finding, by=cast.pat, verdict="dispute", text="See the log.", files=[upload("log.pdf")])
    for reader in (cast.pat, cast.leo):
        assert [file.name for file in attachments_of(said, reader)] == ["log.pdf"]
    assert not attachments_of(said, cast.bea) and not attachments_of(said, cast.otto)


def test_after_the_last_day_no_answer_is_taken(finding: Finding, cast: Any) -> None:
    check = FactualCheck.objects.get(audit=finding.audit)
    written(check, cast.quinn, sent_date=TODAY() - timedelta(days=20), due_date=TODAY() - timedelta(days=1))
    with pytest.raises(WrongState, match="This round of the factual check is over"):
        actions.comment(finding, by=cast.pat, verdict="agree")
    assert everything_is_answered(finding.audit, cast.quinn) is None


def test_on_the_last_day_an_answer_is_taken(finding: Finding, cast: Any) -> None:
    check = FactualCheck.objects.get(audit=finding.audit)
    written(check, cast.quinn, sent_date=TODAY() - timedelta(days=14), due_date=TODAY())
    actions.comment(finding, by=cast.pat, verdict="agree")


def test_an_ended_round_takes_no_answer_and_says_why_it_ended(finding: Finding, cast: Any) -> None:
    check = FactualCheck.objects.get(audit=finding.audit)
    with pytest.raises(ValidationError, match="Write why the round ends now"):
        actions.end_factual_check(check, by=cast.sam, note=" ")
    with pytest.raises(PermissionDenied):
        actions.end_factual_check(check, by=cast.pat, note="x")
    actions.end_factual_check(check, by=cast.sam, note="The CMO wrote that it has no comment.")
    with pytest.raises(WrongState, match="is over"):
        actions.comment(finding, by=cast.pat, verdict="agree")
    with pytest.raises(WrongState, match="over already"):
        actions.end_factual_check(check, by=cast.sam, note="Again")
    with pytest.raises(WrongState, match="a new wording opens the next"):
        actions.extend_factual_check(check, by=cast.sam, due_date=TODAY() + timedelta(days=90), reason="")


def test_more_time_is_given_never_less(finding: Finding, cast: Any) -> None:
    check = FactualCheck.objects.get(audit=finding.audit)
    with pytest.raises(ValidationError, match="Give a day after"):
        actions.extend_factual_check(check, by=cast.sam, due_date=check.due_date, reason="")
    later = check.due_date + timedelta(days=7)
    actions.extend_factual_check(check, by=cast.sam, due_date=later, reason="Summer shutdown")
    assert FactualCheck.objects.get(pk=check.pk).due_date == later


def test_the_due_item_closes_with_the_last_answer_and_opens_with_a_new_wording(finding: Finding, cast: Any) -> None:
    def is_open() -> bool:
        return DueItem.objects.filter(kind="factual_check.due", is_open=True, wall_partner=cast.pat.company_id,
                                      record_number__in=numbers()).exists()  # fmt: skip

    def numbers() -> list[str]:
        return list(FactualCheck.objects.filter(audit=finding.audit).values_list("number", flat=True))

    assert is_open()
    actions.comment(finding, by=cast.pat, verdict="dispute", text="Not so.")
    assert not is_open()
    actions.settle(finding, by=cast.sam, outcome="reworded", note="Now so.", statement="Three of ten.")
    assert is_open()
    actions.comment(finding, by=cast.pat, verdict="agree")
    assert not is_open()


def disputed(finding: Finding, cast: Any) -> Finding:
    actions.comment(finding, by=cast.pat, verdict="dispute", text="Page 13 was completed the same day.")
    return fresh(finding)


def test_a_disagreement_has_a_clock_of_the_sponsor(finding: Finding, cast: Any) -> None:
    said = FactualComment.objects.get(finding=disputed(finding, cast))
    assert said.answer_due_date == add_business_days(TODAY(), 5, BASEL)
    item = DueItem.objects.get(kind="dispute.settle", record_number=said.number)
    assert item.is_open and "F-01" not in item.title
    actions.settle(fresh(finding), by=cast.sam, outcome="kept", note="The badge record shows it.")
    item.refresh_from_db()
    assert not item.is_open


@pytest.mark.parametrize("who", ["leo", "quinn", "eva", "pat"])
def test_only_the_programmes_owner_settles(who: str, finding: Finding, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.settle(disputed(finding, cast), by=getattr(cast, who), outcome="kept", note="x")


def test_settling_takes_an_outcome_and_a_note(finding: Finding, cast: Any) -> None:
    row = disputed(finding, cast)
    with pytest.raises(ValidationError, match="both sides read the note"):
        actions.settle(row, by=cast.sam, outcome="kept", note=" ")
    with pytest.raises(ValidationError, match="Choose how"):
        actions.settle(row, by=cast.sam, outcome="", note="x")
    with pytest.raises(ValidationError, match="Write the new wording"):
        actions.settle(row, by=cast.sam, outcome="reworded", note="x", statement=row.statement)
    assert fresh(row).status == "disputed" and not fresh(row).dispute_outcome


def test_what_is_not_disputed_is_not_settled(finding: Finding, cast: Any) -> None:
    with pytest.raises(WrongState, match="needs the status Disputed"):
        actions.settle(finding, by=cast.sam, outcome="kept", note="x")
    assert finding.dispute_outcome == "" and finding.dispute_note == ""


def test_a_finding_kept_goes_on_with_the_cmos_view_beside_it(finding: Finding, cast: Any) -> None:
    row = disputed(finding, cast)
    actions.settle(row, by=cast.sam, outcome="kept", note="The badge record shows it.")
    said = FactualComment.objects.get(finding=row)
    assert (row.status, said.outcome, said.answer) == ("in_factual_check", "kept", "The badge record shows it.")
    assert said.answered_by_name == "Sam Keller" and said.text == "Page 13 was completed the same day."
    with pytest.raises(WrongState, match="This disagreement is settled"):
        actions.comment(row, by=cast.pat, verdict="dispute", text="Still not so.")
    assert everything_is_answered(row.audit, cast.quinn) is None and findings_stand(row.audit, cast.quinn) is None


@pytest.mark.refuses("findings.everything_is_answered")
def test_a_new_wording_goes_to_the_cmo_in_a_second_round(finding: Finding, cast: Any) -> None:
    row = disputed(finding, cast)
    actions.settle(row, by=cast.sam, outcome="reworded", note="Page 13 is right.", statement="Three of ten entries.")
    row = fresh(row)
    assert (row.statement, row.factual_round) == ("Three of ten entries.", 2)
    second = FactualCheck.objects.get(audit=row.audit, round=2)
    assert second.due_date == add_business_days(TODAY(), 5, AUSTRIA)
    assert "until" in str(everything_is_answered(row.audit, cast.quinn))
    actions.comment(row, by=cast.pat, verdict="agree")
    assert list(FactualComment.objects.filter(finding=row).order_by("round").values_list("round", "verdict")) == [
        (1, "dispute"), (2, "agree")]  # fmt: skip
    assert everything_is_answered(row.audit, cast.quinn) is None


@pytest.mark.refuses("findings.findings_stand", "findings.stands")
def test_a_class_that_was_promised_holds_the_report_until_it_is_signed(finding: Finding, cast: Any) -> None:
    row = disputed(finding, cast)
    actions.settle(row, by=cast.sam, outcome="reclassified", note="An observation at most.")
    assert "classify it anew first" in str(findings_stand(row.audit, cast.quinn))
    actions.reclassify(row, by=cast.quinn, classification="observation", reason="One page.", credentials=PROOF)
    assert findings_stand(row.audit, cast.quinn) is None


def test_a_withdrawal_that_was_promised_holds_the_report_until_it_is_signed(finding: Finding, cast: Any) -> None:
    row = disputed(finding, cast)
    actions.settle(row, by=cast.sam, outcome="withdrawn", note="The entries were made in time.")
    assert "withdraw it instead" in str(findings_stand(row.audit, cast.quinn))
    actions.withdraw(fresh(row), by=cast.quinn, reason="The entries were made in time.", credentials=PROOF)
    assert findings_stand(row.audit, cast.quinn) is None
    assert Finding.objects.visible_to(cast.pat).get(pk=row.pk).status == "withdrawn"


@pytest.mark.refuses("findings.nothing_is_disputed")
def test_the_report_waits_for_answers_and_for_the_owners_word(finding: Finding, cast: Any) -> None:
    audit = finding.audit
    with pytest.raises(WrongState, match=r"The CMO has until .* to answer F-01"):
        move_audit(audit, "issue_report", by=cast.quinn)
    with pytest.raises(WrongState, match=r"The CMO has until"):
        actions.issue_all(audit, by=cast.quinn)
    disputed(finding, cast)
    with pytest.raises(WrongState, match="The CMO sees F-01 differently"):
        move_audit(audit, "issue_report", by=cast.quinn)
    assert nothing_is_disputed(audit, cast.quinn) is not None


@pytest.mark.refuses("findings.is_not_answered")
def test_a_finding_can_be_taken_back_until_the_cmo_has_answered(finding: Finding, cast: Any) -> None:
    file = attach(finding, upload(), by=cast.leo, shared=True)
    with pytest.raises(WrongState, match="needs a reason"):
        actions.recall(finding, by=cast.quinn, reason="")
    actions.recall(finding, by=cast.quinn, reason="A page is missing")
    file.refresh_from_db()
    assert (finding.status, finding.is_shared, file.is_shared) == ("draft", False, False)
    assert not Finding.objects.visible_to(cast.pat).filter(pk=finding.pk).exists()
    assert "F-01 is a draft that the CMO has not seen" in str(findings_stand(finding.audit, cast.quinn))
    actions.move(finding, "send", by=cast.quinn)
    actions.comment(fresh(finding), by=cast.pat, verdict="agree")
    with pytest.raises(WrongState, match="The CMO has answered F-01"):
        actions.recall(fresh(finding), by=cast.quinn, reason="Too late")


@pytest.mark.refuses("findings.may_be_sent")
def test_a_finding_is_not_sent_alone_before_the_check_began(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast))
    with pytest.raises(WrongState, match="Findings go to the CMO together"):
        actions.move(make_finding(cast, audit), "send", by=cast.quinn)


def test_what_came_by_mail_is_written_down_where_the_cmo_has_not_joined(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast, joined=""))
    finding = make_finding(cast, audit)
    checked(cast, audit)
    finding = fresh(finding)
    with pytest.raises(ValidationError, match="Write who at the CMO said it"):
        actions.comment(finding, by=cast.leo, verdict="agree")
    with pytest.raises(PermissionDenied):
        actions.comment(finding, by=cast.eva, verdict="agree", said_by="Livia, by mail")
    said = actions.comment(finding, by=cast.leo, verdict="dispute", text="Not so.", said_by="Livia, by mail")
    assert (said.author_name, said.is_outside, fresh(finding).status) == ("Livia, by mail", True, "disputed")
    actions.comment(fresh(finding), by=cast.leo, verdict="agree", said_by="Livia, by mail")
    assert fresh(finding).status == "in_factual_check"


def test_returning_the_report_leaves_the_cmo_its_findings(finding: Finding, cast: Any) -> None:
    audit = Audit.objects.select_related("site__vendor__sponsor", "site__vendor__company").get(pk=finding.audit_id)
    move_audit(audit, "return_report", by=cast.quinn, reason="The conclusion is missing")
    later = make_finding(cast, audit, title="Found in the notes", late_reason="Read at home")
    move_audit(audit, "submit_review", by=cast.leo)
    check = actions.start_factual_check(audit, by=cast.quinn)
    assert check is not None and check.round == 2
    assert (fresh(finding).factual_round, fresh(later).factual_round) == (1, 2)
