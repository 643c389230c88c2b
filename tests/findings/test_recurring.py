"""A repeat is proposed with the earlier finding, confirmed by the auditor, and moves the class one step up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.findings import actions
from audits.findings.models import Finding
from cmo_portal.records.workflow import WrongState
from tests.findings.makers import checked, issued, make_audit, make_finding, make_place, written

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(cast: Any) -> tuple[Finding, Finding]:
    """(an issued finding of a year ago, a draft that looks the same)."""
    site = make_place(cast)
    before = make_audit(cast, site, days=400)
    make_finding(cast, before)
    (earlier,) = issued(cast, before, on=timezone.localdate() - timedelta(days=365))
    return earlier, make_finding(cast, make_audit(cast, site))


def test_an_earlier_finding_of_the_site_is_proposed_with_its_grounds(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    (proposal,) = actions.earlier_like(draft, cast.leo)
    assert proposal.finding == earlier
    assert proposal.why.startswith("Same clause, 21 CFR 211.182, same system, words in common")


def test_a_finding_of_another_site_or_sponsor_or_year_is_not_proposed(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    elsewhere = make_finding(cast, make_audit(cast, make_place(cast, "Otherwerk")))
    assert actions.earlier_like(elsewhere, cast.leo) == []
    assert actions.earlier_like(draft, cast.otto) == []
    written(earlier, cast.leo, issued_date=timezone.localdate() - timedelta(days=366 * 6))
    assert actions.earlier_like(draft, cast.leo) == []


def test_a_draft_or_a_withdrawn_finding_is_no_earlier_one(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    written(earlier, cast.leo, status="withdrawn")
    assert actions.earlier_like(draft, cast.leo) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("observation", "other"), ("other", "major"), ("major", "critical"), ("critical", "critical")],
)
def test_a_repeat_moves_the_class_one_step_up_with_the_reason(before: str, after: str, pair: Any, cast: Any) -> None:
    earlier, draft = pair
    actions.revise_finding(draft, by=cast.leo, classification=before)
    actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason="The action covered one logbook of two.")
    assert (draft.classification, draft.class_before, draft.repeat_of) == (after, before, earlier)
    assert draft.repeat_reason == "The action covered one logbook of two."
    actions.clear_repeat(draft, by=cast.leo, reason="Another logbook")
    assert (draft.classification, draft.class_before, draft.repeat_of) == (before, "", None)


def test_confirming_another_earlier_finding_does_not_climb_twice(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    for reason in ("Same", "Same still"):
        actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason=reason)
    assert draft.classification == "major"


def test_a_repeat_takes_a_reason_a_class_and_an_issued_finding_of_the_site(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    with pytest.raises(ValidationError, match="Write why it is the same"):
        actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason=" ")
    sibling = make_finding(cast, draft.audit)
    with pytest.raises(ValidationError, match="issued finding of the same site"):
        actions.confirm_repeat(draft, by=cast.leo, earlier=sibling, reason="x")
    actions.revise_finding(draft, by=cast.leo, classification="")
    with pytest.raises(ValidationError, match="Choose the class first"):
        actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason="x")
    with pytest.raises(PermissionDenied):
        actions.confirm_repeat(draft, by=cast.sam, earlier=earlier, reason="x")


def test_what_was_ruled_out_is_not_proposed_again(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    actions.rule_out(draft, by=cast.leo, earlier=earlier, reason="A logbook of another kind")
    assert actions.earlier_like(draft, cast.leo) == []


def test_after_it_was_sent_nobody_makes_it_a_repeat(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    checked(cast, draft.audit)
    draft.refresh_from_db()
    with pytest.raises(WrongState, match="decided before it is sent"):
        actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason="x")
    with pytest.raises(WrongState, match="decided before it is sent"):
        actions.clear_repeat(draft, by=cast.leo, reason="x")


def test_a_good_practice_is_no_repeat(pair: Any, cast: Any) -> None:
    earlier, draft = pair
    actions.confirm_repeat(draft, by=cast.leo, earlier=earlier, reason="Same")
    with pytest.raises(ValidationError, match="take the repeat back first"):
        actions.revise_finding(draft, by=cast.leo, classification="positive")
