"""Cycle times: the days each step took, which kept their limit, what is open and late today, for both sides alike."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audits.programme.limits_actions import set_limits
from audits.trends.asked import Asked
from audits.trends.figures import Period, year_to
from audits.trends.picture import StepFigures, Times, times_of
from audits.trends.present import sides
from tests.trends.makers import a_check, a_finding, a_link, a_site, ago, an_audit, today
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db


def times(reader: Any, site: Site, period: Period | None = None) -> Times:
    return times_of(reader, Asked(period or year_to(today()), today(), site=site.number))


def step(reader: Any, site: Site, code: str, period: Period | None = None) -> StepFigures:
    return next(row for row in times(reader, site, period).steps if row.step.code == code)


def said(row: StepFigures) -> tuple[int, int, float | None, int]:
    return row.whole.done, row.whole.late, row.whole.median, row.waiting


def test_notice_is_late_below_its_limit(cast: Any) -> None:
    site = a_site(cast.sam)
    an_audit(cast.leo, site, notified_date=ago(132))  # 30 days before the first
    an_audit(cast.leo, site, notified_date=ago(131))
    an_audit(cast.leo, site, status="planned", notified_date=None, start_date=ago(-20), end_date=ago(-21))
    an_audit(cast.leo, site, status="planned", notified_date=None, start_date=ago(-31), end_date=ago(-32))
    an_audit(cast.leo, site, status="cancelled", notified_date=ago(103))
    assert said(step(cast.sam, site, "notice")) == (2, 1, 29.5, 1)


@pytest.mark.parametrize(
    ("notified", "start", "late"),
    [
        (date(2026, 3, 2), date(2026, 3, 4), 0),  # Monday to Wednesday: two business days
        (date(2026, 3, 2), date(2026, 3, 3), 1),
        (date(2026, 3, 5), date(2026, 3, 9), 0),  # Thursday to Monday
        (date(2026, 3, 6), date(2026, 3, 9), 1),  # Friday to Monday is one
        (date(2026, 3, 7), date(2026, 3, 10), 0),  # Saturday to Tuesday
        (date(2026, 3, 8), date(2026, 3, 9), 1),
    ],
)
def test_notice_for_cause_counts_business_days(cast: Any, notified: date, start: date, late: int) -> None:
    site = a_site(cast.sam)
    an_audit(cast.leo, site, type="for_cause", notified_date=notified, start_date=start, end_date=start)
    assert step(cast.sam, site, "notice", Period(date(2026, 1, 1), date(2026, 12, 31))).whole.late == late


def test_a_report_is_late_after_the_day_it_was_due(cast: Any) -> None:
    site = a_site(cast.sam)
    an_audit(cast.leo, site, report_issued_date=ago(70))
    an_audit(cast.leo, site, report_issued_date=ago(69))
    an_audit(cast.leo, site, status="report_draft", report_issued_date=None)
    an_audit(cast.leo, site, status="report_draft", report_issued_date=None, report_due_date=today())
    assert said(step(cast.sam, site, "report")) == (2, 1, 30.5, 1)


def test_the_first_response_is_held_against_the_day_of_the_finding(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    facts = {"response_status": "submitted", "rounds": 1}
    a_link(cast.leo, a_finding(cast.leo, audit, "F-01"), received=ago(54), responded_date=ago(54), **facts)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-02"), received=ago(53), responded_date=ago(53), **facts)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-03"))
    a_link(cast.leo, a_finding(cast.leo, audit, "F-04", response_due_date=today()))
    assert said(step(cast.sam, site, "response")) == (2, 1, 21.5, 1)


def test_the_sponsors_review_has_its_limit_too(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    accepted = {"response_status": "accepted", "status": "date_agreed", "agreed_date": ago(-9)}
    a_link(
        cast.leo,
        a_finding(cast.leo, audit, "F-01"),
        responded_date=ago(60),
        accepted_date=ago(30),
        rounds=1,
        **accepted,
    )
    a_link(
        cast.leo,
        a_finding(cast.leo, audit, "F-02"),
        responded_date=ago(60),
        accepted_date=ago(29),
        rounds=2,
        **accepted,
    )
    a_link(cast.leo, a_finding(cast.leo, audit, "F-03"), responded_date=ago(31), response_status="submitted", rounds=1)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-04"), responded_date=ago(30), response_status="submitted", rounds=1)
    assert said(step(cast.sam, site, "review")) == (2, 1, 30.5, 1)
    capas = times(cast.sam, site).capas
    assert (capas.accepted, capas.at_first, capas.first_rate) == (2, 1, 50)


def test_the_agreed_date_is_the_limit_of_the_correction(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    facts = {"response_status": "accepted", "accepted_date": ago(50), "agreed_date": ago(10)}
    done = facts | {"status": "implemented"}
    a_link(cast.leo, a_finding(cast.leo, audit, "F-01"), implemented_date=ago(10), **done)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-02"), implemented_date=ago(9), **done)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-03"), status="implementing", **facts)
    a_link(cast.leo, a_finding(cast.leo, audit, "F-04"), status="implementing", **facts | {"agreed_date": today()})
    assert said(step(cast.sam, site, "correction")) == (2, 1, 40.5, 1)


def test_an_effectiveness_check_is_late_a_review_after_its_day(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    links = [a_link(cast.leo, a_finding(cast.leo, audit, f"F-{n}"), status="effectiveness_due") for n in range(4)]
    a_check(cast.leo, links[0], ago(40), ago(10), "effective")
    a_check(cast.leo, links[1], ago(40), ago(9), "not_effective")
    a_check(cast.leo, links[2], ago(31))
    a_check(cast.leo, links[3], ago(30))
    assert said(step(cast.sam, site, "check")) == (2, 1, 30.5, 1)
    assert times(cast.sam, site).capas.effective_rate == 50


def test_an_audit_is_closed_within_its_limit_or_late(cast: Any) -> None:
    site = a_site(cast.sam)
    an_audit(cast.leo, site, status="closed", start_date=ago(190), end_date=ago(190), closed_date=ago(10))
    an_audit(cast.leo, site, status="closed", start_date=ago(190), end_date=ago(190), closed_date=ago(9))
    an_audit(cast.leo, site, start_date=ago(181), end_date=ago(181))
    an_audit(cast.leo, site, start_date=ago(180), end_date=ago(180))
    assert said(step(cast.sam, site, "closure")) == (2, 1, 180.5, 1)


def test_days_of_both_sides_are_those_of_the_clocks(cast: Any) -> None:
    site = a_site(cast.sam)
    audit = an_audit(cast.leo, site)
    for label, ours, theirs, status in (
        ("F-1", 10, 60, "closed"),
        ("F-2", 20, 80, "closed"),
        ("F-3", 500, 500, "withdrawn"),
    ):
        link = a_finding(cast.leo, audit, label)
        a_link(cast.leo, link, status=status, closed_date=ago(3), sponsor_days=ours, partner_days=theirs)
    capas = times(cast.sam, site).capas
    assert (capas.sponsor_days, capas.cmo_days) == (15, 70)
    assert step(cast.sam, site, "capa").whole.done == 2


def test_lateness_of_the_sponsor_shows_as_that_of_the_cmo(cast: Any) -> None:
    """One of two reports late, one of two responses late: the same share, the same length of bar."""
    site = a_site(cast.sam)
    late = an_audit(cast.leo, site, notified_date=None, report_issued_date=ago(60))
    an_audit(cast.leo, site, notified_date=None)
    for label, day in (("F-1", 54), ("F-2", 50)):
        a_link(
            cast.leo, a_finding(cast.leo, late, label), received=ago(day), response_status="accepted", status="closed"
        )
    found = times(cast.sam, site)
    assert (found.sponsor.done, found.sponsor.late) == (found.cmo.done, found.cmo.late) == (2, 1)
    ours, theirs = sides(found)
    assert ours["bar"].replace("bar-fill ", "") == theirs["bar"].replace("bar-fill alt", "")


def test_a_limit_of_ones_own_decides_where_no_day_was_kept(cast: Any) -> None:
    site = a_site(cast.sam)
    an_audit(cast.leo, site, notified_date=ago(142))  # 40 days
    assert step(cast.sam, site, "notice").whole.late == 0
    set_limits(cast.sam.company, {"notice_days": 45}, by=cast.sam, reason="Longer notice")
    row = step(cast.sam, site, "notice")
    assert row.whole.late == 1 and row.limit == "at least 45 calendar days"


def test_a_step_counts_in_the_quarter_in_which_it_was_done(cast: Any) -> None:
    site = a_site(cast.sam)
    for day in (date(2026, 3, 31), date(2026, 4, 1), date(2026, 4, 9)):
        an_audit(cast.leo, site, start_date=date(2026, 3, 10), end_date=date(2026, 3, 11), report_issued_date=day,
                 report_due_date=date(2026, 4, 5))  # fmt: skip
    row = step(cast.sam, site, "report", Period(date(2026, 1, 1), date(2026, 6, 30)))
    assert [(cycle.done, cycle.late) for cycle in row.quarters] == [(1, 0), (2, 1)]
