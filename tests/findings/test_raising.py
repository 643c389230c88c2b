"""Recording findings: who may, when, what a draft may lack and what it may not when it leaves the team."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.conduct.models import ChecklistItem
from audits.findings import actions
from audits.findings.models import Finding
from audits.findings.workflows import findings_are_complete, is_complete
from audits.programme.models import Audit
from cmo_portal.records.attachments import attach, attachments_of
from cmo_portal.records.trail import StaleRecord, TrailEvent, write
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import WHOLE, fresh, go, make_audit, make_finding, make_place, upload
from tests.meanwhile import right_after
from tests.supply.makers import PROOF

pytestmark = pytest.mark.django_db


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def test_findings_are_labelled_inside_their_audit_and_numbered_at_random(audit: Audit, cast: Any) -> None:
    first, second = make_finding(cast, audit), make_finding(cast, audit, title="Another")
    assert (first.label, second.label) == ("F-01", "F-02")
    assert first.number.startswith("FND-") and first.raised_by == cast.leo and not first.is_late
    other = make_audit(cast, make_place(cast, "Otherwerk"))
    assert make_finding(cast, other).label == "F-01"


def test_a_withdrawn_label_is_not_given_again(audit: Audit, cast: Any) -> None:
    actions.withdraw(make_finding(cast, audit), by=cast.leo, reason="Mistaken line", credentials=PROOF)
    assert make_finding(cast, audit).label == "F-02"


def test_a_device_that_sends_twice_makes_one_finding(audit: Audit, cast: Any) -> None:
    first = make_finding(cast, audit, client_key="tablet-7")
    again = make_finding(cast, audit, client_key="tablet-7", title="Sent again")
    assert first.pk == again.pk and Finding.objects.filter(audit=audit).count() == 1


@pytest.mark.parametrize("who", ["sam", "quinn", "eva", "ines", "ada", "pat", "otto"])
def test_only_auditors_record_findings(who: str, audit: Audit, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        actions.raise_finding(audit, by=getattr(cast, who), **WHOLE)


def test_before_the_first_day_nothing_is_found(cast: Any) -> None:
    audit = make_audit(cast, make_place(cast), status="notified")
    with pytest.raises(WrongState, match=r"from the first day .* this audit stands at Notified"):
        make_finding(cast, audit)


def test_after_the_review_began_nothing_is_added(audit: Audit, cast: Any) -> None:
    for name in ("hold_closeout", "draft_report", "submit_review"):
        go(audit, name, cast.leo)
    with pytest.raises(WrongState, match="this audit stands at Report in review"):
        make_finding(cast, audit)


def test_what_the_close_out_meeting_did_not_hear_says_why(audit: Audit, cast: Any) -> None:
    go(audit, "hold_closeout", cast.leo)
    late = make_finding(cast, audit)
    assert late.is_late and is_complete(late, cast.leo) == "F-01 lacks why the close-out meeting did not hear it."
    actions.revise_finding(late, by=cast.leo, late_reason="The records came on the last evening.")
    assert is_complete(late, cast.leo) is None


def test_what_a_device_wrote_during_the_visit_is_not_late_when_it_arrives(audit: Audit, cast: Any) -> None:
    go(audit, "hold_closeout", cast.leo)
    assert not make_finding(cast, audit, client_key="tablet-8").is_late


def test_a_finding_from_a_checklist_line_takes_its_words_and_files(audit: Audit, cast: Any) -> None:
    item = ChecklistItem(audit=audit, code="P-01", system="production", topic="Logbooks", question="When?",
                         refs=WHOLE["refs"], note="Four entries were made later.")  # fmt: skip
    write(item, by=cast.leo, action="test.add")
    attach(item, upload("photo.pdf"), by=cast.leo)
    finding = actions.raise_finding(audit, by=cast.leo, item=item, title="Late entries")
    assert (finding.title, finding.statement, finding.system) == (
        "Late entries", "Four entries were made later.", "production")  # fmt: skip
    assert finding.clause_words == "21 CFR 211.182" and finding.item == item
    (file,) = attachments_of(finding, cast.leo)
    assert file.name == "photo.pdf" and not file.is_shared


def test_a_draft_may_be_half_done_and_says_what_it_lacks(audit: Audit, cast: Any) -> None:
    bare = actions.raise_finding(audit, by=cast.leo, title="Something about logbooks")
    lacks = "its class, what was found, the objective evidence, a clause and its system"
    assert is_complete(bare, cast.leo) == f"F-01 lacks {lacks}."
    with pytest.raises(WrongState, match="F-01 lacks its class"):
        for name in ("hold_closeout", "draft_report", "submit_review"):
            go(audit, name, cast.leo)
    assert audit.status == "report_draft"


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("classification", "its class"),
        ("statement", "what was found"),
        ("evidence", "the objective evidence"),
        ("refs", "a clause"),
        ("system", "its system"),
        ("classification_reason", "why this class"),
    ],
)
def test_no_report_goes_to_review_with_a_finding_that_lacks(field: str, words: str, audit: Audit, cast: Any) -> None:
    empty: Any = [] if field == "refs" else ""
    make_finding(cast, audit, **{field: empty})
    assert words in str(findings_are_complete(audit, cast.leo))


def test_a_good_practice_needs_its_words_only(audit: Audit, cast: Any) -> None:
    good = actions.raise_finding(audit, by=cast.leo, title="Near misses", statement="x", classification="positive")
    assert is_complete(good, cast.leo) is None and not good.needs_response


def test_revising_knows_the_version_and_leaves_a_trail(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    actions.revise_finding(finding, by=cast.leo, version=1, statement="Five of ten.")
    with pytest.raises(StaleRecord):
        actions.revise_finding(fresh(finding), by=cast.leo, version=1, statement="Six of ten.")
    event = TrailEvent.objects.filter(record_number=finding.number).order_by("seq").last()
    assert event is not None and event.action == "finding.revise"


def test_a_finding_takes_only_its_own_fields(audit: Audit, cast: Any) -> None:
    with pytest.raises(ValidationError, match="A finding does not take it"):
        make_finding(cast, audit, status="issued")
    with pytest.raises(ValidationError, match="A finding does not take it"):
        actions.revise_finding(make_finding(cast, audit), by=cast.leo, is_shared=True)


@pytest.mark.parametrize("refs", [["211.192"], [{"source": "21 CFR 211"}], [{"source": "", "clause": "1"}]])
def test_a_reference_without_source_or_number_is_refused(refs: Any, audit: Audit, cast: Any) -> None:
    with pytest.raises(ValidationError, match="A clause has a source and a number"):
        make_finding(cast, audit, refs=refs)


def test_a_clause_stands_once_and_may_come_from_outside_the_register(audit: Audit, cast: Any) -> None:
    ref = {"source": "PIC/S PI 041", "clause": "5.2"}
    finding = make_finding(cast, audit, refs=[ref, dict(ref), {"source": "21 CFR 211", "clause": "211.182"}])
    assert finding.clause_words == "PIC/S PI 041 5.2; 21 CFR 211.182"


def test_several_others_add_up_to_a_major_that_explains_itself(audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit), make_finding(cast, audit, title="Late again", is_site_wide=True)]
    whole = actions.combine(
        audit, by=cast.leo, parts=parts, title="Records follow the work", reason="The habit is one."
    )
    assert (whole.label, whole.classification, whole.classification_reason) == ("F-03", "major", "The habit is one.")
    assert whole.is_site_wide and whole.clause_words == "21 CFR 211.182" and is_complete(whole, cast.leo) is None
    assert [part.label for part in whole.parts.order_by("label")] == ["F-01", "F-02"]
    assert whole.needs_response and not fresh(parts[0]).needs_response


def test_a_combination_takes_two_others_of_the_audit_and_a_reason(audit: Audit, cast: Any) -> None:
    one, two = make_finding(cast, audit), make_finding(cast, audit, classification="major")
    three = make_finding(cast, audit)
    for parts, reason, sentence in (
        ([one], "x", "at least 2"),
        ([one, one], "x", "at least 2"),
        ([one, two], "x", "F-02 is not classified as other"),
        ([one, three], " ", "Explain what they add up to"),
    ):
        with pytest.raises(ValidationError, match=sentence):
            actions.combine(audit, by=cast.leo, parts=parts, title="Together", reason=reason)
    actions.combine(audit, by=cast.leo, parts=[one, three], title="Together", reason="Because.")
    with pytest.raises(ValidationError, match="part of a combination already"):
        actions.combine(audit, by=cast.leo, parts=[one, three], title="Again", reason="Because.")


def test_parts_are_combined_as_they_are_stored(audit: Audit, cast: Any) -> None:
    """A screen that was opened before somebody wrote neither takes what is no other now, nor writes old words."""
    one, two, three = (make_finding(cast, audit) for _ in range(3))
    major = partial(actions.revise_finding, fresh(one), by=cast.leo, classification="major")
    with (
        right_after("FROM audits_audit", major) as seen,
        pytest.raises(ValidationError, match="F-01 is not classified"),
    ):
        actions.combine(audit, by=cast.leo, parts=[one, two], title="Together", reason="Because.")
    assert seen and not Finding.objects.filter(audit=audit, title="Together").exists()
    actions.revise_finding(fresh(two), by=cast.leo, title="Nobody signed the log")
    whole = actions.combine(audit, by=cast.leo, parts=[two, three], title="Together", reason="Because.")
    assert "Nobody signed the log" in whole.statement and fresh(two).title == "Nobody signed the log"


@pytest.mark.refuses("findings.is_no_needed_part")
def test_a_combination_keeps_two_parts_or_is_withdrawn_whole(audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit) for _ in range(3)]
    whole = actions.combine(audit, by=cast.leo, parts=parts, title="Together", reason="Because.")
    actions.separate(fresh(parts[0]), by=cast.leo, reason="Another matter")
    with pytest.raises(WrongState, match="F-04 combines only 2 findings: withdraw it instead"):
        actions.separate(fresh(parts[1]), by=cast.leo, reason="Another matter")
    with pytest.raises(WrongState, match="withdraw F-04 first"):
        actions.withdraw(fresh(parts[1]), by=cast.leo, reason="Wrong", credentials=PROOF)
    actions.withdraw(fresh(whole), by=cast.leo, reason="Wrong", credentials=PROOF)
    assert fresh(parts[1]).combined_into is None


def test_an_internal_note_is_the_teams_own(audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    note = actions.add_note(audit, by=cast.sam, finding=finding, text="Ask supply chain.")
    visible = type(note).objects.visible_to
    assert visible(cast.quinn).filter(pk=note.pk).exists()
    for stranger in (cast.pat, cast.bea, cast.otto):
        assert not visible(stranger).filter(pk=note.pk).exists()
    with pytest.raises(PermissionDenied):
        actions.add_note(audit, by=cast.eva, text="x")
    with pytest.raises(PermissionDenied):
        actions.add_note(audit, by=cast.pat, text="x")
