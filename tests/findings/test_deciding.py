"""Decisions: another class and a withdrawal are signed, findings are issued together, a critical one has effects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models.signals import pre_save
from django.utils import timezone

from audits.findings import actions
from audits.findings.hooks import deficiencies, too_many_majors
from audits.findings.models import Finding
from audits.findings.workflows import FINDING, add_check, after_issue, checks
from audits.programme.frequency import Compliance
from audits.programme.models import Audit
from audits.programme.steering import AuditTrigger
from cmo_portal.lib.calendars import add_business_days
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.signed import signed
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import AUSTRIA, checked, fresh, issued, make_audit, make_finding, make_place
from tests.findings.makers import written as change
from tests.supply.makers import PROOF
from vendors.registry.qualification_actions import move, propose
from vendors.registry.supply import Qualification
from vendors.registry.workflows import approval_checks

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def test_issuing_dates_every_finding_and_counts_the_response(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit)
    make_finding(cast, audit, classification="observation")
    first, second = issued(cast, audit)
    today = timezone.localdate()
    assert (first.status, first.issued_date) == ("issued", today)
    assert (first.response_due_date, second.response_due_date) == (add_business_days(today, 15, AUSTRIA), None)


def test_a_part_of_a_combination_is_answered_with_its_major(audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit), make_finding(cast, audit)]
    actions.combine(audit, by=cast.leo, parts=parts, title="Together", reason="Because.")
    dates = {row.label: row.response_due_date for row in issued(cast, audit)}
    assert dates["F-01"] is None and dates["F-02"] is None and dates["F-03"] is not None


def test_an_upper_subject_acts_in_the_transaction_of_the_issue(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit)
    seen: list[str] = []

    def refuses(finding: Finding, by: Any) -> None:
        seen.append(finding.label)
        raise WrongState("No link can be opened.")

    after_issue.append(refuses)
    try:
        with pytest.raises(WrongState, match="No link can be opened"):
            issued(cast, audit)
    finally:
        after_issue.remove(refuses)
    assert seen == ["F-01"] and Finding.objects.get(audit=audit).status == "in_factual_check"


@pytest.mark.parametrize("who", ["leo", "sam", "eva", "pat"])
def test_only_who_issues_the_report_issues_findings(who: str, audit: Audit, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.issue_all(audit, by=getattr(cast, who))


@pytest.mark.parametrize("name", ["issue", "close", "respond", "reask", "dispute", "settle", "concede"])
def test_moves_that_follow_from_another_act_are_not_made_alone(name: str, audit: Audit, cast: Any) -> None:
    with pytest.raises(WrongState, match="follows from another act"):
        actions.move(make_finding(cast, audit), name, by=cast.quinn)


def test_another_class_is_signed_with_the_reason_that_both_sides_read(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    checked(cast, audit)
    finding = fresh(finding)
    actions.reclassify(finding, by=cast.quinn, classification="major", reason="Two lines do it.", credentials=PROOF)
    finding = fresh(finding)
    assert (finding.classification, finding.classification_reason) == ("major", "Two lines do it.")
    for reader, what in ((cast.leo, "Reclassify"), (cast.pat, "")):  # the trail's words are the owner's
        (one,) = signed(finding, reader)
        assert (one.signature.signer_name, one.what, one.fault) == ("Quinn Abara", what, "")


@pytest.mark.parametrize(
    ("given", "error", "sentence"),
    [
        ({"reason": " "}, ValidationError, "Write why the class changes"),
        ({"classification": "other"}, ValidationError, "other than the present one"),
        ({"classification": "worst"}, ValidationError, "other than the present one"),
        ({"credentials": Credentials("wrong")}, BadCredentials, "password"),
        ({"credentials": None}, BadCredentials, "Sign with your password"),
        ({"version": 1}, StaleRecord, "changed this while you were editing"),
    ],
)
def test_a_refused_classification_leaves_the_finding(
    given: dict[str, Any], error: type[Exception], sentence: str, audit: Audit, cast: Any
) -> None:
    finding = make_finding(cast, audit)
    checked(cast, audit)
    finding = fresh(finding)
    values = {"classification": "major", "reason": "Two lines.", "credentials": PROOF} | given
    with pytest.raises(error, match=sentence):
        actions.reclassify(finding, by=cast.quinn, **values)
    assert finding.classification == fresh(finding).classification == "other"
    assert not Signature.objects.filter(record_number=finding.number).exists()


def test_a_draft_is_classified_by_writing_it_and_a_closed_one_not_at_all(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    values = {"classification": "major", "reason": "x", "credentials": PROOF}
    with pytest.raises(WrongState, match="F-01 stands at Draft: its class is not changed now"):
        actions.reclassify(finding, by=cast.leo, **values)
    with pytest.raises(PermissionDenied):
        actions.reclassify(finding, by=cast.sam, **values)


def test_an_issued_observation_that_becomes_a_finding_gets_a_day_to_answer(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit, classification="observation")
    (finding,) = issued(cast, audit)
    actions.reclassify(fresh(finding), by=cast.quinn, classification="other", reason="A rule is not met.",
                       credentials=PROOF)  # fmt: skip
    assert fresh(finding).response_due_date == add_business_days(timezone.localdate(), 15, AUSTRIA)


def test_a_withdrawal_is_signed_with_a_reason(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    with pytest.raises(PermissionDenied):
        actions.withdraw(finding, by=cast.sam, reason="x", credentials=PROOF)
    with pytest.raises(WrongState, match="needs a reason"):
        actions.withdraw(finding, by=cast.leo, reason="", credentials=PROOF)
    with pytest.raises(BadCredentials):
        actions.withdraw(finding, by=cast.leo, reason="x")
    actions.withdraw(finding, by=cast.leo, reason="Mistaken line", credentials=PROOF)
    (one,) = signed(finding, cast.leo)
    assert (one.signature.reason, one.signature.meaning) == ("Mistaken line", "approved")
    assert not Finding.objects.visible_to(cast.pat).filter(pk=finding.pk).exists()


def test_what_is_issued_is_not_edited(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit)
    (finding,) = issued(cast, audit)
    with pytest.raises(WrongState, match="F-01 is no draft any more"):
        actions.revise_finding(fresh(finding), by=cast.leo, statement="Something else")


def test_closing_takes_its_parts_along_and_asks_upper_subjects(audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit), make_finding(cast, audit)]
    actions.combine(audit, by=cast.leo, parts=parts, title="Together", reason="Because.")
    whole = fresh(issued(cast, audit)[-1])
    add_check("close", lambda finding, by: "Its CAPA is open.")
    try:
        with pytest.raises(WrongState, match="Its CAPA is open"):
            actions.close_finding(whole, by=cast.quinn)
        assert whole.closed_date is None
    finally:
        checks["close"].pop()
    actions.close_finding(whole, by=cast.quinn)
    assert {row.status for row in Finding.objects.filter(audit=audit)} == {"closed"}
    assert fresh(parts[0]).closed_date == timezone.localdate()


@pytest.mark.refuses("findings.open_critical", "registry.nothing_stands_against")
def test_an_open_critical_finding_refuses_approval_and_allows_conditions(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit, classification="critical")
    row = propose(audit.site.vendor, by=cast.sam, site=audit.site, service="testing")
    offers = {offer.transition.name: offer for offer in qualification_offers(row, cast)}
    assert offers["approve"].refusal is None  # a draft is nobody's knowledge yet
    checked(cast, audit)
    sentence = rf"Critical finding F-01 of {audit.number} is open at Testwerk plant"
    with pytest.raises(WrongState, match=sentence):
        move(row, "approve", by=cast.quinn, credentials=PROOF)
    ends = timezone.now().date() + timedelta(days=90)
    move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, conditions="Weekly calls", expires_date=ends)
    actions.withdraw(fresh(finding), by=cast.quinn, reason="Settled", credentials=PROOF)
    move(row, "approve", by=cast.quinn, credentials=PROOF, expires_date=date(2099, 1, 1))


def test_an_issued_critical_finding_asks_the_programme_for_a_decision_once(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit, classification="critical")
    (finding,) = issued(cast, audit)
    (event,) = AuditTrigger.objects.filter(source_number=finding.number)
    assert (event.kind, event.site, event.happened_date) == ("critical_finding", audit.site, timezone.localdate())
    for classification in ("major", "critical"):
        actions.reclassify(fresh(finding), by=cast.quinn, classification=classification, reason="x", credentials=PROOF)
    assert AuditTrigger.objects.filter(source_number=finding.number).count() == 1


def test_critical_and_major_findings_count_in_the_sites_record(audit: Audit, cast: Any) -> None:
    for classification in ("critical", "major", "major", "other", "observation"):
        make_finding(cast, audit, classification=classification)
    today = timezone.localdate()
    assert deficiencies(audit.site, today) == Compliance()  # nothing is issued yet
    first = issued(cast, audit)[1]
    assert deficiencies(audit.site, today) == Compliance(critical=1, major=2)
    actions.withdraw(fresh(first), by=cast.quinn, reason="Settled", credentials=PROOF)
    assert deficiencies(audit.site, today) == Compliance(critical=1, major=1)


def qualification_offers(row: Any, cast: Any) -> Any:
    from vendors.registry.workflows import QUALIFICATION

    return QUALIFICATION.offers(row, cast.quinn)


def test_every_guarded_move_of_a_finding_says_why_it_is_closed(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    sentences = {move.name: FINDING.closed(finding, move, cast.quinn) for move in FINDING.transitions}
    assert all(sentences[name] for name in sentences if name != "withdraw") and sentences["withdraw"] is None


def owed(kind: str, record: Any) -> bool:
    return DueItem.objects.filter(kind=kind, record_number=record.number, is_open=True).exists()


def test_a_disagreement_ends_with_the_finding_that_is_withdrawn(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    checked(cast, audit)
    said = actions.comment(fresh(finding), by=cast.pat, verdict="dispute", text="Not so.")
    assert owed("dispute.settle", said)
    actions.withdraw(fresh(finding), by=cast.quinn, reason="The CMO is right.", credentials=PROOF)
    said.refresh_from_db()
    assert (said.outcome, said.answer, said.answered_by_name) == ("withdrawn", "The CMO is right.", cast.quinn.name)
    assert not owed("dispute.settle", said)


def test_nobody_owes_an_answer_on_a_finding_that_was_withdrawn_or_taken_back(audit: Audit, cast: Any) -> None:
    first, second = make_finding(cast, audit), make_finding(cast, audit)
    check = checked(cast, audit)
    actions.withdraw(fresh(first), by=cast.quinn, reason="A slip.", credentials=PROOF)
    assert owed("factual_check.due", check)
    actions.recall(fresh(second), by=cast.quinn, reason="To be written anew.")
    assert not owed("factual_check.due", check)


def test_a_round_that_nobody_answered_ends_with_the_issue(audit: Audit, cast: Any) -> None:
    make_finding(cast, audit)
    check = checked(cast, audit)
    today = timezone.localdate()
    change(check, cast.quinn, sent_date=today - timedelta(days=11), due_date=today - timedelta(days=1))
    actions.issue_all(audit, by=cast.quinn)
    check.refresh_from_db()
    assert (check.ended_date, check.end_note) == (today, "The report was issued.")
    assert not owed("factual_check.due", check)


def test_a_withdrawal_that_fails_half_way_leaves_everything_as_it_was(audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit), make_finding(cast, audit)]
    whole = actions.combine(audit, by=cast.leo, parts=parts, title="Together", reason="Because.")
    with door_is_broken(parts[1]), pytest.raises(RuntimeError):
        actions.withdraw(fresh(whole), by=cast.quinn, reason="Not together.", credentials=PROOF)
    assert fresh(whole).status == "draft"
    assert {fresh(part).combined_into_id for part in parts} == {whole.pk}


@contextmanager
def door_is_broken(record: Finding) -> Iterator[None]:
    """Whatever is announced or saved of `record` fails, as a database does that goes away."""

    def fails(sender: Any, instance: Any, **kwargs: Any) -> None:
        if instance.pk == record.pk:
            raise RuntimeError

    pre_save.connect(fails, sender=Finding)
    try:
        yield
    finally:
        pre_save.disconnect(fails, sender=Finding)


@pytest.mark.parametrize("labels", [pytest.param(6, marks=pytest.mark.refuses("findings.too_many_majors")), 5])
def test_more_than_five_open_majors_allow_a_conditional_approval_at_most(labels: int, audit: Audit, cast: Any) -> None:
    for _ in range(labels):
        make_finding(cast, audit, classification="major")
    issued(cast, audit)
    row = Qualification(site=audit.site)
    sentence = too_many_majors(row, cast.quinn)
    assert (sentence is not None) == (labels > 5)
    if sentence:
        assert sentence.startswith("6 major findings are open") and too_many_majors in approval_checks


@pytest.mark.refuses("findings.is_conceded", "findings.is_disputed", "findings.is_settled")
def test_a_disagreement_that_stands_is_neither_taken_back_nor_settled_by_the_move_alone(
    audit: Audit, cast: Any
) -> None:
    finding = make_finding(cast, audit)
    checked(cast, audit)
    with pytest.raises(WrongState, match="has not disputed"):
        FINDING.perform(fresh(finding), "dispute", by=cast.pat)
    actions.comment(fresh(finding), by=cast.pat, verdict="dispute", text="Not so.")
    with pytest.raises(WrongState, match="still sees it differently"):
        FINDING.perform(fresh(finding), "concede", by=cast.pat)
    with pytest.raises(WrongState, match="Write how the disagreement was settled"):
        FINDING.perform(fresh(finding), "settle", by=cast.sam)
    assert fresh(finding).status == "disputed"
